// Red flags over 70,000 compiled releases of OCDS, 347 MB, by the command; starting the program and writing the answer count.
import { execFile } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, spread } from "./bench.mjs";

const ROUNDS = 5;
/** What OCP's Cardinal 0.0.8 reached on a machine like this one, MB a second; see README.md of the shared benchmarks. */
const CARDINAL = 124;
/** With its defaults three of Cardinal's rules find nothing in these releases. */
const SETTINGS = `[R003]\n[R018]\n[R024]\nthreshold = 0.05\n[R025]\nthreshold = 0.05\n[R028]\n[R030]\n[R035]\n[R036]\n[R038]\n[R048]\nthreshold = 10\nminimum_contracting_processes = 5\n[R058]\n`;

/** Runs the command; gives its seconds, its highest resident memory in MB and what it told. */
function flags(program, file, settings) {
  return new Promise((done, failed) => {
    const began = performance.now();
    let mb = 0;
    const child = execFile(program, ["contract", "flags", file, "--settings", settings], { maxBuffer: 1 << 28 }, (error, told) => {
      clearInterval(look);
      if (error) return failed(error);
      done({ s: (performance.now() - began) / 1000, mb, told: JSON.parse(told) });
    });
    const look = setInterval(() => {
      try {
        const peak = readFileSync(`/proc/${child.pid}/status`, "utf8").match(/VmHWM:\s+(\d+)/);
        if (peak) mb = Math.max(mb, Math.round(peak[1] / 1024));
      } catch {
        // It has ended.
      }
    }, 10);
  });
}

export async function contracts(place) {
  const file = place.made("ocds-70000.jsonl", "gen_ocds.py", (out) => ["70000", out]);
  const settings = join(place.folder, "flags.ini");
  writeFileSync(settings, SETTINGS);
  const MB = statSync(file).size / 1e6;
  const runs = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await flags(place.program, file, settings));
  const raised = Object.values(runs[0].told.OCID).reduce((n, rules) => n + Object.keys(rules).length, 0);
  const rates = runs.map(({ s }) => MB / s);
  if (median(rates) < 3 * CARDINAL) process.exitCode = 1;
  return [
    { what: `eleven red flags over ${MB.toFixed(0)} MB of compiled releases, MB a second`, ours: `${median(rates).toFixed(0)} (${spread(rates, 0)})`, aim: `${3 * CARDINAL}`,
      note: `${raised.toLocaleString("en")} flags of processes; three times what Cardinal reached on a machine like this` },
    { what: "… memory, highest, MB", ours: Math.max(...runs.map(({ mb }) => mb)), aim: "50" },
  ];
}
