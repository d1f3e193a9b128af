// A session of one group: consent before anything else, who is here, the criteria in the group's own words, and the seal at the end.
import { h, t, type Child } from "../form/dom";
import { faceOf, missing, peopleOf, type Missing } from "./check";
import { groupName, uuid, type Hall, type Screen } from "./hall";
import { back, body, chosen, field, form, heading, moment, press, refuse, stepper, value } from "./parts";
import { face, picture } from "./pictures";
import type { Criterion, Session, State } from "./protocol";
import { timer } from "./timer";
import { criteriaOf } from "./view";

/** Whether anything of it may still be changed. */
export const isOpen = (view: State, session: Session): boolean => view.round.state === "gathering" && !session.is_sealed && session.dropped === null;

/** The session as it stands; before consent, the words that are read aloud and nothing else. */
export function session(hall: Hall, view: State, one: Session): Screen | Promise<Screen> {
  if (isOpen(view, one) && !one.consent_at) return consent(hall, one);
  if (isOpen(view, one) && !one.n_present) return present(hall, one);
  const title = groupName(one);
  const criteria = criteriaOf(view, one.id);
  const open = isOpen(view, one);
  const nodes: Child[] = [
    back(""), heading(title),
    !open && h("p.govuk-inset-text", {}, closedWords(view, one)),
    body(t("people-n", { n: one.n_present ?? 0 }), " ", open && h("a.govuk-link", { href: `#/s/${one.id}/present` }, t("change"), h("span.govuk-visually-hidden", {}, ` ${t("present")}`))),
    one.consent_at !== null && body(t("consent-recorded", { at: moment(one.consent_at) })),
    h("h2.govuk-heading-m", {}, t("criteria")),
    criteria.length ? h("ol.bz-hall-list", {}, ...criteria.map((criterion, at) => criterionItem(hall, view, one, criteria, criterion, at))) : body(t("criteria-none")),
    open && press(t("criterion-add"), `s/${one.id}/criterion/new`, criteria.length ? "secondary" : ""),
    criteria[0] && press(t("show-large"), `s/${one.id}/show/${criteria[0].id}`, "secondary"),
    press(t("notes"), `s/${one.id}/notes`, "secondary"),
    open && timer(hall.round),
    open && h("div.bz-hall-end", {}, press(t("seal-open"), `s/${one.id}/seal`)),
    one.is_sealed && view.round.state === "gathering" && view.me === view.round.lead && press(t("reopen"), `s/${one.id}/reopen`, "secondary"),
  ];
  return { title, nodes, isLive: true };
}

function closedWords(view: State, one: Session): string {
  if (one.dropped !== null) return t("session-dropped-why", { why: one.dropped });
  if (one.is_sealed) return t("session-sealed-at", { at: one.sealed_at ? moment(one.sealed_at) : "" });
  return t(view.round.state === "planned" ? "not-begun" : "session-over");
}

function criterionItem(hall: Hall, view: State, one: Session, all: Criterion[], criterion: Criterion, at: number): HTMLElement {
  const score = view.scores.find((score) => score.criterion === criterion.id && score.session === one.id);
  const has = view.conflicts.some((conflict) => conflict.criterion === criterion.id && conflict.session === one.id);
  const open = isOpen(view, one);
  const other = all[at - 1];
  const name = h("span.govuk-visually-hidden", {}, ` ${criterion.words}`);
  return h("li.bz-hall-card.bz-hall-criterion", {},
    picture(criterion.standard),
    h("div", {}, h("a.govuk-link.bz-hall-words", { href: `#/s/${one.id}/score/${criterion.id}` }, criterion.words),
      criterion.standard && hall.title(criterion.standard) !== criterion.words && h("div.govuk-hint", {}, hall.title(criterion.standard)),
      h("p.bz-hall-given", {}, score ? scoreWords(view, score.value) : t("score-none")),
      has && h("p", {}, h("a.govuk-link", { href: "#/conflicts" }, t("conflict-here"), name.cloneNode(true))),
      open && h("p.bz-hall-row", {}, h("a.govuk-link", { href: `#/s/${one.id}/criterion/${criterion.id}` }, t("change"), name.cloneNode(true)),
        other && h("button.bz-link", { type: "button", id: `up-${criterion.id}`, click: () => void swap(hall, one.id, criterion, other) }, t("move-up"), name))),
    score ? face(faceOf(score.value)) : false);
}

/** The words of a value: its face, and its points where the round counts them. */
export function scoreWords(view: State, points: number): string {
  const named = t(`face-${faceOf(points)}`);
  return view.round.scale === "faces" ? named : t("score-of", { n: points, face: named });
}

async function swap(hall: Hall, session: string, a: Criterion, b: Criterion): Promise<void> {
  const position = a.position === b.position ? b.position + 1 : b.position;
  const write = (one: Criterion, position: number): Promise<boolean> =>
    hall.act({ kind: "criterion", criterion: one.id, words: one.words, standard: one.standard, position }, session, one.version || null);
  if ((await write(a, Math.min(position, a.position))) && (await write(b, Math.max(position, a.position)))) hall.changed();
}

/** What is read aloud before anything else. */
function consent(hall: Hall, one: Session): Screen {
  const text = t(one.side === "provider" ? "consent-text-provider" : "consent-text");
  const agree = async (): Promise<void> => {
    if (await hall.act({ kind: "consent", text }, one.id)) hall.go(`s/${one.id}/present`);
  };
  return {
    title: t("consent"), nodes: [
      back(""), heading(t("consent")), body(t("consent-lead", { group: groupName(one) })),
      h("blockquote.bz-hall-aloud", {}, ...text.split("\n").filter(Boolean).map((line) => h("p", {}, line))),
      body(t("consent-not")),
      press(t("consent-yes"), () => void agree()),
    ],
  };
}

/** How many are here. */
export async function present(hall: Hall, one: Session): Promise<Screen> {
  const title = t("present");
  const kept = peopleOf((await hall.draft<string>(`present ${one.id}`)) ?? "");
  const made = form(hall, `present ${one.id}`, (made) => value(made, "n"), async (made) => {
    const n = peopleOf(value(made, "n"));
    if (n === undefined) return refuse(made, "n", t("present-wrong"));
    if (await hall.act({ kind: "present", n }, one.id, null, `present ${one.id}`)) hall.go(`s/${one.id}`);
  }, stepper("n", t("present-label"), kept ?? one.n_present ?? 0, 9999), h("button.govuk-button", { type: "submit" }, t("keep")));
  return { title, nodes: [back(one.n_present ? `s/${one.id}` : ""), heading(title), body(t("present-lead", { group: groupName(one) })), made] };
}

interface Worded {
  id: string;
  words: string;
  standard: string;
}

/** A criterion in the group's own words, and which of the standard ones it belongs to. */
export async function criterion(hall: Hall, view: State, one: Session, id: string): Promise<Screen> {
  const old = view.criteria.find((criterion) => criterion.id === id);
  const draft = `criterion ${one.id} ${id}`;
  const kept = await hall.draft<Worded>(draft);
  const key = old?.id ?? kept?.id ?? uuid();
  const now = kept ?? { words: old?.words ?? "", standard: old?.standard ?? "" };
  const collect = (made: HTMLElement): Worded => ({ id: key, words: value(made, "words"), standard: chosen(made, "standard") });
  const last = Math.max(0, ...criteriaOf(view, one.id).map((criterion) => criterion.position));
  const title = t(old ? "criterion-change" : "criterion-add");
  const option = (code: string, name: string): HTMLElement => {
    const input = h<HTMLInputElement>("input", { type: "radio", name: "standard", value: code, id: `standard-${code || "none"}` });
    input.checked = now.standard === code;
    return h("label.bz-hall-tile", { for: input.id }, input, picture(code || null), h("span", {}, name));
  };
  const made = form(hall, draft, collect, async (made) => {
    const { words, standard } = collect(made);
    if (!words) return refuse(made, "words", t("criterion-empty"));
    const what = { kind: "criterion", criterion: key, words, standard: standard || null, position: old?.position ?? last + 1 } as const;
    if (await hall.act(what, one.id, old?.version || null, draft)) hall.go(`s/${one.id}`);
  },
  field({ id: "words", label: t("criterion-words"), hint: t("criterion-words-hint"), value: now.words }),
  h("fieldset.govuk-fieldset", {}, h("legend.govuk-fieldset__legend.govuk-fieldset__legend--m", {}, t("criterion-standard")),
    h("div.bz-hall-tiles", {}, ...view.standards.map(({ code, title }) => option(code, title)), option("", t("criterion-own")))),
  h("button.govuk-button", { type: "submit" }, t("keep")));
  const leaveOut = async (): Promise<void> => {
    if (old && confirm(t("criterion-drop-sure", { words: old.words })) && (await hall.act({ kind: "drop-criterion", criterion: old.id }, one.id, old.version || null, draft))) hall.go(`s/${one.id}`);
  };
  return { title, nodes: [back(`s/${one.id}`), heading(title), made, old && press(t("criterion-drop"), () => void leaveOut(), "warning")] };
}

/** What is still missing, and the seal. */
export function seal(hall: Hall, view: State, one: Session): Screen {
  const title = t("seal-title");
  const list = missing(view, one);
  const words = (lack: Missing): string => t(`missing-${lack.what}`, { words: view.criteria.find((criterion) => criterion.id === lack.criterion)?.words ?? "" });
  const to = (lack: Missing): string =>
    lack.what === "conflict" ? "conflicts" : lack.what === "present" ? `s/${one.id}/present` : lack.criterion ? `s/${one.id}/score/${lack.criterion}`
      : lack.what === "criteria" ? `s/${one.id}/criterion/new` : `s/${one.id}`;
  const close = async (): Promise<void> => {
    if (await hall.act({ kind: "seal" }, one.id)) hall.go(`s/${one.id}`);
  };
  const nodes: Child[] = list.length
    ? [body(t("seal-missing")), h("ul.govuk-list.govuk-list--bullet.bz-hall-missing", {}, ...list.map((lack) => h("li", {}, h("a.govuk-link", { href: `#/${to(lack)}` }, words(lack)))))]
    : [body(t("seal-lead")), press(t("seal"), () => void close())];
  return { title, isLive: true, nodes: [back(`s/${one.id}`), heading(title), ...nodes] };
}

/** The lead opens a sealed session again, with a reason that stays. */
export async function reopen(hall: Hall, one: Session): Promise<Screen> {
  const title = t("reopen");
  const draft = `reopen ${one.id}`;
  const kept = await hall.draft<string>(draft);
  const made = form(hall, draft, (made) => value(made, "why"), async (made) => {
    const why = value(made, "why");
    if (!why) return refuse(made, "why", t("reopen-empty"));
    if (await hall.act({ kind: "reopen", why }, one.id, null, draft)) hall.go(`s/${one.id}`);
  }, field({ id: "why", label: t("reopen-why"), hint: t("reopen-hint"), value: kept }, "lines"), h("button.govuk-button", { type: "submit" }, t("reopen")));
  return { title, nodes: [back(`s/${one.id}`), heading(title), made] };
}
