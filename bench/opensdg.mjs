// A whole site of Open SDG, Kazakhstan's 274 files: from an empty data folder to published pages, and again without a change.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { median, spread } from "./bench.mjs";

const rounds = 3;
const site = join(resolve(process.env.BARAZA_REAL_DATA ?? join(import.meta.dirname, "../../shared/data")), "06-sdg/open-sdg-kazakhstan.tar.gz");

export async function opensdg(place) {
  if (!existsSync(site)) return [{ what: "Open SDG site of Kazakhstan", ours: "", note: `left out: ${site} is absent, set BARAZA_REAL_DATA` }];
  const take_in = async (data) => {
    const began = performance.now();
    const said = await place.command(["indicator", "import-opensdg", site, "--country", "KAZ", "--name", "Kazakhstan", "--data", data, "--json"]);
    return { s: (performance.now() - began) / 1000, taken: JSON.parse(said).taken };
  };
  const first = [], again = [];
  let taken, shown;
  for (let round = 0; round < rounds; round += 1) {
    const data = place.empty("opensdg");
    const one = await take_in(data);
    taken = one.taken;
    first.push(one.s);
    const server = await place.serve(data);
    try {
      const began = performance.now();
      const page = await fetch(`${server.url}/indicators/kaz.8.6.1?place=KAZ`);
      if (page.status !== 200 || !(await page.text()).includes("Kazakhstan")) throw new Error(`the page of kaz.8.6.1 says ${page.status}`);
      shown = performance.now() - began;
    } finally {
      await server.stop();
    }
    const two = await take_in(data);
    if (two.taken.n_changed !== 0) throw new Error(`${two.taken.n_changed} numbers changed when nothing did`);
    again.push(two.s);
  }
  const n = (number) => number.toLocaleString("en");
  return [
    { what: "Open SDG site of Kazakhstan, 274 files, imported and published, s", ours: `${median(first).toFixed(2)} (${spread(first)})`, aim: "2",
      note: `${n(taken.n_indicators)} indicators, ${n(taken.n_numbers)} numbers; the first page then takes ${shown.toFixed(0)} ms; Open SDG's builder takes 100 s for Armenia's 309 files` },
    { what: "… again without a change, s", ours: `${median(again).toFixed(2)} (${spread(again)})` },
  ];
}
