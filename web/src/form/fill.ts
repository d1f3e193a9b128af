// A form being filled on the phone, page by page, as the server's pages do it; every answer is kept at once.
import { load, resume, type Field, type Page, type Program, type Session, type Source } from "./engine";
import type { Text } from "./engine/program";
import { backLink, button, h, t, type Child, type Wrong } from "./dom";
import { fieldView, isRare, type Desk } from "./fields";
import { more, rare as loadRare } from "./lazy";
import { fileAddress, placeOf, programOf, type Stage } from "./stage";
import * as store from "./store";
import { nameOfPath } from "./values";

/** Rounds of asking for rows that answers to questions may need. */
const MOST_ROUNDS = 6;

export class Filling {
  session!: Session;
  /** Whether it was begun here, and not opened again. */
  isNew = false;
  /** Whether it lies on the phone; nothing does before the first answer. */
  isBegun = true;
  isChange = false;
  errors: Wrong[] = [];
  private saving: Promise<void> | undefined;
  private isStale = false;
  private page = "";
  private asked: Promise<void> | undefined;
  private arriving: ReturnType<typeof setTimeout> | undefined;
  /** Counts the pages that were opened: what comes late for an earlier one is not shown any more. */
  private turn = 0;
  /** Where the questions of the page stand. */
  private box: HTMLElement | undefined;
  /** Questions on the page as they are shown, by path. */
  private views = new Map<string, { looks: string; value: string; view: HTMLElement }>();

  private constructor(
    readonly stage: Stage,
    readonly kept: store.Filling,
    private isNewer: boolean,
  ) {}

  /** Starts a filling of a form. */
  static async begin(stage: Stage, form: store.Form): Promise<Filling> {
    const { base, title, program, version, public: open } = form;
    const kept: store.Filling = {
      base, title, program, version, public: open, id: crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`, who: open && !stage.me ? "" : (stage.me?.who ?? ""),
      name: "", state: "draft", page: "", language: document.documentElement.lang, xml: "", changed: Date.now(), files: [], there: [], tries: 0, next: 0,
    };
    const filling = new Filling(stage, kept, false);
    filling.isNew = true;
    filling.isBegun = false;
    await filling.open((program, options) => load(program, options));
    filling.kept.page = filling.session.first()?.key ?? "check";
    return filling;
  }

  /** Opens one that lies on the phone. */
  static async reopen(stage: Stage, kept: store.Filling, current?: store.Form): Promise<Filling> {
    const filling = new Filling(stage, kept, !!current && current.program !== kept.program);
    await filling.open((program, options) => resume(program, kept.xml, options));
    return filling;
  }

  private async open(start: (program: Program, options: Parameters<typeof load>[1]) => Session): Promise<void> {
    const [program, lastSaved] = await Promise.all([programOf(this.kept), store.thing<string>(`${this.kept.who} last ${this.kept.base}`)]);
    const { me } = this.stage;
    const rare = program.uses?.includes("rare") ? await loadRare() : undefined;
    this.session = start(program, {
      language: this.kept.language,
      properties: { deviceid: "baraza:web", ...(me && { username: me.email, email: me.email }) },
      lastSaved,
      rare,
    });
    await this.settle();
  }

  /** Fetches rows of lists that the answers as they stand need. */
  private async settle(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const missing = this.session.missing();
      if (!missing.length) return;
      const { answerTo } = await more();
      await Promise.all(missing.map(async (query) => this.session.supply(query.list, await answerTo(this.kept, query), query)));
    }
  }

  // What is kept.

  /** Keeps the answers; while one is being written, the next one waits. */
  save(): Promise<void> {
    this.isStale = true;
    if (!this.isBegun) {
      this.isBegun = true;
      this.stage.begun(this);
    }
    this.saving ??= (async () => {
      try {
        const { name } = this.kept;
        const isNew = !this.kept.xml;
        while (this.isStale) {
          // What an answer sets off is shown before it is written.
          await new Promise((shown) => setTimeout(shown));
          this.isStale = false;
          Object.assign(this.kept, { xml: this.session.snapshot(), name: this.session.name, changed: Date.now() });
          await store.keep(this.kept);
        }
        if (isNew || name !== this.kept.name) store.tell();
      } catch (error) {
        this.stage.warn(store.isFull(error) ? t("phone-full") : String(error));
      } finally {
        this.saving = undefined;
      }
    })();
    return this.saving;
  }

  private readonly desk: Desk = {
    at: (file) => fileAddress(this.kept, file),
    value: (path, value) => this.answer(path, value),
    offers: (path, search) => this.session.offers(path, search),
    said: (path) => this.session.said(path),
    search: (path) => {
      const source = this.session.source(path);
      return source && ((typed) => this.search(source, typed));
    },
    keepFile: async (path, name, blob) => {
      try {
        await store.keepFile(this.kept.id, name, blob);
      } catch (error) {
        this.stage.warn(store.isFull(error) ? t("phone-full") : String(error));
        return;
      }
      this.desk.dropFile(path);
      this.answer(path, name);
    },
    dropFile: (path) => {
      const old = this.session.value(path);
      if (!old) return;
      void store.forgetFile(this.kept.id, old);
      this.answer(path, "");
    },
    file: (name) => store.file(this.kept.id, name),
    again: (path) => {
      this.views.delete(path);
      this.refresh();
    },
  };

  private async search(source: Source, typed: string): Promise<{ choices: { value: string; label: string }[]; n: number }> {
    const { table, n } = await (await more()).lookUp(this.kept, source, typed);
    const column = (name: string): string[] => table.cells[table.columns.indexOf(name)] ?? [];
    const words = table.words?.[Math.max(0, this.session.languages.indexOf(this.session.language))];
    const labels = source.label || !words ? column(source.label ?? "label") : words.map(plain);
    return { choices: column(source.value).map((value, at) => ({ value, label: labels[at] || value })), n };
  }

  private answer(path: string, value: string): void {
    if (this.session.value(path) === value) return;
    const source = value ? this.session.source(path) : undefined;
    this.session.answer(path, value);
    const view = this.views.get(path);
    if (view) view.value = this.session.value(path);
    void this.save();
    this.asked = (async () => {
      if (source) {
        const query = { list: source.list, column: source.value, value };
        const { look } = await more();
        const found = await look(this.kept, source.list, { [source.value]: value }, "", undefined, 1).catch(() => undefined);
        if (found) this.session.supply(source.list, found.table, query);
      }
      if (this.session.missing().length || source) {
        await this.settle();
        this.refresh();
      }
    })();
    this.refreshSoon();
  }

  // Pages.

  /** Shows a page; without one that holds, the place where the visit stopped. */
  async open_page(key: string, isChange = false): Promise<void> {
    this.leave();
    this.errors = [];
    this.isChange = isChange;
    if (key === "sent") return this.showSent();
    if (this.kept.state !== "draft" && this.kept.state !== "needs") return this.showSent();
    const page = this.session.page(key);
    this.page = page ? key : "check";
    if (this.kept.page !== this.page) {
      this.kept.page = this.page;
      void this.save();
    }
    await this.showPage(page);
    await this.lookAgain(page);
  }

  /** Words of answers may stand in lists that do not lie here. */
  private async lookAgain(page: Page | undefined): Promise<void> {
    const { turn } = this;
    if (!this.session.missing().length) return;
    await this.settle();
    if (turn !== this.turn) return;
    if (page?.items) this.refresh();
    else await this.showPage(this.session.page(this.page));
  }

  /** Another page is shown from now on: nothing of this one is to come after it. */
  leave(): void {
    this.turn += 1;
    this.box = undefined;
  }

  private async showPage(page: Page | undefined): Promise<void> {
    const { turn } = this;
    if (page?.items) return this.showQuestions(page);
    const { showCheck, showEntries } = await more();
    if (turn !== this.turn) return;
    if (page) showEntries(this, page);
    else showCheck(this);
  }

  go(key: string | undefined, isChange = false): void {
    const place = placeOf(this.kept.id, key ?? "check", isChange);
    if (location.hash === place) void this.open_page(key ?? "check", isChange);
    else location.hash = place;
  }

  private step(page: Page): string {
    const pages = this.session.pages();
    return t("page-of", { page: pages.findIndex((one) => one.key === page.key) + 1, of: pages.length + 1 });
  }

  head(page: Page): HTMLElement[] {
    const back = this.isChange ? "check" : this.session.before(page.key)?.key;
    const within = page.within.length ? `${page.within.join(" – ")} · ` : "";
    return [
      backLink(back === undefined ? this.kept.base : placeOf(this.kept.id, back)),
      h("span.govuk-caption-l", {}, `${within}${this.step(page)}`),
      h("h1.govuk-heading-l", { tabindex: -1 }, page.title),
    ];
  }

  /** Shows the first questions below the title of the form; where none are asked first, a button that leads on. */
  async showFirst(): Promise<void> {
    const page = this.session.page(this.kept.page);
    this.page = this.kept.page;
    if (!page?.items) {
      const on = h("form", { novalidate: true, submit: (event) => (event.preventDefault(), void this.save().then(() => this.go(this.page))) },
        button(t("start"), undefined));
      return this.stage.showFirst(page ? this.step(page) : "", "", on);
    }
    // Whatever was typed into it already needs an input to stand in.
    if (page.items.some((item) => !("heading" in item) && isRare(item))) await more();
    this.stage.showFirst(this.step(page), page.title, this.questions(page), this.languages());
    await this.lookAgain(page);
  }

  private showQuestions(page: Page): void {
    this.stage.show(page.title, ...this.head(page), this.isNewer && newer(), this.questions(page), h("p.govuk-hint", {}, t("phone-kept")), this.languages());
  }

  private questions(page: Page): HTMLElement {
    this.views.clear();
    // What changes under the fingers of whoever is typing is shown when they go on to something else.
    const questions = (this.box = h("div", { id: "questions", focusout: () => this.refreshSoon() }));
    this.paint(page, questions);
    return h("form", { novalidate: true, submit: (event) => (event.preventDefault(), void this.goOn()) }, questions, button(t("save-and-continue"), undefined));
  }

  /** Which language the form speaks, where it speaks several. */
  private languages(): Child {
    const { session } = this;
    if (session.languages.length < 2) return false;
    const place = h("div");
    void more().then(({ languages }) => languages(place, session, (name) => {
      this.kept.language = session.language = name;
      if (this.isBegun) void this.save().then(() => this.open_page(this.page, this.isChange));
      else void this.showFirst();
    }));
    return place;
  }

  /** Says on the page that there is a newer version of the form. */
  grewOld(): void {
    if (this.isNewer) return;
    this.isNewer = true;
    document.querySelector("main h1")?.after(newer());
  }

  /** Gives what was just begun to whoever holds the phone. */
  belongTo(who: string): void {
    if (this.kept.public && !this.kept.who) return;
    this.kept.who = who;
    if (this.isBegun) void this.save();
  }

  /** Puts the questions of a page in their places; those that look as before stay untouched, so that nobody loses the cursor. */
  private paint(page: Page, box: HTMLElement): void {
    const shown = (page.items ?? []).map((item, at) => {
      const key = "heading" in item ? `heading ${at}` : item.path;
      const wrong = "heading" in item ? "" : (this.errors.find((error) => error.field === nameOfPath(item.path))?.text ?? "");
      const looks = JSON.stringify("heading" in item ? item.heading : this.looks(item, wrong));
      const value = "heading" in item ? "" : item.value;
      const known = this.views.get(key);
      // An answer that a rule changed or took back is shown; one that was just given stands in its input already.
      if (known?.looks === looks && known.value === value) return known.view;
      // Nobody loses the cursor, or what they are typing, to what came meanwhile.
      if (known?.view.contains(document.activeElement)) return known.view;
      const view = "heading" in item ? h("h2.govuk-heading-m", {}, item.heading) : fieldView(item, this.desk, wrong);
      this.views.set(key, { looks, value, view });
      return view;
    });
    shown.forEach((view, at) => {
      if (box.children[at] !== view) box.insertBefore(view, box.children[at] ?? null);
    });
    while (box.children.length > shown.length) box.lastElementChild?.remove();
  }

  /** What changes how a question is shown, its own answer left aside: the input holds that already. */
  private looks(field: Field, wrong: string): unknown[] {
    const { path, label, hint, guidance, required, readonly, kind } = field;
    const isChoice = kind === "select-one" || kind === "select-multiple" || kind === "rank";
    const offers = isChoice && !readonly ? (this.session.source(path)?.equals ?? this.session.offers(path, { limit: 101 }).map((offer) => [offer.value, offer.label])) : [];
    return [label, hint, guidance, required, readonly, wrong, offers, readonly && this.session.said(path), this.session.language];
  }

  /** Shows what has changed when whoever answered has arrived where they are going: a question that is replaced on the way cannot take them. */
  private refreshSoon(): void {
    this.arriving ??= setTimeout(() => {
      this.arriving = undefined;
      this.refresh();
    });
  }

  /** Shows what has changed on the page. */
  refresh(): void {
    const page = this.session.page(this.page);
    if (this.box && page?.items) this.paint(page, this.box);
  }

  private async goOn(): Promise<void> {
    // What is being typed is an answer, too.
    (document.activeElement as HTMLElement | null)?.blur();
    await this.asked;
    const page = this.session.page(this.page);
    if (!page) return this.go(undefined);
    // Only what is wrong needs words.
    this.errors = page.unfinished ? (await more()).wrongOn(page) : [];
    if (this.errors.length) return (await more()).complain(this, page);
    await this.save();
    const next = this.isChange ? this.session.unfinished() : this.session.next(page.key);
    this.go(next?.key, this.isChange && !!next);
  }

  /** Waits until what was answered lies on the phone. */
  async settled(): Promise<void> {
    await this.asked;
    await this.saving;
  }

  private async showSent(): Promise<void> {
    const now = (await store.filling(this.kept.id)) ?? this.kept;
    Object.assign(this.kept, now);
    (await more()).showSent(this.stage, now);
  }
}

/** A translated text without what is shown beside it. */
function plain(text: Text): string {
  if (typeof text === "string") return text;
  if (Array.isArray(text)) return text.filter((part) => typeof part === "string").join("");
  return text?.text ? plain(text.text) : "";
}

const newer = (): HTMLElement => h("p.govuk-body", {}, t("phone-newer"));
