// Puts on the phone what a form needs without a network: the worker, the program, its pictures, the lists of the person's area.
import { isJson, keepAreas } from "./choices";
import { t } from "./dom";
import { ask, type News } from "./news";
import { fileAddress, programOf } from "./stage";
import { KEPT, fillings, type Form, type KnownForm } from "./store";

const AGAIN = 8000;

/** What keeping a form for later needs of the page. */
export interface Keeper {
  /** The form as the server's page told of it. */
  told: Form | undefined;
  /** Else the form as the phone knows it, what the network says of it, and who wants to hear that when it comes late. */
  known: KnownForm | undefined;
  news: Promise<News | undefined>;
  hear(news: News): void;
  /** Says how far it is. */
  say(words: string): void;
}

/** Keeps the form of the page, if it has one. */
export async function keepForLater(keeper: Keeper, tries = 5): Promise<void> {
  const { told, known, say } = keeper;
  if (!("caches" in window) || !("serviceWorker" in navigator)) return;
  const language = document.documentElement.lang;
  await navigator.serviceWorker.register(`/forms/worker.js?lang=${language}`, { scope: "/forms" }).catch(() => undefined);
  const cache = await caches.open(KEPT);
  if (known && (await cache.match(known.program))) say(t("phone-ready"));
  if (!navigator.onLine) return;
  try {
    const form = told ?? (known && (await heard(keeper, known))?.form);
    if (!form) return;
    if (!(await cache.match(form.program))) {
      say(t("phone-not-ready"));
      const answer = await fetch(form.program);
      if (!isJson(answer)) return;
      await cache.put(form.program, answer);
    }
    const program = await programOf(form);
    const files = program.media.map((file) => fileAddress(form, file));
    for (const file of files) if (!(await cache.match(file))) await cache.add(file).catch(() => undefined);
    await keepAreas(form, program.lists.filter((one) => one.rows !== undefined).map((one) => one.id));
    await navigator.serviceWorker.ready;
    say(t("phone-ready"));
    await clean(cache, form);
  } catch {
    // Without a network nothing new can be kept; it is tried again, and at the next visit.
    if (tries > 0) setTimeout(() => void keepForLater(keeper, tries - 1), AGAIN);
  }
}

/** What the network says of a form by now; it fails where that is nothing. */
async function heard({ news, hear }: Keeper, known: KnownForm): Promise<News> {
  const first = await news;
  if (first) return first;
  const late = await ask(known);
  if (!late) throw new Error("no network");
  hear(late);
  return late;
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
