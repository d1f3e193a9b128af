// Ten million persons: the cube beside DuckDB, and a CSV file to a typed table beside Polars, alternately.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { median, spread } from "./bench.mjs";

const rounds = 3;

const persons_csv = (place) => place.made(`persons-${place.persons}.csv`, "gen_persons.py", (path) => ["--persons", String(place.persons), "--out", path]);
const ours = (place, ...args) => execFileSync(join(dirname(place.program), "examples/bench"), args,
  { encoding: "utf8", env: { ...process.env, BENCH_LAKE: join(place.folder, "lake") } }).trim().split("\n").at(-1);
const peer = (place, ...args) => execFileSync(place.python, [join(place.shared, "olap_bench.py"), ...args], { encoding: "utf8" }).trim();
const number = (line, name) => Number(line.match(new RegExp(`\\b${name} ([\\d.]+)`))[1]);
const million = (place) => `${place.persons / 1e6} M`;

export async function cube(place) {
  const csv = persons_csv(place);
  const parquet = place.made(`persons-${place.persons}.parquet`, "olap_bench.py", (path) => ["duckdb", "csv2parquet", csv, path]);
  const mine = [], theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    mine.push(ours(place, "cube", csv, "7"));
    theirs.push(peer(place, "duckdb", "cubesets", parquet, "7"));
  }
  const count = (line) => line.match(/sum_n=(\d+)/)[1];
  if (count(mine[0]) !== count(theirs[0])) throw new Error(`the cubes differ: ${mine[0]} and ${theirs[0]}`);
  const [a, b] = [mine, theirs].map((lines) => lines.map((line) => number(line, "median_s")));
  return [
    { what: `cube, ${million(place)} persons, all grouping sets, s`, ours: `${median(a).toFixed(3)} (${spread(a, 3)})`, peer: `DuckDB ${median(b).toFixed(3)} (${spread(b, 3)})`,
      ratio: `${(median(a) / median(b)).toFixed(2)}`, aim: "DuckDB's", note: `first ${number(mine[0], "first_s").toFixed(2)} s, theirs ${number(theirs[0], "first_s").toFixed(2)} s` },
    { what: "… memory, highest, MB", ours: Math.max(...mine.map((line) => number(line, "peak_RSS_MB"))), peer: `DuckDB ${Math.max(...theirs.map((line) => number(line, "peak_RSS_MB")))}`, aim: "500" },
  ];
}

export async function ingest(place) {
  const csv = persons_csv(place);
  const mine = [], theirs = [];
  for (let round = 0; round < rounds; round += 1) {
    mine.push(ours(place, "ingest", csv));
    theirs.push(peer(place, "polars", "csv2parquet", csv, join(place.folder, "peer.parquet")));
  }
  // The whole way: read by the program, profiled, and shown to everybody as a version.
  const began = Date.now();
  await place.command(["dataset", "import", csv, "--data", place.empty("published"), "--slug", "persons", "--title", "Persons", "--open"]);
  const published = (Date.now() - began) / 1000;
  // What a steward's standards ask of every new version: codes of two lists, and a range.
  const ruled = mine.map((line) => number(line, "s") + number(line, "rules_s"));
  const n_rules = mine[0].match(/\brules=(\d+)/)[1];
  const a = mine.map((line) => number(line, "s")), b = theirs.map((line) => number(line, "median_s"));
  return [
    { what: `CSV of ${million(place)} rows to a typed table with profile and bad rows, s`, ours: `${median(a).toFixed(1)} (${spread(a, 1)})`,
      peer: `Polars ${median(b).toFixed(1)} (${spread(b, 1)}), no profile`, ratio: (median(a) / median(b)).toFixed(2), aim: "15" },
    { what: "… and held against the rules of standards, s", ours: `${median(ruled).toFixed(1)} (${spread(ruled, 1)})`, aim: "15", note: `${n_rules} columns: sex and village by codes, age by its range` },
    { what: `… to a published version with its profile, by the program, s`, ours: published.toFixed(1), aim: "15", note: "one run; no column follows a standard" },
    { what: "… memory, highest, MB", ours: Math.max(...mine.map((line) => number(line, "peak_RSS_MB"))), peer: `Polars ${Math.max(...theirs.map((line) => number(line, "peak_RSS_MB")))}`, aim: "1,000" },
  ];
}
