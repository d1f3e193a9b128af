// Questions as inputs, in the markup of the server's pages.
import type { Field, Offer } from "./engine";
import type { Search } from "./combo";
import { button, errorMessage, h, t, type Child } from "./dom";
import { more } from "./lazy";
import { date, linesOf, nameOfPath, number, pointsOf, position, withOffset } from "./values";

/** Choices up to this many are shown at once; more fold into a select, and many more are searched. */
const MOST_RADIOS = 12;
const MOST_OPTIONS = 100;
/** One file may be this long; the server takes no more. */
const MOST_MEGABYTES = 64;

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
}

const has = (field: Field, ...appearances: string[]): boolean => field.appearance.split(/\s+/).some((one) => appearances.includes(one));

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
  const error = wrong ? "--error" : "";
  const hintView = hint && h("div.govuk-hint", { id: `${id}-hint` }, hint);
  const errorView = wrong && errorMessage(id, wrong);
  const group = (...children: Child[]): HTMLElement => h(`div.govuk-form-group${wrong ? ".govuk-form-group--error" : ""}`, {}, ...children);
  const labelled = (...children: Child[]): HTMLElement =>
    group(h("label.govuk-label.govuk-label--s", { for: id }, label), hintView, errorView, ...children);
  const several = (role: string, ...children: Child[]): HTMLElement =>
    group(h("fieldset.govuk-fieldset", { role: role || undefined, "aria-describedby": described || undefined },
      h("legend.govuk-fieldset__legend.govuk-fieldset__legend--s", {}, label), hintView, errorView, ...children));
  const input = (value: string, read: (text: string) => string, attributes: Record<string, string | undefined> = {}, width = ""): HTMLInputElement => {
    const field = h<HTMLInputElement>(`input.govuk-input${width && `.govuk-input--width-${width}`}${wrong ? ".govuk-input--error" : ""}`, {
      id, name: id, type: "text", value, "aria-describedby": described || undefined, ...attributes,
      change: () => say(read(field.value.trim())),
    });
    return field;
  };

  switch (kind) {
    case "choice":
      return choice(id, field, desk, { described, wrong, labelled, several, say });
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
    case "rank": {
      const offers = desk.offers(field.path);
      const order = field.value.split(/\s+/);
      const ranked = (): string => [...new Set([...box.querySelectorAll("select")].map((one) => one.value).filter(Boolean))].join(" ");
      const box = several("", h("div", { id }, ...offers.map((_, place) => h("div.govuk-form-group", {},
        h("label.govuk-label", { for: `${id}-${place + 1}` }, t("rank", { place: place + 1 })),
        select(`${id}-${place + 1}`, offers, order[place] ?? "", error, "", () => say(ranked()))))));
      return box;
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
    case "moment":
      return labelled(input(field.value.slice(0, 16), (text) => text && withOffset(text), { type: "datetime-local" }, "20"));
    case "time":
      return labelled(input(field.value.slice(0, 5), (text) => text && (withOffset(`2000-01-01T${text}`).split("T")[1] ?? ""), { type: "time" }, "5"));
    case "number": {
      const whole = field.type === "integer";
      return labelled(input(field.value, (text) => number(text, whole), { inputmode: whole ? "numeric" : "decimal", spellcheck: "false" }, "10"));
    }
    case "point": {
      const box = input(field.value, position, { spellcheck: "false" });
      return h("div", {}, labelled(box), locator(t("point-use"), (found) => ((box.value = found), say(found))));
    }
    case "line":
    case "lines": {
      const closed = field.type === "geoshape";
      const isLine = kind === "line";
      const area = h<HTMLTextAreaElement>(`textarea.govuk-textarea${wrong ? ".govuk-textarea--error" : ""}`, {
        id, name: id, rows: isLine ? 6 : 5, spellcheck: isLine ? "false" : undefined, "aria-describedby": described || undefined,
        change: () => say(isLine ? pointsOf(area.value, closed) : area.value),
      });
      area.value = isLine ? linesOf(field.value, closed) : field.value;
      if (!isLine) return labelled(area);
      return h("div", {}, labelled(area), locator(t("line-add"), (found) => {
        area.value = `${area.value.trimEnd()}\n${found}`.trimStart();
        say(pointsOf(area.value, closed));
      }));
    }
    case "file":
      return upload(id, field, desk, { described, wrong, labelled });
    default: {
      const numbers = has(field, "numbers") ? "numeric" : undefined;
      return labelled(input(field.value, (text) => text, { inputmode: numbers }));
    }
  }
}

interface Frame {
  described: string;
  wrong: string;
  labelled(...children: Child[]): HTMLElement;
}

function choice(id: string, field: Field, desk: Desk, frame: Frame & { several(role: string, ...children: Child[]): HTMLElement; say(value: string): void }): HTMLElement {
  const { say } = frame;
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
    return frame.labelled(select(id, offers, field.value, frame.wrong ? "--error" : "", frame.described, say));
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

function select(id: string, offers: Offer[], value: string, error: string, described: string, say: (value: string) => void): HTMLElement {
  const option = (value: string, label: string, selected: boolean): HTMLElement => h("option", { value, selected }, label);
  const list = h<HTMLSelectElement>(`select.govuk-select${error && `.govuk-select${error}`}`, { id, name: id, "aria-describedby": described || undefined, change: () => say(list.value) },
    option("", t("choose"), false), ...offers.map((offer) => option(offer.value, offer.label, offer.value === value)));
  return list;
}

/** A button that finds the device's position. */
function locator(label: string, take: (found: string) => void): Child {
  if (!("geolocation" in navigator)) return false;
  const said = h("output.govuk-hint");
  return h("div", {}, button(label, () => {
    said.textContent = t("point-waiting");
    more().then(({ position }) => position()).then((found) => ((said.textContent = ""), take(found)), () => (said.textContent = t("point-failed")));
  }, "secondary"), said);
}

function upload(id: string, field: Field, desk: Desk, frame: Frame): HTMLElement {
  const said = h("div.govuk-inset-text", { role: "status", hidden: true });
  const isPicture = field.mediaType?.startsWith("image/") ?? false;
  const show = async (words: string, name: string): Promise<void> => {
    const picture = isPicture ? await desk.file(name) : undefined;
    said.replaceChildren(words, ...(picture ? [h("p", {}, h("img.bz-preview", { src: URL.createObjectURL(picture), alt: "" }))] : []),
      h("div", {}, button(t("phone-file-remove"), () => ((said.hidden = true), (file.value = ""), desk.dropFile(field.path)), "secondary")));
    said.hidden = false;
  };
  const take = async (blob: Blob, name: string, smaller: boolean): Promise<void> => {
    await desk.keepFile(field.path, name, blob);
    await show(smaller ? t("phone-file-smaller", { kb: Math.ceil(blob.size / 1024) }) : t("phone-file-kept", { file: name }), name);
  };
  const file = h<HTMLInputElement>(`input.govuk-file-upload${frame.wrong ? ".govuk-file-upload--error" : ""}`, {
    id, name: id, type: "file", "aria-describedby": frame.described || undefined,
    accept: field.mediaType && field.mediaType !== "*/*" ? field.mediaType : undefined,
    capture: has(field, "new", "new-front") ? (has(field, "new-front") ? "user" : "environment") : undefined,
    change: async (event) => {
      event.stopPropagation();
      const chosen = file.files?.[0];
      if (!chosen) return;
      const { made } = await more();
      const { blob, name, smaller } = await made(chosen, field.maxPixels);
      if (blob.size > MOST_MEGABYTES * 1024 * 1024) {
        said.replaceChildren(t("phone-file-large", { question: field.label, most: MOST_MEGABYTES }));
        said.hidden = false;
      } else await take(blob, name, smaller);
    },
  });
  if (field.value) void show(t("phone-file-kept", { file: field.value }), field.value);
  if (!has(field, "signature", "draw", "annotate")) return frame.labelled(file, said);
  const board = h("div");
  void more().then(({ pad, nameOf }) => board.append(pad(id, field.label, (picture) =>
    picture ? void desk.keepFile(field.path, nameOf("png"), picture) : desk.dropFile(field.path))));
  return frame.labelled(board, h("div.govuk-hint", {}, t("phone-draw-file")), file, said);
}
