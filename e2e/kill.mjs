// Kill -9 while submissions arrive. Whatever was acknowledged with 201 must be there afterwards, exactly once, and so
// must its rows; what was not acknowledged may be there or not, and sending it again must be harmless.
// usage: node kill.mjs PROGRAM    (ROUNDS and SEED may be set)
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, eventually, must, random, run, serve, test } from "./lib.mjs";

const rounds = Number(process.env.ROUNDS ?? 20);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const next = random(seed);
const connections = 6;
const data = mkdtempSync(join(tmpdir(), "baraza-kill-"));
console.log(`seed ${seed}, ${rounds} rounds, ${connections} connections (SEED=${seed} repeats it)`);

const sent = new Map(); // instanceID → number of members
const acknowledged = new Set();
let token, base;

function instance() {
  const hex = (digits) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join("");
  const id = `uuid:${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const members = 1 + Math.floor(next() * 6);
  sent.set(id, members);
  return id;
}

const document_of = (id) => `<?xml version="1.0" encoding="UTF-8"?>
<data xmlns:jr="http://openrosa.org/javarosa" id="visit" version="1"><start>2026-03-02T08:00:00.000+07:00</start>
<dwelling><street>Jalan Melati ${id.slice(5, 9)}</street><water>well</water><minutes>12</minutes><location>-7.15 111.88 20 5</location><photo/></dwelling>
${Array.from({ length: sent.get(id) }, (_, i) => `<member><name>Member ${i}</name><sex>${i % 2 ? "male" : "female"}</sex><age>${i * 9}</age></member>`).join("\n")}
<meta><instanceID>${id}</instanceID></meta></data>`;

/** Posts one submission as ODK Collect does; gives the status, or undefined when the connection broke. */
function post(url, agent, id) {
  const border = "----baraza-kill";
  const body = `--${border}\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="s.xml"\r\n` +
    `Content-Type: text/xml\r\n\r\n${document_of(id)}\r\n--${border}--\r\n`;
  return new Promise((done) => {
    const request = http.request(`${url}${base}/submission`, {
      method: "POST", agent,
      headers: {
        "Content-Type": `multipart/form-data; boundary=${border}`, "Content-Length": Buffer.byteLength(body),
        "X-OpenRosa-Version": "1.0", Date: new Date().toUTCString(), Authorization: `Bearer ${token}`,
      },
    }, (answer) => {
      // The status line is the acknowledgement: a client that read it will never send the form again.
      if (answer.statusCode === 201) acknowledged.add(id);
      answer.resume();
      answer.on("end", () => done(answer.statusCode));
      answer.on("error", () => done(undefined));
    });
    request.on("error", () => done(undefined));
    request.end(body);
  });
}

const json = async (url, path) => {
  const answer = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } });
  must(answer.ok, `${path} answered ${answer.status}: ${(await answer.clone().text()).slice(0, 300)}`);
  return answer.json();
};

/** Compares what the server holds with what it promised. */
async function compare(url) {
  const held = (await json(url, `${base}/forms/visit/submissions`)).map((submission) => submission.instanceId);
  const once = new Set(held);
  must(once.size === held.length, `${held.length - once.size} submissions are listed twice`);
  const lost = [...acknowledged].filter((id) => !once.has(id));
  must(lost.length === 0, `${lost.length} acknowledged submissions are gone, the first is ${lost[0]}`);
  const invented = held.filter((id) => !sent.has(id));
  must(invented.length === 0, `${invented.length} submissions were never sent, the first is ${invented[0]}`);
  return once;
}

test("a project and a form stand ready", async () => {
  await command(["user", "add", "--data", data, "--email", "kill@example.org", "--name", "Kill", "--role", "admin", "--password-stdin"],
    { input: "correct horse battery staple\n" });
  token = await command(["token", "create", "--data", data, "--email", "kill@example.org"]);
  const printed = await command(["form", "publish", new URL("fixtures/visit.md", import.meta.url).pathname, "--project", "Kill", "--data", data]);
  base = `/v1/projects/${printed.match(/\d+/)[0]}`;
});

for (let round = 1; round <= rounds; round += 1) {
  const patience_ms = 30 + Math.floor(next() ** 2 * 1500);
  test(`round ${round}: killed ${patience_ms} ms into the stream, nothing acknowledged is lost`, async () => {
    const server = await serve(data);
    const before = acknowledged.size;
    let alive = true;
    const streams = Array.from({ length: connections }, async () => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      while (alive) {
        const status = await post(server.url, agent, instance());
        must(status === undefined || status === 201, `a submission was answered ${status}`);
        if (status === undefined) break;
      }
      agent.destroy();
    });
    await new Promise((wake) => setTimeout(wake, patience_ms));
    await server.kill();
    alive = false;
    await Promise.all(streams);

    const again = await serve(data);
    try {
      const held = await compare(again.url);
      // A phone that got no answer sends the same form again.
      const agent = new http.Agent({ keepAlive: true });
      const unanswered = [...sent.keys()].filter((id) => !acknowledged.has(id));
      const known = unanswered.filter((id) => held.has(id)).length;
      for (const id of unanswered) {
        const status = await post(again.url, agent, id);
        must(status === 201, `${id}, sent again, was answered ${status}`);
      }
      agent.destroy();
      await compare(again.url);
      console.log(`        ${acknowledged.size - before} filed, ${unanswered.length} unanswered of which ${known} were kept`);
    } finally {
      await again.kill();
    }
  });
}

test("every submission has its rows, once, when the worker has caught up", async () => {
  must(acknowledged.size >= rounds, `only ${acknowledged.size} submissions were filed in ${rounds} rounds`);
  const server = await serve(data);
  const people = [...acknowledged].reduce((sum, id) => sum + sent.get(id), 0);
  const count = async (table, key) => {
    const { rows } = JSON.parse(await command(["sql", "--data", data, "--json",
      `SELECT COUNT(*) AS n, COUNT(DISTINCT instance_id) AS n_instances, COUNT(DISTINCT ${key}) AS n_keys FROM ${table}`]));
    return rows[0];
  };
  try {
    await eventually(`${acknowledged.size} rows of submissions and ${people} of members`, async () => {
      // The tables are there once the first job was done; a job that was killed is taken over when its lease ends.
      const known = await command(["sql", "--data", data, "SELECT 1 FROM kill_visit_member LIMIT 1"]).catch(() => undefined);
      if (known === undefined) return false;
      const [visits, members] = [await count("kill_visit", "instance_id"), await count("kill_visit_member", "key")];
      return visits.n === acknowledged.size && visits.n_keys === visits.n
        && members.n === people && members.n_keys === members.n && members.n_instances === acknowledged.size;
    }, 180_000);
    console.log(`        ${acknowledged.size} submissions, ${people} members`);
  } finally {
    must((await server.stop()) === 0, "the server did not stop cleanly when asked");
  }
});

await run(async () => rmSync(data, { recursive: true, force: true }));
