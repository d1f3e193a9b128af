// What lies on the phone: answers begun, waiting and sent, their files, and the forms that were opened. Each belongs to an account.
// Programs, lists and pictures lie in the browser's cache of addresses (`KEPT`), where the service worker finds them too.

export const KEPT = "baraza-forms-1";

/** A form as the server's pages tell of it. */
export interface Form {
  base: string;
  title: string;
  /** The address of its program, which never answers otherwise. */
  program: string;
  version: string;
  public: boolean;
}

export interface KnownForm extends Form {
  /** Whose it is; "" when everybody may fill it. */
  who: string;
}

export interface Me {
  who: string;
  name: string;
  email: string;
}

export type State = "draft" | "waiting" | "needs" | "sent";

/** One filling of a form. */
export interface Filling extends Form {
  id: string;
  who: string;
  /** What it is about, by the form's own name for it. */
  name: string;
  state: State;
  /** Where one was last. */
  page: string;
  language: string;
  /** The draft, for the engine to resume. */
  xml: string;
  changed: number;
  /** What is sent, once it is finished, with its files and those that the server has. */
  final?: string;
  files: string[];
  there: string[];
  tries: number;
  /** Not to be sent before. */
  next: number;
  why?: string;
  sentence?: string;
  /** Who was said to be in a list already: by the id that the form gave, the id there, or `another`. */
  likely?: Record<string, string>;
  reference?: string;
}

const STORES = ["fillings", "files", "forms", "things"] as const;
type StoreName = (typeof STORES)[number];

/** What was sent is remembered for so long. */
const REMEMBERED = 30 * 24 * 3_600_000;

let opened: Promise<IDBDatabase> | undefined;

/** Fails where a browser keeps nothing, as in some private windows. */
export function open(): Promise<IDBDatabase> {
  opened ??= new Promise((found, failed) => {
    const asked = indexedDB.open("baraza-forms", 1);
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

async function ask<T>(name: StoreName, mode: IDBTransactionMode, what: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise((found, failed) => {
    const transaction = database.transaction(name, mode);
    const asked = what(transaction.objectStore(name));
    // Only what is committed survives a closed browser; a full phone fails there.
    if (mode === "readonly") asked.onsuccess = () => found(asked.result);
    else transaction.oncomplete = () => found(asked.result);
    transaction.onabort = transaction.onerror = () => failed(transaction.error ?? asked.error);
  });
}

const channel = "BroadcastChannel" in self ? new BroadcastChannel("baraza-forms") : undefined;

/** Calls back when something changes on the phone, in whichever window. */
export function watch(changed: () => void): void {
  channel?.addEventListener("message", changed);
  here.push(changed);
}
const here: (() => void)[] = [];

export function tell(): void {
  channel?.postMessage(0);
  for (const changed of here) changed();
}

export const filling = (id: string): Promise<Filling | undefined> => ask("fillings", "readonly", (store) => store.get(id));

export async function keep(filling: Filling): Promise<void> {
  await ask("fillings", "readwrite", (store) => store.put(filling, filling.id));
}

/** Lists everybody's fillings, the newest first; what was sent long ago is let go of. */
export async function fillings(): Promise<Filling[]> {
  const all: Filling[] = await ask("fillings", "readonly", (store) => store.getAll());
  const old = all.filter((one) => one.state === "sent" && Date.now() - one.changed > REMEMBERED);
  for (const one of old) await forget(one.id);
  return all.filter((one) => !old.includes(one)).sort((a, b) => b.changed - a.changed);
}

export async function forget(id: string): Promise<void> {
  await forgetFiles(id);
  await ask("fillings", "readwrite", (store) => store.delete(id));
}

const within = (id: string): IDBKeyRange => IDBKeyRange.bound([id], [id, []]);
export const file = (id: string, name: string): Promise<Blob | undefined> => ask("files", "readonly", (store) => store.get([id, name]));
export const keepFile = (id: string, name: string, blob: Blob): Promise<unknown> => ask("files", "readwrite", (store) => store.put(blob, [id, name]));
export const forgetFile = (id: string, name: string): Promise<unknown> => ask("files", "readwrite", (store) => store.delete([id, name]));
export const forgetFiles = (id: string): Promise<unknown> => ask("files", "readwrite", (store) => store.delete(within(id)));

export const keepForm = (form: KnownForm): Promise<unknown> => ask("forms", "readwrite", (store) => store.put(form, [form.who, form.base]));

/** Lists the forms that somebody may fill here. */
export async function forms(who: string): Promise<KnownForm[]> {
  const all: KnownForm[] = await ask("forms", "readonly", (store) => store.getAll());
  return all.filter((form) => form.who === who || form.who === "").sort((a, b) => a.title.localeCompare(b.title));
}

export const thing = <T>(key: string): Promise<T | undefined> => ask("things", "readonly", (store) => store.get(key));
export const keepThing = (key: string, value: unknown): Promise<unknown> => ask("things", "readwrite", (store) => store.put(value, key));

/** Whether the phone has no room for it. */
export const isFull = (error: unknown): boolean => (error as DOMException | null)?.name === "QuotaExceededError";

/** Takes everything off the phone that belongs to an account; answers of others stay. */
export async function forgetAccount(who: string): Promise<void> {
  for (const one of await fillings()) if (one.who === who) await forget(one.id);
  const all: KnownForm[] = await ask("forms", "readonly", (store) => store.getAll());
  const theirs = all.filter((form) => form.who === who).map((form) => form.base);
  const others = all.filter((form) => form.who !== who).map((form) => form.base);
  for (const base of theirs) await ask("forms", "readwrite", (store) => store.delete([who, base]));
  for (const key of await ask("things", "readonly", (store) => store.getAllKeys())) {
    if (key === "me" || String(key).startsWith(`${who} `)) await ask("things", "readwrite", (store) => store.delete(key));
  }
  if (!("caches" in self)) return;
  const cache = await caches.open(KEPT);
  for (const kept of await cache.keys()) {
    const { pathname } = new URL(kept.url);
    const of = (base: string): boolean => pathname.startsWith(`${base}/`);
    // The list of an area says where somebody works.
    if (theirs.some(of) && (!others.some(of) || pathname.includes("/choices/"))) await cache.delete(kept);
  }
}
