// Keeps the page that files without a network, and what it needs, in the browser. Everything comes from the network as long as there
// is one; only when there is none is the kept page shown. Nothing that anybody typed lies here: see islands/phone-draft.ts.

const KEPT = "baraza-filing-1";
const OFFLINE = "/requests/new/offline";

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
  const page = await fetch(OFFLINE + location.search, { credentials: "omit" });
  if (!page.ok) return;
  const cache = await caches.open(KEPT);
  const assets: string[] = (await page.clone().text()).match(/\/assets\/[\w.-]+/g) ?? [];
  await cache.put(OFFLINE, page);
  await cache.addAll([...new Set(assets)]);
  for (const old of await cache.keys()) {
    const { pathname } = new URL(old.url);
    if (pathname !== OFFLINE && !assets.includes(pathname)) await cache.delete(old);
  }
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(KEPT);
  const found = await cache.match(request.mode === "navigate" ? OFFLINE : request);
  return found ?? Response.error();
}

self.addEventListener("install", (event) => (event as Waiting).waitUntil(renew()));
self.addEventListener("fetch", (event) => {
  const { request } = event as Asked;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  const isAsset = pathname.startsWith("/assets/");
  if (origin !== location.origin || (request.mode !== "navigate" && !isAsset)) return;
  const fresh = fetch(request);
  (event as Asked).respondWith(fresh.catch(() => kept(request)));
  // Whoever begins to file has a network: the page for when there is none stays as new as the program.
  if (pathname === "/requests/new") (event as Asked).waitUntil(fresh.then(renew).catch(() => undefined));
});
