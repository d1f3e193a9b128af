// Elements in the markup of the server's own pages (govuk-frontend 6), so that both faces look and read the same.

export type Child = Node | string | false | null | undefined;
type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>;

/** Makes an element: `h("p.govuk-body", {}, "words")`. A function is a listener, `false` leaves an attribute away. */
export function h<E extends HTMLElement = HTMLElement>(name: string, attributes: Attributes = {}, ...children: Child[]): E {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag as string);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => !!child || child === ""));
  return element as E;
}

let words: Record<string, string> = {};

export function speak(json: string): void {
  words = JSON.parse(json) as Record<string, string>;
}

/** A text of the server's, with its arguments filled in. */
export function t(id: string, args: Record<string, string | number> = {}): string {
  return (words[id] ?? id).replace(/\{\$(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
}

/** What is said of a question that was answered wrongly, and the input it leads to. */
export interface Wrong {
  field: string;
  text: string;
}

export function errorSummary(errors: Wrong[], go: (wrong: Wrong) => void): HTMLElement {
  const item = (wrong: Wrong): HTMLElement =>
    h("li", {}, h("a", { href: `#${wrong.field}`, click: (event) => (event.preventDefault(), go(wrong)) }, wrong.text));
  return h("div.govuk-error-summary", { tabindex: -1 }, h("div", { role: "alert" },
    h("h2.govuk-error-summary__title", {}, t("error-title")),
    h("div.govuk-error-summary__body", {}, h("ul.govuk-list.govuk-error-summary__list", {}, ...errors.map(item)))));
}

export function errorMessage(id: string, text: string): HTMLElement {
  return h("p.govuk-error-message", { id: `${id}-error` }, h("span.govuk-visually-hidden", {}, t("error-prefix")), ` ${text}`);
}

export function button(text: string, click: (() => void) | undefined, kind = "", attributes: Attributes = {}): HTMLElement {
  const classes = kind && `.govuk-button--${kind}`;
  return h(`button.govuk-button${classes}`, { type: click ? "button" : "submit", click, ...attributes }, text);
}

export const backLink = (href: string): HTMLElement => h("a.govuk-back-link", { href }, t("back"));

export interface Row {
  key: string;
  value: Child;
  actions: [text: string, href: string | (() => void)][];
}

export function summaryList(rows: Row[]): HTMLElement {
  const some = rows.some((row) => row.actions.length);
  const act = (row: Row, [text, to]: Row["actions"][number]): HTMLElement => {
    const of = h("span.govuk-visually-hidden", {}, ` ${row.key}`);
    return typeof to === "string" ? h("a.govuk-link", { href: to }, text, of)
      : h("button.bz-link", { type: "button", click: to }, text, of);
  };
  return h("dl.govuk-summary-list", {}, ...rows.map((row) =>
    h(`div.govuk-summary-list__row${some && !row.actions.length ? ".govuk-summary-list__row--no-actions" : ""}`, {},
      h("dt.govuk-summary-list__key", {}, row.key), h("dd.govuk-summary-list__value", {}, row.value),
      row.actions.length === 1 && h("dd.govuk-summary-list__actions", {}, act(row, row.actions[0] as Row["actions"][number])),
      row.actions.length > 1 && h("dd.govuk-summary-list__actions", {}, h("ul.govuk-summary-list__actions-list", {},
        ...row.actions.map((action) => h("li.govuk-summary-list__actions-list-item", {}, act(row, action))))))));
}

/** Brings a question's first input to the reader. */
export function focusField(id: string): void {
  const field = document.getElementById(id);
  const input = field && !field.matches("input, select, textarea, button") ? field.querySelector<HTMLElement>("input, select, textarea, button") : field;
  input?.focus();
  input?.scrollIntoView({ block: "center" });
}
