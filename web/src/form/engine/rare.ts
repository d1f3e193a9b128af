// Functions that few forms call: loaded apart, when a program holds one of them.
import { dateTimeFrom, format, isDateTime, utcDays } from "./dates";
import { digest } from "./digest";
import type { Focus } from "./evaluate";
import type { Call, Kit } from "./functions";
import { type LatLon, area, distance, encloses, point, points } from "./geo";
import { type Node, text } from "./node";
import type { Expr } from "./program";
import { number } from "./values";

const between = (n: number, least: number, most: number) => (least === -1 || n >= least) && (most === -1 || n <= most);

export function rare({ bad, chars, dated, holds, nodesOf, numberOf, ofNumber, ofText, ofTexts, textOf, texts }: Kit): Record<string, Call> {
  function places(exprs: Expr[], f: Focus): LatLon[] {
    return texts(exprs, f).flatMap(points).map((p) => p ?? bad("this is not a list of places"));
  }

  /** Shuffles as JavaRosa does, so that a seed gives every client one order: Fisher–Yates inside out over the Park–Miller generator. */
  function randomize([e, seed]: Expr[], f: Focus): Node[] {
    const modulus = 2147483647;
    let state = (seed === undefined ? Math.floor(f.world.random() * 2 ** 31) : seedOf(textOf(seed, f))) % modulus || 0;
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
  function seedOf(text: string): number {
    const n = number(text);
    if (!isNaN(n)) return Math.trunc(n);
    if (!text) return 0;
    const hash = digest(text, "SHA-256");
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

  function digested(a: Expr[], f: Focus): string {
    const hash = digest(textOf(a[0]!, f), textOf(a[1]!, f).toUpperCase());
    const encoding = a.length > 2 ? textOf(a[2]!, f).toLowerCase() : "base64";
    if (encoding === "hex") return Array.from(hash, (b) => b.toString(16).padStart(2, "0")).join("");
    return encoding === "base64" ? btoa(String.fromCharCode(...hash)) : bad(`there is no encoding "${encoding}"; use "hex" or "base64"`);
  }

  const formatted = ofTexts((t, pattern) => (isNaN(number(t)) ? dated(t, "") : format(number(t), pattern)));

  return {
    "namespace-uri": () => "",
    "indexed-repeat": indexedRepeat,
    pulldata: pullData,
    randomize,
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
    translate: ofTexts((t, from, to) => {
      const [a, b] = [chars(from), chars(to)];
      return chars(t).map((c) => (a.includes(c) ? (b[a.indexOf(c)] ?? "") : c)).join("");
    }),
    digest: digested,
    "base64-decode": ofText((t) => {
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(t.trim()), (c) => c.charCodeAt(0)));
      } catch {
        return bad("base64-decode(): the value is not base64 of a text");
      }
    }),
    checklist: ([least, most, ...a], f) => between(a.filter((e) => holds(e, f)).length, numberOf(least!, f), numberOf(most!, f)),
    "weighted-checklist": ([least, most, ...a], f) => {
      if (a.length % 2) bad("weighted-checklist(): give pairs of value and weight after the least and most");
      let sum = 0;
      for (let i = 0; i < a.length; i += 2) if (holds(a[i]!, f)) sum += number(textOf(a[i + 1]!, f));
      return between(sum, numberOf(least!, f), numberOf(most!, f));
    },
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
    "format-date": formatted,
    "format-date-time": formatted,
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
    pi: () => Math.PI,
    area: (a, f) => area(places(a, f)),
    distance: (a, f) => distance(places(a, f)),
    geofence: ofTexts((at, fence) => {
      if (!at.trim() || !fence.trim()) return false;
      const [p, line] = [point(at), points(fence)];
      return p && line.every(Boolean) ? encloses(line as LatLon[], p) : bad("geofence(): this is not a point and an area");
    }),
  };
}
