// Whether somebody new is perhaps in a list already: asked of the server while there is a network, else left to the desk.
import { h, t, type Child } from "./dom";
import type { Filling } from "./fill";

/** The network is not waited for longer; the questions come below the answers that are being read. */
const PATIENCE = 10_000;
const ANOTHER = "another";

interface Question {
  id: string;
  label: string;
  is_household: boolean;
  candidates: { id: string; label: string; facts: string[]; household: string | null }[];
}

/** The questions with their answers so far, as elements; nothing when nobody is like anybody, or nobody can say. */
export async function likelyOf(filling: Filling): Promise<Child[]> {
  const { kept, session, stage } = filling;
  const xml = session.xml();
  if (!stage.me || !navigator.onLine || !/<(\w+:)?entity\b[^>]*\bcreate=/.test(xml)) return [];
  const questions = await asked(kept.base, xml).catch(() => []);
  const said = (kept.likely ??= {});
  for (const id of Object.keys(said)) if (!questions.some((one) => one.id === id)) delete said[id];
  if (!questions.length) return [];
  const choose = (id: string, answer: string): void => {
    said[id] = answer;
    void filling.save();
  };
  return [h("h2.govuk-heading-m", {}, t("likely-title")), h("p.govuk-body", {}, t("likely-lead")),
    ...questions.map((question) => shown(question, said[question.id], (answer) => choose(question.id, answer)))];
}

async function asked(base: string, xml: string): Promise<Question[]> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(`${base}/likely`, {
      method: "POST", body: JSON.stringify({ xml }), headers: { "content-type": "application/json", accept: "application/json" }, signal: stop.signal,
    });
    return answer.ok ? ((await answer.json()) as { questions: Question[] }).questions : [];
  } finally {
    clearTimeout(timer);
  }
}

function shown({ id, label, is_household, candidates }: Question, said: string | undefined, choose: (answer: string) => void): HTMLElement {
  const name = `likely-${id}`;
  const kind = is_household ? "-household" : "";
  const radio = (at: number, value: string, text: string, hint: string): HTMLElement => h("div.govuk-radios__item", {},
    h("input.govuk-radios__input", {
      id: `${name}-${at}`, name, type: "radio", value, checked: said === value, change: () => choose(value), "aria-describedby": hint && `${name}-${at}-hint`,
    }),
    h("label.govuk-label.govuk-radios__label", { for: `${name}-${at}` }, text),
    hint && h("div.govuk-hint.govuk-radios__hint", { id: `${name}-${at}-hint` }, hint));
  const known = candidates.map((one, at) => radio(at + 1, one.id, t("likely-same", { name: one.label }),
    [...one.facts, ...(one.household ? [t("likely-in", { household: one.household })] : [])].join(", ")));
  return h("div.govuk-form-group", {}, h("fieldset.govuk-fieldset", {},
    h("legend.govuk-fieldset__legend.govuk-fieldset__legend--s", {}, t(`likely-ask${kind}`, { name: label })),
    h("div.govuk-radios", { id: name }, ...known, radio(known.length + 1, ANOTHER, t(`likely-another${kind}`), ""))));
}
