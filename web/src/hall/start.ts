// The first screen of a round: which sessions there are, and all that belongs to the round as a whole.
import { h, t, type Child } from "../form/dom";
import { groupName, uuid, type Hall, type Screen } from "./hall";
import { back, body, field, form, heading, press, refuse, value } from "./parts";
import type { Input, Session, State } from "./protocol";

export function start(hall: Hall, view: State): Screen {
  const { round, facility } = view;
  const isOpen = ["meeting", "agreed", "closed"].includes(round.state);
  // Whoever sees the users' sessions facilitates, and neither reads nor writes the provider's before the meeting.
  const facilitates = view.sessions.some((one) => one.side === "users");
  const sessions = view.sessions.filter((one) => one.side === "users" || !facilitates || isOpen);
  const title = facility.name;
  const nodes: Child[] = [
    heading(title),
    body(t("round-of", { n: round.n, state: t(`state-${round.state}`) })),
    isOpen && press(t("meeting-open"), "meeting"),
    round.state === "planned" && h("p.govuk-inset-text", {}, t("not-begun")),
    h("h2.govuk-heading-m", {}, t("sessions")),
    sessions.length ? h("ul.bz-hall-list", {}, ...sessions.map((session) => sessionItem(view, session))) : body(t("no-sessions")),
    h("h2.govuk-heading-m", {}, t("whole-round")),
    h("ul.bz-hall-list", {},
      item("inputs", t("inputs"), t("inputs-n", { n: view.inputs.length })),
      item("notes", t("notes"), ""),
      view.conflicts.length > 0 && item("conflicts", t("conflicts"), t("conflicts-n", { n: view.conflicts.length })),
      hall.entries.length + hall.nOthers > 0 && item("waiting", t("kept-here"), keptHere(hall)),
      item("", t("desk"), t("desk-lead"), `/desk/scorecards/${encodeURIComponent(hall.round)}`)),
  ];
  return { title, nodes, isLive: true };
}

function keptHere(hall: Hall): string {
  return [hall.nWaiting && t("waiting-n", { n: hall.nWaiting }), hall.nRefused && t("refused-n", { n: hall.nRefused })].filter(Boolean).join(", ") || (hall.entries.length ? t("late-n", { n: hall.entries.length }) : t("waiting-n", { n: hall.nOthers }));
}

const item = (to: string, name: string, below: string, href = `#/${to}`): HTMLElement =>
  h("li", {}, h("a.bz-hall-item", { href }, h("strong", {}, name), below && h("span", {}, below)));

function sessionItem(view: State, session: Session): HTMLElement {
  const criteria = view.criteria.filter((one) => one.session === session.id);
  const nScored = criteria.filter((one) => view.scores.some((score) => score.criterion === one.id && score.session === session.id)).length;
  const how = session.dropped !== null ? t("session-dropped") : session.is_sealed ? t("session-sealed")
    : !session.consent_at ? t("session-begin") : t("session-scored", { n: nScored, of: criteria.length });
  const people = session.n_present ? ` · ${t("people-n", { n: session.n_present })}` : "";
  return item(`s/${session.id}`, groupName(session), `${how}${people}`);
}

/** What people are entitled to, beside what there is. */
export function inputs(_hall: Hall, view: State): Screen {
  const title = t("inputs");
  const row = (one: Input): HTMLElement => h("li.bz-hall-card", {}, h("strong", {}, one.what),
    h("dl", {}, h("dt", {}, t("input-entitlement")), h("dd", {}, one.entitlement || "–"), h("dt", {}, t("input-actual")), h("dd", {}, one.actual || "–")),
    one.is_short && h("p", {}, t("input-short")), one.remark && h("p", {}, one.remark),
    h("a.govuk-link", { href: `#/inputs/${one.id}` }, t("change"), h("span.govuk-visually-hidden", {}, ` ${one.what}`)));
  const isFixed = !["planned", "gathering"].includes(view.round.state);
  return {
    title, isLive: true, nodes: [
      back(""), heading(title), body(t("inputs-lead")),
      view.inputs.length ? h("ul.bz-hall-list", {}, ...view.inputs.map(row)) : body(t("inputs-none")),
      !isFixed && press(t("input-add"), "inputs/new"),
    ],
  };
}

/** One of them is written, or written anew. */
export async function inputForm(hall: Hall, view: State, id: string): Promise<Screen> {
  const old = view.inputs.find((one) => one.id === id);
  const draft = `input ${id}`;
  const kept = await hall.draft<Omit<Input, "id" | "position"> & { id: string }>(draft);
  const now = kept ?? old;
  const key = old?.id ?? kept?.id ?? uuid();
  const short = h<HTMLInputElement>("input.govuk-checkboxes__input", { id: "short", name: "short", type: "checkbox" });
  short.checked = now?.is_short ?? false;
  const collect = (made: HTMLElement): Omit<Input, "position"> => ({
    id: key, what: value(made, "what"), entitlement: value(made, "entitlement"), actual: value(made, "actual"), remark: value(made, "remark"), is_short: short.checked,
  });
  const title = old ? t("input-change") : t("input-add");
  const made = form(hall, draft, collect, async (made) => {
    const { id: input, ...rest } = collect(made);
    if (!rest.what) return refuse(made, "what", t("input-empty"));
    if (await hall.act({ kind: "input", input, ...rest }, null, null, draft)) hall.go("inputs");
  },
  field({ id: "what", label: t("input-what"), hint: t("input-what-hint"), value: now?.what }),
  field({ id: "entitlement", label: t("input-entitlement"), value: now?.entitlement }),
  field({ id: "actual", label: t("input-actual"), value: now?.actual }),
  field({ id: "remark", label: t("input-remark"), value: now?.remark }, "lines"),
  h("div.govuk-form-group", {}, h("div.govuk-checkboxes", {}, h("div.govuk-checkboxes__item", {}, short, h("label.govuk-label.govuk-checkboxes__label", { for: "short" }, t("input-is-short"))))),
  h("button.govuk-button", { type: "submit" }, t("keep")));
  return { title, nodes: [back("inputs"), heading(title), made] };
}
