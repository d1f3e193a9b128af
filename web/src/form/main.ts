// Forms on the phone: what JavaScript makes of the pages under /forms, so that they work with no network after the first visit.
// <div id="phone" data-words="{…}" [data-me="{…}"] [data-form="{…}"]>, which stands below what the server wrote.
import { button, h, speak, t, type Child } from "./dom";
import { Filling } from "./fill";
import { more } from "./lazy";
import type { Stage } from "./stage";
import * as store from "./store";

const HOME = "/forms";

const root = document.getElementById("phone");
if (root) void begin(root);

async function begin(root: HTMLElement): Promise<void> {
  speak(root.dataset["words"] ?? "{}");
  try {
    await store.open();
  } catch {
    // The server's pages go on working, and keep answers on the server.
    root.append(h("p.govuk-body", {}, t("phone-private")));
    return;
  }
  const said = root.dataset["me"] ? (JSON.parse(root.dataset["me"]) as store.Me) : undefined;
  if (said) await store.keepThing("me", said);
  const phone = new Phone(root, said ?? (await store.thing<store.Me>("me")));
  await phone.begin();
  const { flush, keepForLater, resumeAfterSignIn } = await more();
  if (said) await resumeAfterSignIn(said.who);
  void flush(navigator.onLine);
  window.addEventListener("online", () => void flush(true));
  void keepForLater(phone.form, phone.known, (words) => {
    const place = document.getElementById("ready");
    if (place) place.textContent = words;
  });
}

class Phone {
  private readonly column: HTMLElement;
  private readonly stage: Stage;
  private readonly title = document.title;
  /** The form that the server tells of. */
  readonly form: store.Form | undefined;
  /** The form as the phone knows it, where the server told nothing. */
  known: store.KnownForm | undefined;
  private filling: Filling | undefined;
  private lock: (() => void) | undefined;
  /** The filling that this window holds. */
  private held = "";
  private readonly bar = h("div.bz-on-phone", { role: "status", hidden: true });
  /** What the server wrote, before and below. */
  private readonly above: Node[];
  private readonly below: Node[];
  private readonly isShell: boolean;

  constructor(
    private readonly root: HTMLElement,
    me: store.Me | undefined,
  ) {
    this.column = root.parentElement ?? root;
    const nodes = [...this.column.childNodes];
    this.above = nodes.slice(0, nodes.indexOf(root));
    this.below = nodes.slice(nodes.indexOf(root) + 1);
    this.form = root.dataset["form"] ? (JSON.parse(root.dataset["form"]) as store.Form) : undefined;
    this.isShell = "shell" in this.column.dataset;
    this.stage = { me, home: HOME, show: (title, ...content) => this.show(title, content), warn: (words) => this.warn(words) };
  }

  async begin(): Promise<void> {
    const { me } = this.stage;
    if (this.form) await store.keepForm({ ...this.form, who: this.form.public ? "" : (me?.who ?? "") });
    else if (location.pathname !== HOME) {
      const known = await store.forms(me?.who ?? "");
      this.known = known.find((form) => form.base === location.pathname.replace(/\/$/, ""));
    }
    this.root.before(this.bar);
    window.addEventListener("hashchange", () => void this.route());
    for (const change of ["online", "offline"]) window.addEventListener(change, () => void this.refresh());
    document.querySelector(".govuk-skip-link")?.addEventListener("click", (event) => {
      // The part of the address after the # says which page is open.
      event.preventDefault();
      document.getElementById("main-content")?.focus();
    });
    store.watch(() => void this.refresh());
    await this.route(true);
  }

  /** Shows what the address says: the start, or a page of a filling. */
  private async route(isFirst = false): Promise<void> {
    const [, id, rest = ""] = /^#\/([^/]+)\/(.*)$/.exec(location.hash) ?? [];
    if (!id) {
      this.release();
      return this.showStart(isFirst);
    }
    const [key = "", query] = rest.split("?");
    if (this.filling?.kept.id !== id) {
      const kept = await store.filling(id);
      if (!kept) return this.showStart(false);
      if (kept.state === "waiting" || kept.state === "sent") return (await more()).showSent(this.stage, kept);
      if (this.held !== id && !(await this.take(id))) return this.showElsewhere(id);
      if (!(await this.tryOpen(() => Filling.reopen(this.stage, kept, this.form ?? this.known)))) return;
    }
    await this.filling?.open_page(decodeURIComponent(key), query === "change");
  }

  private async tryOpen(open: () => Promise<Filling>): Promise<boolean> {
    try {
      this.filling = await open();
      return true;
    } catch (error) {
      this.warn(t("phone-broken", { detail: String((error as Error).message) }));
      return false;
    }
  }

  /** Takes a filling for this window; false while another one has it. */
  private async take(id: string, steal = false): Promise<boolean> {
    this.release();
    if (!("locks" in navigator)) return true;
    return new Promise((taken) => {
      const held = (lock: Lock | null): Promise<void> | undefined => {
        if (lock) this.held = id;
        taken(!!lock);
        return lock ? new Promise((done) => (this.lock = done)) : undefined;
      };
      navigator.locks.request(`baraza-filling-${id}`, steal ? { steal } : { ifAvailable: true }, held).catch(() => {
        // Another window has taken it over.
        this.lock = this.filling = undefined;
        this.held = "";
        this.showElsewhere(id);
      });
    });
  }

  private release(): void {
    this.lock?.();
    this.lock = this.filling = undefined;
    this.held = "";
  }

  private showElsewhere(id: string): void {
    this.stage.show(t("phone-title"), h("h1.govuk-heading-l", { tabindex: -1 }, t("phone-title")), h("p.govuk-body", {}, t("phone-elsewhere")),
      button(t("phone-open-here"), () => void this.take(id, true).then(() => this.route())));
  }

  private async showStart(isFirst: boolean): Promise<void> {
    const form = this.form ?? this.known;
    if (form) {
      const start = h("form", { novalidate: true, submit: (event) => (event.preventDefault(), void this.start(form)) },
        h("button.govuk-button.govuk-button--start", { type: "submit" }, t("start"), startIcon()));
      const content: Child[] = [h("h1.govuk-heading-l", { tabindex: -1 }, form.title), h("p.govuk-body", {}, t("phone-lead")), start,
        h("p.govuk-hint", { id: "ready", role: "status" }), h("div", { id: "mine" })];
      this.column.replaceChildren(this.bar, ...content.filter(isThere), this.root, ...this.below);
      if (!isFirst) this.arrive(form.title);
    } else {
      const known = await store.forms(this.stage.me?.who ?? "");
      const forms: Child[] = this.isShell || location.pathname !== HOME
        ? [h("h1.govuk-heading-l", { tabindex: -1 }, t("phone-title")),
          location.pathname !== HOME && location.pathname !== "/forms/phone" && h("p.govuk-body", {}, t("phone-unknown-form")),
          !known.length && h("p.govuk-body", {}, t("phone-no-forms")),
          h("ul.govuk-list.govuk-list--spaced", {}, ...known.map((one) => h("li", {}, h("a.govuk-link", { href: one.base }, one.title))))]
        : this.above;
      this.column.replaceChildren(this.bar, ...forms.filter(isThere), h("div", { id: "mine" }), this.root, ...this.below);
      if (!isFirst) this.arrive(t("phone-title"));
    }
    void this.refresh();
  }

  private async start(form: store.Form): Promise<void> {
    if (!(await this.tryOpen(() => Filling.begin(this.stage, form)))) return;
    const filling = this.filling as Filling;
    await this.take(filling.kept.id);
    this.filling = filling;
    location.hash = `#/${filling.kept.id}/${encodeURIComponent(filling.kept.page)}`;
  }

  private show(title: string, content: Child[]): void {
    this.column.replaceChildren(this.bar, ...content.filter(isThere), this.root);
    void this.refresh();
    this.arrive(title);
  }

  /** Tells the reader that another page is there: its title, and the focus on its heading. */
  private arrive(title: string): void {
    document.title = `${title} – ${this.title}`;
    window.scrollTo(0, 0);
    this.column.querySelector<HTMLElement>("h1")?.focus();
  }

  private warn(words: string): void {
    const banner = h("div.govuk-inset-text", { role: "alert", id: "phone-warning" }, words);
    document.getElementById("phone-warning")?.remove();
    this.bar.after(banner);
  }

  /** Brings up to date what is said of the whole phone. */
  private async refresh(): Promise<void> {
    const [all, { counts, list, showSent }] = await Promise.all([store.fillings(), more()]);
    const words = counts(all, this.stage.me?.who ?? "");
    const offline = !navigator.onLine && t("phone-no-network");
    const text = [offline, ...words].filter(Boolean).join(" ");
    if (this.bar.dataset["text"] !== text) {
      this.bar.dataset["text"] = text;
      const lines: Child[] = [offline && h("p", {}, offline), words.length > 0 && h("p", {}, h("a.govuk-link", { href: HOME }, ...words))];
      this.bar.replaceChildren(...lines.filter(isThere));
      this.bar.hidden = !text;
    }
    document.getElementById("mine")?.replaceChildren(...list(this.stage, all, (this.form ?? this.known)?.base).filter(isThere));
    const shown = this.filling?.kept ?? (await this.shown());
    // A page that says what became of a filling follows it.
    if (shown && location.hash.endsWith("/sent")) {
      const now = all.find((one) => one.id === shown.id);
      if (now && now.state !== this.lastState) {
        this.lastState = now.state;
        showSent(this.stage, now);
      }
    } else this.lastState = undefined;
  }
  private lastState: store.State | undefined;

  private shown(): Promise<store.Filling | undefined> {
    const [, id] = /^#\/([^/]+)\/sent$/.exec(location.hash) ?? [];
    return id ? store.filling(id) : Promise.resolve(undefined);
  }
}

const isThere = (child: Child | ""): child is Node | string => !!child;

function startIcon(): Node {
  const icon = document.querySelector(".govuk-button__start-icon");
  return icon ? icon.cloneNode(true) : document.createTextNode("");
}
