// What the hall and the server say to each other: see crates/villages/src/scorecards/model and scorecards/hall. Times are microseconds.

export type Votes = [number, number, number, number, number];

/** What an act does. */
export type What =
  | { kind: "present"; n: number }
  | { kind: "consent"; text: string }
  | { kind: "criterion"; criterion: string; words: string; standard: string | null; position: number }
  | { kind: "drop-criterion"; criterion: string }
  | { kind: "score"; criterion: string; value: number; votes: Votes | null; reason: string; suggestion: string }
  | { kind: "input"; input: string; what: string; entitlement: string; actual: string; remark: string; is_short: boolean }
  | { kind: "note"; note: string; criterion: string | null; text: string }
  | { kind: "photo"; blob: string; caption: string }
  | { kind: "seal" }
  | { kind: "reopen"; why: string }
  | { kind: "drop"; why: string }
  | { kind: "choose"; conflict: string; act: string };

/** One change, made on this device. */
export interface Act {
  id: string;
  device: string;
  at: number;
  session: string | null;
  /** The version that the device saw. */
  base: string | null;
  what: What;
}

export interface Round {
  id: string;
  code: string;
  n: number;
  scale: "hundred" | "faces";
  state: "planned" | "gathering" | "meeting" | "agreed" | "closed" | "cancelled";
  lead: string;
}

export interface Session {
  id: string;
  side: "users" | "provider";
  group: string;
  name: string | null;
  place: string;
  n_present: number | null;
  consent_at: number | null;
  consent_text: string | null;
  is_sealed: boolean;
  sealed_at: number | null;
  dropped: string | null;
}

export interface Criterion {
  id: string;
  session: string;
  words: string;
  standard: string | null;
  position: number;
  version: string;
}

export interface Score {
  session: string;
  criterion: string;
  value: number;
  votes: Votes | null;
  reason: string;
  suggestion: string;
  version: string;
}

export interface Input {
  id: string;
  what: string;
  entitlement: string;
  actual: string;
  remark: string;
  is_short: boolean;
  position: number;
}

export interface Note {
  id: string;
  session: string | null;
  criterion: string | null;
  text: string;
  at: number;
}

/** Two acts that say different things of the same; the first holds until somebody chooses. */
export interface Conflict {
  id: string;
  session: string;
  criterion: string;
  first: Act | null;
  second: Act;
}

/** A photograph that the server has. */
export interface Photo {
  session: string | null;
  blob: string;
  caption: string;
}

export interface ShownGroup {
  key: string;
  group: string;
  name: string | null;
  n_present: number;
}

export interface Line {
  standard: string | null;
  words: string[];
  values: (number | null)[];
  users: number | null;
  provider: number | null;
  gap: number | null;
  is_wide: boolean;
  reasons: string[];
  suggestions: string[];
  provider_reasons: string[];
  provider_suggestions: string[];
}

/** Both sides together, from the meeting on, without groups that are too small to be shown apart. */
export interface Shown {
  groups: ShownGroup[];
  provider: ShownGroup | null;
  lines: Line[];
  n_left_out: number;
}

/** A round as the server tells of it, with what the caller may see and nothing else. */
export interface State {
  round: Round;
  facility: { code: string; name: string };
  sessions: Session[];
  criteria: Criterion[];
  scores: Score[];
  inputs: Input[];
  notes: Note[];
  conflicts: Conflict[];
  photos: Photo[];
  shown: Shown | null;
  standards: { code: string; title: string }[];
  revision: number;
  /** The account of whoever is signed in. */
  me: string;
}

/** What the server says to acts. */
export interface Answer {
  taken: { id: string; applied: "done" | "again" | "conflict" | "late" }[];
  refused: { id: string; code: string; text: string }[];
  state: State;
}
