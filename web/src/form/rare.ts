// Questions that few forms ask first: positions, times, codes, ranks, pictures and other files.
import { button, h, t, type Child } from "./dom";
import { pad, type Pad } from "./draw";
import { has, select, type Frame } from "./fields";
import { made, nameOf } from "./photos";
import { scanner } from "./scan";
import { linesOf, pointsOf, position as asPosition, withOffset } from "./values";
import { position } from "../islands/geopoint";

/** One file may be this long; the server takes no more. */
const MOST_MEGABYTES = 64;

/** The input of a question. */
export function rare(kind: string, frame: Frame): HTMLElement {
  const { id, field, desk, wrong, described, say, labelled, several, input } = frame;
  switch (kind) {
    case "rank": {
      const offers = desk.offers(field.path);
      const order = field.value.split(/\s+/);
      const ranked = (): string => [...new Set([...box.querySelectorAll("select")].map((one) => one.value).filter(Boolean))].join(" ");
      const box = several("", h("div", { id }, ...offers.map((_, place) => h("div.govuk-form-group", {},
        h("label.govuk-label", { for: `${id}-${place + 1}` }, t("rank", { place: place + 1 })),
        select({ ...frame, described: "" }, `${id}-${place + 1}`, offers, order[place] ?? "", () => say(ranked()))))));
      return box;
    }
    case "moment":
      return labelled(input(field.value.slice(0, 16), (text) => text && withOffset(text), { type: "datetime-local" }, "20"));
    case "time":
      return labelled(input(field.value.slice(0, 5), (text) => text && (withOffset(`2000-01-01T${text}`).split("T")[1] ?? ""), { type: "time" }, "5"));
    case "point": {
      const box = input(field.value, asPosition, { spellcheck: "false" });
      return h("div", {}, labelled(box), locator(t("point-use"), (found) => ((box.value = found), say(found))));
    }
    case "line": {
      const closed = field.type === "geoshape";
      const area = h<HTMLTextAreaElement>(`textarea.govuk-textarea${wrong ? ".govuk-textarea--error" : ""}`, {
        id, name: id, rows: 6, spellcheck: "false", "aria-describedby": described || undefined, change: () => say(pointsOf(area.value, closed)),
      });
      area.value = linesOf(field.value, closed);
      return h("div", {}, labelled(area), locator(t("line-add"), (found) => {
        area.value = `${area.value.trimEnd()}\n${found}`.trimStart();
        say(pointsOf(area.value, closed));
      }));
    }
    case "barcode": {
      const box = input(field.value, (text) => text, { spellcheck: "false", autocomplete: "off" }, "20");
      return h("div", {}, labelled(box), scanner(has(field, "front"), (found) => ((box.value = found), say(found))));
    }
    default:
      return upload(frame);
  }
}

/** A button that finds the device's position. */
function locator(label: string, take: (found: string) => void): Child {
  if (!("geolocation" in navigator)) return false;
  const said = h("output.govuk-hint");
  return h("div.bz-beside", {}, button(label, () => {
    said.textContent = t("point-waiting");
    position().then((found) => ((said.textContent = ""), take(found)), () => (said.textContent = t("point-failed")));
  }, "secondary"), said);
}

/** A picture, sound, film or other file; pictures may be drawn, or drawn on. */
function upload({ id, field, desk, wrong, described, labelled }: Frame): HTMLElement {
  const said = h("div.govuk-inset-text", { role: "status", hidden: true });
  const isPicture = field.mediaType?.startsWith("image/") ?? false;
  let drawing: Pad | undefined;
  const drop = (): void => {
    said.hidden = true;
    file.value = "";
    desk.dropFile(field.path);
    drawing?.clear();
  };
  const show = async (words: string, name: string): Promise<void> => {
    const picture = isPicture && !drawing ? await desk.file(name) : undefined;
    said.replaceChildren(words, picture ? h("p", {}, h("img.bz-preview", { src: URL.createObjectURL(picture), alt: "" })) : "",
      h("div.bz-beside", {}, button(t("phone-file-remove"), drop, "secondary")));
    said.hidden = false;
  };
  const keep = async (blob: Blob, name: string, words: string): Promise<void> => {
    await desk.keepFile(field.path, name, blob);
    await show(words, name);
  };
  const keepDrawing = (picture: Blob): void => {
    const name = nameOf(picture.type === "image/png" ? "png" : "jpg");
    void keep(picture, name, t("phone-kept"));
  };
  const file = h<HTMLInputElement>(`input.govuk-file-upload${wrong ? ".govuk-file-upload--error" : ""}`, {
    id, name: id, type: "file", "aria-describedby": described || undefined,
    accept: field.mediaType && field.mediaType !== "*/*" ? field.mediaType : undefined,
    capture: has(field, "new", "new-front") ? (has(field, "new-front") ? "user" : "environment") : undefined,
    change: async (event) => {
      event.stopPropagation();
      const chosen = file.files?.[0];
      if (!chosen) return;
      const { blob, name, smaller } = await made(chosen, field.maxPixels);
      if (blob.size > MOST_MEGABYTES * 1024 * 1024) {
        said.replaceChildren(t("phone-file-large", { question: field.label, most: MOST_MEGABYTES }));
        said.hidden = false;
        return;
      }
      await keep(blob, name, smaller ? t("phone-file-smaller", { kb: Math.ceil(blob.size / 1024) }) : t("phone-file-kept", { file: name }));
      await drawing?.open(blob);
    },
  });
  if (!has(field, "signature", "draw", "annotate")) {
    if (field.value) void show(t("phone-file-kept", { file: field.value }), field.value);
    return labelled(file, said);
  }
  const annotates = has(field, "annotate");
  drawing = pad({ id, label: field.label, annotates, colours: !has(field, "signature"), most: field.maxPixels, done: keepDrawing, cleared: drop });
  if (field.value) {
    void show(t("phone-kept"), field.value);
    void desk.file(field.value).then((picture) => picture && drawing?.open(picture));
  }
  return annotates
    ? labelled(h("div.govuk-hint", {}, t("phone-draw-picture")), file, drawing.view, said)
    : labelled(drawing.view, h("div.govuk-hint", {}, t("phone-draw-file")), file, said);
}
