// What nobody wishes for: files too wide, too long, packed, cut, in other alphabets, with formulas, with names that lead elsewhere; the power or
// the network gone in the middle; two people, or two programs, at the same thing at the same moment. Each is told plainly and in place, nothing
// that was taken is lost or there twice, and the server goes on within its memory.
// usage: node hostile.mjs PROGRAM    (ONLY=word picks tests by their names; most of them want the first one: ONLY="stands|word")
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import zlib from "node:zlib";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "baraza-hostile-"));
const data = join(work, "data"), temporary = join(work, "tmp");
mkdirSync(temporary);
// What the server puts aside while it reads lies where it can be counted.
process.env.TMPDIR = temporary;

const MB = 1 << 20;
/** What the server may take, at its highest, with any of these files: idle it takes some 200 MB when it was compiled without optimising. */
const MOST_MEMORY = 1024 * MB;
/** The longest that a page may take to answer while hostile files are read. */
const MOST_WAIT_MS = 10_000;
const password = "tujuh gajah terbang";
const tokens = {};
/** What every server said, those that were killed with them. */
const logs = [];
let server, admin, n_datasets = 0;

// ---- Asking, and looking at every answer ----

/** What no reader should see: where things lie on the server, and words of its insides. */
const INSIDES = [work, "/rustc/", "/.cargo/", "/crates/", "panicked at", "stack backtrace", "RUST_BACKTRACE", "os error", "(code: ", "sqlx", "Delta", "DataFusion"];

/**
 * Asks the server: pieces are sent as they are made. No answer may be an error of the server's own, and none may show its insides.
 * `cut` is called once all pieces are sent, in the place of the end of the body: the request stays open until it is cut.
 */
function ask(method, path, { pieces = [], headers = {}, token = admin, cut } = {}) {
  return new Promise((done, fail) => {
    const identity = token ? { Authorization: `Bearer ${token}` } : {};
    const request = http.request(server.url + path, { method, agent: false, headers: { ...identity, ...headers } });
    let answered = false, go_on = () => {};
    for (const event of ["drain", "close", "response"]) request.on(event, () => go_on());
    request.on("response", (response) => {
      answered = true;
      const got = [];
      response.on("data", (piece) => got.push(piece));
      response.on("error", fail);
      response.on("end", () => {
        const bytes = Buffer.concat(got), text = bytes.toString();
        const seen = INSIDES.filter((inside) => text.includes(inside));
        if (response.statusCode >= 500) fail(new Error(`${method} ${path} answered ${response.statusCode}: ${text.slice(0, 500)}\n${server.said.slice(-3).join("\n")}`));
        else if (seen.length) fail(new Error(`${method} ${path} shows the server's insides (${seen.join(", ")}): ${around(text, seen[0])}`));
        else done({ status: response.statusCode, headers: response.headers, bytes, text });
      });
    });
    // A server that has answered may close before all is sent.
    request.on("error", (error) => { if (!answered) (cut ? done : fail)(cut ? { broken: true } : new Error(`${method} ${path}: ${error.message}`)); });
    (async () => {
      for (const piece of pieces) {
        if (answered || request.destroyed) return;
        if (!request.write(piece)) await new Promise((next) => { go_on = next; });
      }
      if (cut) await cut(request);
      else request.end();
    })().catch(fail);
  });
}

const around = (text, word) => text.slice(Math.max(0, text.indexOf(word) - 200), text.indexOf(word) + 200);
const get = (path, extra) => ask("GET", path, extra);

async function act(action, sent, token = admin) {
  const answer = await ask("POST", `/api/3/action/${action}`, { pieces: [JSON.stringify(sent)], headers: { "Content-Type": "application/json" }, token });
  return { status: answer.status, text: answer.text, ...JSON.parse(answer.text) };
}

/** An action that has to succeed. */
async function done(action, sent, token) {
  const answer = await act(action, sent, token);
  must(answer.status === 200, `${action} answered ${answer.status}: ${answer.text.slice(0, 500)}`);
  return answer.result;
}

/** Sends a form of texts and one file as browsers and ckanapi do; `bytes` are bytes or pieces of them. */
function send(path, texts, [field, name, bytes], { token = admin, cut } = {}) {
  const border = "----baraza-hostile";
  const quoted = name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  function* pieces() {
    for (const [key, value] of Object.entries(texts)) yield `--${border}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`;
    // Written as bytes: a header's text would not hold every letter.
    yield Buffer.from(`--${border}\r\nContent-Disposition: form-data; name="${field}"; filename="${quoted}"\r\nContent-Type: application/octet-stream\r\n\r\n`);
    if (typeof bytes === "string" || Buffer.isBuffer(bytes)) yield bytes;
    else yield* bytes;
    if (!cut) yield `\r\n--${border}--\r\n`;
  }
  return ask("POST", path, { pieces: pieces(), headers: { "Content-Type": `multipart/form-data; boundary=${border}` }, token, cut });
}

/** A dataset with one file, by CKAN's door or by the page's; gives its name, the answer, and the resource where there is one. */
async function sent_by(door, file, bytes, { slug, ...extra } = {}) {
  if (!slug) await done("package_create", { name: (slug = `set-${n_datasets += 1}`), owner_org: "statistik", title: `Set ${n_datasets}` });
  const answer = door === "api"
    ? await send("/api/3/action/resource_create", { package_id: slug }, ["upload", file, bytes], extra)
    : await send(`/desk/data/${slug}/files`, { table: "", period: "", sheet: "", delimiter: "", decimal: "", missing: "" }, ["file", file, bytes], extra);
  return { slug, answer, resource: door === "api" && answer.status === 200 ? JSON.parse(answer.text).result : undefined };
}

/** What a page says to its reader, on one line. */
const words_of = (html) => html.replace(/<(script|style)[^]*?<\/\1>/g, "").replace(/<[^>]+>/g, " ")
  .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16))).replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(Number(n)))
  .replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&").replace(/\s+/g, " ").trim();

/** What the desk says of the files of a dataset, the newest first. */
async function files_of(slug) {
  const { text } = await get(`/desk/data/${slug}`);
  const table = text.match(/id="files"[^]*?<tbody[^>]*>([^]*?)<\/tbody>/)?.[1] ?? "";
  return [...table.matchAll(/<tr[^>]*>([^]*?)<\/tr>/g)].map(([, row]) => {
    const cells = [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell]) => cell);
    return { name: cells[0], page: cells[2].match(/href="([^"]+)"/)[1], state: words_of(cells[3]), detail: words_of(cells[4]) };
  });
}

/** Waits until the newest file of a dataset was read or refused; gives what the desk says of it, and the page of its table. */
async function read(slug, patience_ms = 120_000) {
  let file;
  await eventually(`the file of ${slug} is read`, async () => (file = (await files_of(slug))[0]) && file.state !== "Being read", patience_ms);
  const page = await get(file.page);
  must(page.status === 200, `${file.page} answered ${page.status}: ${words_of(page.text).slice(0, 300)}`);
  return { ...file, html: page.text, words: words_of(page.text) };
}

const rows_of = async (resource) => {
  const answer = await get(`/datastore/dump/${resource}`);
  must(answer.status === 200, `the rows of ${resource} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
  return answer.text;
};

// ---- The server's health ----

async function start(extra = ["--review", "none"]) {
  server = await serve(data, extra);
  logs.push(server.said);
}

const memory = () => Number(readFileSync(`/proc/${server.pid}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)[1]) * 1024;
/** From here on the highest memory is counted anew. */
const forget_memory = () => writeFileSync(`/proc/${server.pid}/clear_refs`, "5");
const in_mb = (bytes) => `${Math.round(bytes / MB)} MB`;

/** Files of a folder and those below it. */
function files_in(folder, tries = 5) {
  try {
    return list_files(folder);
  } catch (error) {
    // A folder that was emptied is taken away, perhaps while it is looked into.
    if (error.code !== "ENOENT" || tries === 0) throw error;
    return files_in(folder, tries - 1);
  }
}

function list_files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Files that are still arriving, or that a broken connection or a power cut left; those that were told once are not told again. */
const drafts = () => files_in(data).filter((file) => file.includes("/drafts/") && !told.has(file));
const told = new Set();
const size_of = (file) => { try { return statSync(file).size; } catch { return 0; } };

const witness = { csv: "code,name,people\n35.22.01.2001,Sukorejo,510\n35.22.01.2002,Banjarejo,620\n35.22.01.2003,Kalianyar,700\n" };

/** The server answers at once, took no more memory than it may, and what was there before is as it was. */
async function calm() {
  const began = Date.now();
  const health = await get("/healthz", { token: undefined });
  must(health.status === 200 && health.text === "ok\n", `healthz: ${health.status} ${health.text}`);
  must(Date.now() - began < MOST_WAIT_MS, `healthz took ${Date.now() - began} ms`);
  const peak = memory();
  must(await rows_of(witness.resource) === witness.rows, "an earlier dataset has other rows than before");
  must(peak < MOST_MEMORY, `the server took ${in_mb(peak)}, more than ${in_mb(MOST_MEMORY)}`);
  return in_mb(peak);
}

/** Sends a hostile file by each door, holds what is said of it against what is meant, and looks how the server is. */
async function meets(what, file, bytes, expected, doors = ["api", "form"]) {
  const faults = [];
  for (const door of doors) {
    const began = Date.now();
    forget_memory();
    try {
      const sent = await sent_by(door, file, typeof bytes === "function" ? bytes() : bytes);
      must(sent.answer.status === (door === "api" ? 200 : 303), `answered ${sent.answer.status}: ${words_of(sent.answer.text).slice(0, 600)}`);
      const found = await read(sent.slug);
      await expected({ ...sent, ...found, door });
      // What was sent is kept as it came, also where it could not be read.
      if (sent.resource && Buffer.isBuffer(bytes)) {
        const original = await get(new URL(sent.resource.url).pathname);
        const { status, bytes: kept } = original;
        must(status === 200 && kept.equals(bytes), `as it was received it answered ${status}, ${kept.length} of ${bytes.length} bytes`);
      }
      console.log(`        ${what}, by ${door}: ${found.state}, ${found.detail} (${Date.now() - began} ms, ${await calm()})`);
    } catch (error) {
      faults.push(`${what}, by ${door}: ${error.message}`);
    }
  }
  must(faults.length === 0, faults.join("\n"));
}

/** Several cases of one kind: all are tried, and all that fail are told. */
async function each(cases) {
  const faults = [];
  for (const one of cases) await one().catch((error) => faults.push(error.message));
  must(faults.length === 0, faults.join("\n"));
}

/** The file is refused as a whole, in words that hold all of these. */
const refused = (...words) => async ({ state, detail, words: page, name }) => {
  must(state === "Not read", `it is “${state}”: ${detail}`);
  for (const word of words) must(word.test(detail), `“${detail}” does not say ${word}`);
  must(page.includes(`could not be read: ${detail}`), `its page does not say so: ${page.slice(0, 500)}`);
  must(page.includes(words_of(name)), "its page does not name the file");
};

/** These rows are there, by every door; the lines that are not are told with a reason that holds these words, and what stood there. */
const taken = (rows, { bad = [] } = {}) => async ({ slug, state, detail, page, words, html }) => {
  must(state === "Read", `it is “${state}”: ${detail}`);
  const { resources: [{ id }] } = await done("package_show", { id: slug });
  const lines = rows.trimEnd().split("\n");
  const dumped = lines.map((line, at) => `${at ? at : "_id"},${line}\n`).join("");
  const found = await rows_of(id);
  must(found === dumped, `the rows are\n${found.slice(0, 600)}\nand should be\n${dumped.slice(0, 600)}`);
  const csv = await get(`${page}.csv`);
  must(csv.status === 200 && csv.text === lines.map((line) => `${line}\r\n`).join(""), `the CSV is ${csv.status} ${csv.text.slice(0, 300)}`);
  const numbers = bad.map(({ line }) => line);
  if (bad.length) must(detail.includes(`Lines that could not be read: ${numbers.join(", ")}`), `the desk says “${detail}”`);
  else must(/ 0 not$/.test(detail), `the desk says “${detail}”`);
  const report = words.slice(words.indexOf("could not be read"));
  for (const { line, says, text } of bad) {
    must(new RegExp(`\\b${line} [^]*${says.source}`, "i").test(report), `the page does not say of line ${line} that ${says}: ${report.slice(0, 600)}`);
    must(words.includes(text), `the page does not show “${text}”`);
  }
  must(!html.includes("\0"), "a page holds a NUL, which no page may");
};

// ---- Making files ----

const REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const packed = (text) => ({ bytes: zlib.deflateRawSync(text), n: Buffer.byteLength(text), crc: zlib.crc32(text) });

/** An archive of parts: name and what `packed` gives. */
function zip(parts) {
  const out = [], list = [];
  let at = 0;
  for (const [name, { bytes, n, crc }] of parts) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(0x5a210000, 6);
    for (const [position, value] of [[10, crc], [14, bytes.length], [18, n]]) common.writeUInt32LE(value, position);
    common.writeUInt16LE(name.length, 22);
    const head = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name)]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    list.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, tail, Buffer.from(name)]));
    out.push(head, bytes);
    at += head.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(list.length, 8);
  end.writeUInt16LE(list.length, 10);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...out, ...list, end]);
}

/** The parts of an archive, unpacked. */
function unzip(bytes) {
  const parts = new Map();
  let at = bytes.readUInt32LE(bytes.lastIndexOf("PK\x05\x06", undefined, "latin1") + 16);
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, name, extra, comment] = [10, 28, 30, 32].map((position) => bytes.readUInt16LE(at + position));
    const [n_packed, where] = [20, 42].map((position) => bytes.readUInt32LE(at + position));
    const from = where + 30 + bytes.readUInt16LE(where + 26) + bytes.readUInt16LE(where + 28);
    const raw = bytes.subarray(from, from + n_packed);
    parts.set(bytes.toString("utf8", at + 46, at + 46 + name), (method ? zlib.inflateRawSync(raw) : raw).toString());
    at += 46 + name + extra + comment;
  }
  return parts;
}

/** A part that unpacks to so many megabytes of one filling between a head and a tail, packed a thousandfold. */
function bomb(head, filling, megabytes, tail) {
  const flush = { finishFlush: zlib.constants.Z_FULL_FLUSH };
  const block = Buffer.alloc(MB, filling);
  const pieces = [zlib.deflateRawSync(head, flush), ...Array(megabytes).fill(zlib.deflateRawSync(block, flush)), zlib.deflateRawSync(tail)];
  let crc = zlib.crc32(head);
  for (let n = 0; n < megabytes; n += 1) crc = zlib.crc32(block, crc);
  return { bytes: Buffer.concat(pieces), n: head.length + megabytes * MB + tail.length, crc: zlib.crc32(tail, crc) };
}

const [SHEET, SHEET_END] = ['<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>', "</sheetData></worksheet>"];
const cell = (value) => typeof value === "number" ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t>${value}</t></is></c>`;
const cells = (...values) => `<row>${values.map(cell).join("")}</row>`;
const HEAD = cells("name", "n") + cells("first", 1);

const types = (type, of) => `<${type} ${of} ContentType="application/vnd.openxmlformats-`;
const relation = (type, target) => packed(`<?xml version="1.0"?><Relationships xmlns="${PACKAGE}/relationships">`
  + `<Relationship Id="rId1" Type="${REL}/${type}" Target="${target}"/></Relationships>`);

/** A workbook of one sheet. */
const xlsx = (sheet) => zip([
  ["[Content_Types].xml", packed(`<?xml version="1.0"?><Types xmlns="${PACKAGE}/content-types">`
    + `${types("Default", 'Extension="rels"')}package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`
    + `${types("Override", 'PartName="/xl/workbook.xml"')}officedocument.spreadsheetml.sheet.main+xml"/>`
    + `${types("Override", 'PartName="/xl/worksheets/sheet1.xml"')}officedocument.spreadsheetml.worksheet+xml"/></Types>`)],
  ["_rels/.rels", relation("officeDocument", "xl/workbook.xml")],
  ["xl/workbook.xml", packed(`<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${REL}">`
    + '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>')],
  ["xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")],
  ["xl/worksheets/sheet1.xml", sheet],
]);

const ods = (rows) => zip([
  ["mimetype", packed("application/vnd.oasis.opendocument.spreadsheet")],
  ["META-INF/manifest.xml", packed("<manifest:manifest></manifest:manifest>")],
  ["content.xml", packed('<?xml version="1.0"?><office:document-content><office:body><office:spreadsheet><table:table table:name="Data">'
    + `${rows}</table:table></office:spreadsheet></office:body></office:document-content>`)],
]);

function utf16(text, { big = false, mark = false }) {
  const bytes = Buffer.from((mark ? "\ufeff" : "") + text, "utf16le");
  return big ? bytes.swap16() : bytes;
}

const windows_1252 = (text) => Buffer.from([...text].map((letter) => letter === "€" ? 0x80 : letter.codePointAt(0)));

test("a portal stands with a dataset", async () => {
  const places = join(work, "places.csv");
  writeFileSync(places, "code,name,level,parent\n35.22,Bojonegoro,regency,\n35.22.01,Ngraho,district,35.22\n");
  await command(["place", "import", "--data", data, places, "--code-field", "code", "--name-field", "name", "--level-field", "level", "--parent-field", "parent"]);
  for (const name of ["admin", "producer", "steward", "other-steward", "leader", "other-leader"]) {
    const role = name === "admin" ? name : `${name.replace("other-", "")}@35.22`;
    await command(["user", "add", "--data", data, "--email", `${name}@example.go.id`, "--name", name, "--role", role, "--password-stdin"], { input: password });
    tokens[name] = await command(["token", "create", "--data", data, "--email", `${name}@example.go.id`]);
  }
  admin = tokens.admin;
  await start();
  await done("organization_create", { name: "statistik", title: "Statistik" });
  const { slug, resource } = await sent_by("api", "villages.csv", witness.csv);
  Object.assign(witness, { slug, resource: resource.id });
  must((await read(slug)).detail === "3 rows read, 0 not", "the first file was not read");
  witness.rows = await rows_of(resource.id);
  must(witness.rows.split("\n").length === 5, witness.rows);
  console.log(`        idle it takes ${await calm()}`);
});

// ---- The power, and the network ----

/** What stays open until the server, or the caller, is gone: nothing is sent any more, and nothing ended. */
const hold = () => {};
/** Twelve megabytes of rows, of which five are on the disk before the next are. */
const many_rows = (n) => Array.from({ length: n }, (_, at) => `k${at},a name that is long enough to fill a line ${at},${at % 97}\n`).join("");
const MANY = 200_000, DAYS_AGO = new Date(Date.now() - 3 * 86_400_000);
const half_sent = Buffer.from(`code,name,n\n${many_rows(MANY)}`);
const arriving = (n) => eventually(`${n} uploads are on their way`, async () => drafts().filter((file) => size_of(file) > MB).length >= n);

async function nothing_of(slug, what) {
  const { resources } = await done("package_show", { id: slug });
  must(resources.length === 0, `${what}: the dataset shows ${resources.length} resources`);
  must((await files_of(slug)).length === 0, `${what}: the desk lists a file`);
}

async function restart(extra) {
  await start(extra);
  await calm();
}

test("killed while uploads arrive: nothing of them is there, and the same uploads are taken", async () => {
  const slugs = [];
  for (const door of ["api", "form"]) {
    await done("package_create", { name: `killed-${door}`, owner_org: "statistik" });
    slugs.push(`killed-${door}`);
    sent_by(door, "many.csv", half_sent, { slug: `killed-${door}`, cut: hold }).catch(() => {});
  }
  await arriving(2);
  await server.kill();
  // The power comes back days later, when nobody can take them for uploads that are still going on.
  for (const file of drafts()) utimesSync(file, DAYS_AGO, DAYS_AGO);
  await restart();
  for (const slug of slugs) await nothing_of(slug, "killed");
  for (const door of ["api", "form"]) {
    const { answer } = await sent_by(door, "many.csv", half_sent, { slug: `killed-${door}` });
    must(answer.status === (door === "api" ? 200 : 303), `sent again it answered ${answer.status}: ${answer.text.slice(0, 300)}`);
  }
  const { detail } = await read("killed-api");
  must(detail === "200,000 rows read, 0 not", detail);
  // The power goes once more while the other one is being read: some of its rows are written, and the table does not show them yet.
  const { id } = await done("package_show", { id: "killed-form" });
  const written = () => files_in(join(data, "store", "tables")).some((file) => file.includes(`/${id}/`) && file.endsWith(".parquet"));
  await eventually("the second file is being read", async () => written());
  await server.kill();
  await restart();
  const [{ state }] = await files_of("killed-form");
  console.log(`        killed again: the file that was read is “${state}”`);
});

test("what a killed upload left on the disk does not stay there", async () => {
  await eventually("no draft is left", async () => drafts().length === 0, 10_000).catch(() => {});
  const left = drafts();
  for (const file of left) told.add(file);
  const names = left.map((file) => `${file.slice(data.length)} (${in_mb(size_of(file))})`);
  must(left.length === 0, `seconds after the next start, three days old, there still are ${names.join(", ")}`);
});

/** A table of rows that are found by their key, with one row. */
const KEYED = { fields: [{ id: "key", type: "text" }, { id: "n", type: "int" }], primary_key: "key" };
const table_of_keys = (dataset, name) => done("datastore_create", { ...KEYED, resource: { package_id: dataset, name }, records: [{ key: "first", n: 0 }] });

test("killed while rows are sent: what was acknowledged is there once, the rest whole or not at all", async () => {
  await done("package_create", { name: "meter", owner_org: "statistik" });
  const { resource_id } = await table_of_keys("meter", "Readings");
  const batches = new Map(), acknowledged = new Set();
  const SIZE = 25, CLIENTS = 3, ROUNDS = 3;
  const records_of = (batch) => Array.from({ length: SIZE }, (_, at) => ({ key: `${batch}-${at}`, n: batches.get(batch) + at }));
  const put = async (batch) => {
    const answer = await act("datastore_upsert", { resource_id, method: "upsert", records: records_of(batch) });
    must(answer.status === 200, `rows were answered ${answer.status}: ${answer.text.slice(0, 300)}`);
    acknowledged.add(batch);
  };
  const compare = async () => {
    const rows = (await rows_of(resource_id)).trimEnd().split("\n").slice(1).map((line) => line.split(","));
    must(new Set(rows.map(([number]) => number)).size === rows.length, "two rows have one number");
    const held = new Map(rows.map(([, key, n]) => [key, Number(n)]));
    must(held.size === rows.length, `${rows.length - held.size} rows are there twice`);
    for (const batch of batches.keys()) {
      const there = records_of(batch).filter(({ key, n }) => held.get(key) === n).length;
      const is_whole = there === SIZE || (there === 0 && !acknowledged.has(batch));
      must(is_whole, `of ${acknowledged.has(batch) ? "the acknowledged " : ""}${batch} ${there} of ${SIZE} rows are there`);
    }
    return held;
  };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const until = acknowledged.size + 3 + round;
    let stopped;
    const over = new Promise((next) => { stopped = next; });
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let n = 0; ; n += 1) {
        const batch = `${round}-${client}-${n}`;
        batches.set(batch, round * 10_000 + client * 1000 + n * SIZE);
        try { await put(batch); } catch (error) { if (/ECONN|hang up|EPIPE/.test(error.message)) return; throw error; }
        if (acknowledged.size >= until) stopped();
      }
    });
    await Promise.race([over, Promise.all(clients)]);
    await server.kill();
    await Promise.all(clients);
    await restart();
    await compare();
    const unanswered = [...batches.keys()].filter((batch) => !acknowledged.has(batch));
    for (const batch of unanswered) await put(batch);
    const held = await compare();
    must(held.size === 1 + batches.size * SIZE, `${held.size} rows of ${1 + batches.size * SIZE}`);
    console.log(`        round ${round}: ${acknowledged.size} batches, ${unanswered.length} of them sent again after the power was back`);
  }
});

test("a network that is cut leaves nothing of an upload", async () => {
  const before = files_in(join(data, "store")).length;
  const cuts = { "a reset": (request) => request.destroy(), "an end in the middle": (request) => request.socket.end() };
  for (const [how, cut] of Object.entries(cuts)) {
    for (const door of ["api", "form"]) {
      const slug = `cut-${door}-${how.split(" ").at(-1)}`;
      await done("package_create", { name: slug, owner_org: "statistik" });
      const gone = sent_by(door, "many.csv", half_sent, { slug, cut: async (request) => { await arriving(1); cut(request); } });
      await gone.catch(() => {});
      await eventually(`after ${how}, by ${door}, no draft stays`, async () => drafts().length === 0, 10_000);
      await nothing_of(slug, how);
    }
  }
  must(readdirSync(temporary).length === 0, `temporary files stay: ${readdirSync(temporary)}`);
  const after = files_in(join(data, "store")).length;
  must(after === before, `${after - before} files more than before`);
  console.log(`        ${await calm()}`);
});

// ---- Files ----

test("2,000 columns are a table; 5,000 are told", async () => {
  const wide = (n) => ["c", "first ", "second ", "third "].map((row) => `${Array.from({ length: n }, (_, at) => `${row}${at}`).join(",")}\n`).join("");
  const rows = wide(2000);
  await meets("2,000 columns", "wide.csv", Buffer.from(rows), async (found) => {
    await taken(rows)(found);
    must(found.words.includes("3 rows in 2,000 columns"), "the page does not say how wide it is");
    const took = [];
    for (const suffix of ["", ".csv", ".json", ".xlsx", ".parquet"]) {
      const began = Date.now();
      const answer = await get(found.page + suffix);
      took.push(`${suffix || "page"} ${Date.now() - began} ms`);
      must(answer.status === 200 && Date.now() - began < MOST_WAIT_MS, `${found.page}${suffix} answered ${answer.status} after ${Date.now() - began} ms`);
    }
    console.log(`        ${took.join(", ")}`);
  }, ["api"]);
  await meets("5,000 columns", "wider.csv", Buffer.from(wide(5000)), refused(/more than 4,?000 columns/i, /split the file/i), ["form"]);
});

test("a line of one gigabyte is one bad row; bombs that come meanwhile are told", async () => {
  const gigabyte = 1024 * MB, block = Buffer.alloc(MB, "x");
  forget_memory();
  function* line() {
    yield Buffer.from("name,n\nfirst,1\n");
    for (let n = 0; n < gigabyte; n += MB) yield block;
    yield Buffer.from(",2\nlast,3\n");
  }
  const began = Date.now();
  const streaming = sent_by("api", "line.csv", line()).then((sent) => ({ ...sent, took_ms: Date.now() - began }));
  streaming.catch(() => {});
  const far = `<row r="1048576"><c r="AU1048576"><v>3</v></c></row>`;
  const ods_row = (times, kind) => `<table:table-row table:number-rows-repeated="${times}">${kind}</table:table-row>`;
  const ods_text = (text) => `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`;
  await each([
    () => meets("XLSX that unpacks to 2.5 GB", "bomb.xlsx", xlsx(bomb(SHEET + HEAD, " ", 2500, SHEET_END)),
      refused(/unpacks to more than 1,?024 MB/i, /save the sheet as CSV/i), ["form"]),
    () => meets("ODS with a row a billion times", "bomb.ods", ods(ods_row(1, ods_text("name")) + ods_row(1_000_000_000, ods_text("x"))),
      refused(/to row 1000000001/i, /save the table as CSV/i)),
    () => meets("XLSX of 1 KB with a cell in the last row", "far.xlsx", xlsx(packed(SHEET + HEAD + far + SHEET_END)), async ({ state, detail }) => {
      // Whether it is read or refused: it may not take the memory of a sheet full of cells.
      must(state === "Read" ? detail === "2 rows read, 0 not" : /far from the table/i.test(detail), `it is “${state}”: ${detail}`);
    }, ["api"]),
    async () => {
      const { slug, answer, resource, took_ms } = await streaming;
      must(answer.status === 200, `the gigabyte answered ${answer.status}: ${answer.text.slice(0, 300)}`);
      must(resource.size === gigabyte + 25, `it has ${resource.size} bytes`);
      forget_memory();
      const found = { slug, ...await read(slug) };
      await taken("name,n\nfirst,1\nlast,3\n", { bad: [{ line: 3, says: /longer than 64 MB/i, text: "xxxxxxxx" }] })(found);
      must(words_of(found.html).length < 20_000, "the page shows too much of the line");
      console.log(`        a line of 1 GB: ${found.detail} (sent in ${took_ms} ms, all in ${Date.now() - began} ms, ${await calm()})`);
    },
  ]);
  must(readdirSync(temporary).length === 0, `temporary files stay: ${readdirSync(temporary)}`);
});

test("UTF-8, UTF-16 with and without a mark, and Windows-1252 are read, each for itself and all beside each other", async () => {
  const rows = "name,n\nDésa Őr 🌾,1\nTegal,2\n", tabs = rows.replaceAll(",", "\t");
  const western = "name,n\nDésa 5 €,1\nCafé,2\n";
  await each([
    ...[{}, { mark: true }, { big: true }, { big: true, mark: true }].map((how) => () =>
      meets(`UTF-16${how.big ? "BE" : "LE"} ${how.mark ? "with" : "without"} a mark`, "utf16.txt", utf16(tabs, how), taken(rows), how.big ? ["form"] : ["api"])),
    () => meets("UTF-8 with a mark", "marked.csv", Buffer.from(`\ufeff${rows}`), taken(rows), ["form"]),
    () => meets("Windows-1252", "western.csv", windows_1252(western), taken(western)),
    () => meets("UTF-16 that ends in the middle of a letter", "cut.csv", utf16(rows, { mark: true }).subarray(0, -1), async ({ words }) => {
      must(/\b3 the file ends in the middle of a character\. Check that it arrived completely/i.test(words), words.slice(-900));
    }, ["api"]),
    () => meets("a line of Windows-1252 among UTF-8", "mixed.csv",
      Buffer.concat([Buffer.from("name,n\nDésa,1\nCafé,2\n"), windows_1252("Niño,3\n"), Buffer.from("Óö,4\n")]),
      taken("name,n\nDésa,1\nCafé,2\nÓö,4\n", { bad: [{ line: 4, says: /not UTF-8 text\. Save the file as UTF-8/i, text: "Ni\ufffdo" }] })),
    () => meets("a line of UTF-8 among Windows-1252", "mixed.csv",
      Buffer.concat([windows_1252("name,n\nNiño,1\n"), Buffer.from("Désa,2\n"), windows_1252("Señor,3\nCafé,4\n")]),
      async ({ slug, words }) => {
        const { resources: [{ id }] } = await done("package_show", { id: slug });
        const rows = await rows_of(id);
        for (const name of ["Niño", "Señor", "Café"]) must(rows.includes(name), `${name} is not there: ${rows}`);
        // Either it is read as what it is, or its line is told.
        const is_told = rows.includes("Désa") || /could not be read [^]*\b3 [^]*UTF-8/i.test(words);
        must(is_told, `line 3 became “${rows.split("\n")[2]}”, and nobody is told`);
      }, ["api"]),
  ]);
});

test("files that are broken, empty, or not what they are called are told", async () => {
  const [{ page }] = await files_of(witness.slug);
  const book = (await get(`${page}.xlsx`)).bytes, columns = (await get(`${page}.parquet`)).bytes;
  const half = (bytes) => bytes.subarray(0, bytes.length >> 1);
  const good = xlsx(packed(SHEET + HEAD + SHEET_END));
  const many = Array.from({ length: 50_000 }, (_, n) => `row ${n},${n}\n`).join("");
  const entity = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>';
  const foreign = SHEET.replace("?>", `?>${entity}`) + cells("name", "n") + cells("&secret;", 1) + SHEET_END;
  await each([
    () => meets("XLSX as this server writes it", "good.xlsx", book, taken(witness.csv), ["api"]),
    () => meets("Parquet as this server writes it", "good.parquet", columns, taken(witness.csv), ["api"]),
    () => meets("half of an XLSX", "half.xlsx", half(book), refused(/the workbook cannot be read/i, /save it as \.xlsx/i)),
    () => meets("an XLSX that is a page", "page.xlsx", Buffer.from("<html><body><table><tr><td>name</td></tr></table></body></html>"),
      refused(/the workbook cannot be read/i, /save it as \.xlsx/i)),
    () => meets("an XLSX that asks for another file", "foreign.xlsx", xlsx(packed(foreign)), async ({ words, html }) => {
      must(!html.includes("root:") && !words.includes("root:"), "it shows a file of the server");
    }, ["api"]),
    () => meets("half of a Parquet", "half.parquet", half(columns), refused(/the Parquet file cannot be read/i, /check that it arrived completely/i)),
    () => meets("a Parquet with nothing between its ends", "hollow.parquet",
      Buffer.concat([columns.subarray(0, 8), Buffer.alloc(columns.length - 16), columns.subarray(-8)]),
      refused(/the Parquet file cannot be read/i, /check that it arrived completely/i), ["api"]),
    () => meets("an archive in an archive, called XLSX", "nested.xlsx", zip([["inner.zip", packed(zip([["inner.xlsx", packed(good)]]))]]),
      refused(/the workbook cannot be read/i, /save it as \.xlsx/i), ["api"]),
    async () => {
      const nested = zip([["inner.zip", packed(good)]]);
      const { slug, answer } = await sent_by("form", "nested.zip", nested);
      const words = words_of(answer.text);
      const is_told = answer.status === 400 && words.includes("“nested.zip” is not a kind of file that can be read. Use .csv, .xlsx");
      must(is_told, `a zip by the form: ${answer.status} ${words.slice(0, 400)}`);
      must((await files_of(slug)).length === 0, "a refused file is listed");
      const kept = await sent_by("api", "nested.zip", nested);
      must((await get(new URL(kept.resource.url).pathname)).bytes.equals(nested), "what is no table is kept as it came");
      console.log(`        an archive in an archive: told by the form, kept as it came by the API (${await calm()})`);
    },
    ...[
      ["csv", /has no rows\. Check that it was saved completely/i], ["csv.gz", /has no rows\. Check/i], ["jsonl", /has no rows\. Check/i],
      ["geojson", /GeoJSON is wrong in line 1\b.*Correct it there/i], ["xlsx", /the workbook cannot be read/i], ["parquet", /the Parquet file cannot be read/i],
    ].map(([ending, says]) => () =>
      meets(`an empty .${ending}`, `empty.${ending}`, Buffer.alloc(0), refused(says), ending === "csv" ? ["api", "form"] : ["api"])),
    () => meets("a CSV full of NUL", "nul.csv", Buffer.from("name,n\n\0\0\0,1\na\0b,2\n"), refused(/this is no text file/i, /save it as CSV/i)),
    () => meets("a CSV with one NUL", "one-nul.csv", Buffer.from("name,n\na\0b,1\nc,2\n"), async ({ html, state }) => {
      must(state === "Not read" || words_of(html).includes("2 rows in 2 columns"), "a row is lost");
      must(!html.includes("\0"), "the page holds a NUL, which no page may");
    }, ["api"]),
    () => meets("a CSV whose quote never closes", "quote.csv", Buffer.from(`name,n\nfirst,1\n"second,2\n${many}`),
      taken(`name,n\nfirst,1\n${many}`, { bad: [{ line: 3, says: /a quote opens a field and does not close it\. Close it/i, text: '"second,2' }] })),
    () => meets("JSON that is lists in lists", "deep.jsonl", Buffer.from(`{"a":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}\n{"a":1}\n`), async ({ words }) => {
      must(/could not be read/i.test(words), words.slice(-600));
    }, ["api"]),
    () => meets("GeoJSON that is lists in lists", "deep.geojson", Buffer.from(`{"type":"FeatureCollection","features":${"[".repeat(1_000_000)}`), refused(/./), ["api"]),
  ]);
  must(readdirSync(temporary).length === 0, `temporary files stay: ${readdirSync(temporary)}`);
});

test("formulas are texts in what spreadsheets open, and themselves in what programs read", async () => {
  const formulas = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1:A9)", "=HYPERLINK(\"http://x.test\")", "\t=1+1"];
  const quoted = (text) => text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
  const file = `what,n\n${formulas.map((formula, at) => `${quoted(formula)},${at}\n`).join("")}-5,6\n`;
  const { slug, resource } = await sent_by("api", "formulas.csv", file);
  const { page, words } = await read(slug);
  const dumped = await rows_of(resource.id);
  must(dumped === file.trimEnd().split("\n").map((line, at) => `${at || "_id"},${line}\n`).join(""), `the dump is not what was sent: ${dumped}`);
  must((await get(new URL(resource.url).pathname)).text === file, "the original is not what was sent");
  const question = `/sql/download?format=csv&q=${encodeURIComponent(`SELECT what, n FROM ${words.match(/Name in SQL (\w+)/)[1]} ORDER BY n`)}`;
  for (const path of [`${page}.csv`, `${page}.csv?sort=n`, question]) {
    const answer = await get(path);
    must(answer.status === 200, `${path} answered ${answer.status}: ${words_of(answer.text).slice(0, 300)}`);
    const values = answer.text.trimEnd().split("\r\n").slice(1);
    must(values.length === 7 && values[6].startsWith("-5,"), `${path}: ${answer.text}`);
    for (const line of values.slice(0, 6)) must(/^"?'/.test(line), `${path} has a formula: ${line}`);
  }
  const parts = unzip((await get(`${page}.xlsx`)).bytes);
  const sheet = parts.get("xl/worksheets/sheet1.xml");
  must(!/<f[ >]/.test(sheet), "the workbook has a formula");
  for (let row = 2; row <= 7; row += 1) must(new RegExp(`<c r="A${row}"[^>]* t="(s|inlineStr)"`).test(sheet), `cell A${row} is no text: ${sheet.slice(0, 900)}`);
  must(![...parts.keys()].some((name) => /external|vba/i.test(name)), `the workbook leads elsewhere: ${[...parts.keys()]}`);
  await done("package_create", { name: "formula", title: "=cmd|' /C calc'!A0", notes: "@SUM(1)", owner_org: "statistik" });
  const list = await get("/data.csv");
  must(list.status === 200 && list.text.includes("'=cmd|") && !/(^|,|")[=@]/m.test(list.text), "the list of datasets has a formula");
  console.log(`        CSV, a part of it, an answer to SQL, Excel and the list of datasets have none; dump and original are as sent (${await calm()})`);
});

test("names of files lead nowhere and deceive nobody", async () => {
  const rows = "name,n\nfirst,1\n";
  // Marks and controls that turn the direction of what follows, so that a name ends otherwise than it seems to.
  const turning = /[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;
  const names = [
    "../../../../etc/passwd.csv", "..\\..\\boot.csv", "/etc/cron.d/evil.csv", "%2e%2e%2fx.csv", "...csv", "gaji\u202evsc.exe.csv", "\u2067x\u2069.csv",
    `${"x".repeat(500)}.csv`, "a\"b.csv", "<script>alert(1)</script>.csv",
  ];
  const before = new Set(readdirSync(work));
  const harmless_name = (answer, of) => {
    const disposition = answer.headers["content-disposition"] ?? "";
    const name = decodeURIComponent(disposition.match(/filename\*=UTF-8''([^;]+)/)?.[1] ?? "");
    must(disposition.startsWith("attachment") && /filename="[\w.-]+"/.test(disposition), `${of} is given as ${disposition}`);
    must(!/[/\\]/.test(name) && !turning.test(name), `${of} is to be saved as ${JSON.stringify(name)}`);
    must(Buffer.byteLength(name) <= 255, `${of} is to be saved under ${Buffer.byteLength(name)} letters, more than any disk takes`);
  };
  const faults = [];
  for (const name of names) {
    const called = name.length > 60 ? `${name.slice(0, 20)}… (${name.length})` : JSON.stringify(name);
    await meets(called, name, Buffer.from(rows), async (found) => {
      const wrong = [];
      const held = async (check) => { try { await check(); } catch (error) { wrong.push(error.message); } };
      await held(() => taken(rows)(found));
      await held(() => must(!turning.test(found.html.replace(/[\r\n\t]/g, "")), "its page turns the direction of what follows"));
      if (found.resource) {
        const { pathname } = new URL(found.resource.url);
        const is_plain = /^\/dataset\/[\w-]+\/resource\/[\w-]+\/download\/[\w.-]+$/.test(pathname) && !pathname.includes("..");
        await held(() => must(is_plain, `its address is ${found.resource.url}`));
        await held(async () => harmless_name(await get(pathname), "the file"));
      }
      const original = found.html.match(/href="([^"]+\/files\/[^"]+)" download/)?.[1];
      await held(() => must(original, "the page does not lead to the file as it was received"));
      await held(async () => {
        const answer = await get(original);
        must(answer.text === rows, `the original answered ${answer.status}`);
        harmless_name(answer, "the original");
      });
      must(wrong.length === 0, wrong.join("; "));
    }).catch((error) => faults.push(error.message));
  }
  must(readdirSync(work).every((name) => before.has(name)), `something was written beside the data folder: ${readdirSync(work)}`);
  must(faults.length === 0, faults.join("\n"));
});

// ---- Two at once ----

const fields = (sent) => ({ pieces: [new URLSearchParams(sent).toString()], headers: { "Content-Type": "application/x-www-form-urlencoded" } });
const post = (path, sent, token) => ask("POST", path, { ...fields(sent), token });
/** What stands in the fields of the form that is sent to an address. */
function form_of(html, action) {
  const form = html.match(new RegExp(`<form action="${action}"[^]*?</form>`))?.[0] ?? "";
  const value = (tag) => words_of(tag.match(/ value="([^"]*)"/)?.[1] ?? "");
  const sent = {};
  for (const [tag] of form.matchAll(/<input [^>]*>/g)) {
    const name = tag.match(/ name="([^"]*)"/)?.[1];
    if (name && !(/type="(checkbox|radio)"/.test(tag) && !/ checked/.test(tag))) sent[name] = value(tag);
  }
  for (const [, name, text] of form.matchAll(/<textarea [^>]*name="([^"]*)"[^>]*>([^]*?)<\/textarea>/g)) sent[name] = words_of(text);
  for (const [, name, options] of form.matchAll(/<select [^>]*name="([^"]*)"[^>]*>([^]*?)<\/select>/g)) {
    sent[name] = value(options.match(/<option [^>]*selected[^>]*>/)?.[0] ?? "");
  }
  return sent;
}

async function review(slug, who) {
  const { text } = await get(`/desk/data/${slug}/review`, { token: tokens[who] });
  return { ...form_of(text, `/desk/data/${slug}/review`), words: words_of(text) };
}

const step_as = (slug, who, word, { publication, revision }) =>
  post(`/desk/data/${slug}/review`, { publication, revision, act: word, note: "", publish_at: "" }, tokens[who]);
const step = async (slug, who, word) => step_as(slug, who, word, await review(slug, who));

const outline = ({ status, text }) => `${status} ${words_of(text).slice(0, 200)}`.trim();

/** One of two was taken and the other told; gives the words the other reads. */
function one_won(answers, what, taken_as = 303) {
  const lost = answers.filter(({ status }) => status !== taken_as);
  must(lost.length === 1 && lost[0].status >= 400, `${what}: they were answered ${answers.map(outline).join(" and ")}`);
  return words_of(lost[0].text);
}

test("two approvers approve the same at the same moment: one does, the other is told, and it is published once", async () => {
  await server.stop();
  await restart(["--review", "approver"]);
  const MOVED = "Something changed since you looked. Look at it again, and then decide.";
  const faults = [];
  const more = Array.from({ length: 5_000 }, (_, at) => `k${at},${at}\n`).join("");
  for (let n = 1; n <= 3; n += 1) {
    const slug = `twice-approved-${n}`;
    must((await post("/desk/data", { title: `Twice approved ${n}`, slug, open: "yes" }, tokens.producer)).status === 303, "the producer could not enter a dataset");
    for (const [version, rows] of [[1, "code,n\na,1\n"], [2, `code,n\na,1\n${more}`]]) {
      const { answer } = await sent_by("form", "rows.csv", rows, { slug, token: tokens.producer });
      must(answer.status === 303, `the file answered ${answer.status}`);
      must(/Read/.test((await read(slug)).state), "the file was not read");
      if (version === 1) must((await step(slug, "producer", "submit")).status === 303, "it was not handed in");
      must((await step(slug, "steward", "check")).status === 303, "it was not checked");
      const looked = await Promise.all([review(slug, "leader"), review(slug, "other-leader")]);
      must(looked[0].revision === looked[1].revision && looked[0].publication, "the two do not see the same");
      // Others look at the page all the while, and find it.
      let is_over = false;
      const lookers = Array.from({ length: 3 }, async () => {
        while (!is_over) {
          const page = await get(`/desk/data/${slug}/review`, { token: tokens.steward });
          must(page.status === 200, `it answered ${outline(page)}`);
        }
      });
      const looking = Promise.allSettled(lookers);
      const approve = (who, at) => step_as(slug, who, "approve", looked[at]).catch((error) => ({ status: 500, text: error.message }));
      const answers = await Promise.all(["leader", "other-leader"].map(approve));
      await eventually("readers see it", async () => (await get(`/data/${slug}/data.csv`, { token: undefined })).text === rows.replaceAll("\n", "\r\n"))
        .finally(() => { is_over = true; });
      for (const { reason } of await looking) {
        if (reason) faults.push(`who looked at the review of version ${version} meanwhile: ${reason.message.split("\n")[0].slice(0, 300)}`);
      }
      const told = one_won(answers, `version ${version} of ${slug}`);
      const is_told = told.includes(MOVED) || told.includes("not on its way any more");
      if (!is_told) faults.push(`the other approver of version ${version} reads: ${told.slice(0, 300)}`);
      const { words } = await review(slug, "leader");
      const approved = words.match(/Approved (leader|other-leader)/g) ?? [];
      must(approved.length === version, `it was approved ${approved.length} times: ${words.slice(words.indexOf("History")).slice(0, 600)}`);
      const versions = (await get(`/data/${slug}/data/versions`, { token: undefined })).text.match(/href="[^"]*\?version=\d+"/g) ?? [];
      must(new Set(versions).size <= version, `there are more versions than files: ${[...new Set(versions)]}`);
    }
  }
  must(faults.length === 0, faults.join("\n"));
  console.log(`        ${await calm()}`);
});

test("two stewards change the same entry at the same moment: nothing that one wrote is lost without a word", async () => {
  const faults = [];
  for (let n = 1; n <= 3; n += 1) {
    const slug = `twice-edited-${n}`;
    await post("/desk/data", { title: "Before", slug, description: "Before" }, tokens.producer);
    const path = `/desk/data/${slug}`;
    // Both have opened the page, and each changes another field.
    const forms = await Promise.all(["steward", "other-steward"].map(async (who) => form_of((await get(path, { token: tokens[who] })).text, path)));
    must(forms.every(({ title }) => title === "Before"), `the form is ${JSON.stringify(forms[0])}`);
    const answers = await Promise.all([
      post(path, { ...forms[0], title: "By the first" }, tokens.steward), post(path, { ...forms[1], description: "By the second" }, tokens["other-steward"]),
    ]);
    const now = await done("package_show", { id: slug });
    const kept = [now.title === "By the first", now.notes === "By the second"];
    if (answers.every(({ status }) => status === 303)) {
      if (!kept.every(Boolean)) faults.push(`both were answered 303, and now the title is “${now.title}” and the description “${now.notes}”`);
      continue;
    }
    const told = one_won(answers, slug);
    if (!/changed/i.test(told)) faults.push(`the other reads: ${told.slice(0, 400)}`);
    if (kept.filter(Boolean).length !== 1) faults.push(`one was taken, and now the title is “${now.title}” and the description “${now.notes}”`);
  }
  must(faults.length === 0, faults.join("\n"));
});

test("a program and a steward, or two programs, change the same entry at the same moment: what each changed is there", async () => {
  await done("package_create", { name: "patched", title: "Before", notes: "Before", owner_org: "statistik" });
  const lost = [];
  for (let n = 1; n <= 12; n += 1) {
    const changes = { title: `Title ${n}`, notes: `Notes ${n}`, version: `${n}` };
    const answers = await Promise.all(Object.entries(changes).map(([key, value]) => act("package_patch", { id: "patched", [key]: value })));
    must(answers.every(({ status }) => status === 200), `round ${n}: ${answers.map(outline).join(" | ")}`);
    const now = await done("package_show", { id: "patched" });
    for (const [key, value] of Object.entries(changes)) if (now[key] !== value) lost.push(`round ${n} of patches: ${key} is “${now[key]}”`);
  }
  const path = "/desk/data/patched";
  for (let n = 1; n <= 24; n += 1) {
    // The desk's form says nothing of the version, and the program nothing of the title.
    const form = form_of((await get(path)).text, path);
    const [desk, patch] = await Promise.all([post(path, { ...form, title: `Desk ${n}` }, admin), act("package_patch", { id: "patched", version: `patch ${n}` })]);
    const now = await done("package_show", { id: "patched" });
    must([200, 409].includes(patch.status) && [303, 409].includes(desk.status), `round ${n}: ${desk.status} and ${patch.status}`);
    if (desk.status === 303 && now.title !== `Desk ${n}`) lost.push(`round ${n}: the desk answered 303 for “Desk ${n}”, the title is “${now.title}”`);
    if (patch.status === 200 && now.version !== `patch ${n}`) lost.push(`round ${n}: the patch answered 200 for “patch ${n}”, the version is “${now.version}”`);
  }
  must(lost.length === 0, lost.join("\n"));
});

test("two programs send the same key at the same moment: both in order, or one is told; it is there once", async () => {
  await done("package_create", { name: "keys", owner_org: "statistik" });
  const { resource_id } = await table_of_keys("keys", "Keys");
  for (let round = 1; round <= 8; round += 1) {
    for (const method of ["upsert", "insert"]) {
      const key = `${method}-${round}`;
      const answers = await Promise.all([1, 2].map((n) => act("datastore_upsert", { resource_id, method, records: [{ key, n }] })));
      if (method === "insert") {
        const words = one_won(answers, key, 200);
        must(/uniqueness constraint/.test(words), `the other reads: ${words}`);
      } else must(answers.every(({ status }) => status === 200), `${key}: ${answers.map(outline).join(" | ")}`);
      const { records } = await done("datastore_search", { resource_id, filters: { key } });
      must(records.length === 1, `${key} is there ${records.length} times`);
      if (method === "insert") must(records[0].n === answers.findIndex(({ status }) => status === 200) + 1, `${key} is the one that was refused`);
    }
  }
  must((await done("datastore_search", { resource_id, limit: 0 })).total === 17, "rows are missing or doubled");
});

test("one deletes while the other writes: both in order, and what is there afterwards can be read and made anew", async () => {
  await done("package_create", { name: "gone", owner_org: "statistik" });
  const faults = [];
  const held = (condition, sentence) => { if (!condition) faults.push(sentence); };
  const upsert = (resource_id, key, n) => act("datastore_upsert", { resource_id, method: "upsert", records: [{ key, n }] });

  const { resource_id: rows } = await table_of_keys("gone", "Rows");
  for (let n = 1; n <= 6; n += 1) {
    const key = `row-${n}`;
    must((await upsert(rows, key, 1)).status === 200, "a row was not taken");
    const [gone, written] = await Promise.all([act("datastore_records_delete", { resource_id: rows, filters: { key } }), upsert(rows, key, 2)]);
    held(gone.status === 200 && written.status === 200, `a row: ${outline(gone)} and ${outline(written)}`);
    const { records } = await done("datastore_search", { resource_id: rows, filters: { key } });
    held(records.length === 0 || (records.length === 1 && records[0].n === 2), `a row: there are ${JSON.stringify(records)}`);
  }
  for (let n = 1; n <= 3; n += 1) {
    const { resource_id } = await table_of_keys("gone", `Table ${n}`);
    const [gone, written] = await Promise.all([act("datastore_delete", { resource_id }), upsert(resource_id, "late", n)]);
    held(gone.status === 200 && [200, 404, 409].includes(written.status), `a table: ${outline(gone)} and ${outline(written)}`);
    held((await act("datastore_search", { resource_id })).status === 404, "a table that was deleted answers");
    const page = await get(`/data/gone/table-${n}`);
    held(page.status === 200, `the page of a resource without a table: ${page.status} ${words_of(page.text).match(/This cannot .{0,150}/)?.[0] ?? ""}`);
    const again = await act("datastore_create", { ...KEYED, resource_id, records: [{ key: "new", n: 1 }] });
    const found = await get(`/datastore/dump/${resource_id}`);
    const is_there = again.status === 200 && found.text === "_id,key,n\n1,new,1\n";
    held(is_there, `a table made anew answered ${again.status}, and its rows ${outline(found)}`);
  }
  for (let n = 1; n <= 3; n += 1) {
    const { resource_id } = await table_of_keys("gone", `Resource ${n}`);
    const [gone, written] = await Promise.all([act("resource_delete", { id: resource_id }), upsert(resource_id, "late", n)]);
    held(gone.status === 200 && [200, 404].includes(written.status), `a resource: ${outline(gone)} and ${outline(written)}`);
    const after = [await act("resource_show", { id: resource_id }), await act("datastore_search", { resource_id })];
    held(after.every(({ status }) => status === 404), `a resource that was deleted answers ${after.map(outline).join(" and ")}`);
  }
  for (let n = 1; n <= 3; n += 1) {
    const slug = `gone-${n}`;
    await done("package_create", { name: slug, owner_org: "statistik" });
    const [gone, sent] = await Promise.all([act("package_delete", { id: slug }), sent_by("form", "late.csv", "name,n\na,1\n", { slug })]);
    held(gone.status === 200 && [303, 404, 409, 410].includes(sent.answer.status), `a dataset: ${outline(gone)} and ${outline(sent.answer)}`);
    const page = await get(`/data/${slug}`, { token: undefined });
    held([404, 410].includes(page.status), `the page of a deleted dataset: ${outline(page)}`);
  }
  held((await get("/data/gone")).status === 200, "the dataset's page is gone");
  must(faults.length === 0, faults.join("\n"));
  console.log(`        ${await calm()}`);
});

test("two files for one table at the same moment are two versions of it", async () => {
  await server.stop();
  await restart();
  const faults = [];
  const files = ["name,n\na,1\n", "name,n\nb,2\nc,3\n"];
  for (const first of [undefined, "name,n\nfirst,0\n"]) {
    const slug = first ? "twins-of-a-table" : "twins";
    await done("package_create", { name: slug, owner_org: "statistik" });
    if (first) {
      await sent_by("form", "first.csv", first, { slug });
      await read(slug);
    }
    const answers = (await Promise.all(files.map((rows) => sent_by("form", "twin.csv", rows, { slug })))).map(({ answer }) => answer);
    const refused = answers.filter(({ status }) => status !== 303);
    // Where there was no table yet, one of them may have to send it again; but not because of a name that nobody gave.
    const may_be_told = !first && refused.length === 1 && refused[0].status === 409 && !refused[0].text.includes("This name is taken");
    const is_told = refused.length === 0 || may_be_told;
    const problems = answers.map(({ status, text }) => `${status} ${words_of(text).match(/There is a problem (.{0,60})/)?.[1] ?? ""}`);
    if (!is_told) faults.push(`${slug}: they were answered ${problems.join(" and ")}`);
    await eventually("both are dealt with", async () => (await files_of(slug)).every(({ state }) => state !== "Being read"));
    const { resources } = await done("package_show", { id: slug });
    must(resources.length === 1, `there are ${resources.length} tables`);
    must((await files_of(slug)).length === 2 - refused.length + (first ? 1 : 0), "a file that was taken is not listed");
    const rows = await get(`/data/${slug}/data.csv`);
    must(files.some((file) => rows.text === file.replaceAll("\n", "\r\n")), `the table is ${rows.text}`);
  }
  must(faults.length === 0, faults.join("\n"));
});

test("what is larger than the limit is refused in words, and nothing of it stays", async () => {
  await server.stop();
  await restart(["--review", "none", "--upload-limit", "1"]);
  for (const door of ["api", "form"]) {
    const { slug, answer } = await sent_by(door, "large.csv", half_sent);
    const words = words_of(answer.text);
    const is_told = [409, 413].includes(answer.status) && words.includes("The file is larger than 1 MB. Make it smaller or split it");
    must(is_told, `by ${door}: ${answer.status} ${words.slice(0, 400)}`);
    await eventually("no draft stays", async () => drafts().length === 0, 10_000);
    await nothing_of(slug, "too large");
  }
  await server.stop();
  await restart();
});

// A job that was killed is taken over when its lease ends, after a minute; that went by meanwhile.
test("the file that was being read when the power went is read, once", async () => {
  const { detail } = await read("killed-form");
  must(detail === "200,000 rows read, 0 not", detail);
  const { resources: [{ id }] } = await done("package_show", { id: "killed-form" });
  const { total } = await done("datastore_search", { resource_id: id, limit: 0 });
  must(total === MANY, `there are ${total} rows`);
});

test("nothing broke within, and the server stops when asked", async () => {
  const dead = (await get("/metrics")).text.match(/baraza_jobs\{state="dead"\} (\d+)/)[1];
  must(dead === "0", `${dead} jobs are dead`);
  must((await server.stop()) === 0, "the server did not stop cleanly when asked");
  const broke = logs.flat().filter((line) => /"level":"ERROR"|panicked/.test(line));
  must(broke.length === 0, `the logs have\n${broke.slice(0, 5).map((line) => line.slice(0, 600)).join("\n")}`);
});

await run(async () => {
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
});
