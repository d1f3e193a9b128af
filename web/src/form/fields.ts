// Questions as inputs, in the markup of the server's pages.
import type { Field, Offer } from "./engine";
import type { Search } from "./combo";
import { errorMessage, h, t, type Child } from "./dom";
import { loadedMore, more } from "./lazy";
import { date, nameOfPath, number } from "./values";

/** Choices up to this many are shown at once; more fold into a select, and many more are searched. */
const MOST_RADIOS = 12;
const MOST_OPTIONS = 100;
/** What questions need of the filling they belong to. */
export interface Desk {
  /** The address of one of the form's files. */
  at(file: string): string;
  value(path: string, value: string): void;
  offers(path: string, search?: { text?: string; limit?: number }): Offer[];
  /** Looks choices up that do not lie in the form; undefined for a question whose choices do. */
  search(path: string): ((typed: string) => Promise<Search>) | undefined;
  said(path: string): string;
  keepFile(path: string, name: string, blob: Blob): Promise<void>;
  dropFile(path: string): void;
  file(name: string): Promise<Blob | undefined>;
  /** Shows a question anew, now that what it needs is there. */
  again(path: string): void;
}

/** A question with what is around its input. */
export interface Frame {
  readonly id: string;
  readonly field: Field;
  readonly desk: Desk;
  readonly wrong: string;
  /** The ids of what describes it. */
  readonly described: string;
  say(value: string): void;
  /** Below the question as its label; with several inputs, as their legend. */
  labelled(...children: Child[]): HTMLElement;
  several(role: string, ...children: Child[]): HTMLElement;
  input(value: string, read: (text: string) => string, attributes?: Record<string, string | undefined>, width?: string): HTMLInputElement;
}

export const has = (field: Field, ...appearances: string[]): boolean => field.appearance.split(/\s+/).some((one) => appearances.includes(one));

/** Kinds that few forms ask first; their inputs come with `more`, see `rare.ts`. */
const RARE = ["rank", "moment", "time", "point", "line", "barcode", "file"];

export const isRare = (field: Field): boolean => RARE.includes(kindOf(field));

/** Which input shows a question. */
function kindOf(field: Field): string {
  if (field.readonly) return "note";
  switch (field.kind) {
    case "select-one":
      return "choice";
    case "select-multiple":
      return "checkboxes";
    case "rank":
    case "trigger":
      return field.kind;
    case "upload":
      return "file";
    case "range":
      return "number";
  }
  switch (field.type) {
    case "integer":
    case "decimal":
      return "number";
    case "date":
    case "time":
      return field.type;
    case "dateTime":
      return "moment";
    case "geopoint":
      return "point";
    case "geotrace":
    case "geoshape":
      return "line";
    case "barcode":
      return "barcode";
  }
  return has(field, "multiline") ? "lines" : "text";
}

/** A question as one element; `wrong` is what is said about its answer. */
export function fieldView(field: Field, desk: Desk, wrong: string): HTMLElement {
  const id = nameOfPath(field.path);
  const kind = kindOf(field);
  const box = h("div.bz-question", {}, ...media(field.media, desk.at));
  if (kind === "note") {
    const said = field.value && (desk.said(field.path) || field.value);
    box.append(h("p.govuk-body", {}, field.label, said ? h("strong", {}, ` ${said}`) : ""));
  } else box.append(view(kind, id, field, desk, wrong));
  if (field.guidance) {
    box.append(h("details.govuk-details", {},
      h("summary.govuk-details__summary", {}, h("span.govuk-details__summary-text", {}, t("guidance"))),
      h("div.govuk-details__text", {}, field.guidance)));
  }
  return box;
}

function media({ image, audio, video }: Field["media"], at: Desk["at"]): HTMLElement[] {
  return [
    ...(image ? [h("p", {}, h("img.bz-question-image", { src: at(image), alt: "" }))] : []),
    ...(audio ? [h("p", {}, h("audio", { src: at(audio), controls: true, preload: "none" }))] : []),
    ...(video ? [h("p", {}, h("video.bz-question-image", { src: at(video), controls: true, preload: "none" }))] : []),
  ];
}

function hintOf(kind: string, field: Field): string {
  if (field.range && !field.hint) {
    const [a, b] = field.range;
    return t("between", { least: Math.min(a, b), most: Math.max(a, b) });
  }
  if (kind === "point") return field.hint || t("point-hint");
  if (kind === "line") return [field.hint, t(field.type === "geoshape" ? "ground-hint" : "line-hint")].filter(Boolean).join(" – ");
  return field.hint;
}

function view(kind: string, id: string, field: Field, desk: Desk, wrong: string): HTMLElement {
  const label = field.required ? field.label : t("optional", { question: field.label });
  const hint = hintOf(kind, field);
  const described = [hint && `${id}-hint`, wrong && `${id}-error`].filter(Boolean).join(" ");
  const say = (value: string): void => desk.value(field.path, value);
  const hintView = hint && h("div.govuk-hint", { id: `${id}-hint` }, hint);
  const errorView = wrong && errorMessage(id, wrong);
  const group = (...children: Child[]): HTMLElement => h(`div.govuk-form-group${wrong ? ".govuk-form-group--error" : ""}`, {}, ...children);
  const frame: Frame = {
    id, field, desk, wrong, described, say,
    labelled: (...children) => group(h("label.govuk-label.govuk-label--s", { for: id }, label), hintView, errorView, ...children),
    several: (role, ...children) => group(h("fieldset.govuk-fieldset", { role: role || undefined, "aria-describedby": described || undefined },
      h("legend.govuk-fieldset__legend.govuk-fieldset__legend--s", {}, label), hintView, errorView, ...children)),
    input(value, read, attributes = {}, width = "") {
      const field = h<HTMLInputElement>(`input.govuk-input${width && `.govuk-input--width-${width}`}${wrong ? ".govuk-input--error" : ""}`, {
        id, name: id, type: "text", value, "aria-describedby": described || undefined, ...attributes,
        change: () => say(read(field.value.trim())),
      });
      return field;
    },
  };
  const { labelled, several, input } = frame;

  switch (kind) {
    case "choice":
      return choice(frame);
    case "checkboxes": {
      const chosen = (): string => [...boxes.querySelectorAll<HTMLInputElement>("input:checked")].map((one) => one.value).join(" ");
      const offers = desk.offers(field.path);
      const boxes = h("div.govuk-checkboxes", { id, change: () => say(chosen()) }, ...offers.map((offer, at) =>
        item("checkbox", `${id}-${at + 1}`, id, offer, offer.chosen, desk.at)));
      return several("", boxes);
    }
    case "trigger": {
      const tick = h("div.govuk-checkboxes", { id }, item("checkbox", `${id}-1`, id, { value: "OK", label, media: {}, chosen: false }, field.value !== "", desk.at));
      tick.addEventListener("change", () => say(tick.querySelector<HTMLInputElement>("input")?.checked ? "OK" : ""));
      return group(hintView, errorView, tick);
    }
    case "date": {
      const [year = "", month = "", day = ""] = field.value.slice(0, 10).split("-").map((part) => part.replace(/^0+/, ""));
      const part = (name: string, value: string, width: number): HTMLElement => h("div.govuk-date-input__item", {}, h("div.govuk-form-group", {},
        h("label.govuk-label.govuk-date-input__label", { for: `${id}-${name}` }, t(name)),
        h(`input.govuk-input.govuk-date-input__input.govuk-input--width-${width}${wrong ? ".govuk-input--error" : ""}`,
          { id: `${id}-${name}`, name: `${id}.${name}`, type: "text", inputmode: "numeric", value })));
      const of = (name: string): string => parts.querySelector<HTMLInputElement>(`[name$=".${name}"]`)?.value.trim() ?? "";
      const parts = h("div.govuk-date-input", {
        id,
        change: () => {
          const [day, month, year] = [of("day"), of("month"), of("year")];
          // Half a date is not an answer yet; the last part, or leaving the question, makes it one.
          if ((day && month && year) || (!day && !month && !year) || wrong) say(date(day, month, year));
        },
        focusout: (event) => {
          if (parts.contains((event as FocusEvent).relatedTarget as Node | null)) return;
          say(date(of("day"), of("month"), of("year")));
        },
      }, part("day", day, 2), part("month", month, 2), part("year", year, 4));
      return several("group", parts);
    }
    case "number": {
      const whole = field.type === "integer";
      return labelled(input(field.value, (text) => number(text, whole), { inputmode: whole ? "numeric" : "decimal", spellcheck: "false" }, "10"));
    }
    case "lines": {
      const area = h<HTMLTextAreaElement>(`textarea.govuk-textarea${wrong ? ".govuk-textarea--error" : ""}`, {
        id, name: id, rows: 5, "aria-describedby": described || undefined, change: () => say(area.value),
      });
      area.value = field.value;
      return labelled(area);
    }
    case "text": {
      const numbers = has(field, "numbers") ? "numeric" : undefined;
      return labelled(input(field.value, (text) => text, { inputmode: numbers }));
    }
  }
  const loaded = loadedMore();
  if (loaded) return loaded.rare(kind, frame);
  void more().then(() => desk.again(field.path));
  return labelled();
}

function choice(frame: Frame): HTMLElement {
  const { id, field, desk, say } = frame;
  const far = desk.search(field.path);
  const offers = far ? [] : desk.offers(field.path, { limit: MOST_OPTIONS + 1 });
  if (far || offers.length > MOST_OPTIONS || (has(field, "autocomplete") && offers.length > MOST_RADIOS)) {
    const near = async (typed: string): Promise<Search> => {
      const choices = desk.offers(field.path, { text: typed, limit: 30 });
      return { choices, n: choices.length };
    };
    const place = h("div");
    void more().then(({ combo }) => place.replaceChildren(combo({
      id, chosen: field.value && desk.said(field.path), describedBy: frame.described, isWrong: !!frame.wrong, find: far ?? near, choose: say,
    })));
    return frame.labelled(place);
  }
  if (offers.length > MOST_RADIOS || has(field, "minimal", "autocomplete")) {
    return frame.labelled(select(frame, id, offers, field.value, say));
  }
  const shown = !field.required && field.value ? [...offers, { value: "", label: t("no-answer"), media: {}, chosen: false }] : offers;
  const inline = /likert|columns|horizontal/.test(field.appearance);
  return frame.several("", h(`div.govuk-radios${inline ? ".govuk-radios--inline" : ""}`, {
    id, change: (event) => say((event.target as HTMLInputElement).value),
  }, ...shown.map((offer, at) => item("radio", `${id}-${at + 1}`, id, offer, offer.value === field.value && offer.value !== "", desk.at))));
}

function item(type: "radio" | "checkbox", id: string, name: string, offer: Offer, checked: boolean, at: Desk["at"]): HTMLElement {
  const block = type === "radio" ? "radios" : "checkboxes";
  return h(`div.govuk-${block}__item`, {},
    h(`input.govuk-${block}__input`, { id, name, type, value: offer.value, checked }),
    h(`label.govuk-label.govuk-${block}__label`, { for: id }, offer.label, ...media(offer.media, at)));
}

export function select({ wrong, described }: Frame, id: string, offers: Offer[], value: string, say: (value: string) => void): HTMLElement {
  const option = (value: string, label: string, selected: boolean): HTMLElement => h("option", { value, selected }, label);
  const list = h<HTMLSelectElement>(`select.govuk-select${wrong && ".govuk-select--error"}`, { id, name: id, "aria-describedby": described || undefined, change: () => say(list.value) },
    option("", t("choose"), false), ...offers.map((offer) => option(offer.value, offer.label, offer.value === value)));
  return list;
}
