// OpenRosa submissions of about 2.4 kB over 16 connections, each durable before its 201.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { median, spread, tell } from "./bench.mjs";

const runs = 5, seconds = 10;

export async function submissions(place) {
  const households = place.made("households-20000.csv", "gen_persons.py",
    (path) => ["--persons", "20000", "--out", join(place.folder, "persons-20000.csv"), "--households", path]);
  const bodies = place.made("submissions.nul", "gen_submissions.py", (path) => [households, join(place.folder, "persons-20000.csv"), "2000", path]);
  const workbook = join(place.folder, "household.xlsx");
  execFileSync(place.python, [join(place.shared, "gen_xlsforms.py"), place.folder]);

  const data = place.empty("submissions");
  await place.command(["user", "add", "--data", data, "--email", "bench@example.org", "--name", "Bench", "--role", "admin", "--password-stdin"],
    { input: "correct horse battery staple\n" });
  const token = await place.command(["token", "create", "--data", data, "--email", "bench@example.org"]);
  const printed = await place.command(["form", "publish", "--data", data, workbook, "--project", "Bench"]);
  const project = printed.match(/\d+/)[0];

  const server = await place.serve(data);
  const rates = [], p50 = [], p99 = [];
  let refused = 0;
  try {
    // The first run warms up and does not count.
    for (let run = 0; run <= runs; run += 1) {
      const said = await tell("wrk", ["-t2", "-c16", `-d${run ? seconds : 3}s`, "--latency", "-s", join(place.shared, "submit.lua"),
        `${server.url}/v1/key/${token}/projects/${project}/submission`], { env: { ...process.env, SUBMISSIONS: bodies } });
      const found = said.match(/RESULT req\/s ([\d.]+) requests \d+ non201 (\d+) sockerr (\d+) p50_ms ([\d.]+) p90_ms [\d.]+ p99_ms ([\d.]+)/);
      if (!found) throw new Error(`wrk said: ${said}`);
      if (!run) continue;
      rates.push(Number(found[1]));
      refused += Number(found[2]) + Number(found[3]);
      p50.push(Number(found[4]));
      p99.push(Number(found[5]));
    }
    if (refused) throw new Error(`${refused} submissions were not answered with 201`);
    const peak = place.rss_mb(server.pid, "VmHWM");
    return [
      { what: "submissions a second, 16 connections", ours: `${median(rates).toFixed(0)} (${spread(rates, 0)})`, peer: "ODK Central 207 *", ratio: `${(median(rates) / 207).toFixed(1)}×`, aim: "2,000" },
      { what: "… p50 / p99 in ms", ours: `${median(p50).toFixed(1)} / ${median(p99).toFixed(1)}`, peer: "76 / 136 *", aim: "p99 30", note: "* measured earlier on this kind of machine" },
      { what: "… memory, highest, MB", ours: `${peak}`, peer: "600 *", aim: "150" },
    ];
  } finally {
    await server.stop();
  }
}
