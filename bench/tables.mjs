// Tables that are looked at before they are downloaded: 1,000,000 persons x 38 columns, ours and Datasette in turns, server on one core and wrk on the other.
// Each question is asked twice over: always the same address, and 500 different ones, so that nothing that was answered before helps.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, spread, tell } from "./bench.mjs";

const runs = 3, seconds = Number(process.env.BENCH_TABLE_SECONDS ?? 4);
const persons = Number(process.env.BENCH_TABLE_ROWS ?? 1_000_000);
const version = "1.0a41", port = 8711;

/** Villages as the generator numbers them: region, province, district, ward, village. */
function village(n) {
  const part = (every, size) => String(Math.floor(n / every) % size + 1).padStart(2, "0");
  return `${part(1, 5)}${part(5, 2)}${part(10, 3)}${part(30, 2)}${part(60, 4)}`;
}

/** Means by two columns, as SQL in an address. */
const means = (n) => encodeURIComponent(`select region_code, sex, count(*) n, avg(income) m from persons${n ? ` where income >= ${n}` : ""} group by 1, 2`)
  .replaceAll("%20", "+");

/** The questions of both sides; `n` makes each a little different, and 0 is the one that is always the same. */
const jobs = [
  { what: "a page of 100 rows as JSON", connections: 8, aim: 10,
    ours: (n) => `/data/persons/data.json?size=100${n ? `&page=${n + 1}` : ""}`,
    peer: (n) => `/persons/persons.json?_size=100&_shape=objects${n ? `&_next=${n * 100}` : ""}` },
  { what: "the rows of a village (indexed there)", connections: 8, aim: 10,
    ours: (n) => `/data/persons/data.json?f=village_code&op=is&v=${n ? village(n) : "0502030204"}&size=100`,
    peer: (n) => `/persons/persons.json?village_code=${n ? village(n) : "0502030204"}&_size=100&_shape=objects` },
  { what: "three columns without an index", connections: 2, aim: 10,
    ours: (n) => `/data/persons/data.json?f=disability&op=is&v=yes&f=age&op=from&v=${60 + n % 20}&f=income&op=from&v=${n}&f=water_source&op=is&v=borehole&size=100`,
    peer: (n) => `/persons/persons.json?disability=yes&age__gte=${60 + n % 20}&income__gte=${n}&water_source=borehole&_size=100&_shape=objects` },
  { what: "two facets", connections: 2, aim: 20,
    ours: (n) => `/data/persons/data.json?facet=sex&facet=education&size=100${n ? `&f=income&op=from&v=${n}` : ""}`,
    peer: (n) => `/persons/persons.json?_facet=sex&_facet=education&_size=100&_shape=objects${n ? `&income__gte=${n}` : ""}` },
  { what: "means of income by region and sex", connections: 2, aim: 20,
    ours: (n) => `/data/persons/data.json?chart=table&x=region_code&by=sex&y=income&size=1${n ? `&f=income&op=from&v=${n}` : ""}`,
    peer: (n) => `/persons/-/query.json?_shape=objects&sql=${means(n)}` },
  // Two questions of one address are answered at the same time.
  { what: "the same asked in SQL on both sides", connections: 2, aim: 20,
    ours: (n) => `/api/3/action/datastore_search_sql?sql=${means(n)}`,
    peer: (n) => `/persons/-/query.json?_shape=objects&sql=${means(n)}` },
  { what: "a page of 100 rows as HTML, all columns", connections: 8, aim: 10,
    ours: (n, columns) => `/data/persons/data?size=100&${columns.map((name) => `show=${name}`).join("&")}${n ? `&page=${n + 1}` : ""}`,
    peer: (n) => `/persons/persons?_size=100${n ? `&_next=${n * 100}` : ""}` },
];

export async function tables(place) {
  return looked_at(place, place.made(`table-${persons}.csv`, "gen_persons.py", (path) => ["--persons", String(persons), "--out", path]), persons, true);
}

/** The same questions of ten million persons, without Datasette; runs where it is asked for by its name. */
export async function large(place) {
  const csv = place.made(`persons-${place.persons}.csv`, "gen_persons.py", (path) => ["--persons", String(place.persons), "--out", path]);
  return looked_at(place, csv, place.persons, false);
}

async function looked_at(place, csv, n_rows, has_peer) {
  const data = place.empty("tables");
  const began = Date.now();
  await place.command(["dataset", "import", csv, "--data", data, "--slug", "persons", "--title", "Persons", "--open"]);
  const took = (Date.now() - began) / 1000;
  const server = await place.serve(data);
  pin(server.pid, 0);
  let peer = null;
  try {
    const { resource } = await (await fetch(`${server.url}/data/persons/data.json?size=1`)).json();
    const columns = resource.columns.map((column) => column.name);
    peer = has_peer ? await datasette(place, csv) : null;
    const rows = [{ what: `${n_rows.toLocaleString("en")} persons imported, profiled and published, s`, ours: took.toFixed(1) }];
    for (const job of jobs.filter(({ what }) => what.includes(process.env.BENCH_QUESTIONS ?? ""))) {
      for (const [how, numbers] of [["always the same", [0]], ["500 different", Array.from({ length: 500 }, (_, n) => n + 1)]]) {
        const paths = (side) => numbers.map((n) => job[side](n, columns));
        const [ours, theirs] = [[], []];
        // The first run warms up and does not count.
        for (let run = 0; run <= runs; run += 1) {
          const one = await ask(place, server.url, job.connections, paths("ours"));
          const other = peer && await ask(place, peer.url, job.connections, paths("peer"));
          if (!run) continue;
          ours.push(one);
          if (other) theirs.push(other);
        }
        const rate = (all) => median(all.map((one) => one.rate));
        const told = (all) => `${rate(all).toFixed(rate(all) < 20 ? 1 : 0)} (${spread(all.map((one) => one.rate), rate(all) < 20 ? 1 : 0)})`;
        rows.push({
          what: `${n_rows / 1e6} M rows: ${job.what}, ${how}, a second`, ours: told(ours),
          peer: theirs.length ? told(theirs) : "", ratio: theirs.length ? `${(rate(ours) / rate(theirs)).toFixed(1)} ×` : "", aim: `${job.aim} ×, p99 50 ms`,
          note: `p50 / p99 ${median(ours.map((one) => one.p50)).toFixed(1)} / ${median(ours.map((one) => one.p99)).toFixed(1)} ms`
            + (theirs.length ? `; Datasette ${median(theirs.map((one) => one.p50)).toFixed(0)} / ${median(theirs.map((one) => one.p99)).toFixed(0)} ms` : ""),
        });
      }
    }
    rows.push({ what: "… memory, highest, MB", ours: String(place.rss_mb(server.pid, "VmHWM")), aim: "500",
      peer: peer ? String(place.rss_mb(peer.pid, "VmHWM")) : "", note: peer ? `Datasette ${version}, tuned as in its own measurements` : peer_missing });
    return rows;
  } finally {
    peer?.stop();
    await server.stop();
  }
}

let peer_missing = "";

/** Datasette over the same rows in SQLite with four indexes; nothing where it cannot be installed. */
async function datasette(place, csv) {
  const venv = join(place.folder, "datasette");
  try {
    if (!existsSync(join(venv, "bin/datasette"))) {
      execFileSync("python3", ["-m", "venv", venv]);
      execFileSync(join(venv, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", `datasette==${version}`], { stdio: ["ignore", "ignore", "inherit"] });
    }
  } catch (error) {
    peer_missing = `Datasette ${version} could not be installed: ${String(error.message).split("\n")[0]}`;
    console.error(peer_missing);
    return null;
  }
  // The file's name is the database's.
  const folder = join(place.folder, `sqlite-${persons}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "persons.db");
  if (!existsSync(file)) execFileSync(place.python, [join(place.shared, "mk_sqlite.py"), csv, file], { stdio: ["ignore", "ignore", "inherit"] });
  const child = spawn("taskset", ["-c", "0", join(venv, "bin/datasette"), "serve", "-i", file, "-p", String(port), "--setting", "suggest_facets", "off",
    "--setting", "sql_time_limit_ms", "20000", "--setting", "facet_time_limit_ms", "20000"], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (await fetch(`${url}/-/versions.json`).then((answer) => answer.ok, () => false)) break;
    if (tries > 150) throw new Error("Datasette did not listen within 30 s");
    await new Promise((done) => setTimeout(done, 200));
  }
  return { url, pid: child.pid, stop: () => child.kill("SIGTERM") };
}

/** Keeps a process and its threads on one core. */
function pin(pid, core) {
  execFileSync("taskset", ["-a", "-p", "-c", String(core), String(pid)], { stdio: "ignore" });
}

async function ask(place, url, connections, paths) {
  const list = join(place.folder, "paths.txt");
  writeFileSync(list, `${paths.join("\n")}\n`);
  const said = await tell("taskset", ["-c", "1", "wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "60s", "--latency",
    "-s", join(import.meta.dirname, "tables.lua"), url], { env: { ...process.env, PATHS: list } });
  const found = said.match(/RESULT ([\d.]+) (\d+) ([\d.]+) ([\d.]+)/);
  if (!found) throw new Error(`wrk said: ${said}`);
  if (Number(found[2])) throw new Error(`${found[2]} of ${paths[0]} were not answered with 200: ${said}`);
  const [, rate, , p50, p99] = found.map(Number);
  return { rate, p50, p99 };
}
