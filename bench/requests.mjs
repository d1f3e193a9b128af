// Service requests: filing through Open311 over 16 connections, each durable before its 201; a million taken in from CSV; the sweep over them.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { median, spread, tell } from "./bench.mjs";

const runs = 5, seconds = 10;
const rows = Number(process.env.BENCH_REQUESTS ?? 1_000_000);

const services = `[[service]]
code = "road"
group = "works"
profile = "helpline-2014"
title = { en = "Damaged road" }
responsible = [{ agency = "dinas-pu" }]
attributes = [{ code = "damage", datatype = "singlevaluelist", is_required = true, title = { en = "What?" }, values = [{ key = "pothole", title = { en = "Pothole" } }] }]
`;
const places = JSON.stringify({
  type: "FeatureCollection",
  features: [
    { type: "Feature", id: "35", properties: { kode: "35", nama: "Province" }, geometry: null },
    { type: "Feature", id: "35.22", properties: { kode: "35.22", nama: "Regency" },
      geometry: { type: "Polygon", coordinates: [[[111.8, -7.2], [112, -7.2], [112, -7], [111.8, -7], [111.8, -7.2]]] } },
  ],
});

/** Sixteen programs file at once. */
async function filing(place) {
  const data = place.empty("requests");
  await place.command(["user", "add", "--data", data, "--email", "bench@example.org", "--name", "Bench", "--role", "admin", "--password-stdin"],
    { input: "correct horse battery staple\n" });
  const key = await place.command(["token", "create", "--data", data, "--email", "bench@example.org"]);
  writeFileSync(join(place.folder, "places.geojson"), places);
  writeFileSync(join(place.folder, "services.toml"), services);
  await place.command(["place", "import", "--data", data, join(place.folder, "places.geojson")]);
  await place.command(["request", "profile", "load", "--data", data, "helpline-2014"]);
  await place.command(["request", "service", "load", "--data", data, join(place.folder, "services.toml")]);
  const server = await place.serve(data);
  const rates = [], p50 = [], p99 = [];
  try {
    // The first run warms up and does not count.
    for (let run = 0; run <= runs; run += 1) {
      const said = await tell("wrk", ["-t2", "-c16", `-d${run ? seconds : 3}s`, "--latency", "-s", join(import.meta.dirname, "open311.lua"),
        `${server.url}/open311/v2/requests.json`], { env: { ...process.env, KEY: key.trim() } });
      const found = said.match(/RESULT ([\d.]+) (\d+) ([\d.]+) ([\d.]+)/);
      if (!found) throw new Error(`wrk said: ${said}`);
      if (Number(found[2])) throw new Error(`${found[2]} requests were not answered with 201: ${said}`);
      if (!run) continue;
      rates.push(Number(found[1]));
      p50.push(Number(found[3]));
      p99.push(Number(found[4]));
    }
    return [
      { what: "requests filed a second through Open311, 16 connections", ours: `${median(rates).toFixed(0)} (${spread(rates, 0)})`, aim: "2,000" },
      { what: "… p50 / p99 in ms", ours: `${median(p50).toFixed(1)} / ${median(p99).toFixed(1)}`, aim: "p99 50" },
      { what: "… memory, highest, MB", ours: `${place.rss_mb(server.pid, "VmHWM")}` },
    ];
  } finally {
    await server.stop();
  }
}

/** The example beside the program measures what happens in one process, without the web. */
async function many(place) {
  const said = await tell(join(dirname(place.program), "examples/requests"), [String(rows)], { cwd: place.folder });
  const number = (pattern) => {
    const found = said.match(pattern);
    if (!found) throw new Error(`the example said: ${said}`);
    return found.slice(1);
  };
  const [taken, took] = number(/took in (\d+) in ([\d.]+) s/);
  const [due, swept, memory] = number(/after a day's outage: (\d+) instants in ([\d.]+) s, most memory ever (\d+) MB/);
  const [idle] = number(/nothing due: 0 instants in ([\d.]+) s/);
  const [all, long] = number(/after two months' outage: (\d+) instants in ([\d.]+) s/);
  const n = (text) => Number(text).toLocaleString("en");
  return [
    { what: `${n(taken)} requests taken in from CSV, s`, ours: took, aim: "60" },
    { what: `the sweep over ${n(taken)} open requests, ${n(due)} of them due, s`, ours: swept, aim: "5", note: `nothing due: ${idle} s; all of it: ${n(all)} instants in ${long} s` },
    { what: "… memory, highest, import included, MB", ours: memory, aim: "300" },
  ];
}

export async function requests(place) {
  return [...(await filing(place)), ...(await many(place))];
}
