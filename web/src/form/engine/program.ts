// The compact program of a form, as `formats::xform::program` writes it. Positions in `defs`, `lists` and `texts` are the ids used everywhere.

/** `null` is not a number; an array is an operation with its arguments, see `evaluate.ts`. */
export type Expr = null | number | string | boolean | Operation;
export type Operation = [string, ...(Expr | Step)[]];

/** A child's name, or an axis, a test and predicates. */
export type Step = string | [axis: string, test: string, ...predicates: Expr[]];

/** Text with answers in it: an expression is an array of one. */
export type Parts = string | (string | [Expr])[];

/** One wording for all languages, the position of a translated one, or a computed one. */
export type Wording = string | number | { parts: Parts } | { is: Expr };

/** A translated text: plain, or with what is shown beside it. */
export type Text = Parts | { text?: Parts; guidance?: Parts; image?: string; audio?: string; video?: string } | null;

export type DataType =
  | "text" | "integer" | "decimal" | "boolean" | "date" | "dateTime" | "time"
  | "geopoint" | "geotrace" | "geoshape" | "barcode" | "binary";

/** A node of the primary instance's structure with its rules. */
export interface Def {
  name: string;
  /** The definition it stands in; the root has none. */
  parent?: number;
  /** Set when it is an attribute. */
  attribute?: 1;
  /** Of an attribute: what it holds when a filling starts. */
  initial?: string;
  /** Set when it is of OpenRosa's namespace, `orx:`. */
  orx?: 1;
  /** Set when it is an attribute of another namespace, which submissions leave out. */
  foreign?: 1;
  type?: DataType;
  relevant?: Expr;
  required?: Expr;
  readonly?: Expr;
  constraint?: Expr;
  calculate?: Expr;
  /** Set when the calculation is drawn by lot or stamped once. */
  once?: 1;
  constraintMsg?: Wording;
  requiredMsg?: Wording;
  preload?: [kind: string, parameter: string];
  /** Until the last entry answers what it awaits, a count adds no other. */
  repeat?: { template: Tree; count?: Expr; fixed?: 1; awaits?: number[] };
}

/** A blank leaf is its definition alone; else the definition with a value, or with children (and, beside attributes, a value). */
export type Tree = number | [def: number, inside: string | Tree[], value?: string];

/**
 * A rule in the order of recalculation: [kind, definition it is evaluated at, definition it is about, what it reads].
 *
 * What it reads is pairs of a definition and the definition below which both stand, so that a change is felt only there;
 * a list is -1 - its position.
 */
export type Rule = [kind: "count" | "relevant" | "calculate" | "check", at: number, about: number, reads: number[]];

export interface Action {
  event: "first-load" | "load" | "new-repeat" | "value-changed";
  target: number;
  trigger?: number;
  value?: Expr;
  fixed?: string;
}

export type QuestionKind =
  | "input" | "select-one" | "select-multiple" | "rank" | "range" | "upload" | "trigger";

export interface Question {
  ask: number;
  kind?: QuestionKind;
  label?: Wording;
  hint?: Wording;
  appearance?: string;
  /** Of an upload: `image/*`. */
  mediaType?: string;
  /** Of an upload of pictures: the longest side in pixels. */
  maxPixels?: number;
  /** Of a range: start, end, step. */
  range?: [number, number, number];
  /** Choices written in the question: values and wordings. */
  choices?: [values: string[], labels: (Wording | 0)[]];
  /** Choices from a list or from answers: items, value of each, wording of each. */
  items?: [nodeset: Expr, value: Expr, label?: Wording];
  /** Of a `search()`: how many of the choices stand before the items, of which each value is offered once. */
  before?: number;
}

export interface Group { group: number | null; label?: Wording; appearance?: string; controls: Control[] }
export interface Repeat { repeat: number; label?: Wording; appearance?: string; controls: Control[] }
export type Control = Question | Group | Repeat;

/** Rows by columns. */
export interface Table {
  columns: string[];
  /** One array a column. */
  cells: string[][];
  /** The translated texts of the rows, one array a language; they are the column `itextId`. */
  words?: Text[][];
}

/** A secondary instance. */
export interface List {
  id: string;
  /** Names of the document element and of its items. */
  names?: [root: string, item: string];
  /** The rows, when they travel with the program. */
  table?: Table;
  /** A document that is no table: name, then a value or children. */
  tree?: Branch;
  /** Of a list in a file: its name. */
  file?: string;
  /** Set when it is the last saved filling of the form. */
  lastSaved?: 1;
  /** Of a list that is fetched: number of rows, and the columns the form needs. */
  rows?: number;
  columns?: string[];
}

export type Branch = [name: string, value: string | Branch[], attributes?: Record<string, string>];

export interface Program {
  /** The shape of programs; another number is another interpreter's. */
  shape: 1;
  form: string;
  version: string;
  title: string;
  /** Of the XForm the program was made from. */
  hash: string;
  namespace?: string;
  /** The default one first; empty when there is only one wording. */
  languages: string[];
  defs: Def[];
  start: Tree;
  rules: Rule[];
  actions: Action[];
  body: Control[];
  /** `texts[language][position]`. */
  texts: Text[][];
  /** Ids of the texts, only when an expression computes one. */
  textIds?: string[];
  lists: List[];
  /** Names of pictures, sounds and films the texts show. */
  media: string[];
  /** Heavy functions the form needs. */
  uses?: string[];
}
