// Forms without a network: keeps the page of all forms, the files it names, and what each form needs, and sends what waits when the
// browser says that there is a network again. Whatever is typed lies in the pages' own store: see form/store.ts.
import { flush } from "../form/outbox";
import { KEPT, forms, thing, type Me } from "../form/store";

const SHELL = "/forms/phone";
/** A page from the network is not waited for longer when the phone has one. */
const PATIENCE = 1500;

// TypeScript's libraries of pages and of workers exclude each other; these are the few names that are used.
interface Waiting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Asked extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

/** Fetches the page anew, and the files it names, which carry their digest in their names. */
async function renew(): Promise<void> {
  // Without cookies, so that nobody's name stands on it; in the language of the page that asked.
  const page = await fetch(SHELL + location.search, { credentials: "omit" });
  if (!page.ok) return;
  const cache = await caches.open(KEPT);
  const assets: string[] = (await page.clone().text()).match(/\/assets\/[\w.-]+/g) ?? [];
  const missing: string[] = [];
  for (const asset of new Set(assets)) if (!(await cache.match(asset))) missing.push(asset);
  await cache.addAll(missing);
  // The page last: what it names is there by then.
  await cache.put(SHELL, page);
  for (const old of await cache.keys()) {
    const { pathname } = new URL(old.url);
    if (pathname.startsWith("/assets/") && !assets.includes(pathname)) await cache.delete(old);
  }
}

/** The page that is kept for all forms, when it is. */
const shell = async (): Promise<Response | undefined> => (await caches.open(KEPT)).match(SHELL);

/** Whether a form lies on the phone: its questions are then shown without waiting for any network. */
async function isReady(path: string): Promise<boolean> {
  const form = (await forms((await thing<Me>("me"))?.who ?? "")).find((form) => form.base === path);
  return !!form && !!(await (await caches.open(KEPT)).match(form.program));
}

/** The network's page when it comes in time, else the one that is kept: also for a form of the phone that the server closed. */
async function page(fresh: Promise<Response>, path: string): Promise<Response> {
  const kept = await shell();
  if (!kept) return fresh;
  const isHere = async (): Promise<boolean> => (await forms((await thing<Me>("me"))?.who ?? "")).some((form) => form.base === path);
  const answered = fresh.then(async (page) => (page.status >= 500 || (page.status >= 400 && (await isHere())) ? kept.clone() : page), () => kept.clone());
  const late = new Promise<Response>((found) => setTimeout(() => found(kept), PATIENCE));
  return Promise.race([answered, late]);
}

/** A form that lies on the phone comes out of it at once, and the page asks the network for news; any other page comes from the network. */
async function visit(event: Asked, path: string, isPlain: boolean): Promise<Response> {
  const kept = isPlain ? await shell() : undefined;
  if (kept && (await isReady(path).catch(() => false))) {
    event.waitUntil(renew().catch(() => undefined));
    return kept;
  }
  const fresh = fetch(event.request);
  event.waitUntil(fresh.then(renew).catch(() => undefined));
  return page(fresh, path);
}

/** What never changes under its address comes from the phone. */
async function unchanging(request: Request): Promise<Response> {
  const kept = await (await caches.open(KEPT)).match(request.url);
  return kept ?? fetch(request);
}

self.addEventListener("install", (event) => {
  (self as unknown as { skipWaiting(): Promise<void> }).skipWaiting().catch(() => undefined);
  (event as Waiting).waitUntil(renew());
});
self.addEventListener("activate", (event) => {
  (event as Waiting).waitUntil((self as unknown as { clients: { claim(): Promise<void> } }).clients.claim());
});
self.addEventListener("fetch", (event) => {
  const { request } = event as Asked;
  if (request.method !== "GET") return;
  const { origin, pathname, search, searchParams } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") {
    // A filling on the server, `/forms/PROJECT/FORM/DRAFT/…`, has no page on the phone.
    if (!/^\/forms(\/[^/]+\/[^/]+)?\/?$/.test(pathname)) return;
    // In another language, or after another page was asked for, it is the network's turn.
    (event as Asked).respondWith(visit(event as Asked, pathname.replace(/\/$/, ""), pathname !== "/forms" && !search));
  } else if (pathname.startsWith("/assets/") || (pathname.startsWith("/forms/") && (searchParams.has("v") || pathname.includes("/files/")))) {
    (event as Asked).respondWith(unchanging(request));
  }
});
self.addEventListener("sync", (event) => {
  if ((event as Event & { tag?: string }).tag === "baraza-forms") (event as Waiting).waitUntil(flush(true));
});
