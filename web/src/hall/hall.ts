// One round on one device: what the screens show and do. Every change is written to the device before a screen says so.
import { t } from "../form/dom";
import { ask, flush, lastTold, sendLater, type Told } from "./outbox";
import type { Act, State, What } from "./protocol";
import type { Entry } from "./queue";
import * as store from "./store";
import { seen } from "./view";

/** What a screen gives to be shown. */
export interface Screen {
  title: string;
  nodes: (Node | string | false | null | undefined)[];
  /** Drawn again when something comes from elsewhere; without it, what is typed is left alone. */
  isLive?: boolean;
  /** Fills the whole screen, for a projector. */
  isLarge?: boolean;
  /** Keys that lead elsewhere, while nothing is typed into. */
  keys?: Record<string, string>;
}

/** A random id, also where the page did not come over TLS. */
export function uuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Hall {
  who = "";
  /** The round with what waits laid over it; none until it was opened once with a network. */
  view: State | undefined;
  entries: Entry[] = [];
  /** Acts of others who worked on this device. */
  nOthers = 0;
  told: Told = { line: "unknown" };
  private told_once: State | undefined;
  private device = "";

  constructor(
    readonly round: string,
    /** Leads to another screen. */
    readonly go: (place: string) => void,
    /** Draws the screen anew where it is live. */
    readonly changed: () => void,
    /** Says something of the whole device aloud. */
    readonly warn: (words: string) => void,
  ) {}

  async begin(): Promise<void> {
    this.device = (await store.thing<string>("device")) ?? "";
    if (!this.device) await store.keepThing("device", (this.device = uuid()));
    await this.reload();
  }

  /** Reads what lies on the device. */
  async reload(): Promise<void> {
    this.who = (await store.thing<string>("me")) ?? "";
    const all = await store.entries();
    const here = all.filter((entry) => entry.round === this.round);
    this.entries = here.filter((entry) => entry.who === this.who).sort((a, b) => a.n - b.n);
    this.nOthers = here.length - this.entries.length;
    this.told = (await lastTold(this.round)) ?? this.told;
    this.told_once = await store.round(this.who, this.round);
    this.view = this.told_once && seen(this.told_once, this.entries);
  }

  /** Writes an act; false when the device could not keep it, which is then said aloud. */
  async act(what: What, session: string | null, base: string | null = null, draft?: string): Promise<boolean> {
    const act: Act = { id: uuid(), device: this.device, at: Date.now() * 1000, session, base, what };
    try {
      await store.keepAct(act, this.who, this.round, draft);
    } catch (error) {
      this.warn(t(store.isFull(error) ? "full" : "not-kept"));
      return false;
    }
    await this.reload();
    store.tell();
    void flush();
    void sendLater();
    return true;
  }

  /** Asks the server how the round is by now, and sends what waits. */
  async sync(): Promise<void> {
    const before = this.who;
    const told = await ask(this.round);
    await this.reload();
    this.changed();
    if (told.line !== "open") return;
    // Somebody else signed in: what is on the screen is theirs from now on.
    if (before && before !== this.who) this.go("");
    await flush();
  }

  draft = <T>(key: string): Promise<T | undefined> => store.draft<T>(this.who, this.round, key);

  /** Keeps what is half typed; what cannot be kept is said aloud. */
  async keepDraft(key: string, value: unknown): Promise<boolean> {
    try {
      await store.keepDraft(this.who, this.round, key, value);
      store.tellOthers();
      return true;
    } catch (error) {
      this.warn(t(store.isFull(error) ? "full" : "not-kept"));
      return false;
    }
  }

  forgetDraft = (key: string): Promise<void> => store.forgetDraft(this.who, this.round, key);

  title(standard: string | null): string {
    return this.view?.standards.find((one) => one.code === standard)?.title ?? "";
  }

  get nWaiting(): number {
    return this.entries.filter((entry) => entry.standing === "waiting").length;
  }
  get nRefused(): number {
    return this.entries.filter((entry) => entry.standing === "refused").length;
  }
}

/** What a group is called: its own name, the standard one, or the provider. */
export function groupName(session: { group: string; name: string | null }): string {
  return session.name || t(`group-${session.group}`);
}
