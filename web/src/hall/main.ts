// The meeting screen: <div id="hall" data-words="{…}"> in a page that is the same for every round, so that it works with no network after
// the first visit. The part of the address after the # says which screen is open.
import { h, speak, t } from "../form/dom";
import { Hall, type Screen } from "./hall";
import { Missing, screens } from "./lazy";
import { flush } from "./outbox";
import { body, heading } from "./parts";
import { start } from "./start";
import { open, watch } from "./store";

/** Between two questions what the other device did: often enough for a hall, seldom enough for a poor network. */
const AGAIN = 60_000;

const root = document.getElementById("hall");
if (root) void begin(root);

async function begin(root: HTMLElement): Promise<void> {
  speak(root.dataset["words"] ?? "{}");
  const round = /^\/desk\/scorecards\/([^/]+)\/hall\/?$/.exec(location.pathname)?.[1];
  try {
    await open();
  } catch {
    return root.replaceChildren(heading(t("title")), body(t("private")));
  }
  if (!round) return root.replaceChildren(heading(t("title")), body(t("no-round")));
  await new Page(root, decodeURIComponent(round)).begin();
}

class Page {
  private readonly hall: Hall;
  private readonly bar = h("div.bz-hall-bar", { role: "status" });
  private readonly alarm = h("div", { role: "alert" });
  private readonly place = h("div");
  private shown: Screen | undefined;
  /** Counts what was shown: what took longer than the next is not shown any more. */
  private turn = 0;
  /** What the screen was drawn of. */
  private drawn = "";

  constructor(private readonly root: HTMLElement, round: string) {
    const go = (to: string): void => {
      if (location.hash === `#/${to}` || (!to && !location.hash)) void this.show();
      else location.hash = `#/${to}`;
    };
    const warn = (words: string): void => this.alarm.replaceChildren(h("p.bz-hall-alarm", {}, words));
    this.hall = new Hall(round, go, () => void this.refresh(), warn);
  }

  async begin(): Promise<void> {
    const { hall } = this;
    await hall.begin();
    this.root.replaceChildren(this.bar, this.alarm, this.place);
    window.addEventListener("hashchange", () => void this.show());
    window.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("online", () => void hall.sync());
    window.addEventListener("offline", () => this.say());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void hall.sync());
    document.querySelector(".govuk-skip-link")?.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("main-content")?.focus();
    });
    for (const link of document.querySelectorAll<HTMLAnchorElement>("a[hreflang]")) link.href = location.pathname + new URL(link.href).search;
    watch(() => void hall.reload().then(() => this.refresh()));
    await this.show(true);
    // Before anything is pressed, and while there is a network.
    void screens().catch(() => undefined);
    await hall.sync();
    // Asked for once more where nothing of it lay here.
    if (!this.shown?.isLive && !this.isTyped()) await this.show(true);
    this.root.dataset["ready"] = "";
    setInterval(() => document.visibilityState === "visible" && navigator.onLine && void hall.sync(), AGAIN);
    void keep();
    void flush();
    // The browser is asked not to make room by throwing this away.
    void navigator.storage?.persist?.().catch(() => false);
  }

  /** Draws the screen that the address names. */
  private async show(isFirst = false, isAgain = false): Promise<void> {
    const turn = (this.turn += 1);
    const screen = await this.screen();
    if (turn !== this.turn) return;
    const focus = isAgain ? this.focused() : undefined;
    const top = window.scrollY;
    this.drawn = this.drawing();
    this.shown = screen;
    document.title = screen.title;
    document.documentElement.classList.toggle("bz-hall-large", !!screen.isLarge);
    this.place.replaceChildren(...screen.nodes.filter((node): node is Node | string => !!node));
    this.say();
    if (isAgain) {
      focus?.()?.focus({ preventScroll: true });
      window.scrollTo(0, top);
    } else if (!isFirst) {
      window.scrollTo(0, 0);
      this.place.querySelector<HTMLElement>("h1")?.focus();
    }
  }

  /** Draws what is live once more; what somebody types into stays. */
  private async refresh(): Promise<void> {
    this.say();
    const isOther = this.shown?.isLarge || this.drawn !== this.drawing();
    if (!this.shown || (this.shown.isLive && isOther)) await this.show(false, true);
  }

  private drawing(): string {
    const { view, entries, told } = this.hall;
    return JSON.stringify([view, entries, told.line]);
  }

  /** Remembers where the focus is: by its id, else by its turn. */
  private focused(): (() => HTMLElement | null | undefined) | undefined {
    const all = (): HTMLElement[] => [...this.place.querySelectorAll<HTMLElement>("h1, a, button, input, textarea")];
    const at = all().findIndex((one) => one === document.activeElement);
    const id = document.activeElement?.id;
    return at < 0 ? undefined : () => (id ? document.getElementById(id) : all()[at]);
  }

  private isTyped(): boolean {
    return this.place.contains(document.activeElement) && !!document.activeElement?.matches("input, textarea");
  }

  private async screen(): Promise<Screen> {
    const { hall } = this;
    const { view } = hall;
    if (!view) return { title: t("title"), isLive: true, nodes: [heading(t("title")), body(t(hall.told.line === "signed-out" ? "sign-in-lead" : hall.told.line === "refused" ? "refused-round" : "not-here"))] };
    const path = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
    if (!path[0]) return start(hall, view);
    try {
      return (await (await screens()).screen(hall, view, path)) ?? start(hall, view);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      return { title: t("title"), isLive: true, nodes: [heading(t("title")), body(t("not-here"))] };
    }
  }

  /** Says what is kept where. Only what changed is written, so that it is not read aloud again and again. */
  private say(): void {
    const { nWaiting, nRefused, told } = this.hall;
    const words: string[] = [];
    if (nRefused) words.push(t("bar-refused", { n: nRefused }));
    if (nWaiting) words.push(t(navigator.onLine && told.line === "open" ? "bar-sending" : "bar-waiting", { n: nWaiting }));
    else if (told.line === "open") words.push(t("bar-sent"));
    if (told.line === "signed-out") words.push(t("bar-sign-in"));
    else if (told.sentence && (told.line === "other" || told.line === "refused")) words.push(told.sentence);
    else if (told.line === "cut" || !navigator.onLine) words.push(t("bar-cut"));
    const text = words.join(" ");
    if (this.bar.dataset["said"] === text) return;
    this.bar.dataset["said"] = text;
    const signIn = told.line === "signed-out" && h("a.govuk-link", { href: `/sign-in?next=${encodeURIComponent(location.pathname)}` }, t("sign-in"));
    const see = nWaiting + nRefused > 0 && h("a.govuk-link", { href: "#/waiting" }, t("bar-see"));
    this.bar.replaceChildren(text, ...[signIn, see].filter((link): link is HTMLElement => !!link).flatMap((link) => [" ", link]));
  }

  private key(event: KeyboardEvent): void {
    const to = this.shown?.keys?.[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey || this.isTyped()) return;
    event.preventDefault();
    this.hall.go(to);
  }
}

/** Puts the page on the device, for when there is no network. */
async function keep(): Promise<void> {
  if (!("caches" in window) || !("serviceWorker" in navigator)) return;
  const language = document.documentElement.lang;
  await navigator.serviceWorker.register(`/scorecards/hall-worker.js?lang=${language}`, { scope: "/desk/scorecards/" }).catch(() => undefined);
  await navigator.serviceWorker.ready;
  document.getElementById("hall")?.setAttribute("data-kept", "");
}
