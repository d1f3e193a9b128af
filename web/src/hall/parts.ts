// Pieces that several screens are made of.
import { h, t, type Child } from "../form/dom";
import type { Hall } from "./hall";

/** The heading of a screen, which is where a reader begins. */
export const heading = (text: string, ...beside: Child[]): HTMLElement => h("h1.govuk-heading-l", { tabindex: -1 }, ...beside, text);

export const body = (...children: Child[]): HTMLElement => h("p.govuk-body", {}, ...children);

/** A large button; a string leads to a screen. */
export function press(text: string, to: string | (() => void), kind = "", attributes: Record<string, string> = {}): HTMLElement {
  const classes = `govuk-button${kind ? `.govuk-button--${kind}` : ""}`;
  if (typeof to === "string") return h(`a.${classes}`, { href: `#/${to}`, ...attributes }, text);
  return h(`button.${classes}`, { type: "button", click: to, ...attributes }, text);
}

export const back = (to: string, text = t("back")): HTMLElement => h("a.govuk-back-link.bz-hall-back", { href: `#/${to}` }, text);

interface Field {
  id: string;
  label: string;
  hint?: string;
  value?: string;
}

/** A field of one line or of several. */
export function field({ id, label, hint, value }: Field, kind: "line" | "lines" | "number" = "line"): HTMLElement {
  const describe = hint ? `${id}-hint` : undefined;
  const of = { id, name: id, "aria-describedby": describe, autocomplete: "off" };
  const input = kind === "lines" ? h<HTMLTextAreaElement>("textarea.govuk-textarea", { ...of, rows: 3 })
    : h<HTMLInputElement>("input.govuk-input", { ...of, type: "text", ...(kind === "number" && { inputmode: "numeric" }) });
  if (kind === "number") input.classList.add("govuk-input--width-4");
  (input as HTMLInputElement).value = value ?? "";
  return h("div.govuk-form-group", {}, h("label.govuk-label", { for: id }, label), hint !== undefined && h("div.govuk-hint", { id: `${id}-hint` }, hint), input);
}

/** Says of a field what is wrong with it, and brings it to the reader; words without a field stand above the form. */
export function refuse(form: HTMLElement, id: string, text: string): void {
  clear(form);
  const input = form.querySelector<HTMLElement>(`[id="${id}"]`);
  const said = h("p.govuk-error-message", { id: `${id}-error`, role: "alert" }, h("span.govuk-visually-hidden", {}, t("error-prefix")), ` ${text}`);
  const group = input?.closest(".govuk-form-group, fieldset");
  group?.classList.add("govuk-form-group--error");
  if (input && group) {
    (input.closest(".govuk-form-group") ? input : group.firstElementChild ?? input).before(said);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", `${id}-error`);
    input.focus();
  } else form.prepend(said);
}

function clear(form: HTMLElement): void {
  for (const old of form.querySelectorAll(".govuk-error-message")) old.remove();
  for (const old of form.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
  for (const old of form.querySelectorAll(".govuk-form-group--error")) old.classList.remove("govuk-form-group--error");
}

export const value = (form: HTMLElement, id: string): string => form.querySelector<HTMLInputElement>(`[id="${id}"]`)?.value.trim() ?? "";
export const chosen = (form: HTMLElement, name: string): string => form.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? "";

/** A form whose button does one thing; what is typed into it is kept at every key. */
export function form(hall: Hall, draft: string, collect: (form: HTMLElement) => unknown, send: (form: HTMLElement) => Promise<void>, ...children: Child[]): HTMLElement {
  const made: HTMLElement = h("form", { novalidate: true, autocomplete: "off" }, ...children);
  let isSending = false;
  made.addEventListener("input", () => {
    if (!isSending) void hall.keepDraft(draft, collect(made));
  });
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    void send(made).finally(() => (isSending = false));
  });
  return made;
}

/** A number with large buttons on either side; it is a field too. */
export function stepper(id: string, label: string, at: number, most: number): HTMLElement {
  const input = h<HTMLInputElement>("input.govuk-input.bz-hall-count", { id, name: id, type: "text", inputmode: "numeric", autocomplete: "off" });
  input.value = at ? String(at) : "";
  const step = (by: number) => (): void => {
    const now = Number(/^\d+$/.test(input.value.trim()) ? input.value.trim() : 0);
    input.value = String(Math.min(most, Math.max(0, now + by)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return h("div.govuk-form-group", {}, h("label.govuk-label.govuk-label--m", { for: id }, label), h("div.bz-hall-stepper", {},
    h("button.bz-hall-step", { type: "button", "aria-label": t("one-less", { what: label }), click: step(-1) }, "−"), input,
    h("button.bz-hall-step", { type: "button", "aria-label": t("one-more", { what: label }), click: step(1) }, "+")));
}

/** The day and hour of a moment in microseconds, as the reader's language writes it. */
export const moment = (at: number): string => new Date(at / 1000).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
