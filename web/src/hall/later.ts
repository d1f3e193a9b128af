// What two devices say differently, and what the server does not have yet or did not take.
import { h, t, type Child } from "../form/dom";
import { groupName, type Hall, type Screen } from "./hall";
import { tryAgain } from "./outbox";
import { back, body, heading, moment, press } from "./parts";
import type { Act, Conflict, Score, State } from "./protocol";
import type { Entry } from "./queue";
import { scoreWords } from "./session";
import { forgetEntry, tell } from "./store";

/** Two sides of each conflict beside each other, to be chosen from. */
export function conflicts(hall: Hall, view: State): Screen {
  const title = t("conflicts");
  return {
    title, isLive: true, nodes: [
      back(""), heading(title), body(t(view.conflicts.length ? "conflicts-lead" : "conflicts-none")),
      ...view.conflicts.map((conflict) => twoSides(hall, view, conflict)),
    ],
  };
}

function twoSides(hall: Hall, view: State, conflict: Conflict): HTMLElement {
  const criterion = view.criteria.find((one) => one.id === conflict.criterion);
  const session = view.sessions.find((one) => one.id === conflict.session);
  // Without an act of its own the first side came with the criteria of the round before; any other name than the second's means it.
  const choose = (act: Act | null) => (): void =>
    void hall.act({ kind: "choose", conflict: conflict.id, act: act?.id ?? "" }, conflict.session).then((kept) => kept && hall.changed());
  const now = view.scores.find((one) => one.criterion === conflict.criterion && one.session === conflict.session);
  const side = (act: Act | null, name: string): HTMLElement => h("div.bz-hall-card", {}, h("h3.govuk-heading-s", {}, name),
    ...(act ? actWords(view, act) : now ? scoreOf(view, now) : [body(criterion?.words ?? "")]), act !== null && h("p.govuk-hint", {}, moment(act.at)),
    press(t("choose"), choose(act), "", { "aria-label": t("choose-this", { side: name, words: criterion?.words ?? "" }) }));
  return h("section", {}, h("h2.govuk-heading-m", {}, criterion?.words ?? t("criterion-own")), session !== undefined && body(groupName(session)),
    h("div.bz-hall-two", {}, side(conflict.first, t("conflict-first")), side(conflict.second, t("conflict-second"))));
}

const scoreOf = (view: State, score: Pick<Score, "value" | "reason" | "suggestion">): Child[] =>
  [h("p.bz-hall-given", {}, scoreWords(view, score.value)), score.reason && body(score.reason), score.suggestion && body(score.suggestion)];

/** What an act says, for people. */
function actWords(view: State, act: Act): Child[] {
  const { what } = act;
  const words = (id: string): string => view.criteria.find((one) => one.id === id)?.words ?? "";
  switch (what.kind) {
    case "score": return [body(words(what.criterion)), ...scoreOf(view, what)];
    case "criterion": return [body(t("act-criterion", { words: what.words }))];
    case "drop-criterion": return [body(t("act-drop-criterion"))];
    case "present": return [body(t("people-n", { n: what.n }))];
    case "consent": return [body(t("act-consent"))];
    case "input": return [body(`${t("inputs")}: ${what.what}`)];
    case "note": return [body(`${t("notes")}: ${what.text}`)];
    case "photo": return [body(`${t("photo")} ${what.caption}`)];
    case "seal": return [body(t("seal"))];
    case "reopen": return [body(`${t("reopen")}: ${what.why}`)];
    case "drop": return [body(what.why)];
    case "choose": return [body(t("choose"))];
  }
}

/** Everything of this device that the server does not have, or has and cannot use. */
export function waiting(hall: Hall, view: State): Screen {
  const title = t("kept-here");
  const of = (standing: Entry["standing"]): Entry[] => hall.entries.filter((entry) => entry.standing === standing);
  const part = (standing: Entry["standing"], lead: string): Child => of(standing).length > 0 && h("section", {}, h("h2.govuk-heading-m", {}, t(`${standing}-title`)), body(lead),
    h("ul.bz-hall-list", {}, ...of(standing).map((entry) => h("li.bz-hall-card", { id: `entry-${entry.id}` }, ...actWords(view, entry.act),
      h("p.govuk-hint", {}, moment(entry.act.at)), ...mend(hall, view, entry)))));
  return {
    title, isLive: true, nodes: [
      back(""), heading(title), !hall.entries.length && body(t("all-sent")),
      part("refused", t("refused-lead")), part("waiting", t("waiting-lead")), part("late", t("late-lead")),
      hall.nOthers > 0 && h("p.govuk-inset-text", {}, t("others-n", { n: hall.nOthers })),
    ],
  };
}

/** What a person can do about an act that the server did not take. */
function mend(hall: Hall, view: State, entry: Entry): Child[] {
  const leave = (): void => void forgetEntry(entry.id).then(tell);
  if (entry.standing === "late") return [press(t("late-seen"), leave, "secondary")];
  if (entry.standing !== "refused") return [];
  const sure = (): void => void (confirm(t("refused-drop-sure")) && leave());
  const to = place(view, entry.act);
  return [
    h("p.govuk-error-message", {}, entry.sentence ?? t("refused-unknown")),
    h("div.bz-hall-row", {}, to !== undefined && press(t("refused-mend"), to), press(t("refused-again"), () => void tryAgain(entry), "secondary"), press(t("refused-drop"), sure, "secondary")),
  ];
}

/** Where what an act says is written anew. */
function place(view: State, act: Act): string | undefined {
  const { what, session } = act;
  switch (what.kind) {
    case "present": return `s/${session}/present`;
    case "criterion": return `s/${session}/criterion/${what.criterion}`;
    case "score": return view.criteria.some((one) => one.id === what.criterion) ? `s/${session}/score/${what.criterion}` : undefined;
    case "input": return `inputs/${what.input}`;
    case "seal": return `s/${session}/seal`;
    default: return undefined;
  }
}
