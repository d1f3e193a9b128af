// A score: tokens are counted at five faces, the group talks, and says its own value. Nothing is computed from the tokens.
import { h, t, type Child } from "../form/dom";
import { FACES, counted, faceOf, pointsOf, sumOf } from "./check";
import type { Hall, Screen } from "./hall";
import { back, body, chosen, field, form, heading, press, refuse, value } from "./parts";
import { face, picture } from "./pictures";
import type { Criterion, Score, Session, State, Votes } from "./protocol";
import { isOpen, scoreWords } from "./session";
import { criteriaOf, scoreVersion } from "./view";

interface Draft {
  votes: Votes;
  value: string;
  reason: string;
  suggestion: string;
}

export const draftKey = (session: Session, criterion: Criterion): string => `score ${session.id} ${criterion.id}`;
const NONE: Votes = [0, 0, 0, 0, 0];

const asDraft = (score: Score | undefined): Draft => ({
  votes: score?.votes ?? NONE, value: score ? String(score.value) : "", reason: score?.reason ?? "", suggestion: score?.suggestion ?? "",
});

export async function score(hall: Hall, view: State, session: Session, criterion: Criterion): Promise<Screen> {
  const given = view.scores.find((one) => one.session === session.id && one.criterion === criterion.id);
  const head = [back(`s/${session.id}`), heading(criterion.words, picture(criterion.standard))];
  const large = press(t("show-large"), `s/${session.id}/show/${criterion.id}`, "secondary");
  if (!isOpen(view, session)) return { title: criterion.words, isLive: true, nodes: [...head, ...asGiven(view, given), large] };
  const key = draftKey(session, criterion);
  const now = (await hall.draft<Draft>(key)) ?? asDraft(given);
  let { votes } = now;
  const collect = (made: HTMLElement): Draft => ({ votes, value: typed(view, made), reason: value(made, "reason"), suggestion: value(made, "suggestion") });
  const made: HTMLElement = form(hall, key, collect, async (made) => {
    const draft = collect(made);
    const points = pointsOf(draft.value);
    const n = session.n_present ?? 0;
    if (sumOf(votes) > n) return refuse(made, "votes", t("votes-many", { n: sumOf(votes), people: n }));
    if (points === undefined) return refuse(made, view.round.scale === "faces" ? "value-1" : "value", t(draft.value ? "score-wrong" : "score-missing"));
    const { reason, suggestion } = draft;
    const what = { kind: "score", criterion: criterion.id, value: points, votes: sumOf(votes) ? votes : null, reason, suggestion } as const;
    if (await hall.act(what, session.id, scoreVersion(view, session.id, criterion.id), key)) hall.go(`s/${session.id}`);
  },
  h("h2.govuk-heading-m", {}, t("votes")), body(t("votes-lead")),
  tokens(votes, session.n_present ?? 0, async (next) => {
    votes = next;
    return hall.keepDraft(key, collect(made));
  }),
  consensus(view, now.value),
  field({ id: "reason", label: t("reason"), hint: t("reason-hint"), value: now.reason }, "lines"),
  field({ id: "suggestion", label: t("suggestion"), hint: t("suggestion-hint"), value: now.suggestion }, "lines"),
  h("button.govuk-button", { type: "submit" }, t("score-keep")));
  return { title: criterion.words, nodes: [...head, large, made] };
}

/** A score that nobody changes any more. */
function asGiven(view: State, given: Score | undefined): Child[] {
  if (!given) return [body(t("score-none"))];
  return [
    h("p.bz-hall-result", {}, face(faceOf(given.value)), scoreWords(view, given.value)),
    given.reason && body(h("strong", {}, t("reason")), " ", given.reason), given.suggestion && body(h("strong", {}, t("suggestion")), " ", given.suggestion),
  ];
}

/** Five faces with a count each; a count stands on the device before it stands on the screen. */
function tokens(start: Votes, nPresent: number, keep: (votes: Votes) => Promise<boolean>): HTMLElement {
  let votes = start;
  let turn: Promise<unknown> = Promise.resolve();
  const total = h("p.bz-hall-total", { role: "status" });
  const say = (): void => void (total.textContent = t("votes-total", { n: sumOf(votes), people: nPresent }));
  const row = (n: number): HTMLElement => {
    const name = t(`face-${n}`);
    const shown = h("output.bz-hall-tally", { id: `votes-${n}` }, String(votes[n - 1]));
    // One after the other: two quick presses are two tokens.
    const add = (by: number) => (): void => void (turn = turn.then(async () => {
      const next = counted(votes, n, by);
      if (!(await keep(next))) return;
      votes = next;
      shown.textContent = String(votes[n - 1]);
      say();
    }));
    return h("li.bz-hall-vote", {}, face(n), h("span.bz-hall-name", {}, name),
      h("button.bz-hall-step", { type: "button", "aria-label": t("one-less", { what: name }), click: add(-1) }, "−"), shown,
      h("button.bz-hall-step", { type: "button", "aria-label": t("one-more", { what: name }), click: add(1) }, "+"));
  };
  say();
  return h("div.govuk-form-group", {}, h("ul.bz-hall-votes", { id: "votes", tabindex: -1, "aria-label": t("votes") }, ...[5, 4, 3, 2, 1].map(row)), total);
}

/** The group's own value: one of five faces, or points. */
function consensus(view: State, now: string): HTMLElement {
  if (view.round.scale === "hundred") return field({ id: "value", label: t("consensus-points"), hint: t("consensus-hint"), value: now }, "number");
  const tile = (n: number): HTMLElement => {
    const input = h<HTMLInputElement>("input", { type: "radio", name: "value", id: `value-${n}`, value: String(FACES[n - 1]) });
    input.checked = now === String(FACES[n - 1]);
    return h("label.bz-hall-tile", { for: `value-${n}` }, input, face(n), h("span", {}, t(`face-${n}`)));
  };
  return h("fieldset.govuk-fieldset.bz-hall-consensus", { "aria-describedby": "consensus-hint" },
    h("legend.govuk-fieldset__legend.govuk-fieldset__legend--m", {}, t("consensus")), h("div.govuk-hint", { id: "consensus-hint" }, t("consensus-hint")),
    h("div.bz-hall-tiles.bz-hall-tiles--faces", {}, ...[5, 4, 3, 2, 1].map(tile)));
}

const typed = (view: State, made: HTMLElement): string => (view.round.scale === "faces" ? chosen(made, "value") : value(made, "value"));

/** One criterion on the whole screen, for a projector. */
export async function large(hall: Hall, view: State, session: Session, criterion: Criterion): Promise<Screen> {
  const given = view.scores.find((one) => one.session === session.id && one.criterion === criterion.id);
  const { votes, value } = (isOpen(view, session) ? await hall.draft<Draft>(draftKey(session, criterion)) : undefined) ?? asDraft(given);
  const all = criteriaOf(view, session.id);
  const at = all.findIndex((one) => one.id === criterion.id);
  const [before, after] = [all[at - 1], all[at + 1]];
  const to = (one: Criterion): string => `s/${session.id}/show/${one.id}`;
  const points = pointsOf(value);
  const isFace = (n: number): boolean => points !== undefined && faceOf(points) === n;
  const tally = (n: number): HTMLElement => h(`li${isFace(n) ? ".bz-hall-is" : ""}`, {}, face(n, t(`face-${n}`)), h("span", {}, sumOf(votes) ? String(votes[n - 1]) : ""), isFace(n) && h("span.govuk-visually-hidden", {}, t("consensus")));
  const keys: Record<string, string> = { Escape: `s/${session.id}/score/${criterion.id}`, ...(before && { ArrowLeft: to(before) }), ...(after && { ArrowRight: to(after) }) };
  return {
    title: criterion.words, isLive: true, isLarge: true, keys, nodes: [
      h("div.bz-hall-screen", {}, heading(criterion.words, picture(criterion.standard)), h("ol.bz-hall-row5", {}, ...[1, 2, 3, 4, 5].map(tally)),
        points !== undefined && view.round.scale === "hundred" && h("p.bz-hall-number", {}, String(points))),
      largeKeys(t("close-large"), keys["Escape"] ?? "", before && to(before), after && to(after)),
    ],
  };
}

/** What leads from one large screen to the next. */
export function largeKeys(close: string, out: string, before: string | undefined, after: string | undefined): HTMLElement {
  const whole = (): void => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  return h("nav.bz-hall-keys", { "aria-label": t("large-keys") },
    before !== undefined && press(t("before"), before, "secondary"), after !== undefined && press(t("after"), after, "secondary"),
    document.fullscreenEnabled && press(t("whole-screen"), whole, "secondary"), press(close, out, "secondary"));
}
