// Measures the product beside its peers, in the same hour on the same machine, and prints one Markdown table.
// Two shared cores are noisy: read medians and ratios, and treat differences under 10 % as nothing.
// usage: node bench.mjs PROGRAM FOLDER [MEASURE…]    (see run.sh)
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { command, program, serve } from "../e2e/lib.mjs";
import { board } from "./board.mjs";
import { catalogue } from "./catalogue.mjs";
import { collect } from "./collect.mjs";
import { contracts } from "./contracts.mjs";
import { dashboard } from "./dashboard.mjs";
import { cube, ingest } from "./engine.mjs";
import { form } from "./form.mjs";
import { live } from "./live.mjs";
import { indicators, nation } from "./indicators.mjs";
import { offline } from "./offline.mjs";
import { opensdg } from "./opensdg.mjs";
import { lighthouse, pages, weight } from "./pages.mjs";
import { requests } from "./requests.mjs";
import { rows } from "./rows.mjs";
import { scorecards } from "./scorecards.mjs";
import { submissions } from "./submissions.mjs";
import { large, tables } from "./tables.mjs";
import { xlsform } from "./xlsform.mjs";

const folder = resolve(process.argv[3]);
const wanted = process.argv.slice(4);
const shared = resolve(process.env.BARAZA_BENCH ?? join(import.meta.dirname, "../../shared/bench"));
const persons = Number(process.env.BENCH_ROWS ?? 10_000_000);

/** What the measures share. */
export const place = {
  folder, shared, persons,
  python: join(folder, "venv/bin/python"),

  /** Makes a file of the working folder once, with a generator of the shared folder. */
  made(name, script, args) {
    const path = join(folder, name);
    if (!existsSync(path)) {
      console.error(`making ${name}`);
      const unfinished = join(folder, `unfinished-${name}`);
      execFileSync(place.python, [join(shared, script), ...args(unfinished)], { stdio: ["ignore", "ignore", "inherit"] });
      execFileSync("mv", [unfinished, path]);
    }
    return path;
  },

  /** A fresh data folder. */
  empty(name) {
    const data = join(folder, name);
    rmSync(data, { recursive: true, force: true });
    return data;
  },

  /** The resident memory of a running process in MB: now, or its highest so far. */
  rss_mb(pid, which = "VmRSS") {
    return Math.round(Number(readFileSync(`/proc/${pid}/status`, "utf8").match(new RegExp(`${which}:\\s+(\\d+)`))[1]) / 1024);
  },

  command, serve, program,
};

const run = promisify(execFile);

/** Runs a program beside a server of ours and gives what it printed; the server's log is read meanwhile, or it would wait for us. */
export async function tell(tool, args, options = {}) {
  return (await run(tool, args, { encoding: "utf8", maxBuffer: 1 << 28, ...options })).stdout;
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
export const spread = (numbers, digits = 2) => `${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)}`;

/** The sample regency with 12,500 households, made once for each build. */
export async function regency() {
  const data = join(folder, "regency");
  const mark = join(data, ".built-from");
  const build = String(statSync(program).mtimeMs);
  if (!existsSync(mark) || readFileSync(mark, "utf8") !== build) {
    rmSync(data, { recursive: true, force: true });
    console.error("making the sample regency");
    const began = Date.now();
    await command(["demo", "--data", data]);
    regency.seconds = (Date.now() - began) / 1000;
    mkdirSync(data, { recursive: true });
    writeFileSync(mark, build);
  }
  return data;
}

/** What takes long, and runs only where it is named. */
const named_only = ["large", "nation"];
const measures = { xlsform, submissions, collect, requests, board, catalogue, rows, tables, large, cube, indicators, nation, ingest, pages, weight, lighthouse, form, offline, opensdg, dashboard, live, scorecards, contracts };

async function main() {
  const rows = [];
  for (const [name, measure] of Object.entries(measures)) {
    if (wanted.length ? !wanted.includes(name) : named_only.includes(name)) continue;
    console.error(`== ${name}`);
    try {
      rows.push(...(await measure(place)));
    } catch (error) {
      console.error(error);
      rows.push({ what: name, ours: "failed", note: String(error.message).split("\n")[0] });
      process.exitCode = 1;
    }
  }
  const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--untracked-files=no") ? ", with changes" : "";
  const cpu = os.cpus();
  const text = [
    "# Measurements", "",
    `Commit ${git("rev-parse", "--short", "HEAD")}${changed}, profile ${process.env.BENCH_PROFILE ?? "quick"}, ${new Date().toISOString().slice(0, 10)}, ` +
      `${cpu.length} × ${cpu[0].model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, load before ${load}.`,
    "Medians, with the spread in brackets. Made by `make bench`; peers ran in the same run, alternately.", "",
    "| measure | ours | peer | ours ÷ peer | aim | note |", "|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${row.what} | ${row.ours ?? ""} | ${row.peer ?? ""} | ${row.ratio ?? ""} | ${row.aim ?? ""} | ${row.note ?? ""} |`), "",
  ].join("\n");
  console.log(text);
  if (process.env.BENCH_WRITE) writeFileSync(join(import.meta.dirname, "../docs/bench.md"), text);
}

const load = os.loadavg()[0].toFixed(1);
await main();
