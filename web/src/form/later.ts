// Puts on the phone what a form needs without a network: the worker, the program, its pictures, the lists of the person's area.
import { isJson, keepAreas } from "./choices";
import { t } from "./dom";
import { fileAddress, programOf } from "./stage";
import { KEPT, fillings, keepForm, type Form, type KnownForm, type Me } from "./store";

const AGAIN = 8000;

/** Keeps the form of the page, if it has one, and says how far it is. A `known` one is out of the phone, and the server is asked for news of it. */
export async function keepForLater(told: Form | undefined, known: KnownForm | undefined, say: (words: string) => void, tries = 5): Promise<void> {
  if (!("caches" in window) || !("serviceWorker" in navigator)) return;
  const language = document.documentElement.lang;
  await navigator.serviceWorker.register(`/forms/worker.js?lang=${language}`, { scope: "/forms" }).catch(() => undefined);
  const cache = await caches.open(KEPT);
  if (known && (await cache.match(known.program))) say(t("phone-ready"));
  if (!navigator.onLine) return;
  try {
    const form = told ?? (known && (await news(known)));
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
    if (tries > 0) setTimeout(() => void keepForLater(told, known, say, tries - 1), AGAIN);
  }
}

/** Asks what the form is by now. */
async function news(known: KnownForm): Promise<Form | undefined> {
  const answer = await fetch(known.base);
  const root = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("phone") : undefined;
  const said = root?.dataset["form"];
  const who = root?.dataset["me"] ? (JSON.parse(root.dataset["me"]) as Me).who : "";
  if (!said || (known.who && known.who !== who)) return undefined;
  const form = JSON.parse(said) as Form;
  await keepForm({ ...form, who: known.who });
  return form;
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
