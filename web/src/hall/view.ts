// What the screen shows: the round as the server told of it, with what waits on the device laid over it. Pure.
import type { Act, Conflict, Criterion, State } from "./protocol";
import type { Entry } from "./queue";

/** Lays acts over the state of a round, in their turn. Nothing that was given is changed. */
export function seen(state: State, entries: Entry[]): State {
  const view: State = JSON.parse(JSON.stringify(state)) as State;
  const waiting = entries.filter((entry) => entry.standing !== "late").sort((a, b) => a.n - b.n);
  for (const entry of waiting) lay(view, entry.act, entry.standing === "waiting");
  view.criteria.sort(inOrder);
  view.inputs.sort((a, b) => a.position - b.position);
  return view;
}

const inOrder = (a: Criterion, b: Criterion): number => a.position - b.position || (a.id < b.id ? -1 : 1);

/** The criteria of a session, in the order that its group gave them. */
export const criteriaOf = (view: State, session: string): Criterion[] => view.criteria.filter((one) => one.session === session);

function put<T>(list: T[], one: T, is: (other: T) => boolean): void {
  const at = list.findIndex(is);
  if (at < 0) list.push(one);
  else list[at] = one;
}

/** What the server refused stays on the screen, but is no version of anything. */
function lay(view: State, act: Act, isVersion: boolean): void {
  const { what } = act;
  const session = view.sessions.find((one) => one.id === act.session);
  const version = (old: { version: string } | undefined): string => (isVersion ? act.id : (old?.version ?? ""));
  switch (what.kind) {
    case "present":
      if (session) session.n_present = what.n;
      break;
    case "consent":
      if (session) Object.assign(session, { consent_at: act.at, consent_text: what.text });
      break;
    case "criterion": {
      const is = (one: Criterion): boolean => one.id === what.criterion;
      const { words, standard, position } = what;
      put(view.criteria, { id: what.criterion, session: act.session ?? "", words, standard, position, version: version(view.criteria.find(is)) }, is);
      break;
    }
    case "drop-criterion":
      view.criteria = view.criteria.filter((one) => one.id !== what.criterion);
      view.scores = view.scores.filter((one) => one.criterion !== what.criterion);
      break;
    case "score": {
      const is = (one: { session: string; criterion: string }): boolean => one.session === act.session && one.criterion === what.criterion;
      const { kind: _kind, ...score } = what;
      put(view.scores, { ...score, session: act.session ?? "", version: version(view.scores.find(is)) }, is);
      break;
    }
    case "input": {
      const { kind: _kind, input, ...rest } = what;
      const position = view.inputs.find((one) => one.id === input)?.position ?? view.inputs.length + 1;
      put(view.inputs, { id: input, position, ...rest }, (one) => one.id === input);
      break;
    }
    case "note":
      put(view.notes, { id: what.note, session: act.session, criterion: what.criterion, text: what.text, at: act.at }, (one) => one.id === what.note);
      break;
    case "seal":
      if (session) Object.assign(session, { is_sealed: true, sealed_at: act.at });
      break;
    case "reopen":
      if (session) Object.assign(session, { is_sealed: false, sealed_at: null });
      break;
    case "drop":
      if (session) session.dropped = what.why;
      break;
    case "choose":
      choose(view, what.conflict, what.act);
      break;
    case "photo":
  }
}

/** The act that was chosen holds; the conflict is over. */
function choose(view: State, id: string, chosen: string): void {
  const conflict = view.conflicts.find((one) => one.id === id);
  if (!conflict) return;
  view.conflicts = view.conflicts.filter((one) => one.id !== id);
  const act = sides(conflict).find((one) => one?.id === chosen);
  if (act) lay(view, act, true);
}

export const sides = (conflict: Conflict): (Act | null)[] => [conflict.first, conflict.second];

/** The version of a score or a criterion that the screen shows, for the act that writes it next. */
export function scoreVersion(view: State, session: string, criterion: string): string | null {
  return view.scores.find((one) => one.session === session && one.criterion === criterion)?.version || null;
}
