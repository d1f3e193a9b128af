// Which screen an address opens, apart from the first one of a round.
import { type Hall, type Screen } from "./hall";
import { conflicts, waiting } from "./later";
import { isShown, largeLine, line, meeting } from "./meeting";
import { notes } from "./notes";
import { large, score } from "./score";
import { criterion, isOpen, present, reopen, seal, session } from "./session";
import { inputForm, inputs } from "./start";
import type { State } from "./protocol";

/** The screen of a path such as `s/0190…/score/0191…`; nothing where there is no such screen. */
export async function screen(hall: Hall, view: State, path: string[]): Promise<Screen | undefined> {
  const [first = "", second = "", third = "", fourth = ""] = path;
  if (first === "s") return sessionScreen(hall, view, second, third, fourth);
  if (first === "inputs") return second ? inputForm(hall, view, second) : inputs(hall, view);
  if (first === "notes") return notes(hall, view, undefined);
  if (first === "conflicts") return conflicts(hall, view);
  if (first === "waiting") return waiting(hall, view);
  if (first === "meeting" && isShown(view) && second) return third === "large" ? largeLine(hall, view, Number(second)) : line(hall, view, Number(second));
  if (first === "meeting") return meeting(hall, view);
  return undefined;
}

async function sessionScreen(hall: Hall, view: State, id: string, part: string, of: string): Promise<Screen | undefined> {
  const one = view.sessions.find((session) => session.id === id);
  if (!one) return undefined;
  const about = view.criteria.find((criterion) => criterion.id === of);
  if (part === "notes") return notes(hall, view, one);
  if (part === "show" && about) return large(hall, view, one, about);
  if (part === "reopen" && one.is_sealed) return reopen(hall, one);
  // Nothing is scored before consent was recorded.
  if (isOpen(view, one) && !one.consent_at) return session(hall, view, one);
  if (part === "score" && about) return score(hall, view, one, about);
  if (!isOpen(view, one)) return session(hall, view, one);
  if (part === "present") return present(hall, one);
  if (part === "criterion") return criterion(hall, view, one, of || "new");
  if (part === "seal") return seal(hall, view, one);
  return session(hall, view, one);
}
