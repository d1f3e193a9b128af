// What waits on the device, as plain data: how a new act joins it, and what the server's answer leaves of it.
import type { Act, Answer, What } from "./protocol";

/** `late` came after its session was sealed: the server keeps it and it changes nothing. */
export type Standing = "waiting" | "refused" | "late";

/** An act on the device. */
export interface Entry {
  id: string;
  /** Its turn. */
  n: number;
  who: string;
  round: string;
  act: Act;
  /** Whether the server may have seen it. */
  tried: boolean;
  standing: Standing;
  code?: string;
  sentence?: string;
}

/** Most acts of one request, and the most characters they have together. */
const MOST_ACTS = 50;
const MOST_CHARACTERS = 300_000;

/** Names what an act writes, so that a later one of the same takes its place; "" for what stands by itself. */
export function targetOf(act: Act): string {
  const { what, session } = act;
  switch (what.kind) {
    case "present": return `present ${session}`;
    case "criterion": return `criterion ${what.criterion}`;
    case "score": return `score ${session} ${what.criterion}`;
    case "input": return `input ${what.input}`;
    case "note": return `note ${what.note}`;
    case "photo": return `photo ${what.blob}`;
    default: return "";
  }
}

/** What an act may not be moved before: the server judges what comes after by it. */
const isBarrier = (what: What): boolean => ["seal", "reopen", "drop", "drop-criterion", "choose"].includes(what.kind);

const inTurn = (entries: Entry[]): Entry[] => [...entries].sort((a, b) => a.n - b.n);

/**
 * Puts a new act into the queue. What the server cannot have seen of the same thing is said by the new act instead, in the old one's
 * turn; so is what the server refused. Gives the entry to keep and the ids to let go of.
 */
export function queued(entries: Entry[], act: Act, who: string, round: string): { put: Entry; drop: string[] } {
  const mine = inTurn(entries).filter((entry) => entry.who === who && entry.round === round);
  const n = Math.max(0, ...mine.map((entry) => entry.n)) + 1;
  const put: Entry = { id: act.id, n, who, round, act, tried: false, standing: "waiting" };
  const target = targetOf(act);
  if (!target) return { put, drop: [] };
  const last = Math.max(0, ...mine.filter((entry) => entry.act.session === act.session && isBarrier(entry.act.what)).map((entry) => entry.n));
  const old = mine.filter((entry) => targetOf(entry.act) === target && (entry.standing === "refused" || (entry.standing === "waiting" && !entry.tried && entry.n > last)));
  const first = old[0];
  if (!first) return { put, drop: [] };
  return {
    put: { ...put, n: first.n > last ? first.n : n, act: { ...act, base: first.act.base } },
    drop: old.map((entry) => entry.id),
  };
}

/** Takes the next acts of somebody that go together into one request. */
export function nextBatch(entries: Entry[], who: string, round: string): Entry[] {
  const batch: Entry[] = [];
  let size = 0;
  for (const entry of inTurn(entries)) {
    if (entry.who !== who || entry.round !== round || entry.standing !== "waiting") continue;
    size += JSON.stringify(entry.act).length;
    if (batch.length && (batch.length === MOST_ACTS || size > MOST_CHARACTERS)) break;
    batch.push(entry);
  }
  return batch;
}

/** What an answer leaves: entries as they are from now on, and the ids that the server has for good. */
export function settled(entries: Entry[], answer: Pick<Answer, "taken" | "refused">): { put: Entry[]; drop: string[] } {
  const taken = new Map(answer.taken.map((one) => [one.id, one.applied]));
  const refused = new Map(answer.refused.map((one) => [one.id, one]));
  const baseOf = new Map(entries.map((entry) => [entry.id, entry.act.base]));
  const put: Entry[] = [];
  const drop: string[] = [];
  for (const entry of entries) {
    const applied = taken.get(entry.id);
    const no = refused.get(entry.id);
    if (applied === "late") put.push({ ...entry, standing: "late" });
    else if (applied) drop.push(entry.id);
    else if (no) put.push({ ...entry, standing: "refused", tried: false, code: no.code, sentence: no.text });
    // What was written after a refused act goes on from what the server has.
    else if (!entry.tried && entry.act.base && refused.has(entry.act.base)) put.push({ ...entry, act: { ...entry.act, base: baseBefore(entry.act.base, refused, baseOf) } });
  }
  return { put, drop };
}

function baseBefore(base: string, refused: Map<string, unknown>, baseOf: Map<string, string | null>): string | null {
  let found: string | null = base;
  while (found !== null && refused.has(found)) found = baseOf.get(found) ?? null;
  return found;
}

/** A refused act as it is sent once more, at the time that the device has by now. */
export function again(entry: Entry, at: number): Entry {
  const { code: _code, sentence: _sentence, ...rest } = entry;
  return { ...rest, act: { ...entry.act, at }, standing: "waiting", tried: false };
}

/** Milliseconds until the next try, after so many that failed. */
export const patience = (tries: number): number => Math.min(5000 * 2 ** tries, 5 * 60_000);
