// Puts on the phone what a form needs without a network: the worker, the program, its pictures, the lists of the person's area.
import { keepAreas } from "./choices";
import { t } from "./dom";
import { fileAddress, programOf } from "./stage";
import { KEPT, fillings, type Form } from "./store";

/** Keeps the form of the page, if it has one, and says how far it is. */
export async function keepForLater(form: Form | undefined, say: (words: string) => void): Promise<void> {
  if (!("caches" in window) || !("serviceWorker" in navigator)) return;
  const language = document.documentElement.lang;
  await navigator.serviceWorker.register(`/forms/worker.js?lang=${language}`, { scope: "/forms" }).catch(() => undefined);
  if (!form || !navigator.onLine) return;
  try {
    const cache = await caches.open(KEPT);
    if (!(await cache.match(form.program))) {
      say(t("phone-not-ready"));
      await cache.add(form.program);
    }
    const program = await programOf(form);
    const files = program.media.map((file) => fileAddress(form, file));
    for (const file of files) if (!(await cache.match(file))) await cache.add(file).catch(() => undefined);
    await keepAreas(form, program.lists.filter((one) => one.rows !== undefined).map((one) => one.id));
    await navigator.serviceWorker.ready;
    say(t("phone-ready"));
    await clean(cache, form);
  } catch {
    // Without a network nothing new can be kept; the next visit tries again.
  }
}

/** Lets go of versions of the form that no answers on the phone are of. */
async function clean(cache: Cache, form: Form): Promise<void> {
  const versions = new Set([form.version, ...(await fillings()).filter((one) => one.state !== "sent" && one.base === form.base).map((one) => one.version)]);
  for (const kept of await cache.keys()) {
    const { pathname, searchParams } = new URL(kept.url);
    if (!pathname.startsWith(`${form.base}/`)) continue;
    const version = searchParams.get("version") ?? /\/program\/([^/]+)$/.exec(pathname)?.[1];
    if (version && !versions.has(version)) await cache.delete(kept);
  }
}
