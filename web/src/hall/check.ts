// Rules of the hall that need no server: what a sheet lacks, how faces stand for points, what tokens come to. Pure.
import { criteriaOf } from "./view";
import type { Session, State, Votes } from "./protocol";

/** The points of five faces, from the saddest. */
export const FACES = [0, 25, 50, 75, 100] as const;
/** Points between users and provider from which on a gap is wide. */
export const WIDE = 25;

/** The face, 1 to 5, that stands nearest to some points. */
export const faceOf = (value: number): number => Math.min(5, Math.floor((value + 12) / 25) + 1);

export const sumOf = (votes: Votes): number => votes.reduce((sum, n) => sum + n, 0);

/** One token more or less at a face, never below none. */
export function counted(votes: Votes, face: number, by: number): Votes {
  const next = [...votes] as Votes;
  next[face - 1] = Math.min(9999, Math.max(0, (next[face - 1] ?? 0) + by));
  return next;
}

export interface Missing {
  what: "consent" | "present" | "criteria" | "score" | "reason" | "conflict";
  criterion?: string;
}

/** What a session lacks before it can be sealed, in the order in which it is mended. */
export function missing(view: State, session: Session): Missing[] {
  const list: Missing[] = [];
  if (!session.consent_at) list.push({ what: "consent" });
  if (!session.n_present) list.push({ what: "present" });
  const criteria = criteriaOf(view, session.id);
  if (!criteria.length) list.push({ what: "criteria" });
  for (const { id } of criteria) {
    const score = view.scores.find((one) => one.session === session.id && one.criterion === id);
    if (!score) list.push({ what: "score", criterion: id });
    else if (!score.reason.trim()) list.push({ what: "reason", criterion: id });
  }
  for (const { session: of, criterion } of view.conflicts) if (of === session.id) list.push({ what: "conflict", criterion });
  return list;
}

/** Reads points that were typed: a whole number from 0 to 100, or nothing. */
export function pointsOf(typed: string): number | undefined {
  const text = typed.trim();
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= 100 ? value : undefined;
}

/** Reads how many people: a whole number of at least one, or nothing. */
export function peopleOf(typed: string): number | undefined {
  const text = typed.trim();
  if (!/^\d{1,5}$/.test(text) || Number(text) === 0) return undefined;
  return Number(text);
}

/** Minutes and seconds that are left, `0:00` when the time is up. */
export function left(ends: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((ends - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
