// What lies on the device: rounds as they were told, acts that wait, what is half typed, photographs. Each belongs to an account and stays
// until the server has it, or that person signs out.
import type { Act, State } from "./protocol";
import { queued, settled, type Entry } from "./queue";
import type { Answer } from "./protocol";

/** The cache of addresses that holds the page without a network. */
export const KEPT = "baraza-hall-1";

const STORES = ["acts", "rounds", "drafts", "photos", "things"] as const;
type StoreName = (typeof STORES)[number];

let opened: Promise<IDBDatabase> | undefined;

/** Fails where a browser keeps nothing, as in some private windows. */
export function open(): Promise<IDBDatabase> {
  opened ??= new Promise((found, failed) => {
    const asked = indexedDB.open("baraza-hall", 1);
    asked.onupgradeneeded = () => {
      for (const name of STORES) asked.result.createObjectStore(name);
    };
    asked.onsuccess = () => {
      // A newer script in another window may need another shape.
      asked.result.onversionchange = () => asked.result.close();
      found(asked.result);
    };
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

type At = (name: StoreName) => IDBObjectStore;

/** Works on several stores at once; only what is committed survives a closed browser, and a full device fails there. */
async function work<T>(names: StoreName[], mode: IDBTransactionMode, what: (at: At, give: (value: T) => void) => void): Promise<T> {
  const database = await open();
  return new Promise((found, failed) => {
    // Only what lies on the disk is said to be kept: power may go at any moment.
    const transaction = database.transaction(names, mode, { durability: "strict" });
    let given: T;
    transaction.oncomplete = () => found(given);
    transaction.onabort = transaction.onerror = () => failed(transaction.error);
    what((name) => transaction.objectStore(name), (value) => (given = value));
  });
}

const read = <T>(name: StoreName, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> =>
  work<T>([name], "readonly", (at, give) => {
    const asked = ask(at(name));
    asked.onsuccess = () => give(asked.result as T);
  });

const write = (name: StoreName, ask: (store: IDBObjectStore) => unknown): Promise<void> => work<void>([name], "readwrite", (at) => void ask(at(name)));

const channel = "BroadcastChannel" in self ? new BroadcastChannel("baraza-hall") : undefined;
const here: (() => void)[] = [];

/** Calls back when something changes on the device, in whichever window. */
export function watch(changed: () => void): void {
  channel?.addEventListener("message", changed);
  here.push(changed);
}

export function tell(): void {
  channel?.postMessage(0);
  for (const changed of here) changed();
}

/** Tells other windows only, as one on a projector, what is half typed here. */
export const tellOthers = (): void => channel?.postMessage(0);

export const entries = (): Promise<Entry[]> => read("acts", (store) => store.getAll());

/** Keeps an act, and lets go of what was half typed for it: both or neither. */
export const keepAct = (act: Act, who: string, round: string, draft?: string): Promise<void> =>
  work<void>(["acts", "drafts"], "readwrite", (at) => {
    const asked = at("acts").getAll();
    asked.onsuccess = () => {
      const { put, drop } = queued(asked.result as Entry[], act, who, round);
      for (const id of drop) at("acts").delete(id);
      at("acts").put(put, put.id);
      if (draft) at("drafts").delete([who, round, draft]);
    };
  });

/** Notes that entries go to the server now; gives those that are still there, so that nothing is sent that a newer act has replaced. */
export const markTried = (ids: string[]): Promise<Entry[]> =>
  work<Entry[]>(["acts"], "readwrite", (at, give) => {
    const list: Entry[] = [];
    give(list);
    for (const id of ids) {
      const asked = at("acts").get(id);
      asked.onsuccess = () => {
        const entry = asked.result as Entry | undefined;
        if (entry?.standing !== "waiting") return;
        list.push({ ...entry, tried: true });
        at("acts").put({ ...entry, tried: true }, id);
      };
    }
  });

/** Keeps an entry as it is by now, if it is still there. */
export const keepEntry = (entry: Entry): Promise<void> =>
  work<void>(["acts"], "readwrite", (at) => {
    const asked = at("acts").getKey(entry.id);
    asked.onsuccess = () => asked.result !== undefined && at("acts").put(entry, entry.id);
  });

export const forgetEntry = (id: string): Promise<void> => write("acts", (store) => store.delete(id));

/** Takes in what the server said: the round as it is, and what is left of the acts. Both or neither. */
export const settle = (who: string, round: string, answer: Answer): Promise<void> =>
  work<void>(["acts", "rounds"], "readwrite", (at) => {
    const asked = at("acts").getAll();
    asked.onsuccess = () => {
      const mine = (asked.result as Entry[]).filter((entry) => entry.who === who && entry.round === round);
      const { put, drop } = settled(mine, answer);
      for (const id of drop) at("acts").delete(id);
      for (const entry of put) at("acts").put(entry, entry.id);
      at("rounds").put(answer.state, [who, round]);
    };
  });

export const round = (who: string, code: string): Promise<State | undefined> => read("rounds", (store) => store.get([who, code]));
export const keepRound = (who: string, code: string, state: State): Promise<void> => write("rounds", (store) => store.put(state, [who, code]));

export const draft = <T>(who: string, code: string, key: string): Promise<T | undefined> => read("drafts", (store) => store.get([who, code, key]));
export const keepDraft = (who: string, code: string, key: string, value: unknown): Promise<void> => write("drafts", (store) => store.put(value, [who, code, key]));
export const forgetDraft = (who: string, code: string, key: string): Promise<void> => write("drafts", (store) => store.delete([who, code, key]));

export const photo = (who: string, code: string, sha: string): Promise<Blob | undefined> => read("photos", (store) => store.get([who, code, sha]));
export const keepPhoto = (who: string, code: string, sha: string, blob: Blob): Promise<void> => write("photos", (store) => store.put(blob, [who, code, sha]));
export const forgetPhoto = (who: string, code: string, sha: string): Promise<void> => write("photos", (store) => store.delete([who, code, sha]));

export const thing = <T>(key: string): Promise<T | undefined> => read("things", (store) => store.get(key));
export const keepThing = (key: string, value: unknown): Promise<void> => write("things", (store) => store.put(value, key));
export const forgetThing = (key: string): Promise<void> => write("things", (store) => store.delete(key));

/** Whether the device has no room for it. */
export const isFull = (error: unknown): boolean => (error as DOMException | null)?.name === "QuotaExceededError";

/** Counts what the server does not have yet of whoever worked here last. */
export async function unsent(): Promise<number> {
  const who = await thing<string>("me");
  return (await entries()).filter((entry) => entry.who === who && entry.standing !== "late").length;
}

/** Takes everything off the device that belongs to whoever worked here last; what others wrote stays. */
export async function forgetAccount(): Promise<void> {
  const who = await thing<string>("me");
  if (!who) return;
  await work<void>(["acts", "rounds", "drafts", "photos", "things"], "readwrite", (at) => {
    const asked = at("acts").getAll();
    asked.onsuccess = () => {
      for (const entry of asked.result as Entry[]) if (entry.who === who) at("acts").delete(entry.id);
    };
    const theirs = IDBKeyRange.bound([who], [who, []]);
    for (const name of ["rounds", "drafts", "photos"] as const) at(name).delete(theirs);
    at("things").delete("me");
  });
}
