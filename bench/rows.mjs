// From a submission's 201 to its row in the table, in the sample regency, while nothing else is filed.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { median, regency, spread } from "./bench.mjs";

const runs = 20;
/** How often the table is asked; an answer is late by half of this on average, so it is part of what is printed. */
const pause_ms = 10;

export async function rows(place) {
  // A copy, so that the pages are measured on what the demo made.
  const data = place.empty("rows");
  execFileSync("cp", ["-r", await regency(), data]);
  const email = `rows-${randomUUID()}@example.org`;
  await place.command(["user", "add", "--data", data, "--email", email, "--name", "Rows", "--role", "admin", "--password-stdin"],
    { input: "correct horse battery staple\n" });
  const token = await place.command(["token", "create", "--data", data, "--email", email]);
  const server = await place.serve(data);
  try {
    const ask = (path, more = {}) => fetch(server.url + path, { ...more, headers: { Authorization: `Bearer ${token}`, ...more.headers } });
    const [{ instanceId }] = await (await ask("/v1/projects/1/forms/household/submissions")).json();
    const xml = await (await ask(`/v1/projects/1/forms/household/submissions/${encodeURIComponent(instanceId)}.xml`)).text();

    const waited = [];
    for (let run = 0; run <= runs; run += 1) {
      const id = `uuid:${randomUUID()}`;
      const filed = await ask("/v1/projects/1/forms/household/submissions", {
        method: "POST", body: xml.replaceAll(/<((?:orx:)?)instanceID>[^<]*</g, `<$1instanceID>${id}<`), headers: { "Content-Type": "application/xml" },
      });
      if (filed.status !== 200) throw new Error(`a household was refused: ${filed.status} ${await filed.text()}`);
      const began = performance.now();
      const question = encodeURIComponent(`SELECT instance_id FROM census_household WHERE instance_id = '${id}'`);
      for (;;) {
        const answer = await (await ask(`/desk/sql/download?format=jsonl&q=${question}`)).text();
        if (answer.includes(id)) break;
        if (performance.now() - began > 60_000) throw new Error(`no row within a minute: ${answer}`);
        await new Promise((done) => setTimeout(done, pause_ms));
      }
      // The first run reads the form and opens the tables, and does not count.
      if (run) waited.push(performance.now() - began);
    }
    return [{
      what: "a household filed → its row in the table, ms", ours: `${median(waited).toFixed(0)} (${spread(waited, 0)})`, aim: "2,000",
      note: `${runs} households, one after the other, beside 12,500; the table is asked every ${pause_ms} ms`,
    }];
  } finally {
    await server.stop();
  }
}
