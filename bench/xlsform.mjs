// A workbook to an XForm from the command line, start of the program included, beside pyxform's own command, alternately.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { median, spread } from "./bench.mjs";

const rounds = 7;
/** Ours is over before the clock of a single run can be trusted. */
const runs = 20;
const forms = [["household.xlsx", "48 rows"], ["form500.xlsx", "500 questions, 3 languages, 2,000 villages"]];

export async function xlsform(place) {
  const folder = place.made("xlsforms", "gen_xlsforms.py", (path) => {
    mkdirSync(path, { recursive: true });
    return [path];
  });
  const xls2xform = join(dirname(place.python), "xls2xform");
  const rows = [];
  for (const [name, what] of forms) {
    const workbook = join(folder, name), output = join(folder, "out.xml");
    const mine = [], theirs = [];
    for (let round = 0; round < rounds; round += 1) {
      mine.push(timed(runs, place.program, "form", "convert", workbook));
      theirs.push(timed(1, xls2xform, "--skip_validate", workbook, output));
    }
    const questions = (xml) => xml.match(/<bind /g).length;
    const ours = execFileSync(place.program, ["form", "convert", workbook], { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "ignore"] });
    const pair = [questions(ours), questions(readFileSync(output, "utf8"))];
    if (pair[0] !== pair[1]) throw new Error(`the forms of ${name} differ: ${pair.join(" and ")} binds`);
    const [a, b] = [median(mine), median(theirs)];
    rows.push({ what: `XLSForm → XForm, ${what}, ms a process`, ours: `${a.toFixed(1)} (${spread(mine, 1)})`, peer: `xls2xform ${b.toFixed(0)} (${spread(theirs, 0)})`,
      ratio: `1/${(b / a).toFixed(0)}`, aim: "1/50", note: "--skip_validate" });
  }
  return rows;
}

/** Milliseconds that a command takes, the mean of so many runs in one shell. */
function timed(times, ...command) {
  const line = `for i in $(seq ${times}); do "$@" > /dev/null 2>&1; done`;
  const began = performance.now();
  execFileSync("sh", ["-c", line, "sh", ...command], { stdio: "ignore" });
  return (performance.now() - began) / times;
}
