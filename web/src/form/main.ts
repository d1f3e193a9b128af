// Forms on the phone: what JavaScript makes of the pages under /forms, so that they work with no network after the first visit.
// <div id="phone" data-words="{…}" [data-me="{…}"] [data-form="{…}"]>, which stands below what the server wrote.
import { adopt } from "./adopt";
import { button, h, speak, t, type Child } from "./dom";
import { Filling } from "./fill";
import { more } from "./lazy";
import type { News } from "./news";
import { programOf, type Stage } from "./stage";
import * as store from "./store";

const HOME = "/forms";
/** Whose phone it is at the moment is not waited for longer on a poor network. */
const PATIENCE = 1500;

const root = document.getElementById("phone");
if (root) void begin(root);

async function begin(root: HTMLElement): Promise<void> {
  speak(root.dataset["words"] ?? "{}");
  const read = <T>(name: string): T | undefined => (root.dataset[name] ? (JSON.parse(root.dataset[name]) as T) : undefined);
  const me = read<store.Me>("me");
  const form = read<store.Form>("form");
  // On its way while the phone's store is opened.
  if (form) programOf(form).catch(() => undefined);
  try {
    await store.open();
  } catch {
    // The server's pages go on working, and keep answers on the server.
    root.parentElement?.prepend(h("div.bz-on-phone", { role: "alert", id: "phone-private" }, t("phone-private")));
    return;
  }
  const phone = new Phone(root, me ?? (await store.thing<store.Me>("me")), form);
  await phone.begin();
  if (me) await store.keepThing("me", me);
  if (form) await store.keepForm({ ...form, who: form.public ? "" : (me?.who ?? "") });
  const { flush, keepForLater, resumeAfterSignIn } = await more();
  const now = me ?? (await phone.news)?.me;
  if (now) await resumeAfterSignIn(now.who);
  void flush(navigator.onLine);
  window.addEventListener("online", () => void flush(true));
  void keepForLater({
    told: form, known: phone.known, news: phone.news, hear: (news) => void phone.hear(news),
    say: (words) => {
      const place = document.getElementById("ready");
      if (place) place.textContent = words;
    },
  });
}

class Phone {
  /** What the network says of a form that is shown out of the phone. */
  news: Promise<News | undefined> = Promise.resolve(undefined);
  /** The form as the phone knows it, where the server told nothing. */
  known: store.KnownForm | undefined;
  private readonly column: HTMLElement;
  private readonly stage: Stage;
  private readonly title = document.title;
  private filling: Filling | undefined;
  private lock: (() => void) | undefined;
  /** The filling that this window holds. */
  private held = "";
  private readonly bar = h("div.bz-on-phone", { role: "status", hidden: true });
  /** What the server wrote, before and below. */
  private readonly above: Node[];
  private readonly below: Node[];
  private readonly isShell: boolean;
  /** Settled once it is known, as far as can be, who holds the phone. */
  private sure: Promise<unknown> = Promise.resolve();
  private shows: store.State | undefined;
  /** Counts what was shown: what took longer than the next is not shown any more. */
  private turn = 0;

  constructor(
    private readonly root: HTMLElement,
    me: store.Me | undefined,
    /** The form that the server tells of. */
    readonly form: store.Form | undefined,
  ) {
    this.column = root.parentElement ?? root;
    const nodes = [...this.column.childNodes];
    this.above = nodes.slice(0, nodes.indexOf(root));
    this.below = nodes.slice(nodes.indexOf(root) + 1);
    this.isShell = "shell" in this.column.dataset;
    this.stage = {
      me, home: HOME, show: (title, ...content) => this.show(title, content), warn: (...words) => this.warn(words),
      showFirst: (...first) => this.showFirst(...first), begun: (filling) => this.begun(filling),
    };
  }

  async begin(): Promise<void> {
    const { me } = this.stage;
    if (!this.form && location.pathname !== HOME) {
      const known = await store.forms(me?.who ?? "");
      const form = (this.known = known.find((form) => form.base === location.pathname.replace(/\/$/, "")));
      if (form && navigator.onLine) {
        this.news = more().then(({ ask }) => ask(form));
        this.sure = Promise.race([this.news.then((news) => this.hear(news)), new Promise((late) => setTimeout(late, PATIENCE))]);
      }
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
    if (this.isShell) void more().then(({ dress }) => dress(this.stage.me));
  }

  /** Follows what the network says of a form that was shown out of the phone. */
  async hear(news: News | undefined): Promise<void> {
    if (!news) return;
    const { stage, filling } = this;
    if (news.warning) this.warn([news.warning, ...(news.link ? [" ", news.link] : [])]);
    if (news.me && news.me.who !== stage.me?.who) {
      stage.me = news.me;
      // The phone was handed on: what was just begun is theirs, anything else is not.
      if (filling?.isNew) filling.belongTo(news.me.who);
      else if (filling) location.hash = "";
    }
    const { form } = news;
    if (!form || !this.known) return;
    const isNewer = form.program !== this.known.program;
    this.known = { ...form, who: this.known.who };
    if (!isNewer) return;
    if (filling && filling.isNew && !filling.isBegun && !this.column.contains(document.activeElement)) await this.showStart(false, false);
    else filling?.grewOld();
  }

  /** Shows what the address says: the start, or a page of a filling. */
  private async route(isFirst = false): Promise<void> {
    const turn = (this.turn += 1);
    const [, id, rest = ""] = /^#\/([^/]+)\/(.*)$/.exec(location.hash) ?? [];
    if (!id) {
      this.release();
      return this.showStart(isFirst);
    }
    const [key = "", query] = rest.split("?");
    if (this.filling?.kept.id !== id) {
      await this.sure;
      const kept = await store.filling(id);
      if (turn !== this.turn) return;
      if (!kept || (kept.who && kept.who !== this.stage.me?.who)) return this.showStart(false);
      if (kept.state === "waiting" || kept.state === "sent") return (await more()).showSent(this.stage, kept);
      if (this.held !== id) {
        this.release();
        if (!(await this.take(id))) return this.showElsewhere(id);
      }
      if (!(await this.tryOpen(() => Filling.reopen(this.stage, kept, this.form ?? this.known)))) return;
    }
    await this.filling?.open_page(decodeURIComponent(key), query === "change");
  }

  private async tryOpen(open: () => Promise<Filling>): Promise<boolean> {
    try {
      this.filling = await open();
      return true;
    } catch (error) {
      this.warn([t("phone-broken", { detail: String((error as Error).message) })]);
      return false;
    }
  }

  /** Takes a filling for this window; false while another one has it. */
  private async take(id: string, steal = false): Promise<boolean> {
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
    this.filling?.leave();
    this.lock = this.filling = undefined;
    this.held = "";
  }

  private showElsewhere(id: string): void {
    this.stage.show(t("phone-title"), h("h1.govuk-heading-l", { tabindex: -1 }, t("phone-title")), h("p.govuk-body", {}, t("phone-elsewhere")),
      button(t("phone-open-here"), () => void (this.release(), this.take(id, true)).then(() => this.route())));
  }

  /** Shows a form with its first questions, or the list of all forms. */
  private async showStart(isFirst: boolean, arrives = !isFirst): Promise<void> {
    const form = this.form ?? this.known;
    const turn = (this.turn += 1);
    if (form) {
      let filling: Filling;
      try {
        filling = await Filling.begin(this.stage, form);
      } catch (error) {
        // Where its program is neither here nor to be had, what the server wrote stays.
        console.warn(error);
        if (this.isShell) this.column.replaceChildren(this.bar, h("h1.govuk-heading-l", {}, form.title), h("p.govuk-body", {}, t("phone-unknown-form")), this.root);
        if (!document.getElementById("mine")) this.root.before(h("div", { id: "mine" }));
        return void this.refresh();
      }
      if (turn !== this.turn) return;
      this.filling = filling;
      await filling.showFirst();
      if (arrives) this.arrive(form.title);
    } else {
      const known = await store.forms(this.stage.me?.who ?? "");
      const forms: Child[] = this.isShell || location.pathname !== HOME
        ? [h("h1.govuk-heading-l", { tabindex: -1 }, t("phone-title")),
          location.pathname !== HOME && location.pathname !== "/forms/phone" && h("p.govuk-body", {}, t("phone-unknown-form")),
          !known.length && h("p.govuk-body", {}, t("phone-no-forms")),
          h("ul.govuk-list.govuk-list--spaced", {}, ...known.map((one) => h("li", {}, h("a.govuk-link", { href: one.base }, one.title))))]
        : this.above;
      this.column.replaceChildren(this.bar, ...forms.filter(isThere), h("div", { id: "mine" }), this.root, ...this.below);
      if (arrives) this.arrive(t("phone-title"));
    }
    void this.refresh();
  }

  private showFirst(step: string, page: string, form: HTMLElement, ...below: Child[]): void {
    const { title } = (this.form ?? this.known) as store.Form;
    const content: Child[] = [this.bar, step && h("span.govuk-caption-l", {}, step), h("h1.govuk-heading-l", { tabindex: -1 }, title),
      page !== "" && page !== title && h("h2.govuk-heading-m", {}, page), form, ...below, h("p.govuk-body", { id: "lead" }, t("phone-lead")),
      h("p.govuk-hint", { id: "ready", role: "status" }), h("div", { id: "mine" }), this.root, ...this.below];
    const put = (): void => this.column.replaceChildren(...content.filter(isThere));
    const old = document.getElementById("first");
    if (old) adopt(old, put);
    else put();
  }

  /** The first answer of a filling is there: from now on its address opens it again. */
  private begun(filling: Filling): void {
    if (filling !== this.filling) return;
    const { id, page } = filling.kept;
    history.replaceState(null, "", `#/${id}/${encodeURIComponent(page)}`);
    void this.take(id);
    void navigator.storage?.persist?.().catch(() => false);
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

  private warn(words: Child[]): void {
    const banner = h("div.bz-on-phone", { role: "alert", id: "phone-warning" }, ...words);
    document.getElementById("phone-warning")?.remove();
    this.bar.after(banner);
  }

  /** Brings up to date what is said of the whole phone. */
  private async refresh(): Promise<void> {
    const [all, { counts, list, showSent }] = await Promise.all([store.fillings(), more(), this.sure]);
    const mine = document.getElementById("mine");
    // Where answers are listed they need not be counted, too.
    const words = mine && location.pathname !== HOME ? [] : counts(all, this.stage.me?.who ?? "");
    const offline = !navigator.onLine && t("phone-no-network");
    const text = [offline, ...words].filter(Boolean).join(" ");
    if (this.bar.dataset["text"] !== text) {
      this.bar.dataset["text"] = text;
      const lines: Child[] = [offline && h("p", {}, offline), words.length > 0 && h("p", {}, h("a.govuk-link", { href: HOME }, ...words))];
      this.bar.replaceChildren(...lines.filter(isThere));
      this.bar.hidden = !text;
    }
    mine?.replaceChildren(...list(this.stage, all, (this.form ?? this.known)?.base).filter(isThere));
    const shown = this.filling?.kept ?? (await this.shown());
    // A page that says what became of a filling follows it.
    if (shown && location.hash.endsWith("/sent")) {
      const now = all.find((one) => one.id === shown.id);
      if (now && now.state !== this.shows) {
        this.shows = now.state;
        showSent(this.stage, now);
      }
    } else this.shows = undefined;
  }

  private shown(): Promise<store.Filling | undefined> {
    const [, id] = /^#\/([^/]+)\/sent$/.exec(location.hash) ?? [];
    return id ? store.filling(id) : Promise.resolve(undefined);
  }
}

const isThere = (child: Child | ""): child is Node | string => !!child;
