// The catalogue with 100,000 datasets: search on its page and by CKAN's clients, one change, the whole of it streamed; in process through the product's own router.
import { dirname, join } from "node:path";
import { tell } from "./bench.mjs";

const datasets = Number(process.env.BENCH_DATASETS ?? 100_000);

export async function catalogue(place) {
  const said = await tell(join(dirname(place.program), "examples/catalogue"), [String(datasets)], { cwd: place.folder });
  const number = (pattern) => {
    const found = said.match(pattern);
    if (!found) throw new Error(`the example said: ${said}`);
    return found.slice(1);
  };
  const waits = (what) => number(new RegExp(`^${what}: median ([\\d.]+) ms, p99 ([\\d.]+) ms`, "m")).join(" / ");
  const [first, index] = number(/first answer: ([\d.]+) s; index (\d+) MB/);
  const [seconds, size, , more] = number(/whole catalogue: ([\d.]+) s, (\d+) MB in pieces of (\d+) kB at most; memory (\d+) MB more/);
  const [memory] = number(/most memory (\d+) MB/);
  const n = datasets.toLocaleString("en");
  return [
    { what: `search on the page over ${n} datasets, p50 / p99 in ms`, ours: waits("page"), aim: "p50 20" },
    { what: "… package_search", ours: waits("package_search"), aim: "p50 20" },
    { what: "… suggestions", ours: waits("suggestions") },
    { what: "… after one change", ours: waits("after a change"), note: `read and indexed in whole: ${first} s, ${index} MB` },
    { what: "… DCAT catalogue, all of it, s", ours: seconds, note: `${size} MB, ${more} MB of memory more while it is streamed` },
    { what: "… memory, highest, MB", ours: memory },
  ];
}
