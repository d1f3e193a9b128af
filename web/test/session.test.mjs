// What a session promises the screens, beyond what the walks compare.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { clock, engine, rust } from "./walks.mjs";

const own = new URL("../../crates/formats/src/xform/tests/", import.meta.url).pathname;
const bench = new URL("../../bench/", import.meta.url).pathname;

let ours, theirs, census, cascade;
before(async () => {
  ours = await engine();
  theirs = rust();
  census = (await theirs.ask({ form: `${own}census.xml` })).program;
  cascade = (await theirs.ask({ form: `${bench}cascade.xml` })).program;
});
after(() => theirs.end());

const table = (rows) => ({ columns: ["name", "label", "district"], cells: [0, 1, 2].map((i) => rows.map((row) => row[i])) });

test("a list that is not here is asked for by what the answers choose, and its rows are offered when they come", () => {
  const session = ours.load(cascade, clock);
  session.answer("/data/district", "d1");
  assert.deepEqual(session.offers("/data/village"), []);
  assert.deepEqual(session.missing(), [{ list: "villages", column: "district", value: "d1" }]);
  assert.deepEqual(session.source("/data/village"), { list: "villages", equals: { district: "d1" }, value: "name", label: "label" });
  session.supply("villages", table([["v1", "Sumber", "d1"], ["v2", "Tegal Sari", "d1"]]), { list: "villages", column: "district", value: "d1" });
  assert.deepEqual(session.offers("/data/village").map((o) => o.label), ["Sumber", "Tegal Sari"]);
  assert.deepEqual(session.offers("/data/village", { text: "sar" }).map((o) => o.value), ["v2"], "a word of the label begins so");
  assert.deepEqual(session.offers("/data/village", { limit: 1 }).length, 1);
  session.answer("/data/village", "v9");
  assert.deepEqual(session.problems(), [], "nobody can say that a village is unknown while rows are missing");
  session.supply("villages", table([["v1", "Sumber", "d1"], ["v2", "Tegal Sari", "d1"]]), { list: "villages", column: "district", value: "d1" });
  assert.equal(session.offers("/data/village").length, 2, "rows that come twice are there once");
  session.supply("villages", table([["v1", "Sumber", "d1"], ["v3", "Jati", "d2"]]));
  assert.equal(session.source("/data/village"), undefined, "a whole list needs no fetching");
  assert.deepEqual(session.problems().map((p) => p.kind), ["unknown-choice"]);
  session.answer("/data/village", "v1");
  assert.deepEqual(session.problems(), []);
  assert.equal(session.said("/data/village"), "Sumber");
});

test("a draft is opened again with its entries, its id and what is not relevant", () => {
  const session = ours.load(census, clock);
  session.answer("/data/place/consent", "yes");
  session.answer("/data/member[1]/name", "Ann & <Ben>");
  session.answer("/data/member[1]/age", "12");
  session.answer("/data/member[1]/school", "yes");
  assert.equal(session.addRepeat("/data/member"), "/data/member[2]");
  session.answer("/data/member[2]/name", "Cut");
  session.answer("/data/member[1]/age", "43");
  assert.equal(session.relevant("/data/member[1]/school"), false);
  const again = ours.resume(census, session.snapshot(), clock);
  assert.equal(again.snapshot(), session.snapshot());
  assert.equal(again.id, session.id);
  assert.match(again.id, /^uuid:[0-9a-f-]{36}$/);
  again.answer("/data/member[1]/age", "11");
  assert.equal(again.value("/data/member[1]/school"), "yes", "an answer comes back with its question");
  assert.ok(!session.xml().includes("<school>yes"), "a submission leaves out what is not asked");
  again.removeRepeat("/data/member[1]");
  assert.equal(again.value("/data/member[1]/name"), "Cut");
  assert.throws(() => ours.resume(census, "<other/>", clock), /begins with <other>/);
  assert.throws(() => ours.resume(census, "<data><a></data>", clock), /not well-formed/);
});

test("pages keep their keys and change their words with the language", () => {
  const session = ours.load(census, { ...clock, language: "id" });
  session.answer("/data/place/consent", "yes");
  assert.equal(session.language, "Bahasa Indonesia (id)");
  const keys = session.pages().map((p) => p.key);
  assert.equal(session.field("/data/dwelling/water").label, "Sumber air");
  session.language = "English (en)";
  assert.equal(session.field("/data/dwelling/water").label, "Water source");
  assert.deepEqual(session.pages().map((p) => p.key), keys);
  assert.equal(session.unfinished().key, "place");
});

test("a program of another shape is not run", () => {
  assert.throws(() => ours.load({ ...census, shape: 2 }, clock), /shape 2/);
});

test("a file that is not attached is only named", () => {
  const list = cascade.lists[0];
  assert.equal(list.file, "villages.csv");
  assert.equal(list.table, undefined);
});

test("a program that calls what is loaded apart is known by its text", () => {
  const names = Object.keys(ours.rare({ ...helpers() }));
  for (const name of names) assert.match(`{"calculate":["${name}","x"]}`, ours.RARE, `${name} is asked for`);
  assert.doesNotMatch('{"calculate":["round",["sum",["$",0,1]],"substring"]}', ours.RARE, "other functions, and words, are not");
  assert.ok(names.includes("digest") && names.length > 30, names.join(" "));
});

/** Stands for the evaluator, of which only the names of functions are wanted here. */
const helpers = () => Object.fromEntries(["ofText", "ofTexts", "ofNumber"].map((name) => [name, () => () => ""]));
