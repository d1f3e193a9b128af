// Dates, times and their arithmetic: ISO 8601 texts, days since 1970, `format-date`.

export interface Moment { ms: number; offset: number }

const DAY = 86400000;

const iso = (ms: number) => {
  const date = new Date(ms);
  return isNaN(+date) ? "" : date.toISOString().slice(0, -1);
};

export const dateOf = (now: Moment) => iso(now.ms + now.offset * 60000).slice(0, 10);

export function dateTimeOf({ ms, offset }: Moment): string {
  const minutes = Math.abs(offset);
  const two = (n: number) => String(n).padStart(2, "0");
  return iso(ms + offset * 60000) + (offset < 0 ? "-" : "+") + two(Math.trunc(minutes / 60)) + ":" + two(minutes % 60);
}

function readDate(text: string): number | undefined {
  const found = /^(\d{1,9})-(\d{1,9})-(\d{1,9})$/.exec(text);
  if (!found) return;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() === month - 1 && date.getUTCDate() === day) return +date / DAY;
}

/** Milliseconds of the day, and minutes ahead of UTC when they are written. */
function readTime(text: string): [number, number | undefined] | undefined {
  const found = /^(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?(?:(Z)|([+-])(\d\d):?(\d\d)?)?$/.exec(text);
  if (!found) return;
  const [, hour, minute, second = "0", fraction = "", zulu, sign, hours, minutes = "0"] = found;
  if (+hour! > 23 || +minute! > 59 || +second > 60) return;
  const offset = zulu ? 0 : sign ? +(sign + "1") * (+hours! * 60 + +minutes) : undefined;
  return [((+hour! * 60 + +minute!) * 60 + +second) * 1000 + +(fraction + "000").slice(0, 3), offset];
}

export const isDate = (text: string) => text.length === 10 && readDate(text) !== undefined;
export const isTime = (text: string) => !!readTime(text);

export function isDateTime(text: string): boolean {
  const at = text.indexOf("T");
  return at > 0 && isDate(text.slice(0, at)) && isTime(text.slice(at + 1));
}

/** A date, date-time or time as days by its own wall clock; NaN when it is none of them. */
export function days(text: string): number {
  const at = text.indexOf("T");
  let date: number | undefined = 0, time: number | undefined = 0;
  if (at >= 0) [date, time] = [readDate(text.slice(0, at)), readTime(text.slice(at + 1))?.[0]];
  else if (text.length === 10 && text[4] === "-") date = readDate(text);
  else time = text[2] === ":" ? readTime(text)?.[0] : undefined;
  return date === undefined || time === undefined ? NaN : date + time / DAY;
}

/** A date-time as days in UTC; a plain date is local midnight. */
export function utcDays(text: string, offset: number): number {
  text = text.trim();
  const own = text.includes("T") ? readTime(text.slice(text.indexOf("T") + 1))?.[1] : undefined;
  return days(text) - (own ?? offset) / 1440;
}

const sane = (n: number) => Math.abs(n) < 1e8;

export const dateFrom = (n: number) => (sane(n) ? iso(Math.floor(n) * DAY).slice(0, 10) : "");
export const dateTimeFrom = (n: number, offset: number) =>
  sane(n) ? dateTimeOf({ ms: Math.round(n * DAY) - offset * 60000, offset }) : "";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** Fills a pattern of `%` codes (ODK XForms, "format-date"); "" when it is not a date. */
export function format(n: number, pattern: string): string {
  if (!sane(n)) return "";
  const whole = Math.floor(n);
  const date = new Date(whole * DAY + Math.round((n - whole) * DAY));
  const [year, month, day, hour] = [new Date(whole * DAY).getUTCFullYear(), new Date(whole * DAY).getUTCMonth(), new Date(whole * DAY).getUTCDate(), date.getUTCHours()];
  const pad = (n: number, width: number) => String(n).padStart(width, "0");
  const weekday = new Date(whole * DAY).getUTCDay();
  return pattern.replace(/%(.)/g, (all, code) => {
    switch (code) {
      case "Y": return pad(year, 4);
      case "y": return pad(year % 100, 2);
      case "m": return pad(month + 1, 2);
      case "n": return String(month + 1);
      case "b": return MONTHS[month]!.slice(0, 3);
      case "B": return MONTHS[month]!;
      case "d": return pad(day, 2);
      case "e": return String(day);
      case "H": return pad(hour, 2);
      case "h": return String(hour);
      case "M": return pad(date.getUTCMinutes(), 2);
      case "S": return pad(date.getUTCSeconds(), 2);
      case "3": return pad(date.getUTCMilliseconds(), 3);
      case "a": return WEEKDAYS[weekday]!.slice(0, 3);
      case "A": return WEEKDAYS[weekday]!;
      case "w": return String(weekday);
      case "W": return pad(week(whole), 2);
      case "%": return "%";
      default: return all;
    }
  });
}

/** Week of the year by ISO 8601: week 1 holds the first Thursday. */
function week(day: number): number {
  const thursday = day - ((((day + 3) % 7) + 7) % 7) + 3;
  return Math.floor((thursday - readDate(`${new Date(thursday * DAY).getUTCFullYear()}-1-1`)!) / 7) + 1;
}
