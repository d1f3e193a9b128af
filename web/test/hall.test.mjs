// What the meeting screen keeps, shows and sends: its rules, without a browser.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = new URL(".", import.meta.url).pathname;
let hall;
before(async () => {
  const outfile = join(mkdtempSync(join(tmpdir(), "hall-")), "hall.mjs");
  await esbuild.build({ entryPoints: [join(here, "hall.ts")], bundle: true, format: "esm", platform: "node", target: "es2020", outfile });
  hall = await import(outfile);
});

let count = 0;
const act = (what, { session = "s", base = null } = {}) => ({ id: `act-${(count += 1)}`, device: "phone", at: 1_000 + count, session, base, what });
const score = (value, rest) => act({ kind: "score", criterion: "c", value, votes: null, reason: "why", suggestion: "" }, rest);
const criterion = (id = "c", words = "The midwife is there") => act({ kind: "criterion", criterion: id, words, standard: null, position: 1 });
/** The queue after some acts, each written after the one before it. */
function wrote(entries, ...acts) {
  for (const one of acts) {
    const { put, drop } = hall.queued(entries, one, "me", "r");
    entries = [...entries.filter((entry) => !drop.includes(entry.id)), put];
  }
  return entries;
}
const tried = (entries) => entries.map((entry) => ({ ...entry, tried: true }));
const ids = (entries) => hall.nextBatch(entries, "me", "r").map((entry) => entry.id);
const state = (more = {}) => ({
  round: { id: "r", code: "r", n: 1, scale: "hundred", state: "gathering", lead: "me" }, facility: { code: "f", name: "Clinic" },
  sessions: [{ id: "s", side: "users", group: "women", name: null, place: "p", n_present: null, consent_at: null, consent_text: null, is_sealed: false, sealed_at: null, dropped: null }],
  criteria: [], scores: [], inputs: [], notes: [], conflicts: [], photos: [], shown: null, standards: [], revision: 1, me: "me", ...more,
});

test("what the server cannot have seen yet is said by the newer act, in the older one's turn", () => {
  const first = criterion();
  const given = score(40);
  const again = criterion("c", "The midwife is there at night");
  const entries = wrote([], first, given, again);
  assert.deepEqual(ids(entries), [again.id, given.id], "the criterion still comes before its score");
  assert.equal(entries.length, 2);
});

test("what the server may have seen is never replaced, and the newer act goes on from it", () => {
  const first = score(40, { base: "v1" });
  const second = score(50, { base: first.id });
  const entries = wrote(tried(wrote([], first)), second);
  assert.deepEqual(ids(entries), [first.id, second.id]);
  assert.equal(entries[1].act.base, first.id);
});

test("a newer act keeps the version that the first one saw, so that another device is not overwritten unseen", () => {
  const entries = wrote([], score(40, { base: "v1" }), score(50, { base: "act-of-mine" }));
  assert.equal(entries.length, 1);
  assert.equal(entries[0].act.base, "v1");
  assert.equal(entries[0].act.what.value, 50);
});

test("nothing moves before a seal", () => {
  const before = score(40);
  const after = score(50);
  const entries = wrote([], before, act({ kind: "seal" }), act({ kind: "reopen", why: "counted again" }), after);
  assert.deepEqual(ids(entries).length, 4);
  assert.equal(ids(entries).at(-1), after.id);
});

test("acts of others, and of other rounds, are not sent along", () => {
  const [mine] = wrote([], criterion());
  assert.deepEqual(hall.nextBatch([mine], "another", "r"), []);
  assert.deepEqual(hall.nextBatch([mine], "me", "another"), []);
});

test("a batch holds fifty acts at most, in their turn", () => {
  const notes = Array.from({ length: 120 }, (_, n) => act({ kind: "note", note: `n${n}`, criterion: null, text: "x" }));
  const entries = wrote([], ...notes);
  assert.deepEqual(ids(entries), notes.slice(0, 50).map((one) => one.id));
});

test("what was taken goes, what was refused stays with its reason, what came too late stays to be seen", () => {
  const [good, bad, late, unsaid] = [criterion("a"), criterion("b"), criterion("d"), criterion("e")];
  const entries = wrote([], good, bad, late, unsaid);
  const { put, drop } = hall.settled(entries, {
    taken: [{ id: good.id, applied: "again" }, { id: late.id, applied: "late" }], refused: [{ id: bad.id, code: "scorecards-words-missing", text: "Write something." }],
  });
  assert.deepEqual(drop, [good.id]);
  assert.deepEqual(put.map((entry) => [entry.id, entry.standing, entry.sentence]), [[bad.id, "refused", "Write something."], [late.id, "late", undefined]]);
});

test("what was written after a refused act goes on from what the server has", () => {
  const first = score(40, { base: "v1" });
  const second = score(50, { base: first.id });
  const entries = wrote(tried(wrote([], first)), second);
  const { put } = hall.settled(entries, { taken: [], refused: [{ id: first.id, code: "x", text: "x" }] });
  assert.equal(put.find((entry) => entry.id === second.id).act.base, "v1");
});

test("a corrected act takes the refused one's place, and one sent again carries the device's time of now", () => {
  const bad = score(40, { base: "v1" });
  const { put } = hall.settled(wrote([], bad), { taken: [], refused: [{ id: bad.id, code: "scorecards-clock-ahead", text: "The clock is ahead." }] });
  const good = score(60, { base: null });
  const entries = wrote(put, good);
  assert.deepEqual(ids(entries), [good.id]);
  assert.equal(entries[0].act.base, "v1");
  const again = hall.again(put[0], 77);
  assert.deepEqual([again.standing, again.act.at, again.act.id, again.sentence], ["waiting", 77, bad.id, undefined]);
});

test("the screen shows what waits over what the server told, and the server's state is left alone", () => {
  const told = state({ criteria: [{ id: "c", session: "s", words: "Old words", standard: "waiting", position: 2, version: "v1" }] });
  const entries = wrote([], act({ kind: "consent", text: "We agree." }), act({ kind: "present", n: 9 }), criterion("c", "New words"), criterion("x", "First"), score(40), act({ kind: "seal" }));
  const view = hall.seen(told, entries);
  assert.equal(told.criteria[0].words, "Old words");
  assert.deepEqual(view.criteria.map((one) => one.words).sort(), ["First", "New words"]);
  assert.equal(view.criteria.find((one) => one.id === "c").version, entries[2].id, "its version is the act, for the next one to go on from");
  assert.equal(hall.scoreVersion(view, "s", "c"), entries[4].id);
  assert.deepEqual([view.sessions[0].n_present, view.sessions[0].is_sealed], [9, true]);
});

test("what the server refused stays on the screen and is no version of anything", () => {
  const told = state({ criteria: [{ id: "c", session: "s", words: "Words", standard: null, position: 1, version: "v1" }], scores: [{ session: "s", criterion: "c", value: 20, votes: null, reason: "r", suggestion: "", version: "v2" }] });
  const entries = wrote([], score(90, { base: "v2" })).map((entry) => ({ ...entry, standing: "refused" }));
  const view = hall.seen(told, entries);
  assert.equal(view.scores[0].value, 90);
  assert.equal(hall.scoreVersion(view, "s", "c"), "v2");
});

test("an answer that was lost shows nothing twice", () => {
  const given = score(40);
  const told = state({ scores: [{ session: "s", criterion: "c", value: 40, votes: null, reason: "why", suggestion: "", version: given.id }] });
  const view = hall.seen(told, tried(wrote([], given)));
  assert.equal(view.scores.length, 1);
  assert.equal(view.scores[0].version, given.id);
});

test("a choice ends a conflict, and what was chosen holds", () => {
  const [first, second] = [score(40), score(70)];
  const conflicts = [{ id: "x", session: "s", criterion: "c", first, second }];
  const told = state({ conflicts, scores: [{ session: "s", criterion: "c", value: 40, votes: null, reason: "why", suggestion: "", version: first.id }] });
  const chosen = (id) => hall.seen(told, wrote([], act({ kind: "choose", conflict: "x", act: id })));
  assert.deepEqual([chosen(second.id).conflicts.length, chosen(second.id).scores[0].value], [0, 70]);
  assert.equal(chosen(first.id).scores[0].value, 40);
  assert.equal(chosen("").scores[0].value, 40);
});

test("a session is sealed with consent, people, criteria, a score and a reason for each, and no open conflict", () => {
  const lacks = (more, session = {}) => {
    const view = state(more);
    Object.assign(view.sessions[0], session);
    return hall.missing(view, view.sessions[0]).map((lack) => lack.what);
  };
  assert.deepEqual(lacks({}), ["consent", "present", "criteria"]);
  const criteria = [{ id: "c", session: "s", words: "Words", standard: null, position: 1, version: "v1" }];
  const given = { session: "s", criterion: "c", value: 20, votes: null, reason: " ", suggestion: "", version: "v2" };
  const here = { consent_at: 5, n_present: 8 };
  assert.deepEqual(lacks({ criteria }, here), ["score"]);
  assert.deepEqual(lacks({ criteria, scores: [given] }, here), ["reason"]);
  assert.deepEqual(lacks({ criteria, scores: [{ ...given, reason: "why" }], conflicts: [{ id: "x", session: "s", criterion: "c" }] }, here), ["conflict"]);
  assert.deepEqual(lacks({ criteria, scores: [{ ...given, reason: "why" }] }, here), []);
});

test("faces, tokens, points and people are read as they are meant", () => {
  assert.deepEqual([0, 12, 13, 50, 87, 88, 100].map(hall.faceOf), [1, 1, 2, 3, 4, 5, 5]);
  assert.deepEqual(hall.counted([0, 0, 0, 0, 1], 5, 1), [0, 0, 0, 0, 2]);
  assert.deepEqual(hall.counted([0, 0, 0, 0, 0], 1, -1), [0, 0, 0, 0, 0], "no token less than none");
  assert.deepEqual(["0", "100", "101", "-1", "6.5", "", " 7 ", "1e2"].map(hall.pointsOf), [0, 100, undefined, undefined, undefined, undefined, 7, undefined]);
  assert.deepEqual(["0", "1", "", "twelve"].map(hall.peopleOf), [undefined, 1, undefined, undefined]);
});

test("the timer says what is left, also after the page was away", () => {
  assert.deepEqual([hall.left(600_000, 0), hall.left(61_000, 0), hall.left(500, 0), hall.left(0, 99)], ["10:00", "1:01", "0:01", "0:00"]);
});

test("script, worker and style come to less than sixty kilobytes packed, so that a slow phone has the screen within its patience", async () => {
  const source = join(here, "../src/");
  const script = async (entry) => {
    const built = await esbuild.build({ entryPoints: [join(source, entry)], bundle: true, minify: true, target: ["es2020"], format: "iife", write: false });
    return gzipSync(built.outputFiles[0].text).length;
  };
  const style = sass.compile(join(source, "hall-screen.scss"), { loadPaths: [join(here, "../node_modules")], style: "compressed", quietDeps: true });
  const sizes = { main: await script("hall/main.ts"), worker: await script("worker/hall.ts"), style: gzipSync(style.css).length };
  const all = Object.values(sizes).reduce((sum, one) => sum + one, 0);
  assert.ok(all < 60_000, JSON.stringify(sizes));
});
