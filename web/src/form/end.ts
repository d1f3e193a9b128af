// The end of a form: all answers, what is wrong with them, and what became of them.
import type { Page, Session } from "./engine";
import { button, h, summaryList, t, type Child, type Row, type Wrong } from "./dom";
import { placeOf, type Stage } from "./stage";
import type * as store from "./store";
import { nameOfPath, said, sentence } from "./values";

/** Every answer, with a way back to it. */
export function answersOf(session: Session, id: string): Child[] {
  const language = document.documentElement.lang;
  return session.pages().flatMap((page): Child[] => {
    const place = placeOf(id, page.key, true);
    let rows: Row[];
    if (page.repeat) {
      const n = page.repeat.entries.length;
      rows = [{ key: page.title, value: n ? t("phone-entries", { n }) : t("no-entries"), actions: [[t("change"), place]] }];
    } else {
      rows = (page.items ?? []).flatMap((item): Row[] => {
        if ("heading" in item || !item.label || (item.readonly && !item.value)) return [];
        const value = said(item, language) || session.said(item.path) || t("no-answer");
        return [{ key: item.label, value, actions: item.readonly ? [] : [[t("change"), place]] }];
      });
    }
    return rows.length ? [h("h2.govuk-heading-m", {}, [...page.within, page.title].join(" – ")), summaryList(rows)] : [];
  });
}

/** What is asked on a page and answered wrongly. */
export function wrongOn(page: Page): Wrong[] {
  return (page.items ?? []).flatMap((item) =>
    "heading" in item || item.readonly || !item.problem || item.problem.kind === "unclear-rule" ? [] : [{ field: nameOfPath(item.path), text: sentence(item) }]);
}

/** Offers the languages that the form speaks. */
export function languages(place: HTMLElement, session: Session, choose: (name: string) => void): void {
  const list = h<HTMLSelectElement>("select.govuk-select", { id: "form-language", change: () => choose(list.value) },
    ...session.languages.map((name) => h("option", { value: name, selected: name === session.language }, name)));
  place.append(h("div.govuk-form-group", {}, h("label.govuk-label", { for: "form-language" }, t("phone-language")), list));
}

/** Asks before something is lost; `words` begins the ids of what is said. */
export function ask(stage: Stage, words: string, caption: string, title: string, yes: () => void, no: () => void): void {
  stage.show(title, h("span.govuk-caption-l", {}, caption), h("h1.govuk-heading-l", { tabindex: -1 }, title), h("p.govuk-body", {}, t(`${words}-lead`)),
    h("div.govuk-button-group", {}, button(t(`${words}-yes`), yes, "warning"), button(t(`${words}-no`), no, "secondary")));
}

/** The end of a filling: sent, waiting for a network, or for a person. */
export function showSent(stage: Stage, kept: store.Filling): void {
  const again = h("p.govuk-body", {}, h("a.govuk-link", { href: kept.base }, t("again")));
  const mine = h("p.govuk-body", {}, h("a.govuk-link", { href: stage.home }, t("phone-mine")));
  if (kept.state === "sent") {
    return stage.show(t("sent"),
      h("div.govuk-panel.govuk-panel--confirmation", {}, h("h1.govuk-panel__title", { tabindex: -1 }, t("sent")),
        h("div.govuk-panel__body", {}, t("sent-reference", { reference: kept.reference ?? "" }))),
      h("h2.govuk-heading-m", {}, t("sent-next")), h("p.govuk-body", {}, t("sent-what")), again, mine);
  }
  const title = kept.state === "needs" ? t("phone-needs") : t("phone-waits-title");
  stage.show(title, h("h1.govuk-heading-l", { tabindex: -1 }, title),
    h("p.govuk-body", {}, kept.state === "needs" ? (kept.sentence ?? "") : t("phone-waits-lead")), again, mine);
}
