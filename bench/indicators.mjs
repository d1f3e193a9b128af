// Eleven indicators in one pass beside DuckDB with equal answers, and with all that is published of them (every place and combination, intervals,
// what is withheld) for a whole nation's persons, made as they are counted.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { median, spread } from "./bench.mjs";

const rounds = 3;
const sizes = (process.env.BENCH_NATION ?? "10000000,30000000,90000000,270000000").split(",").map(Number);

const example = (place, name, args, options = {}) => execFileSync(join(dirname(place.program), "examples", name), args, { encoding: "utf8", ...options }).trim().split("\n").at(-1);
const number = (line, name) => Number(line.match(new RegExp(`\\b${name}[ =]([\\d.]+)`))[1]);
const answer = (line) => line.match(/groups=.*$/)[0];
const published = (line) => line.match(/observations=.*$/)[0];

/** A nation of so many persons with everything that is published, in a process of its own. */
function nationOf(place, persons, ...threads) {
  const line = example(place, "nation", [String(persons), ...threads.map(String)]);
  if (!line.includes("verified=true")) throw new Error(`what is withheld of ${persons} persons is not proved: ${line}`);
  return line;
}

const stages = (line) => ["counting", "publishing", "nation"].map((stage) => `${stage} ${number(line, `${stage}_s`)} s`).join(", ");

export async function indicators(place) {
  const csv = place.made(`persons-${place.persons}.csv`, "gen_persons.py", (path) => ["--persons", String(place.persons), "--out", path]);
  const parquet = place.made(`persons-${place.persons}.parquet`, "olap_bench.py", (path) => ["duckdb", "csv2parquet", csv, path]);
  const env = { ...process.env, BENCH_LAKE: join(place.folder, "lake") };
  const sql = example(place, "bench", ["eleven-sql"]);
  const mine = [], theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    mine.push(example(place, "bench", ["eleven", csv, "7"], { env }));
    theirs.push(execFileSync(place.python, [join(import.meta.dirname, "eleven.py"), parquet, sql, "7"], { encoding: "utf8" }).trim());
  }
  if (answer(mine[0]) !== answer(theirs[0])) throw new Error(`the answers differ: ${mine[0]} and ${theirs[0]}`);
  const [a, b] = [mine, theirs].map((lines) => lines.map((line) => number(line, "median_s")));
  const whole = nationOf(place, place.persons, 2), alone = nationOf(place, place.persons, 1);
  if (published(whole) !== published(alone)) throw new Error(`two threads publish other numbers than one: ${whole} and ${alone}`);
  return [
    { what: `eleven indicators, ${place.persons / 1e6} M persons made as they are counted, with roll-ups, intervals and suppression, s`, ours: number(whole, "s").toFixed(2),
      aim: "6", note: `${stages(whole)}; ${number(whole, "villages")} villages, ${number(whole, "observations")} numbers, ${number(whole, "withheld")} withheld; one thread: ${number(alone, "s").toFixed(2)} s, equal answers` },
    { what: "… memory, highest, MB", ours: number(whole, "peak_RSS_MB"), aim: "1,500" },
    { what: `eleven indicators, ${place.persons / 1e6} M persons, finest groups, s`, ours: `${median(a).toFixed(3)} (${spread(a, 3)})`, peer: `DuckDB ${median(b).toFixed(3)} (${spread(b, 3)})`,
      ratio: (median(a) / median(b)).toFixed(2), aim: "half of DuckDB's", note: `${mine[0].match(/groups=(\d+)/)[1]} groups, equal answers` },
    { what: "… finest groups, memory, highest, MB", ours: Math.max(...mine.map((line) => number(line, "peak_RSS_MB"))), peer: `DuckDB ${Math.max(...theirs.map((line) => number(line, "peak_RSS_MB")))}`, aim: "1,500" },
  ];
}

/** Four sizes, each in a process of its own; cost has to stay linear. */
export async function nation(place) {
  const lines = sizes.map((size) => nationOf(place, size));
  const costs = lines.map((line) => number(line, "ns_a_row"));
  const growth = Math.max(...costs) / costs[0];
  if (growth > 1.15) throw new Error(`a row costs ${growth.toFixed(2)} times as much in a larger table: ${costs.join(", ")} ns`);
  return lines.map((line, at) => ({
    what: `eleven indicators, ${sizes[at] / 1e6} M persons made as they are counted, with all that is published, s`, ours: number(line, "s").toFixed(1),
    aim: at === lines.length - 1 ? "300, 4,096 MB" : "",
    note: `${costs[at].toFixed(0)} ns a row, ${number(line, "peak_RSS_MB")} MB; ${stages(line)}; ${number(line, "observations")} numbers of ${number(line, "villages")} villages, ${number(line, "withheld")} withheld`,
  }));
}
