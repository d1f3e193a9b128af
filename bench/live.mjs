// How late readings of a sensor reach everybody who watches a dashboard, over real connections, and what that costs.
import { dirname, join } from "node:path";
import { tell } from "./bench.mjs";

const watchers = Number(process.env.BENCH_WATCHERS ?? 1_000);

export async function live(place) {
  const said = await tell(join(dirname(place.program), "examples/watchers"), [String(watchers)], { cwd: place.folder });
  const found = said.match(/median ([\d.]+) ms, p99 ([\d.]+) ms, longest ([\d.]+) ms, (\d+) missed; ([\d.]+) % of one core/);
  if (!found) throw new Error(`the example said: ${said}`);
  const [, median, p99, longest, missed, share] = found;
  const n = watchers.toLocaleString("en");
  return [
    { what: `reading to ${n} watchers of a dashboard, p50 / p99 in ms`, ours: `${median} / ${p99}`, aim: "p99 2,000", note: `longest ${longest} ms, ${missed} missed` },
    { what: "… share of one core, watchers included, %", ours: share },
  ];
}
