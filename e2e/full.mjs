// The disk fills while phones file. What is refused is refused in the protocol's own words, what was acknowledged stays, also when
// the power goes then; and when there is room again, what was refused is taken as if nothing had been.
// The small disk is made in memory, in a mount namespace of this program's own, which ends with it (see run.sh).
// usage: unshare --user --map-root-user --mount node full.mjs PROGRAM
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

const disk = mkdtempSync(join(tmpdir(), "baraza-full-"));
execFileSync("mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", disk]);
const data = join(disk, "data"), ballast = join(disk, "ballast");
const PHOTO = 300_000, MEGABYTE = 1_000_000;

const acknowledged = new Set(), refused = new Map(), without_picture = new Set();
let server, token, project, count = 0;

/** A picture whose bytes nobody else's picture has: equal files are kept once. */
function photo(n) {
  const bytes = Buffer.alloc(PHOTO, String(n).padStart(8, "0"));
  bytes.set([0xff, 0xd8, 0xff, 0xe0]);
  return bytes;
}

const instance = (n, street) => `<?xml version="1.0" encoding="UTF-8"?>
<data xmlns:jr="http://openrosa.org/javarosa" id="visit" version="1"><start>2026-03-02T08:00:00.000+07:00</start>
<dwelling><street>${street}</street><water>well</water><minutes>12</minutes><location>-7.15 111.88 20 5</location>
<photo>p${n}.jpg</photo></dwelling><meta><instanceID>uuid:${n}</instanceID></meta></data>`;

/** Sends one submission, with its picture or a long text, as ODK Collect does. */
async function file(n, { street = "Jalan Melati", picture = true } = {}) {
  const parts = new FormData();
  parts.append("xml_submission_file", new Blob([instance(n, street)], { type: "text/xml" }), "s.xml");
  if (picture) parts.append(`p${n}.jpg`, new Blob([photo(n)], { type: "image/jpeg" }), `p${n}.jpg`);
  const answer = await fetch(`${server.url}${project}/submission`, {
    method: "POST", body: parts, headers: { "X-OpenRosa-Version": "1.0", Authorization: `Bearer ${token}` },
  });
  return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.text() };
}

const ask = async (path, extra = {}) => fetch(server.url + path, { ...extra, headers: { Authorization: `Bearer ${token}`, ...extra.headers } });

async function nothing_is_lost() {
  const answer = await ask(`${project}/forms/visit/submissions`);
  must(answer.status === 200, `the list answered ${answer.status}: ${await answer.clone().text()}`);
  const held = new Set((await answer.json()).map((submission) => submission.instanceId));
  const lost = [...acknowledged].filter((n) => !held.has(`uuid:${n}`));
  must(lost.length === 0, `${lost.length} acknowledged submissions are gone, the first is ${lost[0]}`);
}

function leave_free(bytes) {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
}

test("a server stands on a small disk", async () => {
  await command(["user", "add", "--data", data, "--email", "full@example.org", "--name", "Full", "--role", "admin", "--password-stdin"],
    { input: "correct horse battery staple\n" });
  token = await command(["token", "create", "--data", data, "--email", "full@example.org"]);
  const printed = await command(["form", "publish", new URL("fixtures/visit.md", import.meta.url).pathname, "--project", "Full", "--data", data]);
  project = `/v1/projects/${printed.match(/\d+/)[0]}`;
  server = await serve(data);
});

test("pictures are taken until there is no room, then refused in OpenRosa's words", async () => {
  leave_free(8 * MEGABYTE);
  for (;;) {
    const answer = await file(count += 1);
    if (answer.status === 201) {
      acknowledged.add(count);
      must(count < 200, "the disk is never full");
      continue;
    }
    refused.set(count, {});
    must(answer.status === 503, `refused with ${answer.status}: ${answer.body}`);
    must(answer.type.includes("text/xml") && answer.body.includes("<OpenRosaResponse"), `not OpenRosa's: ${answer.body}`);
    must(/room|space|full/i.test(answer.body), `it does not say why: ${answer.body}`);
    break;
  }
  must(acknowledged.size > 5, `only ${acknowledged.size} were taken`);
  await nothing_is_lost();
});

test("answers alone are taken until the database has no room either", async () => {
  const street = "Jalan ".repeat(20_000);
  for (let more = 0; ; more += 1) {
    const answer = await file(count += 1, { street, picture: false });
    without_picture.add(count);
    if (answer.status === 201) {
      acknowledged.add(count);
      must(more < 1000, "the disk is never full");
      continue;
    }
    refused.set(count, { street, picture: false });
    must(answer.status === 503 && answer.body.includes("<OpenRosaResponse"),
      `refused with ${answer.status}: ${answer.body}\n${server.said.slice(-3).join("\n")}`);
    break;
  }
  const answer = await ask(`${project}/forms/visit/submissions`, { method: "POST", body: instance(count += 1, street), headers: { "Content-Type": "text/xml" } });
  const body = await answer.text();
  must(answer.status === 503 && JSON.parse(body).code, `Central's face answered ${answer.status}: ${body}`);
  await nothing_is_lost();
  must((await ask("/")).status === 200, "the home page is gone");
});

test("the power goes, the disk is still full: all that was acknowledged is there", async () => {
  await server.kill();
  server = await serve(data);
  await nothing_is_lost();
});

test("with room again, what was refused is taken, and every picture is whole", async () => {
  rmSync(ballast);
  for (const [n, how] of refused) {
    const answer = await file(n, how);
    must(answer.status === 201, `${n}, sent again, was answered ${answer.status}: ${answer.body}`);
    acknowledged.add(n);
  }
  await nothing_is_lost();
  for (const n of acknowledged) {
    if (without_picture.has(n)) continue;
    const answer = await ask(`${project}/forms/visit/submissions/uuid%3A${n}/attachments/p${n}.jpg`);
    must(answer.status === 200, `the picture of ${n} answered ${answer.status}`);
    must(Buffer.from(await answer.arrayBuffer()).equals(photo(n)), `the picture of ${n} is another`);
  }
});

test("the tables catch up with what was filed while there was no room for rows", async () => {
  await eventually(`${acknowledged.size} rows`, async () => {
    const known = await command(["sql", "--data", data, "--json", "SELECT COUNT(*) AS n FROM full_visit"]).catch(() => undefined);
    return known !== undefined && JSON.parse(known).rows[0].n === acknowledged.size;
  }, 300_000);
  must((await server.stop()) === 0, "the server did not stop cleanly when asked");
});

await run(async () => {
  await server?.kill().catch(() => {});
  execFileSync("umount", ["--lazy", disk]);
  rmSync(disk, { recursive: true, force: true });
});
