// Seeded walks through forms: found in the data folder, made on our engine, played on any.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import * as esbuild from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const root = join(here, "../..");

/** On the build server nothing may be left out; the same word as in the Rust tests. */
export const onServer = process.env.CI === "true";

/** The real forms: in the folder that `BARAZA_REAL_DATA` names, or in the nearest `shared/data` above the project. */
export function realForms() {
  let above = root;
  while (!existsSync(join(above, "shared/data")) && dirname(above) !== above) above = dirname(above);
  return join(process.env.BARAZA_REAL_DATA ?? join(above, "shared/data"), "07-xlsform");
}

/** The engine with its insides open, bundled for Node. */
export async function engine() {
  const outfile = join(mkdtempSync(join(tmpdir(), "engine-")), "states.mjs");
  await esbuild.build({ entryPoints: [join(here, "states.ts")], bundle: true, format: "esm", platform: "node", target: "es2020", outfile });
  return import(outfile);
}

/** A program that answers JSON lines with JSON lines. */
export function lines(command, ...args) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${basename(command)} has ended at ${JSON.stringify(question).slice(0, 300)}`);
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}

/** The Rust engine, built as an example of the crate. */
export const rust = () => {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  return lines(join(target, "debug/examples/walk"));
};

/** Chance that is the same for the same seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, one: (list) => list[below(list.length)] };
}

export const clock = { now: () => ({ ms: 1795293000000, offset: 420 }) };

/** Every form under a folder, with the files that lie beside it. */
export function forms(folder) {
  if (!existsSync(folder)) return [];
  const all = readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  const found = all.filter((path) => {
    if (/\.(xlsx|xls)$/i.test(path)) return true;
    if (/\.xml$/i.test(path)) return /<(h:)?model[\s>]/.test(readFileSync(path, "utf8")) && /<(h:)?html/.test(readFileSync(path, "utf8"));
    return /\.(md|csv)$/i.test(path) && /^\W*"?survey"?\W/i.test(readFileSync(path, "utf8").slice(0, 40));
  });
  const beside = (path) => all.filter((other) => dirname(other).startsWith(dirname(path)) && other !== path && /\.(csv|xml|geojson)$/i.test(other));
  return found.map((path) => ({ form: path, beside: beside(path) }));
}

/** Unpacks an archive into a folder of its own; the folder is empty when there is none. */
export function unpacked(archive) {
  const folder = mkdtempSync(join(tmpdir(), "forms-"));
  if (existsSync(archive)) execFileSync("tar", ["xzf", archive, "-C", folder]);
  return folder;
}

/** Files a program names, found beside its form. */
export function filesOf(program, beside) {
  const wanted = program.lists.map((l) => l.file).filter(Boolean);
  const found = wanted.map((name) => [name, beside.find((path) => basename(path).toLowerCase() === name.toLowerCase())]);
  return Object.fromEntries(found.filter(([, path]) => path));
}

const TEXTS = ["Ann", "Sumber Jaya", "12", "5", "0", "", "yes", "1.5", "2020-02-29", "a&b <c>", "héllo 漢", "x y", "-3"];

/** An answer that fits a question, most of the time. */
function answer(field, offers, dice) {
  const date = () => `${1990 + dice.below(40)}-${String(1 + dice.below(12)).padStart(2, "0")}-${String(1 + dice.below(28)).padStart(2, "0")}`;
  const time = () => `${String(dice.below(24)).padStart(2, "0")}:${String(dice.below(60)).padStart(2, "0")}:00.000+07:00`;
  const place = () => `${dice.below(120) - 60}.5 ${dice.below(300) - 150}.25 10 5`;
  if (dice.below(12) === 0) return "";
  if (field.kind === "select-one") return offers.length ? dice.one(offers).value : dice.one(TEXTS);
  if (field.kind === "select-multiple") return offers.filter(() => dice.below(2)).map((o) => o.value).join(" ");
  if (field.kind === "rank") return offers.map((o) => o.value).sort(() => dice.next() - 0.5).join(" ");
  if (field.kind === "trigger") return "OK";
  if (field.kind === "upload") return `file-${dice.below(3)}.jpg`;
  if (field.kind === "range") return String(field.range[0] + field.range[2] * dice.below(4));
  switch (field.type) {
    case "integer": return String(dice.one([0, 1, 2, 3, 5, 7, 17, 18, 30, 60, 120, -1, 2010]));
    case "decimal": return String(dice.one([0, 0.5, 1.25, 36.6, 100, -2.75, 1e-3]));
    case "boolean": return dice.one(["true", "false"]);
    case "date": return date();
    case "dateTime": return `${date()}T${time()}`;
    case "time": return time();
    case "geopoint": return place();
    case "geotrace": return `${place()}; ${place()}`;
    case "geoshape": return `${place()}; ${place()}; ${place()}`;
    default: return dice.one(TEXTS);
  }
}

/** Makes a walk of so many steps by playing it on our own engine. */
export function walk(load, program, seed, length, { tidy, ...options } = {}) {
  const dice = chance(seed);
  const session = load(program, { ...clock, random: dice.next, ...options });
  const steps = [];
  for (let n = 0; n < length; n += 1) {
    const pages = session.pages();
    const lists = pages.filter((p) => p.repeat?.open && p.repeat.entries.length < 5);
    const removable = pages.filter((p) => p.repeat?.open && p.repeat.entries.length > 1);
    let step;
    if (lists.length && dice.below(6) === 0) step = { add: dice.one(lists).repeat.path };
    else if (removable.length && dice.below(10) === 0) step = { remove: dice.one(dice.one(removable).repeat.entries).path };
    else {
      let asked = pages.flatMap((p) => p.items ?? []).filter((i) => i.path && !i.readonly && i.type !== undefined);
      if (tidy) asked = asked.filter((i) => i.kind !== "upload" && (!/select|rank/.test(i.kind) || session.offers(i.path).length));
      if (!asked.length) break;
      const field = dice.one(asked);
      step = { set: [field.path, answer(field, session.offers(field.path), dice)] };
    }
    steps.push(step);
    play(session, step);
    // Other engines blank a choice that is no longer offered; ours says so and leaves it to the person.
    for (let stray; tidy && (stray = session.problems().find((p) => p.kind === "unknown-choice")); ) {
      steps.push({ set: [stray.path, ""] });
      session.answer(stray.path, "");
    }
  }
  return steps;
}

export function play(session, step) {
  if (step.set) session.answer(...step.set);
  else if (step.add) session.addRepeat(step.add);
  else session.removeRepeat(step.remove);
}
