// The meeting screen without a network: keeps its page and the files that it names, and sends what waits when the browser says that there
// is a network again. The page is the same for every round and holds nothing of anybody; what is written lies in hall/store.ts.
import { flush } from "../hall/outbox";
import { KEPT } from "../hall/store";

const SHELL = "/scorecards/hall";
const HALL = /^\/desk\/scorecards\/[^/]+\/hall\/?$/;

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
  if (!page.ok || page.redirected) return;
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

/** The kept page at once, where there is one; the network's for another language. */
async function visit(event: Asked, isPlain: boolean): Promise<Response> {
  const kept = await (await caches.open(KEPT)).match(SHELL);
  if (kept && isPlain) {
    event.waitUntil(renew().catch(() => undefined));
    return kept;
  }
  const fresh = fetch(event.request);
  return kept ? fresh.catch(() => kept) : fresh;
}

/** What never changes under its address comes from the device. */
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
  const { origin, pathname, search } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (HALL.test(pathname)) (event as Asked).respondWith(visit(event as Asked, !search));
  } else if (pathname.startsWith("/assets/")) (event as Asked).respondWith(unchanging(request));
});
self.addEventListener("sync", (event) => {
  if ((event as Event & { tag?: string }).tag === "baraza-hall") (event as Waiting).waitUntil(flush());
});
