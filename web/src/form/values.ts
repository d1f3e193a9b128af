// From what people write to what a form keeps, and back; the server reads pages sent without scripts the same way (`collect/web/fields.rs`).
import type { Field } from "./engine";
import { t } from "./dom";

/** A position as people write it: "-7,15 111,88" and "-7.15, 111.88" are the same. */
export function position(text: string): string {
  const plain = text.replace(/\u2212/g, "-");
  const parted = plain.includes(".") ? plain.replace(/,/g, " ") : plain.replace(/, /g, " ").replace(/,/g, ".");
  return parted.trim().split(/\s+/).join(" ");
}

/** Positions, one a line, as a form keeps them; an area ends where it begins. */
export function pointsOf(text: string, closed: boolean): string {
  const points = text.split(/[\n;]/).map(position).filter(Boolean);
  if (closed && points.length >= 3 && points[0] !== points[points.length - 1]) points.push(points[0] as string);
  return points.join(";");
}

export function linesOf(value: string, closed: boolean): string {
  const points = value.split(";").map((point) => point.trim()).filter(Boolean);
  if (closed && points.length > 3 && points[0] === points[points.length - 1]) points.pop();
  return points.join("\n");
}

/** Writes a local moment with seconds and the zone it was meant in, as phones do. */
export function withOffset(text: string): string {
  const moment = new Date(text.length === 16 ? `${text}:00` : text);
  if (Number.isNaN(moment.getTime())) return text;
  const ahead = -moment.getTimezoneOffset();
  const two = (n: number): string => String(Math.floor(Math.abs(n))).padStart(2, "0");
  const seconds = text.length === 16 ? ":00.000" : text.length === 19 ? ".000" : "";
  return `${text}${seconds}${ahead < 0 ? "-" : "+"}${two(ahead / 60)}:${two(ahead % 60)}`;
}

/** A number as people write it. */
export function number(text: string, whole: boolean): string {
  const plain = text.replace(/[\s\u00a0]/g, "");
  return whole || plain.includes(".") ? plain : plain.replace(",", ".");
}

export function date(day: string, month: string, year: string): string {
  if (!day && !month && !year) return "";
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** Says what is wrong with an answer: in the form's own words where it has some. */
export function sentence(field: Field): string {
  const { problem } = field;
  const question = field.label;
  const own = (id: string, args = {}): string => t(`answer-${id}`, { question, ...args });
  if (!problem) return "";
  const { kind, message } = problem;
  if (kind === "missing-required") return message || own("missing");
  if (kind === "broken-constraint") return message && !/[(=<>]/.test(message) ? message : own("wrong");
  if (kind !== "wrong-type") return own("wrong");
  if (field.range) {
    const [a, b, step] = field.range;
    return own("range", { least: Math.min(a, b), most: Math.max(a, b), step });
  }
  if (field.kind === "rank") return own("rank");
  switch (field.type) {
    case "integer":
    case "decimal":
    case "time":
      return own(field.type);
    case "date":
    case "dateTime":
      return own("date");
    case "geopoint":
      return own("point");
    case "geotrace":
    case "geoshape": {
      const closed = field.type === "geoshape";
      const wrong = linesOf(field.value, closed).split("\n").findIndex((line) => !/^-?[\d.]+ -?[\d.]+( -?[\d.]+){0,2}$/.test(line));
      return wrong < 0 ? own("line-short", { least: closed ? 3 : 2 }) : own("line", { line: wrong + 1 });
    }
    default:
      return own("wrong");
  }
}

/** An answer as people write it, where its value is not already that. */
export function said(field: Field, language: string): string | undefined {
  const { value, type } = field;
  if (!value) return undefined;
  if (type === "date") return day(value, language, { day: "numeric", month: "long", year: "numeric" });
  if (type === "dateTime") return day(value.slice(0, 16), language, { dateStyle: "medium", timeStyle: "short" });
  if (type === "time") return value.slice(0, 5);
  return undefined;
}

/** The name of a question's input: its path without the form's first element. */
export const nameOfPath = (path: string): string => path.replace(/^\/[^/]+\//, "");

function day(value: string, language: string, options: Intl.DateTimeFormatOptions): string {
  const moment = new Date(value.length === 10 ? `${value}T12:00` : value);
  return Number.isNaN(moment.getTime()) ? value : new Intl.DateTimeFormat(language, options).format(moment);
}
