// The interpreter beside the Rust engine: the same walks, node by node, page by page, after every step.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chance, clock, engine, filesOf, forms, onServer, realForms, rust, unpacked, walk } from "./walks.mjs";

const own = new URL("../../crates/formats/src/xform/tests", import.meta.url).pathname;
const data = realForms();
/** JavaRosa's own test forms come packed. */
const packed = unpacked(join(data, "javarosa-test-resources.tar.gz"));
const WALKS = Number(process.env.WALKS ?? 1), STEPS = Number(process.env.STEPS ?? 15);
const totals = { passed: 0, failed: 0, skipped: 0 };

/** What chance decides is not compared; nor is the thirteenth digit of a number, where the sines of two libraries may part. */
const masked = (text) => text
  .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, "UUID")
  .replace(/\d+\.\d+|\d{14,}/g, (number) => (number.length > 13 ? Number(number).toPrecision(12) : number));

let ours, theirs;
before(async () => {
  ours = await engine();
  theirs = rust();
});
after(() => {
  theirs.end();
  // The line that scripts/test.sh adds up.
  console.log(`engine: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
});

function* differences(a, b, path = "") {
  if (typeof a === "string" && typeof b === "string" ? masked(a) === masked(b) : Object.is(a, b)) return;
  if (a && b && typeof a === "object" && typeof b === "object") {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) yield* differences(a[key], b[key], `${path}.${key}`);
  } else yield `${path}: ${JSON.stringify(a)} here, ${JSON.stringify(b)} in Rust`;
}

/** The pages of a session as the Rust engine's walker lists them. */
function pages(session) {
  return session.pages().map((page) => [
    page.key, page.title, [...page.within], page.inside.map((i) => [i.list, i.entry]), page.unfinished,
    page.repeat
      ? [...page.repeat.entries.map((e) => [e.path, e.title, e.page ?? null, e.unfinished ?? null, e.blank]), page.repeat.open]
      : page.items.map((i) => ("heading" in i ? i.heading : [i.path, i.label, i.hint, i.guidance, i.media.image ?? null, i.appearance, i.required, i.readonly])),
    [session.next(page.key)?.key ?? null, session.before(page.key)?.key ?? null],
  ]);
}

/** Whether something of the form hangs on chance; ids do too, but they are masked. */
function byChance(part) {
  if (!part || typeof part !== "object") return false;
  if (Array.isArray(part) && (part[0] === "random" || (part[0] === "randomize" && part.length === 2))) return true;
  return Object.values(part).some(byChance);
}

async function compare({ form, beside }, seed, steps) {
  const named = await theirs.ask({ form });
  if (named.error) return { refused: named.error };
  const files = filesOf(named.program, beside);
  const { program, lists, error } = Object.keys(files).length ? await theirs.ask({ form, files }) : named;
  if (error) return { refused: error };
  const language = chance(seed).one(["", ...program.languages]);
  const options = { ...clock, language, lists, random: chance(seed).next };
  const script = walk(ours.load, program, seed, steps, { lists });
  const played = await theirs.ask({ form, files, steps: script, language });
  if (played.error) return { wrong: [`Rust: ${played.error}`] };
  const inside = ours.opened(program, options);
  const session = ours.load(program, options);
  inside.filling.state.language = Math.max(0, program.languages.indexOf(language));
  const wrong = [];
  const chancy = byChance([program.defs, program.body, program.actions]);
  const look = (at) => {
    const state = played.states[at];
    const here = ours.nodes(inside);
    if (chancy) return;
    for (const line of differences(here, state.nodes)) wrong.push(`step ${at} ${JSON.stringify(script[at - 1])} nodes${named_(line, state.nodes)}`);
    for (const line of differences(pages(session), state.pages)) wrong.push(`step ${at} ${JSON.stringify(script[at - 1])} pages${line}`);
  };
  look(0);
  for (const [i, step] of script.entries()) {
    if (wrong.length) break;
    if (step.set) inside.filling.answer(inside.filling.find(step.set[0]), step.set[1]);
    else if (step.remove) inside.filling.remove(inside.filling.find(step.remove));
    else {
      const cut = step.add.lastIndexOf("/");
      const parent = inside.filling.find(step.add.slice(0, cut));
      inside.filling.add(parent, program.defs.findIndex((d) => d.parent === parent.def && d.name === step.add.slice(cut + 1)));
    }
    if (step.set) session.answer(...step.set);
    else if (step.add) session.addRepeat(step.add);
    else session.removeRepeat(step.remove);
    look(i + 1);
  }
  if (!wrong.length && !chancy) {
    wrong.push(...differences(session.xml(), played.submission, "submission"));
    wrong.push(...differences(session.snapshot(), played.draft, "draft"));
    wrong.push(...differences(ours.resume(program, session.snapshot(), options).snapshot(), played.resumed, "resumed"));
  }
  return { wrong, steps: script.length, chancy };
}

const named_ = (line, nodes) => line.replace(/^\.(\d+)/, (_, i) => ` ${nodes[i]?.path ?? i}`);

async function compareAll(list) {
  let n = 0, steps = 0;
  const refused = [], wrong = [];
  for (const [i, form] of list.entries()) {
    for (let seed = 1; seed <= WALKS; seed += 1) {
      const found = await compare(form, i * 100 + seed, STEPS).catch((error) => ({ wrong: [error.stack] }));
      if (found.refused) {
        refused.push(`${form.form}: ${found.refused.slice(0, 200)}`);
        break;
      }
      n += 1;
      steps += found.steps ?? 0;
      if (found.wrong.length) wrong.push(`${form.form}, seed ${i * 100 + seed}:\n    ${found.wrong.slice(0, 4).join("\n    ")}`);
    }
  }
  totals.passed += n - wrong.length;
  totals.failed += wrong.length;
  return { n, steps, refused, wrong };
}

test("every walk through our own forms is the same in both engines", async () => {
  const { n, wrong, refused } = await compareAll(forms(own));
  assert.deepEqual(refused, []);
  assert.ok(n > 0);
  assert.deepEqual(wrong, []);
});

test("every walk through the forms of the data folder is the same in both engines", async (t) => {
  const list = [...forms(data), ...forms(packed)];
  if (!list.length) {
    assert.ok(!onServer, `the data folder ${data} is missing; set BARAZA_REAL_DATA`);
    totals.skipped += 1;
    t.skip(`no forms in ${data}`);
    return;
  }
  const { n, steps, refused, wrong } = await compareAll(list);
  console.log(`${n} walks, ${steps} steps; ${refused.length} forms refused by the Rust engine`);
  if (process.env.SHOW) console.log(refused.join("\n"));
  assert.equal(wrong.length, 0, `${wrong.length} walks differ:\n${wrong.join("\n")}`);
});
