// What everybody sees of requests: list, map and statistics over a million of them, asked in process through the product's own router.
import { dirname, join } from "node:path";
import { tell } from "./bench.mjs";

const rows = Number(process.env.BENCH_REQUESTS ?? 1_000_000);

export async function board(place) {
  const said = await tell(join(dirname(place.program), "examples/board"), [String(rows)], { cwd: place.folder });
  const number = (pattern) => {
    const found = said.match(pattern);
    if (!found) throw new Error(`the example said: ${said}`);
    return found.slice(1);
  };
  const waits = (what) => number(new RegExp(`^${what}: median ([\\d.]+) ms, p99 ([\\d.]+) ms`, "m")).join(" / ");
  const at_once = (what) => number(new RegExp(`${what}, 16 readers at once: (\\d+) pages a second, median ([\\d.]+) ms, p99 ([\\d.]+) ms`));
  const [pages, p50, p99] = at_once("list and map, all of them");
  const [first, before] = number(/first page: ([\d.]+) s; most memory so far (\d+) MB/);
  const [memory] = number(/most memory (\d+) MB/);
  const n = rows.toLocaleString("en");
  return [
    { what: `public list over ${n} requests, p50 / p99 in ms`, ours: waits("list"), aim: "p50 20" },
    { what: "… of a service, a place and a light", ours: waits("list of a service, a place, a light"), aim: "p50 20" },
    { what: "… map", ours: waits("map"), aim: "p50 20" },
    { what: "… map of a village with its marks", ours: waits("map of a village with its marks"), aim: "p50 20" },
    { what: "… lights over time", ours: waits("statistics") },
    { what: "… list and map, pages a second, 16 readers", ours: pages, aim: "500", note: `p50 ${p50} ms, p99 ${p99} ms` },
    { what: "… memory, highest, MB", ours: memory, note: `first page after ${first} s, ${before} MB by then, import included` },
  ];
}
