// Values and their conversions (XPath 1.0 section 4, and dates as days by OpenRosa).
import { days } from "./dates";
import { type Node, text } from "./node";

export type Value = boolean | number | string | Node[];

export const toText = (value: Value): string =>
  typeof value === "string" ? value
  : typeof value === "number" ? writeNumber(value)
  : typeof value === "boolean" ? String(value)
  : value.length ? text(value[0]!) : "";

export const toNumber = (value: Value): number =>
  typeof value === "number" ? value : typeof value === "boolean" ? +value : number(toText(value));

export const toBoolean = (value: Value): boolean =>
  typeof value === "object" ? value.length > 0 : !!value;

/** The texts of all nodes, or the one text of anything else. */
export const toTexts = (value: Value): string[] => (typeof value === "object" ? value.map(text) : [toText(value)]);

/** Reads a number as XPath does, or a date, date-time or time as days. */
export function number(text: string): number {
  text = text.trim();
  return /^-?[\d.]+$/.test(text) ? Number(text) : days(text);
}

/** Writes a number as XPath does: no exponent, no decimal point for whole numbers. */
export function writeNumber(n: number): string {
  const short = String(n);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(short);
  if (!parts) return n === 0 ? "0" : short;
  const [, sign, first, rest = "", power] = parts;
  const digits = first + rest;
  return sign + (+power! < 0 ? "0." + "0".repeat(-power! - 1) + digits : digits.padEnd(+power! + 1, "0"));
}

export const words = (text: string) => text.split(/\s+/).filter(Boolean);
