// Sends what waits, each act once: the server knows an act by its id. Runs in pages and in the worker. Nothing is ever given up: what
// cannot go now waits, what is refused stays with the reason.
import type { Answer, State } from "./protocol";
import { again, nextBatch, patience, type Entry } from "./queue";
import { entries, forgetPhoto, keepEntry, keepRound, keepThing, markTried, photo, settle, tell, thing } from "./store";

/** An answer that takes longer is no answer. */
const MOST_WAIT = 60_000;
const UPLOAD_WAIT = 10 * 60_000;

/** How it stands with the server: `signed-out` and `refused` need a person. */
export type Line = "unknown" | "open" | "cut" | "signed-out" | "other" | "refused";

export interface Told {
  line: Line;
  sentence?: string;
  state?: State;
}

export const baseOf = (round: string): string => `/desk/scorecards/${encodeURIComponent(round)}/hall`;

const lineKey = (round: string): string => `line ${round}`;
export const lastTold = (round: string): Promise<Told | undefined> => thing<Told>(lineKey(round));

let timer: ReturnType<typeof setTimeout> | undefined;
let tries = 0;
let running: Promise<void> | undefined;
let isWanted = false;

/** One window at a time speaks with the server, so that an older answer never takes the place of a newer one. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? (navigator.locks.request("baraza-hall-outbox", work) as Promise<T>) : work();
}

/** Sends everything that waits, of every round that somebody works on here; what is written meanwhile goes along. */
export function flush(): Promise<void> {
  isWanted = true;
  running ??= (async () => {
    try {
      while (isWanted) {
        isWanted = false;
        await alone(sendAll);
        tell();
      }
    } finally {
      running = undefined;
    }
  })();
  return running;
}

async function sendAll(): Promise<void> {
  clearTimeout(timer);
  const who = (await thing<string>("me")) ?? "";
  const rounds = new Set((await entries()).filter((entry) => entry.who === who && entry.standing === "waiting").map((entry) => entry.round));
  let isCut = false;
  for (const round of rounds) {
    const told = await deliver(who, round);
    await keepThing(lineKey(round), { line: told.line, sentence: told.sentence });
    isCut ||= told.line === "cut";
  }
  tries = isCut ? tries + 1 : 0;
  if (!isCut) return;
  isWanted = false;
  timer = setTimeout(() => void flush(), patience(tries));
}

/** Asks for the round as it is by now, and for who is signed in. */
export const ask = (round: string): Promise<Told> => alone(async () => {
  const answer = await send(`${baseOf(round)}.json`, { method: "GET" }, MOST_WAIT);
  const told = await understood<State>(answer);
  if (told.said) {
    const { me } = told.said;
    await keepRound(me, round, told.said);
    await keepThing("me", me);
  }
  await keepThing(lineKey(round), { line: told.line, sentence: told.sentence });
  return { line: told.line, sentence: told.sentence, state: told.said };
});

/** Asks the browser to send when there is a network, even if no page is open then. */
export async function sendLater(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration("/desk/scorecards/")) as { sync?: { register(tag: string): Promise<void> } } | undefined;
  await registration?.sync?.register("baraza-hall").catch(() => undefined);
}

/** Sends what waits of one round, until nothing does. */
async function deliver(who: string, round: string): Promise<Told> {
  for (;;) {
    const [next] = nextBatch(await entries(), who, round);
    if (!next) return { line: "open" };
    const before = await sendPhotos(nextBatch(await entries(), who, round), who, round);
    if (before) return before;
    const batch = await markTried(nextBatch(await entries(), who, round).map((entry) => entry.id));
    if (!batch.length) continue;
    const device = batch[0]?.act.device ?? "";
    const body = JSON.stringify({ device, acts: batch.map((entry) => entry.act) });
    const answer = await send(baseOf(round), { method: "POST", body, headers: { "content-type": "application/json", "x-baraza-account": who } }, MOST_WAIT);
    const told = await understood<Answer>(answer);
    if (!told.said) return { line: told.line, sentence: told.sentence };
    await settle(who, round, told.said);
    for (const { act } of batch) if (act.what.kind === "photo" && isTaken(told.said, act.id)) await forgetPhoto(who, round, act.what.blob);
    tell();
    const known = new Set([...told.said.taken, ...told.said.refused].map((one) => one.id));
    // An answer that names none of them would be asked for for ever.
    if (!batch.some((entry) => known.has(entry.id))) return { line: "cut" };
  }
}

const isTaken = (answer: Answer, id: string): boolean => answer.taken.some((one) => one.id === id);

/** Uploads the pictures that acts speak of; says why where that did not come to an end. */
async function sendPhotos(batch: Entry[], who: string, round: string): Promise<Told | undefined> {
  for (const entry of batch) {
    const { what } = entry.act;
    if (what.kind !== "photo") continue;
    const blob = await photo(who, round, what.blob);
    if (!blob) continue;
    const headers = { "content-type": blob.type || "image/jpeg", "x-baraza-account": who };
    const answer = await send(`${baseOf(round)}/photos/${what.blob}`, { method: "PUT", body: blob, headers }, UPLOAD_WAIT);
    const told = await understood<object>(answer);
    if (told.said) continue;
    if (told.line !== "refused") return told;
    await keepEntry({ ...entry, standing: "refused", sentence: told.sentence, code: told.code });
  }
  return undefined;
}

async function send(address: string, what: RequestInit, most: number): Promise<Response | undefined> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), most);
  try {
    return await fetch(address, { ...what, signal: stop.signal, credentials: "same-origin", headers: { accept: "application/json", ...what.headers } });
  } catch {
    return undefined;
  } finally {
    clearTimeout(late);
  }
}

interface Understood<T> extends Told {
  said?: T;
  code?: string;
}

/** Reads an answer. A hotel's sign-in page also answers 200; only words of ours count. */
async function understood<T>(answer: Response | undefined): Promise<Understood<T>> {
  const kind = answer?.headers.get("content-type") ?? "";
  if (!answer || answer.status >= 500 || answer.status === 429 || !/^application\/(problem\+)?json/.test(kind)) return { line: "cut" };
  const body = (await answer.json().catch(() => undefined)) as { title?: string; code?: string; errors?: { detail: string }[] } | undefined;
  if (!body) return { line: "cut" };
  if (answer.ok) return { line: "open", said: body as T };
  if (answer.status === 401) return { line: "signed-out" };
  if (body.code === "scorecards-hall-other-account") return { line: "other", sentence: body.title };
  const sentence = [...(body.errors ?? []).map((one) => one.detail)].join(" ") || body.title;
  return { line: "refused", sentence, code: body.code };
}

/** Sends a refused act once more, at the time that the device has by now. */
export async function tryAgain(entry: Entry): Promise<void> {
  await keepEntry(again(entry, Date.now() * 1000));
  tell();
  await flush();
}
