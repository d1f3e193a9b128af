// Notes and photographs, of a session or of the whole round.
import { drawn as drawnBlob } from "../form/photos";
import { h, t, type Child } from "../form/dom";
import { uuid, type Hall, type Screen } from "./hall";
import { baseOf } from "./outbox";
import { back, body, field, form, heading, moment, refuse, value } from "./parts";
import type { Note, Session, State } from "./protocol";
import { forgetPhoto, isFull, keepPhoto, photo as keptPhoto } from "./store";

/** The longest side of a photograph: enough for a poster, little enough for a poor network. */
const MOST_PIXELS = 1600;

export async function notes(hall: Hall, view: State, session: Session | undefined): Promise<Screen> {
  const title = t("notes");
  const to = session ? `s/${session.id}/notes` : "notes";
  const of = session?.id ?? null;
  return {
    title, nodes: [
      back(session ? `s/${session.id}` : ""), heading(title),
      ...notesOf(view, (note) => note.session === of), await noteForm(hall, of, null, to),
      h("h2.govuk-heading-m", {}, t("photos")), body(t("photos-lead")), ...(await photos(hall, view, of)), await photoField(hall, of, to),
    ],
  };
}

export function notesOf(view: State, is: (note: Note) => boolean): Child[] {
  const found = view.notes.filter(is);
  return found.length ? [h("ul.bz-hall-list", {}, ...found.map((note) => h("li.bz-hall-card", {}, h("p.bz-hall-text", {}, note.text), h("p.govuk-hint", {}, moment(note.at)))))] : [];
}

/** A field for one more note. */
export async function noteForm(hall: Hall, session: string | null, criterion: string | null, then: string): Promise<HTMLElement> {
  const draft = `note ${session ?? ""} ${criterion ?? ""}`;
  const now = await hall.draft<string>(draft);
  const note = uuid();
  return form(hall, draft, (made) => value(made, "note"), async (made) => {
    const text = value(made, "note");
    if (!text) return refuse(made, "note", t("note-empty"));
    if (await hall.act({ kind: "note", note, criterion, text }, session, null, draft)) hall.go(then);
  }, field({ id: "note", label: t("note-add"), hint: t("note-hint"), value: now }, "lines"), h("button.govuk-button", { type: "submit" }, t("keep")));
}

/** Photographs that the server has, and those that wait. */
async function photos(hall: Hall, view: State, session: string | null): Promise<Child[]> {
  const list: Child[] = view.photos.filter((photo) => photo.session === session).map(({ blob, caption }) =>
    h("li.bz-hall-card", {}, h("img.bz-hall-photo", { src: `${baseOf(hall.round)}/photos/${blob}`, alt: caption || t("photo"), loading: "lazy" }), body(caption || t("photo"))));
  for (const { act } of hall.entries) {
    if (act.what.kind !== "photo" || act.session !== session) continue;
    const blob = await keptPhoto(hall.who, hall.round, act.what.blob);
    if (!blob) continue;
    const src = URL.createObjectURL(blob);
    list.push(h("li.bz-hall-card", {}, h("img.bz-hall-photo", { src, alt: act.what.caption || t("photo"), load: () => URL.revokeObjectURL(src) }), body(act.what.caption || t("photo-waits"))));
  }
  return list.length ? [h("ul.bz-hall-list", {}, ...list)] : [];
}

/** A picture is drawn anew, small, and without where and when it was taken, before it is kept. */
async function photoField(hall: Hall, session: string | null, then: string): Promise<HTMLElement> {
  const draft = `photo ${session ?? ""}`;
  const kept = await hall.draft<string>(draft);
  const file = h<HTMLInputElement>("input.bz-hall-file", { id: "photo", type: "file", accept: "image/*", capture: "environment" });
  return form(hall, draft, (made) => value(made, "caption"), async (made) => {
    const picked = file.files?.[0];
    if (!picked) return refuse(made, "photo", t("photo-missing"));
    const blob = await small(picked);
    if (!blob) return refuse(made, "photo", t("photo-unreadable"));
    const sha = await digest(blob);
    if (!sha) return refuse(made, "photo", t("photo-unreadable"));
    try {
      await keepPhoto(hall.who, hall.round, sha, blob);
    } catch (error) {
      return refuse(made, "photo", t(isFull(error) ? "full" : "not-kept"));
    }
    if (await hall.act({ kind: "photo", blob: sha, caption: value(made, "caption") }, session, null, draft)) hall.go(then);
    else await forgetPhoto(hall.who, hall.round, sha).catch(() => undefined);
  },
  h("div.govuk-form-group", {}, h("label.govuk-label", { for: "photo" }, t("photo-add")), file),
  field({ id: "caption", label: t("photo-caption"), hint: t("photo-caption-hint"), value: kept }), h("button.govuk-button", { type: "submit" }, t("keep")));
}

async function small(file: File): Promise<Blob | null> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return null;
  const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return drawnBlob(canvas, "image/jpeg");
}

/** SHA-256 in hex, by which server and device name the same bytes. */
async function digest(blob: Blob): Promise<string> {
  if (!("subtle" in crypto)) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
