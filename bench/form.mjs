// A form with no network: the size of its program, how soon it is open, and how long an answer takes with 200 members in the roster.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { engine, lines } from "../web/test/walks.mjs";

const members = 200;
/** How much slower than this machine a paper-thin phone is taken to be. */
const slower = 6;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const p95 = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * 0.95)];
const timed = (act) => {
  const began = performance.now();
  act();
  return performance.now() - began;
};
const gz = (text) => gzipSync(text, { level: 9 }).length;

export async function form(place) {
  const walker = lines(join(dirname(place.program), "examples/walk"));
  const { load, resume } = await engine();
  const roster = await walker.ask({ form: join(import.meta.dirname, "household.md") });
  // As many villages as Indonesia has, which no program carries.
  const villages = 83_000;
  const csv = join(place.folder, "villages.csv");
  writeFileSync(csv, `name,label,district\n${Array.from({ length: villages }, (_, i) => `v${i},Desa ${i},d${i % 7000}`).join("\n")}\n`);
  const cascade = await walker.ask({ form: join(import.meta.dirname, "cascade.xml"), files: { "villages.csv": csv } });
  walker.end();
  const text = JSON.stringify(roster.program);
  const opened = Array.from({ length: 30 }, () => timed(() => load(JSON.parse(text)).first()?.items));

  const session = load(JSON.parse(text));
  const added = timed(() => {
    for (let n = 1; n < members; n += 1) session.addRepeat("/data/member");
  });
  const answers = [];
  // An answer, and what a screen then asks for: its page, what is still missing.
  const answer = (path, value) =>
    answers.push(timed(() => {
      session.answer(path, value);
      const page = session.pages().find((p) => p.items?.some((i) => i.path === path));
      session.next(page?.key ?? "");
      session.unfinished();
    }));
  for (let n = 1; n <= members; n += 1) {
    const at = `/data/member[${n}]`;
    answer(`${at}/name`, `Person ${n}`);
    answer(`${at}/sex`, n % 2 ? "f" : "m");
    answer(`${at}/age`, String((n * 7) % 90));
    if ((n * 7) % 90 > 14) {
      answer(`${at}/works`, n % 3 ? "y" : "n");
      if (n % 3) answer(`${at}/earns`, String(n * 10));
    }
  }
  const draft = session.snapshot();
  const again = timed(() => resume(JSON.parse(text), draft));
  const submitted = timed(() => session.xml());

  const wide = load(cascade.program, { lists: cascade.lists });
  wide.answer("/data/district", "d0");
  wide.offers("/data/village");
  const choices = Array.from({ length: 200 }, (_, i) => timed(() => {
    wide.answer("/data/district", `d${i * 31}`);
    if (wide.offers("/data/village").length < 11) throw new Error("a district without villages");
  }));

  const ms = (n, digits = 2) => n.toFixed(digits);
  const both = (n) => `${ms(n)}, ${slower}× slower ${ms(n * slower)}`;
  return [
    { what: "form with 200 members: one answer with page, next and what is missing, median ms", ours: both(median(answers)), aim: "50", note: `95th of 100: ${both(p95(answers))}` },
    { what: "… adding 199 members, ms each", ours: both(added / (members - 1)) },
    { what: "… opening the program and the first page, ms", ours: both(median(opened)), note: `a draft of 200 members again ${both(again)}, writing the submission ${both(submitted)}` },
    { what: "… the program, B gzip", ours: gz(text), peer: `the XForm ${gz(roster.xml)}`, ratio: (gz(text) / gz(roster.xml)).toFixed(2) },
    { what: `cascading choice over ${villages} villages, ms an answer with its choices`, ours: both(median(choices)), aim: "50", note: `program ${gz(JSON.stringify(cascade.program))} B gzip, the list fetched apart` },
  ];
}

if (process.argv[1] === import.meta.filename) {
  for (const row of await form({ program: process.argv[2], folder: process.argv[3] })) console.log(row);
}
