// What is missing or wrong, kept until something it hangs on changes.
import type { Problem } from "./api";
import { isDate, isDateTime, isTime } from "./dates";
import type { Filling } from "./filling";
import type { Node } from "./node";
import type { DataType, Wording } from "./program";
import { words } from "./values";
import type { Speaker } from "./wording";

const NONE = { kind: undefined };

export function checker(filling: Filling, speaker: Speaker) {
  const { defs } = filling.program;

  function find(node: Node): { kind?: Problem["kind"]; message?: Wording; text?: string } {
    const rules = defs[node.def]!, { value } = node;
    const question = speaker.questions.get(node.def);
    const holds = (expr: Parameters<Filling["ask"]>[0] | undefined, otherwise: boolean) => (expr === undefined ? otherwise : !!filling.ask(expr, node));
    if (!value) {
      // A calculation's blank is the form's doing.
      const missing = (question || rules.calculate === undefined) && holds(rules.required, false);
      return missing ? { kind: "missing-required", message: rules.requiredMsg } : NONE;
    }
    if (!accepts(rules.type ?? "text", value)) return { kind: "wrong-type" };
    if (question) {
      const kind = question.kind;
      if (kind === "select-one" || speaker.many(question)) {
        const offered = new Set(speaker.choices(question, node).map((c) => c.value));
        const answers = kind === "select-one" ? [value] : words(value);
        const open = !(question.choices ?? question.items) || speaker.source(question, node)?.whole === false;
        if (!open && !answers.every((a) => offered.has(a))) return { kind: "unknown-choice" };
        const once = new Set(answers).size === answers.length;
        if (kind === "rank" && !(once && (!offered.size || open || answers.length === offered.size))) return { kind: "wrong-type" };
      }
      if (question.range) {
        const [start, end, step] = question.range;
        const n = Number(value), steps = (n - start) / step;
        const off = !(n >= Math.min(start, end) && n <= Math.max(start, end)) || Math.abs(steps - Math.round(steps)) >= 1e-6;
        if (off && !isNaN(n)) return { kind: "wrong-type" };
      }
    }
    return holds(rules.constraint, true) ? NONE : { kind: "broken-constraint", message: rules.constraintMsg };
  }

  function found(node: Node): ReturnType<typeof find> {
    let wrong = node.wrong as ReturnType<typeof find> | undefined;
    if (!wrong) {
      try {
        wrong = find(node);
      } catch (error) {
        wrong = { kind: "unclear-rule", text: (error as Error).message };
      }
      node.wrong = wrong;
    }
    return wrong;
  }

  return {
    /** The kind of what is wrong with the value of a relevant leaf. */
    kindOf: (node: Node) => found(node).kind,
    /** The same in words. */
    problemOf(node: Node): Problem | undefined {
      const { kind, message, text } = found(node);
      return kind && { path: filling.path(node), kind, message: text ?? speaker.say(message, node) };
    },
  };
}

export type Checker = ReturnType<typeof checker>;

/** Tells whether a value that is not blank is of a type. */
function accepts(type: DataType, value: string): boolean {
  const points = () => value.split(";").filter((p) => p.trim()).map(isPoint);
  switch (type) {
    case "integer": return /^-?\d{1,18}$/.test(value);
    case "decimal": return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value) && isFinite(Number(value));
    case "boolean": return /^(true|false|0|1)$/.test(value);
    // Collect writes a date-time where a date has no time of its own, and the reverse.
    case "date": case "dateTime": return isDate(value) || isDateTime(value);
    case "time": return isTime(value);
    case "geopoint": return isPoint(value);
    // A line has two ends; an area three corners, whether or not its first is written again at the end.
    case "geotrace": return points().every(Boolean) && points().length > 1;
    case "geoshape": return points().every(Boolean) && points().length > 2;
    default: return true;
  }
}

/** `latitude longitude [altitude [accuracy]]`. */
function isPoint(text: string): boolean {
  const [lat, lon, ...rest] = words(text).map(Number);
  return Math.abs(lat!) <= 90 && Math.abs(lon!) <= 180 && rest.length < 3 && rest.every(isFinite);
}
