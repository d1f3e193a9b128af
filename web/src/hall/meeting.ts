// The interface meeting: both sides together for the first time, criterion by criterion, with the gap, and notes of what is said.
import { h, t, type Child } from "../form/dom";
import { faceOf } from "./check";
import { groupName, type Hall, type Screen } from "./hall";
import { back, body, heading, press } from "./parts";
import { face, picture } from "./pictures";
import type { Line, Shown, State } from "./protocol";
import { notesOf, noteForm } from "./notes";
import { largeKeys } from "./score";

export const isShown = (view: State): boolean => !!view.shown && ["meeting", "agreed", "closed"].includes(view.round.state);

const nameOf = (hall: Hall, line: Line): string => hall.title(line.standard) || line.words[0] || t("criterion-own");

/** What a difference is called: who gave more, and by how much. */
function gapWords(line: Line): string {
  if (line.gap === null) return t("gap-none");
  if (line.gap === 0) return t("gap-same");
  return t(line.gap > 0 ? "gap-provider" : "gap-users", { n: Math.abs(line.gap) });
}

/** All criteria, the widest gaps named. */
export function meeting(hall: Hall, view: State): Screen {
  const title = t("meeting");
  const shown = view.shown;
  if (!shown || !isShown(view)) return { title, isLive: true, nodes: [back(""), heading(title), body(t("meeting-closed"))] };
  const rows = shown.lines.map((line, at) => h(`li.bz-hall-card.bz-hall-criterion${line.is_wide ? ".bz-hall-wide" : ""}`, {}, picture(line.standard),
    h("div", {}, h("a.govuk-link.bz-hall-words", { href: `#/meeting/${at}` }, nameOf(hall, line)), h("p.bz-hall-given", {}, sidesWords(line)),
      h("p.bz-hall-gap", {}, line.is_wide && h("strong.bz-hall-mark", {}, t("gap-wide")), gapWords(line)))));
  const nodes: Child[] = [
    back(""), heading(title), body(t("meeting-lead")), leftOut(shown),
    h("ol.bz-hall-list", {}, ...rows),
    shown.lines.length > 0 && press(t("show-large"), "meeting/0/large", "secondary"), press(t("notes"), "notes", "secondary"),
    h("h2.govuk-heading-m", {}, t("plan")), body(t("plan-lead")),
    h("p.govuk-body", {}, h("a.govuk-link", { href: `/desk/scorecards/${encodeURIComponent(hall.round)}` }, t("plan-open"))),
  ];
  return { title, nodes, isLive: true };
}

const leftOut = (shown: Shown): Child => shown.n_left_out > 0 && h("p.govuk-inset-text", {}, t("left-out", { n: shown.n_left_out }));
const pointsOr = (points: number | null): string => (points === null ? "–" : String(points));
const sidesWords = (line: Line): string => t("sides", { users: pointsOr(line.users), provider: pointsOr(line.provider) });

/** One side of a criterion: who, the face and the points. */
function voice(name: string, points: number | null): HTMLElement {
  return h("li.bz-hall-voice", {}, h("span.bz-hall-name", {}, name), points === null ? h("span", {}, "–") : face(faceOf(points), t(`face-${faceOf(points)}`)),
    h("span.bz-hall-number", {}, pointsOr(points)));
}

function voices(shown: Shown, line: Line): HTMLElement {
  return h("ul.bz-hall-voices", {}, ...shown.groups.map((group, at) => voice(groupName(group), line.values[at] ?? null)),
    shown.groups.length > 1 && voice(t("users"), line.users), voice(t("group-provider"), line.provider));
}

/** One criterion: what each group and the provider gave, why, and what is said of it now. */
export async function line(hall: Hall, view: State, at: number): Promise<Screen> {
  const { shown } = view;
  const one = shown?.lines[at];
  if (!shown || !one || !isShown(view)) return meeting(hall, view);
  const title = nameOf(hall, one);
  const criterion = view.criteria.find((criterion) => (one.standard ? criterion.standard === one.standard : one.words.includes(criterion.words)));
  const list = (name: string, texts: string[]): Child => texts.length > 0 && h("div", {}, h("h2.govuk-heading-m", {}, name), h("ul.govuk-list.govuk-list--bullet", {}, ...texts.map((text) => h("li", {}, text))));
  const next = shown.lines[at + 1];
  const words = one.words.filter((words) => words !== title);
  return {
    title, nodes: [
      back("meeting"), heading(title, picture(one.standard)), words.length > 0 && body(t("in-words", { words: words.join(" · ") })),
      voices(shown, one), h("p.bz-hall-gap", {}, one.is_wide && h("strong.bz-hall-mark", {}, t("gap-wide")), gapWords(one)),
      press(t("show-large"), `meeting/${at}/large`, "secondary"),
      list(t("reasons"), one.reasons), list(t("suggestions"), one.suggestions),
      list(t("provider-reasons"), one.provider_reasons), list(t("provider-suggestions"), one.provider_suggestions),
      h("h2.govuk-heading-m", {}, t("discussion")), ...notesOf(view, (note) => criterion !== undefined && note.criterion === criterion.id),
      view.round.state === "meeting" && (await noteForm(hall, null, criterion?.id ?? null, `meeting/${at}`)),
      next && press(t("after"), `meeting/${at + 1}`, "secondary"),
    ],
  };
}

/** The same on the whole screen, for a projector. */
export function largeLine(hall: Hall, view: State, at: number): Screen {
  const { shown } = view;
  const one = shown?.lines[at];
  if (!shown || !one || !isShown(view)) return meeting(hall, view);
  const title = nameOf(hall, one);
  const to = (at: number): string | undefined => (shown.lines[at] ? `meeting/${at}/large` : undefined);
  const [before, after, out] = [to(at - 1), to(at + 1), `meeting/${at}`];
  const keys = { Escape: out, ...(before && { ArrowLeft: before }), ...(after && { ArrowRight: after }) };
  return {
    title, isLive: true, isLarge: true, keys, nodes: [
      h("div.bz-hall-screen", {}, heading(title, picture(one.standard)), voices(shown, one), h("p.bz-hall-gap", {}, gapWords(one))),
      largeKeys(t("close-large"), out, before, after),
    ],
  };
}
