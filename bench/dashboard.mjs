// A dashboard of 30 tiles of every kind over 421 places, as browsers ask for it: time on the server and weight of the first view.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tell } from "./bench.mjs";
import { first_view } from "./pages.mjs";

const seconds = Number(process.env.BENCH_SECONDS ?? 8);

/** Asks for paths with so many askers at once, compressed as for a browser; p50, p95 and p99 in ms. */
async function ask(server, lists, askers, s = seconds) {
  const said = await tell("wrk", ["-t1", `-c${askers}`, `-d${s}s`, "-H", "Accept-Encoding: gzip", "-s", join(import.meta.dirname, "tables.lua"), server.url],
    { env: { ...process.env, PATHS: lists } });
  const found = said.match(/RESULT ([\d.]+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+)/);
  if (!found) throw new Error(said);
  const [rate, refused, p50, p99, p95] = found.slice(1).map(Number);
  if (refused) throw new Error(`${refused} answers were not 200\n${said}`);
  return { times: [p50, p95, p99].map((ms) => ms.toFixed(1)).join(" / "), rate };
}

export async function dashboard(place) {
  const data = place.empty("dashboard");
  const said = await tell(join(dirname(place.program), "examples/dashboard"), [data]);
  const [, path, n_tiles, n_places] = said.match(/(\/dashboards\/\S+) with (\d+) tiles over (\d+) places/);
  const districts = Array.from({ length: 20 }, (_, at) => `${path}?place=35.22.${String(at + 1).padStart(2, "0")}`);
  const server = await place.serve(data);
  try {
    const rows = [];
    for (const [name, paths] of [[`dashboard of ${n_tiles} tiles over ${n_places} places`, [path]], ["… drilled into its 20 districts in turn", districts]]) {
      const lists = join(place.folder, "dashboard-paths.txt");
      writeFileSync(lists, `${paths.join("\n")}\n`);
      await ask(server, lists, 2, 2);
      for (const askers of [1, 8]) {
        const { times, rate } = await ask(server, lists, askers);
        rows.push({ what: `${name}, ${askers === 1 ? "one asker" : `${askers} askers`}, p50 / p95 / p99 in ms`, ours: times, aim: askers === 1 ? "p50 30" : "", note: `${rate} a second, gzip` });
      }
    }
    for (const [name, one] of [["dashboard", path], ["dashboard of a district", districts[0]]]) {
      const { kB, note } = await first_view(server.url, one);
      rows.push({ what: `first view: ${name}, kB compressed`, ours: kB, aim: "100", note });
    }
    return [...rows, { what: "… memory of the server, highest, MB", ours: place.rss_mb(server.pid, "VmHWM") }];
  } finally {
    await server.stop();
  }
}
