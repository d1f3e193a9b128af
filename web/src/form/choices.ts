// Rows of lists too long to travel with a form: from the network while there is one, else from the list of the person's area, which is
// fetched once and lies on the phone.
import type { Source, Table, ListQuery } from "./engine";
import { KEPT, type Form } from "./store";

/** A slow network is not waited for longer when the phone has the area's list. */
const PATIENCE = 4000;
const MOST_PATIENCE = 60_000;

export interface Found {
  table: Table;
  /** Rows that fit, given or not. */
  n: number;
}

export class Offline extends Error {}

/** Looks rows up: those equal to some values and beginning with what was typed. */
export async function look(form: Form, list: string, equals: Record<string, string>, typed = "", by?: string, most = 30): Promise<Found> {
  const asked = new URLSearchParams({ version: form.version, most: String(most) });
  for (const [column, value] of Object.entries(equals)) asked.set(`.${column}`, value);
  if (typed) asked.set("q", typed);
  if (by) asked.set("by", by);
  const area = await areaOf(form, list);
  if (navigator.onLine) {
    try {
      return await rows(`${address(form, list)}?${asked}`, area ? PATIENCE : MOST_PATIENCE);
    } catch {
      // The phone may say that there is a network where none is.
    }
  }
  if (!area) throw new Offline();
  return filtered(area, equals, typed, by, most);
}

export const lookUp = (form: Form, source: Source, typed: string): Promise<Found> =>
  look(form, source.list, source.equals, typed, source.label, 30);

/** Fetches the rows that rules asked for; what nobody has is answered with none. */
export async function answerTo(form: Form, query: ListQuery): Promise<Table> {
  const equals = query.column === undefined ? {} : { [query.column]: query.value ?? "" };
  const empty: Table = { columns: [], cells: [] };
  return look(form, query.list, equals, "", undefined, 500).then((found) => found.table, () => empty);
}

/** Keeps the lists of the person's area on the phone. */
export async function keepAreas(form: Form, lists: string[]): Promise<void> {
  const cache = await caches.open(KEPT);
  for (const list of lists) {
    const answer = await fetch(areaAddress(form, list), { cache: "no-cache" });
    if (isJson(answer)) await cache.put(areaAddress(form, list), answer);
  }
}

/** Whether it is what was asked for: who is not signed in is led to a page. */
export const isJson = (answer: Response): boolean => answer.ok && !!answer.headers.get("content-type")?.startsWith("application/json");

const address = (form: Form, list: string): string => `${form.base}/choices/${encodeURIComponent(list)}`;
const areaAddress = (form: Form, list: string): string => `${address(form, list)}?version=${form.version}&area`;

const areas = new Map<string, Table>();

async function areaOf(form: Form, list: string): Promise<Table | undefined> {
  const key = areaAddress(form, list);
  const known = areas.get(key);
  if (known) return known;
  const kept = "caches" in self ? await caches.match(key) : undefined;
  const table = kept ? ((await kept.json()) as Table) : undefined;
  if (!table?.cells[0]?.length) return undefined;
  areas.set(key, table);
  return table;
}

async function rows(path: string, patience: number): Promise<Found> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(path, { signal: stop.signal });
    if (!isJson(answer)) throw new Offline();
    const { n, ...table } = (await answer.json()) as Table & { n: number };
    return { table, n };
  } finally {
    clearTimeout(timer);
  }
}

/** Lower case without marks, as the server compares. */
export const folded = (text: string): string => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");

function filtered(area: Table, equals: Record<string, string>, typed: string, by: string | undefined, most: number): Found {
  const column = (name: string): string[] | undefined => area.cells[area.columns.indexOf(name)];
  const wanted = Object.entries(equals).map(([name, value]) => [column(name), value] as const);
  const said = area.words && area.cells[0]?.map((_, row) => JSON.stringify(area.words?.map((texts) => texts[row])));
  const labels = column(by ?? "label") ?? column("label") ?? said ?? area.cells[0] ?? [];
  const start = folded(typed.trim());
  const first: number[] = [];
  const then: number[] = [];
  for (let row = 0; row < labels.length; row += 1) {
    if (!wanted.every(([cells, value]) => cells?.[row] === value)) continue;
    const label = start ? folded(labels[row] ?? "") : "";
    if (label.startsWith(start)) first.push(row);
    else if (label.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(start))) then.push(row);
  }
  const found = first.concat(then);
  const shown = found.slice(0, most);
  const table: Table = { columns: area.columns, cells: area.cells.map((cells) => shown.map((row) => cells[row] ?? "")) };
  if (area.words) table.words = area.words.map((texts) => shown.map((row) => texts[row] ?? null));
  return { table, n: found.length };
}
