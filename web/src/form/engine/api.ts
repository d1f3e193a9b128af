// What the screens see of the engine. Paths name nodes as the server does: `/data/member[2]/age`.
import type { Call, Kit } from "./functions";
import type { DataType, Program, QuestionKind, Table } from "./program";

export type { Program, Table } from "./program";

export interface Options {
  /** Name, or ISO code in parentheses, of a language of the form; the default one otherwise. */
  language?: string;
  /** Milliseconds since 1970 and the minutes that local time is ahead of UTC. */
  now?: () => { ms: number; offset: number };
  /** Like Math.random. */
  random?: () => number;
  uuid?: () => string;
  /** Answers of `deviceid`, `username`, `email`, `phonenumber`. */
  properties?: Record<string, string>;
  /** Whole lists that do not travel with the program, by id. Rows that are missing here are asked for by `missing()`. */
  lists?: Record<string, Table>;
  /** The last saved filling of the form, as XML. */
  lastSaved?: string;
  /** Functions that few forms call: needed where `RARE` matches the program's text. */
  rare?: (kit: Kit) => Record<string, Call>;
}

/** Starts a new filling: defaults, preloads, first-load actions, an instance id, everything calculated. */
export type Load = (program: Program, options?: Options) => Session;

/** Opens a snapshot or any instance XML of the form again; throws an Error when it is not of this form. */
export type Resume = (program: Program, xml: string, options?: Options) => Session;

export interface Session {
  readonly program: Program;
  /** `uuid:…`; "" when the form has no place for it. */
  readonly id: string;
  readonly languages: readonly string[];
  /** The language in use; set it by name or ISO code. */
  language: string;
  /** The instance's own name, "" when the form gives none. */
  readonly name: string;

  /** Lists the pages as the answers stand. Cheap: what is on a page is worked out when it is looked at. */
  pages(): Page[];
  /** Finds a page by its key. */
  page(key: string): Page | undefined;
  /** The page to begin with. */
  first(): Page | undefined;
  /** The page after one whose answers are right; undefined at the end. */
  next(key: string): Page | undefined;
  /** The page a page leads back to; without a key the last one. */
  before(key?: string): Page | undefined;
  /** The first page on which an answer is missing or wrong. */
  unfinished(): Page | undefined;

  /** Gives an answer, "" to blank it, and brings up to date what hangs on it. */
  answer(path: string, value: string): void;
  /** Adds an entry to a repeat (`/data/member`, inside another `/data/household[2]/member`) and returns its path. */
  addRepeat(path: string): string;
  /** Removes an entry: `/data/member[2]`. */
  removeRepeat(path: string): void;

  /** The choices a question offers, those matching a search first cut to `limit`. */
  offers(path: string, search?: { text?: string; limit?: number }): Offer[];
  /** Where the choices of a question come from when its list is not whole here, so that they can be fetched. */
  source(path: string): Source | undefined;
  /** An answer in words. */
  said(path: string): string;

  value(path: string): string;
  relevant(path: string): boolean;
  field(path: string): Field | undefined;

  /** Everything missing or wrong, in the order of the form. */
  problems(): Problem[];
  /** Expressions that could not be evaluated. */
  troubles(): Trouble[];
  /** Rows that expressions looked for in lists that are not whole here. */
  missing(): ListQuery[];
  /** Gives rows of a list, those that answer a query or, without one, the whole list; rules that read it run again. */
  supply(list: string, table: Table, query?: ListQuery): void;

  /** Notes the end of filling; call it before `xml()`. */
  finish(): void;
  /** The submission: relevant nodes only, as the server writes it. */
  xml(): string;
  /** The draft: everything, for `resume`. */
  snapshot(): string;
  /** Files the answers name, in the order of the form. */
  files(): string[];
}

export interface ListQuery {
  list: string;
  /** Without a column, any row may be wanted. */
  column?: string;
  value?: string;
}

export interface Source {
  list: string;
  /** What the rows must be equal to, by column. */
  equals: Record<string, string>;
  value: string;
  /** The column of labels, when it is one. */
  label?: string;
}

export interface Page {
  /** `place`, `member-2`, `member`; stays the same while answers change. */
  readonly key: string;
  readonly title: string;
  /** Titles of the groups and entries around it, outermost first. */
  readonly within: readonly string[];
  /** The repeat entries the page belongs to, outermost first. */
  readonly inside: readonly Inside[];
  /** What is asked; of a page of questions only. */
  readonly items?: readonly Item[];
  /** The entries; of a page that lists them only. */
  readonly repeat?: RepeatPage;
  /** Whether an answer on it is missing or wrong. */
  readonly unfinished: boolean;
}

export interface Inside {
  /** The key of the page that lists the entries. */
  list: string;
  /** Which of them, counted from 0. */
  entry: number;
}

/** The title of a group shown on its outer group's page, or a question. */
export type Item = { readonly heading: string } | Field;

export interface Field {
  readonly path: string;
  readonly kind: QuestionKind;
  readonly type: DataType;
  readonly label: string;
  readonly hint: string;
  /** Longer help for the person who asks. */
  readonly guidance: string;
  readonly media: Media;
  readonly appearance: string;
  readonly required: boolean;
  /** Shown, not asked. */
  readonly readonly: boolean;
  readonly value: string;
  readonly mediaType?: string;
  readonly maxPixels?: number;
  readonly range?: readonly [start: number, end: number, step: number];
  /** What is wrong with the answer as it stands, whether or not the person has come here yet. */
  readonly problem?: Problem;
}

export interface Media { image?: string; audio?: string; video?: string }

export interface Offer {
  value: string;
  label: string;
  media: Media;
  chosen: boolean;
}

export interface RepeatPage {
  /** The repeat's path, for `addRepeat`. */
  readonly path: string;
  readonly entries: readonly Entry[];
  /** Whether the person may add and remove entries. */
  readonly open: boolean;
}

export interface Entry {
  readonly path: string;
  /** Its first answer in words, or its number. */
  readonly title: string;
  /** The key of its first page; undefined when nothing is asked about it. */
  readonly page?: string;
  /** The key of the first of its pages on which an answer is missing or wrong. */
  readonly unfinished?: string;
  /** Whether nothing has been answered about it that a fresh one does not hold. */
  readonly blank: boolean;
}

export type ProblemKind = "missing-required" | "wrong-type" | "unknown-choice" | "broken-constraint" | "unclear-rule";

export interface Problem {
  path: string;
  kind: ProblemKind;
  /** What the form says about it; "" when it says nothing, so that the screen finds words by kind. */
  message: string;
}

export interface Trouble {
  path: string;
  message: string;
}
