// The function library of XPath 1.0 and OpenRosa.
import { dateFrom, dateOf, dateTimeFrom, dateTimeOf, format, isDateTime, utcDays } from "./dates";
import { type Focus, evaluate, holds, nodesOf, numberOf, textOf } from "./evaluate";
import { type LatLon, area, distance, encloses, point, points } from "./geo";
import { type Node, position, text } from "./node";
import type { Expr } from "./program";
import { type Value, number, toTexts, words } from "./values";

type Call = (a: Expr[], f: Focus) => Value;

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
const between = (n: number, least: number, most: number) => (least === -1 || n >= least) && (most === -1 || n <= most);
const bad = (message: string): never => {
  throw Error(message);
};

function places(exprs: Expr[], f: Focus): LatLon[] {
  return texts(exprs, f).flatMap(points).map((p) => p ?? bad("this is not a list of places"));
}

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

/** Shuffles as JavaRosa does, so that a seed gives every client one order: Fisher–Yates inside out over the Park–Miller generator. */
function randomize([e, seed]: Expr[], f: Focus): Node[] {
  const modulus = 2147483647;
  let state = (seed === undefined ? Math.floor(f.world.random() * 2 ** 31) : seedOf(textOf(seed, f), f)) % modulus || 0;
  if (state <= 0) state += modulus - 1;
  const out: Node[] = [];
  nodesOf(e!, f).forEach((node, i) => {
    state = (state * 16807) % modulus;
    const j = Math.trunc(((state - 1) / (modulus - 1)) * (i + 1));
    out[i] = out[j]!;
    out[j] = node;
  });
  return out;
}

/** A seed in words is its SHA-256. */
function seedOf(text: string, f: Focus): number {
  const n = number(text);
  if (!isNaN(n)) return Math.trunc(n);
  if (!text) return 0;
  const hash = (f.world.digest ?? bad("digests are not loaded"))(text, "SHA-256");
  return Number(new DataView(hash.buffer).getBigInt64(0));
}

/** [question, repeat, number, inner repeat, number, …] with definitions for paths. */
function indexedRepeat(a: Expr[], f: Focus): Node[] {
  const { defs } = f.world.program;
  const to = (def: number, top: number): number[] => (def === top ? [] : [...to(defs[def]!.parent!, top), def]);
  let at = f.world.doc.kids[0]!;
  for (let i = 1; i < a.length; i += 2) {
    const way = to(a[i] as number, at.def), n = Math.floor(numberOf(a[i + 1]!, f));
    for (const def of way.slice(0, -1)) {
      // An outer repeat that is not numbered is the one this question stands in.
      let own: Node | null = f.own;
      while (own && !(own.def === def && own.up === at)) own = own.up;
      const next: Node | undefined = own ?? at.kids.find((kid) => kid.def === def);
      if (!next) return [];
      at = next;
    }
    const entry: Node | undefined = at.kids.filter((kid) => kid.def === a[i])[n - 1];
    if (!entry) return [];
    at = entry;
  }
  return to(a[0] as number, at.def).reduce((nodes, def) => nodes.flatMap((n) => n.kids.filter((k) => k.def === def && !k.hidden)), [at]);
}

function pullData(a: Expr[], f: Focus): string {
  const [name, wanted, column, key] = a.map((e) => textOf(e, f)) as [string, string, string, string];
  const id = name.replace(/\.csv$/, "");
  const list = f.world.program.lists.findIndex((l) => l.id === id);
  if (list < 0) bad(`pulldata(): the form has no instance "${id}"; is ${id}.csv attached?`);
  const rows = f.world.rows[list];
  if (rows) {
    const found = rows.find(column, key)[0];
    return found ? rows.cell(found.row, wanted) : "";
  }
  const named = (node: Node | undefined, name: string) => node?.kids.find((kid) => kid.name === name);
  const value = (node: Node | undefined) => (node ? text(node) : "");
  return value(named(f.world.docs[list]!.kids[0]?.kids.find((item) => value(named(item, column)) === key), wanted));
}

function digest(a: Expr[], f: Focus): string {
  const bytes = f.world.digest ?? bad("digest() is not loaded");
  const hash = bytes(textOf(a[0]!, f), textOf(a[1]!, f).toUpperCase());
  const encoding = a.length > 2 ? textOf(a[2]!, f).toLowerCase() : "base64";
  if (encoding === "hex") return Array.from(hash, (b) => b.toString(16).padStart(2, "0")).join("");
  return encoding === "base64" ? btoa(String.fromCharCode(...hash)) : bad(`there is no encoding "${encoding}"; use "hex" or "base64"`);
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
  "namespace-uri": () => "",
  "indexed-repeat": indexedRepeat,
  pulldata: pullData,
  randomize,

  string: ofText((t) => t),
  concat: (a, f) => texts(a, f).join(""),
  join: ([glue, ...a], f) => texts(a, f).join(textOf(glue!, f)),
  "starts-with": ofTexts((a, b) => a.startsWith(b)),
  "ends-with": ofTexts((a, b) => a.endsWith(b)),
  contains: ofTexts((a, b) => a.includes(b)),
  "substring-before": ofTexts((a, b) => a.slice(0, Math.max(a.indexOf(b), 0))),
  "substring-after": ofTexts((a, b) => (a.includes(b) ? a.slice(a.indexOf(b) + b.length) : "")),
  substring: ([t, first, size], f) => {
    const from = Math.floor(numberOf(first!, f) + 0.5);
    const end = size === undefined ? Infinity : from + Math.floor(numberOf(size, f) + 0.5);
    return chars(textOf(t!, f)).filter((_, i) => i + 1 >= from && i + 1 < end).join("");
  },
  substr: ([t, first, last], f) => {
    const all = chars(textOf(t!, f));
    const at = (e: Expr) => {
      const n = Math.trunc(numberOf(e, f));
      return n < 0 ? Math.max(all.length + n, 0) : n;
    };
    const from = at(first!), end = last === undefined ? all.length : at(last);
    return all.filter((_, i) => i >= from && i < end).join("");
  },
  "string-length": ofText((t) => chars(t).length),
  "normalize-space": ofText((t) => words(t).join(" ")),
  translate: ofTexts((t, from, to) => {
    const [a, b] = [chars(from), chars(to)];
    return chars(t).map((c) => (a.includes(c) ? (b[a.indexOf(c)] ?? "") : c)).join("");
  }),
  regex: ofTexts(matches),
  digest,
  "base64-decode": ofText((t) => {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(t.trim()), (c) => c.charCodeAt(0)));
    } catch {
      return bad("base64-decode(): the value is not base64 of a text");
    }
  }),
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
  checklist: ([least, most, ...a], f) => between(a.filter((e) => holds(e, f)).length, numberOf(least!, f), numberOf(most!, f)),
  "weighted-checklist": ([least, most, ...a], f) => {
    if (a.length % 2) bad("weighted-checklist(): give pairs of value and weight after the least and most");
    let sum = 0;
    for (let i = 0; i < a.length; i += 2) if (holds(a[i]!, f)) sum += number(textOf(a[i + 1]!, f));
    return between(sum, numberOf(least!, f), numberOf(most!, f));
  },

  today: (_, f) => dateOf(f.world.now()),
  now: (_, f) => dateTimeOf(f.world.now()),
  date: ofText((t) => dated(t, dateFrom(number(t)))),
  "date-time": ([e], f) => {
    const t = textOf(e!, f);
    return isDateTime(t.trim()) ? t : dated(t, dateTimeFrom(number(t), f.world.now().offset));
  },
  "decimal-date": ofText((t) => Math.floor(number(t))),
  "decimal-date-time": ([e], f) => {
    const t = textOf(e!, f), utc = utcDays(t, f.world.now().offset);
    return isNaN(utc) ? number(t) : utc;
  },
  "decimal-time": ofText((t) => number(t) - Math.floor(number(t))),
  "format-date": ofTexts((t, pattern) => (isNaN(number(t)) ? dated(t, "") : format(number(t), pattern))),

  int: ofNumber(Math.trunc),
  floor: ofNumber(Math.floor),
  ceiling: ofNumber(Math.ceil),
  round: ([n, decimals], f) => round(numberOf(n!, f), decimals === undefined ? 0 : numberOf(decimals, f)),
  abs: ofNumber(Math.abs),
  exp: ofNumber(Math.exp),
  exp10: ofNumber((n) => 10 ** n),
  log: ofNumber(Math.log),
  log10: ofNumber(Math.log10),
  sqrt: ofNumber(Math.sqrt),
  sin: ofNumber(Math.sin),
  cos: ofNumber(Math.cos),
  tan: ofNumber(Math.tan),
  asin: ofNumber(Math.asin),
  acos: ofNumber(Math.acos),
  atan: ofNumber(Math.atan),
  atan2: ([y, x], f) => Math.atan2(numberOf(y!, f), numberOf(x!, f)),
  pow: ([n, power], f) => numberOf(n!, f) ** numberOf(power!, f),
  pi: () => Math.PI,
  random: (_, f) => f.world.random(),
  // Blank answers count for nothing; XPath 1.0 alone would make the sum NaN.
  sum: (a, f) => filled(a, f).reduce((sum, n) => sum + n, 0),
  min: extreme(Math.min),
  max: extreme(Math.max),
  area: (a, f) => area(places(a, f)),
  distance: (a, f) => distance(places(a, f)),
  geofence: ofTexts((at, fence) => {
    if (!at.trim() || !fence.trim()) return false;
    const [p, line] = [point(at), points(fence)];
    return p && line.every(Boolean) ? encloses(line as LatLon[], p) : bad("geofence(): this is not a point and an area");
  }),
};
functions["local-name"] = functions.name!;
functions["format-date-time"] = functions["format-date"]!;
functions["number"] = ([e], f) => (e === undefined ? number(text(f.node)) : numberOf(e, f));
