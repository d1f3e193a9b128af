// Pages of a filling that come after the first questions: lists of entries, what is wrong, all answers, sending.
import { backLink, button, errorSummary, focusField, h, summaryList, t, type Child, type Row, type Wrong } from "./dom";
import { answersOf, ask, wrongOn } from "./end";
import type { Page } from "./engine";
import type { Filling } from "./fill";
import { likelyOf } from "./likely";
import { flush, sendLater } from "./outbox";
import { placeOf } from "./stage";
import * as store from "./store";

/** Says what is wrong on a page of questions. */
export function complain(filling: Filling, page: Page): void {
  filling.refresh();
  summarise(filling.errors, (wrong) => focusField(wrong.field));
  document.title = `${t("error-title")}: ${page.title}`;
}

function summarise<W extends Wrong>(errors: W[], go: (wrong: W) => void): void {
  document.querySelector(".govuk-error-summary")?.remove();
  const summary = errorSummary(errors, go as (wrong: Wrong) => void);
  document.querySelector("main h1")?.closest("div")?.prepend(summary);
  summary.focus();
  summary.scrollIntoView();
}

/** Shows the entries of a repeat. */
export function showEntries(filling: Filling, page: Page): void {
  const { repeat } = page;
  const { session, stage } = filling;
  if (!repeat) return;
  const rows = repeat.entries.map((entry): Row => {
    const state = entry.unfinished ? (entry.blank ? "blank" : "unfinished") : entry.blank && entry.page ? "blank" : "finished";
    const to = entry.unfinished ?? entry.page;
    const actions: Row["actions"] = [];
    if (to) actions.push([t(entry.unfinished ? "fill-in" : "change"), placeOf(filling.kept.id, to)]);
    if (repeat.open) actions.push([t("remove"), () => askRemove(filling, page, entry.path, entry.title)]);
    return { key: entry.title, value: t(`entry-${state}`), actions };
  });
  const add = (): void => {
    const before = new Set(session.pages().map((one) => one.key));
    try {
      session.addRepeat(repeat.path);
    } catch (error) {
      return stage.warn(String((error as Error).message));
    }
    void filling.save();
    const list = session.page(page.key)?.repeat;
    const newest = list?.entries[list.entries.length - 1]?.page;
    filling.go(newest && !before.has(newest) ? newest : page.key);
  };
  stage.show(page.title, ...filling.head(page),
    h("p.govuk-body", {}, rows.length ? t("phone-entries", { n: rows.length }) : t("no-entries")),
    rows.length > 0 && summaryList(rows),
    h("div.govuk-button-group", {},
      repeat.open && button(t(rows.length ? "add-another" : "add", { what: page.title }), add, "secondary", { name: "do", value: "add" }),
      button(t("continue"), () => filling.go(session.next(page.key)?.key), "", { name: "do", value: "next" })));
}

function askRemove(filling: Filling, page: Page, path: string, title: string): void {
  const back = (): void => void filling.open_page(page.key);
  const yes = (): void => (filling.session.removeRepeat(path), void filling.save(), back());
  ask(filling.stage, "remove", [...page.within, page.title].join(" – "), t("remove-title", { what: title }), yes, back);
}

/** Shows all answers, who may be in a list already, and the button that sends. */
export function showCheck(filling: Filling): void {
  const { kept, session, stage } = filling;
  const last = session.before();
  const likely = h("div", { id: "likely" });
  const form = h("form", { novalidate: true, submit: (event) => (event.preventDefault(), void send(filling)) },
    likely, h("h2.govuk-heading-m", {}, t("send-title")), h("p.govuk-body", {}, t("send-lead")), button(t("send"), undefined));
  stage.show(t("check-title"), backLink(last ? placeOf(kept.id, last.key) : kept.base),
    h("h1.govuk-heading-l", { tabindex: -1 }, t("check-title")), ...answersOf(session, kept.id), form);
  void likelyOf(filling).then((questions: Child[]) => likely.replaceChildren(...questions.filter((one): one is Node => one instanceof Node)));
}

/** Finishes a filling: from here on it is sent as it is. */
async function send(filling: Filling): Promise<void> {
  const { kept, session, stage } = filling;
  const wrong = session.pages().filter((page) => page.unfinished).flatMap((page) => wrongOn(page).map((one) => ({ ...one, page: page.key })));
  if (wrong.length) {
    return summarise(wrong, (one) => {
      filling.go(one.page, true);
      setTimeout(() => focusField(one.field), 100);
    });
  }
  await filling.settled();
  session.finish();
  Object.assign(kept, {
    state: "waiting", final: session.xml(), files: session.files(), there: [], tries: 0, next: 0, why: undefined, sentence: undefined,
    name: session.name, changed: Date.now(), xml: session.snapshot(),
  });
  try {
    await store.keep(kept);
  } catch (error) {
    kept.state = "draft";
    return stage.warn(store.isFull(error) ? t("phone-full") : String(error));
  }
  store.tell();
  filling.go("sent");
  void sendLater();
  void flush(true);
}
