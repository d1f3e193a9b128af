// The function library of XPath 1.0 and OpenRosa; what few forms call is in `rare.ts`.
import { dateFrom, dateOf, dateTimeOf } from "./dates";
import { type Focus, evaluate, holds, nodesOf, numberOf, textOf } from "./evaluate";
import { position, text } from "./node";
import type { Expr } from "./program";
import { type Value, number, toTexts, words } from "./values";

export type Call = (a: Expr[], f: Focus) => Value;

const texts = (exprs: Expr[], f: Focus) => exprs.flatMap((e) => toTexts(evaluate(e, f)));
const chars = (text: string) => Array.from(text);
/** A function of one text, which is that of the node at hand when it is left out. */
const ofText = (act: (text: string) => Value): Call => (a, f) => act(a.length ? textOf(a[0]!, f) : text(f.node));
const ofTexts = (act: (a: string, b: string, c: string) => Value): Call => (a, f) =>
  act(textOf(a[0]!, f), textOf(a[1]!, f), a.length > 2 ? textOf(a[2]!, f) : "");
const ofNumber = (act: (n: number) => number): Call => (a, f) => act(numberOf(a[0]!, f));
const filled = (exprs: Expr[], f: Focus) => texts(exprs, f).filter((t) => t.trim()).map(number);
/** NaN where one of the numbers is, or where there is none. */
const extreme = (pick: (...n: number[]) => number): Call => (a, f) => {
  const numbers = filled(a, f);
  return numbers.length ? pick(...numbers) : NaN;
};
const bad = (message: string): never => {
  throw Error(message);
};

/** A date, "" for a blank; anything else is an error. */
const dated = (text: string, date: string) => date || (text.trim() ? bad(`"${text}" is not a date; write it as 2026-11-21`) : "");

/** Half up as XPath does, to a number of decimals that may be negative. */
function round(n: number, decimals = 0): number {
  if (!isFinite(n) || isNaN(decimals)) return n;
  decimals = Math.max(-300, Math.min(30, Math.trunc(decimals)));
  if (!decimals) return Math.floor(n + 0.5);
  const shift = (n: number, by: number) => {
    const [digits, power = "0"] = String(n).split("e");
    return Number(`${digits}e${+power + by}`);
  };
  return shift(Math.floor(shift(n, decimals) + 0.5), -decimals);
}

const patterns = new Map<string, RegExp>();

/** A pattern that must match the whole value, as JavaRosa does. */
function matches(value: string, pattern: string): boolean {
  let known = patterns.get(pattern);
  if (!known) {
    const flags = /^\(\?([a-z]+)\)/.exec(pattern);
    const body = `^(?:${flags ? pattern.slice(flags[0].length) : pattern})$`;
    const more = flags?.[1]!.replace(/[^ims]/g, "") ?? "";
    try {
      known = new RegExp(body, "u" + more);
    } catch {
      try {
        // A needless backslash is an error only where patterns are of Unicode.
        known = new RegExp(body, more);
      } catch {
        return bad(`the pattern "${pattern}" cannot be used`);
      }
    }
    patterns.set(pattern, known);
  }
  return known.test(value);
}

export const functions: Record<string, Call> = {
  current: (_, f) => [f.own],
  text: ([at], f) => f.world.itext("#" + at),
  error: ([message]) => bad(message as string),
  instance: ([id], f) => {
    const name = textOf(id!, f);
    const list = f.world.program.lists.findIndex((l) => l.id === name);
    if (list < 0 && name !== f.world.program.form) bad(`instance(): the form has no instance "${name}"; is its file attached?`);
    return [f.world.docs[list] ?? f.world.doc];
  },
  not: ([e], f) => !holds(e!, f),
  boolean: ([e], f) => holds(e!, f),
  "boolean-from-string": ofText((t) => t === "true" || t === "1"),
  if: ([test, yes, no], f) => evaluate(holds(test!, f) ? yes! : no!, f),
  coalesce: (a, f) => {
    for (const e of a) {
      const found = textOf(e, f);
      if (found) return found;
    }
    return "";
  },
  once: ([e], f) => f.own.value || evaluate(e!, f),

  last: (_, f) => f.size,
  position: ([e], f) => {
    if (e === undefined) return f.position;
    const node = nodesOf(e, f)[0];
    return node ? position(node) : NaN;
  },
  count: ([e], f) => nodesOf(e!, f).length,
  "count-non-empty": ([e], f) => nodesOf(e!, f).filter((n) => text(n)).length,
  name: ([e], f) => (e === undefined ? f.node.name : (nodesOf(e, f)[0]?.name ?? "")),

  string: ofText((t) => t),
  concat: (a, f) => texts(a, f).join(""),
  join: ([glue, ...a], f) => texts(a, f).join(textOf(glue!, f)),
  "starts-with": ofTexts((a, b) => a.startsWith(b)),
  "ends-with": ofTexts((a, b) => a.endsWith(b)),
  contains: ofTexts((a, b) => a.includes(b)),
  "string-length": ofText((t) => chars(t).length),
  "normalize-space": ofText((t) => words(t).join(" ")),
  regex: ofTexts(matches),
  uuid: ([size], f) => {
    if (size === undefined) return f.world.uuid();
    const n = numberOf(size, f);
    if (!(n >= 0 && n <= 1000)) bad("uuid(): the length must be between 0 and 1000");
    return Array.from({ length: n }, () => Math.floor(f.world.random() * 36).toString(36)).join("");
  },
  version: (_, f) => f.world.doc.kids[0]!.kids.find((kid) => kid.attribute && kid.name === "version")?.value ?? "",

  selected: ([e, choice], f) => {
    const wanted = textOf(choice!, f).trim();
    // Over a repeat, any of its answers may hold the choice.
    return toTexts(evaluate(e!, f)).some((answer) => words(answer).includes(wanted) || (!wanted && !answer.trim()));
  },
  "selected-at": ([e, n], f) => {
    const at = numberOf(n!, f);
    return (at >= 0 && words(textOf(e!, f))[Math.trunc(at)]) || "";
  },
  "count-selected": ofText((t) => words(t).length),
  "jr:choice-name": ([value, path], f) => f.world.choiceName(textOf(value!, f), textOf(path!, f).trim(), f.own),
  "jr:itext": ([id], f) => f.world.itext(textOf(id!, f)),

  today: (_, f) => dateOf(f.world.now()),
  now: (_, f) => dateTimeOf(f.world.now()),
  date: ofText((t) => dated(t, dateFrom(number(t)))),

  int: ofNumber(Math.trunc),
  floor: ofNumber(Math.floor),
  ceiling: ofNumber(Math.ceil),
  round: ([n, decimals], f) => round(numberOf(n!, f), decimals === undefined ? 0 : numberOf(decimals, f)),
  abs: ofNumber(Math.abs),
  pow: ([n, power], f) => numberOf(n!, f) ** numberOf(power!, f),
  random: (_, f) => f.world.random(),
  // Blank answers count for nothing; XPath 1.0 alone would make the sum NaN.
  sum: (a, f) => filled(a, f).reduce((sum, n) => sum + n, 0),
  min: extreme(Math.min),
  max: extreme(Math.max),
};
functions["local-name"] = functions.name!;
functions["number"] = ([e], f) => (e === undefined ? number(text(f.node)) : numberOf(e, f));

/** What `rare.ts` is made with, so that it can be loaded apart and brings no evaluator of its own. */
// Asked for rather than made at once: evaluation and functions need each other.
export const kit = () => ({ bad, chars, dated, holds, nodesOf, numberOf, ofNumber, ofText, ofTexts, textOf, texts });
export type Kit = ReturnType<typeof kit>;
