// Our form engine beside two that were not written here: the same seeded walks, every node after every step.
// usage: engines.mjs WALKER (the Rust engine's walker, target/debug/examples/walk)

import { basename, join } from "node:path";
import { engine, filesOf, forms, lines, onServer, play, realForms, unpacked, walk } from "../web/test/walks.mjs";
import * as javarosa from "./engines/javarosa.mjs";
import * as webforms from "./engines/webforms.mjs";
import { known } from "./engines/known.mjs";

const data = realForms();
const own = new URL("../crates/formats/src/xform/tests", import.meta.url).pathname;
const WALKS = Number(process.env.WALKS ?? 1), STEPS = Number(process.env.STEPS ?? 12);
const only = process.env.ONLY;

const ours = await engine();
const rust = lines(process.argv[2]);
const list = [...forms(own), ...forms(data), ...forms(unpacked(join(data, "javarosa-test-resources.tar.gz")))].filter((f) => !only || f.form.includes(only));


/** The phone that the validator's stand-in and ours pretend to be. */
const properties = Object.fromEntries(["deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "uri:deviceid"].map((name) => [name, "found"]));

let passed = 0, failed = 0, skipped = 0;
const used = new Set();
for (const [name, peer] of [["javarosa", await javarosa.start()], ["webforms", await webforms.start()]]) {
  if (!peer || !forms(data).length) {
    console.log(`${name}: ${peer ? `no forms in ${data}` : "not installed"}, left out`);
    if (onServer) failed += 1;
    else skipped += 1;
    continue;
  }
  const began = Date.now();
  let walks = 0, compared = 0, unplayed = 0;
  for (const [i, form] of list.entries()) {
    const found = await programOf(form);
    if (!found) continue;
    for (let seed = 1; seed <= WALKS; seed += 1) {
      const steps = walk(ours.load, found.program, i * 100 + seed, STEPS, { lists: found.lists, tidy: true });
      // Answers a screen would let a person give, so that engines which check at the door can follow.
      const theirs = await peer.play({ xml: found.xml, files: found.files, steps });
      const place = basename(form.form);
      if (theirs.error) {
        const reason = reasonFor({ engine: name, form: place, kind: "error", path: "", theirs: theirs.error, program: found.program });
        if (reason) unplayed += 1;
        else fail(`${name}, ${place}: ${theirs.error.slice(0, 300)}`);
        break;
      }
      const { wrong, n } = compare(found, steps, theirs.states, name, place);
      walks += 1;
      compared += n;
      if (wrong) fail(`${name}, ${place}, seed ${i * 100 + seed}: ${wrong}`);
      else passed += 1;
    }
  }
  console.log(`${name}: ${walks} walks, ${compared} values compared, ${unplayed} forms it does not play, ${((Date.now() - began) / 1000).toFixed(0)} s`);
  peer.end();
}
rust.end();
if (!only && !skipped && WALKS > 1) for (const entry of known) if (!used.has(entry)) console.log(`never needed: ${entry.reason}`);
console.log(skipped ? `${passed} passed, ${failed} failed, ${skipped} skipped` : `${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

function fail(message) {
  failed += 1;
  console.log(`  ✗ ${message}`);
}

async function programOf({ form, beside }) {
  let made = await rust.ask({ form });
  if (made.error) return undefined;
  const files = filesOf(made.program, beside);
  if (Object.keys(files).length) made = await rust.ask({ form, files });
  return made.error ? undefined : { program: made.program, lists: made.lists, xml: made.xml, files };
}

function reasonFor(difference) {
  const entry = known.find((k) => (!k.engine || k.engine === difference.engine) && (!k.kind || k.kind === difference.kind) && (!k.form || k.form.test(difference.form)) && (!k.path || k.path.test(difference.path)) && (!k.when || k.when(difference)));
  if (entry) used.add(entry);
  return entry;
}

function compare({ program, lists }, steps, states, name, form) {
  const inside = ours.opened(program, { now: () => ({ ms: Date.now(), offset: 420 }), lists, properties });
  const session = { answer: (path, value) => inside.filling.answer(inside.filling.find(path), value), ...repeats(inside.filling, program) };
  let n = 0;
  for (let at = 0; at <= steps.length; at += 1) {
    if (at) play(session, steps[at - 1]);
    const all = ours.nodes(inside);
    // Other engines blank at once a choice that is no longer offered; ours says so and leaves it to the person, as the next step does.
    if (all.some((x) => x.problem === "unknown-choice")) continue;
    if (!states[at]) break;
    const mine = new Map(all.filter((x) => !x.path.includes("@")).map((x) => [x.path, x]));
    const theirs = new Map(states[at].nodes.map((x) => [x.path, x]));
    for (const path of new Set([...mine.keys(), ...theirs.keys()])) {
      const [a, b] = [mine.get(path), theirs.get(path)];
      const differs = (kind, x, y) => {
        n += 1;
        if (same(kind, x, y)) return false;
        return !reasonFor({ engine: name, form, kind, path, ours: x, theirs: y, node: a, program, steps: steps.slice(0, at), step: steps[at - 1] });
      };
      const say = (kind, x, y) => ({ n, wrong: `step ${at} ${JSON.stringify(steps[at - 1])}: ${kind} of ${path} is ${JSON.stringify(x)} here, ${JSON.stringify(y)} there` });
      if (!a || !b) {
        if (differs("presence", !!a, !!b)) return say("presence", !!a, !!b);
        continue;
      }
      if (differs("relevant", a.relevant, b.relevant)) return say("relevance", a.relevant, b.relevant);
      // What is not relevant is asked of nobody.
      if (b.value === undefined || !a.relevant) continue;
      if (differs("value", a.value, b.value)) return say("value", a.value, b.value);
      for (const kind of ["required", "readonly"]) if (differs(kind, a[kind], b[kind])) return say(kind, a[kind], b[kind]);
      if (a.value && differs("valid", a.valid, b.valid)) return say("validity", a.valid, b.valid);
      const offers = a.offers.map(([value]) => value);
      if (b.offers && differs("offers", offers, b.offers)) return say("choices", offers, b.offers);
    }
  }
  return { n };
}

function repeats(filling, program) {
  return {
    addRepeat(path) {
      const cut = path.lastIndexOf("/");
      const parent = filling.find(path.slice(0, cut));
      filling.add(parent, program.defs.findIndex((d) => d.parent === parent.def && d.name === path.slice(cut + 1)));
    },
    removeRepeat: (path) => filling.remove(filling.find(path)),
  };
}

/** Equal, or two ways to write the same thing. */
function same(kind, a, b) {
  if (kind === "offers") return JSON.stringify(a) === JSON.stringify(b);
  if (a === b || kind !== "value") return a === b;
  const plain = (text) =>
    text
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID")
      // The clock goes on between two engines; numbers and places have many spellings.
      .replace(/(\d{4}-\d\d-\d\dT)\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g, "$1*")
      .replace(/^(\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/, "$1")
      .replace(/-?\d+\.\d+/g, (n) => String(Number(n)));
  return plain(a) === plain(b);
}
