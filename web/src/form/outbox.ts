// Sends what is finished, once: the server knows an instance by its id, and says which files of it it has. Runs in pages and in the worker.
import { fillings, file, forgetFiles, keep, keepThing, tell, thing, type Filling, type Me } from "./store";

/** Files that go together into one request, so that a poor network loses little. */
const MOST_BYTES = 3_000_000;
const SECOND = 1000;
const PATIENCE = 10 * 60 * SECOND;

type Told =
  | { state: "accepted"; reference: string; files: string[]; sentence: string }
  | { state: "needs"; why: string; sentence: string };

/** What a new sign-in mends by itself. */
const SIGN_IN = ["sign-in-needed", "collect-offline-other-account"];

let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Sends what waits and whose time has come; `now` asks for all of it, as when the network returns.
 * One window sends at a time; a second one finds it sent.
 */
export async function flush(now = false): Promise<void> {
  clearTimeout(timer);
  const work = async (lock: unknown): Promise<void> => {
    if (lock === null) return;
    const me = (await thing<Me>("me"))?.who ?? "";
    for (const one of await fillings()) {
      if (one.state !== "waiting" || (one.who && one.who !== me)) continue;
      if (!now && one.next > Date.now()) continue;
      if (!(await deliver(one))) break;
    }
  };
  if ("locks" in navigator) await navigator.locks.request("baraza-forms-outbox", { ifAvailable: true }, work);
  else await work(true);
  tell();
  const waiting = (await fillings()).filter((one) => one.state === "waiting");
  if (!waiting.length) return;
  const next = Math.min(...waiting.map((one) => one.next));
  timer = setTimeout(() => void flush(), Math.min(Math.max(next - Date.now(), 2 * SECOND), 2 ** 31 - 1));
}

/** Sends again what only waited for its person to sign in. */
export async function resumeAfterSignIn(who: string): Promise<void> {
  for (const one of await fillings()) {
    if (one.who === who && one.state === "needs" && SIGN_IN.includes(one.why ?? "")) await keep({ ...one, state: "waiting", next: 0 });
  }
}

export const needsSignIn = (one: Filling): boolean => SIGN_IN.includes(one.why ?? "");

/** Asks the browser to send when there is a network, even if no page is open then. */
export async function sendLater(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration("/forms")) as { sync?: { register(tag: string): Promise<void> } } | undefined;
  await registration?.sync?.register("baraza-forms").catch(() => undefined);
}

/** Sends one filling; false when the network or the server is not there. */
async function deliver(one: Filling): Promise<boolean> {
  try {
    do {
      const batch = await nextFiles(one);
      const told = await post(one, batch);
      if (!told) return await later(one);
      if (told.state === "needs") {
        Object.assign(one, { state: "needs", why: told.why, sentence: told.sentence });
        await keep(one);
        tell();
        return true;
      }
      one.there = told.files;
      one.reference = told.reference;
      // A file that the server does not take would be sent for ever.
      if ([...batch.keys()].some((name) => !told.files.includes(name))) return await later(one);
      await keep(one);
    } while ((await nextFiles(one)).size);
    Object.assign(one, { state: "sent", changed: Date.now(), why: undefined, sentence: undefined });
    await keepThing(`${one.who} last ${one.base}`, one.final);
    await keep({ ...one, xml: "", final: "", files: [], there: [] });
    await forgetFiles(one.id);
    tell();
    return true;
  } catch {
    return later(one);
  }
}

/** Takes files that the server does not have yet, as many as go together; a file that is gone from the phone is left away. */
async function nextFiles(one: Filling): Promise<Map<string, Blob>> {
  const batch = new Map<string, Blob>();
  let size = 0;
  for (const name of one.files) {
    if (one.there.includes(name)) continue;
    const blob = await file(one.id, name);
    if (!blob || (batch.size && size + blob.size > MOST_BYTES)) continue;
    batch.set(name, blob);
    size += blob.size;
  }
  return batch;
}

async function post(one: Filling, files: Map<string, Blob>): Promise<Told | undefined> {
  const body = new FormData();
  body.append("xml_submission_file", new Blob([one.final ?? ""], { type: "text/xml" }), "form.xml");
  for (const [name, blob] of files) body.append(name, blob, name);
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(`${one.base}/deliver`, {
      method: "POST",
      body,
      signal: stop.signal,
      credentials: one.who ? "same-origin" : "omit",
      headers: { ...(one.who && { "x-baraza-account": one.who }), ...likely(one) },
    });
    // A hotel's sign-in page also answers 200; only words of ours count.
    if (!answer.headers.get("content-type")?.startsWith("application/json")) return undefined;
    const told = (await answer.json()) as Told;
    return told.state === "accepted" || told.state === "needs" ? told : undefined;
  } finally {
    clearTimeout(patience);
  }
}

/** What was said to questions about likely duplicates goes along, so that it is kept before the answers make new ones. */
function likely(one: Filling): Record<string, string> {
  const said = Object.entries(one.likely ?? {}).map(([id, answer]) => `${id}=${answer}`);
  return said.length ? { "x-baraza-likely": said.join(",") } : {};
}

async function later(one: Filling): Promise<false> {
  one.tries += 1;
  one.next = Date.now() + Math.min(5 * SECOND * 2 ** one.tries, 3_600 * SECOND);
  await keep(one);
  return false;
}
