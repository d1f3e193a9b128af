// Features as programs with maps read them: GDAL's OGC API driver, which QGIS uses, against the built program.
// usage: node maps.mjs PROGRAM
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, must, run, serve, test } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "baraza-maps-"));
const data = join(work, "data");
const n_pumps = 2_345;

function has_gdal() {
  try {
    return execFileSync("ogrinfo", ["--version"], { encoding: "utf8" });
  } catch {
    return null;
  }
}

if (!has_gdal()) {
  console.log("GDAL is not installed (scripts/install.sh test does it)");
  console.log("0 passed, 0 failed, 1 skipped");
  rmSync(work, { recursive: true });
  process.exit(0);
}

const square = (west, south) => ({ type: "Polygon", coordinates: [[[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]] });
writeFileSync(join(work, "places.geojson"), JSON.stringify({ type: "FeatureCollection", features: [
  { type: "Feature", properties: { code: "35", name: "Province", level: "province" }, geometry: null },
  { type: "Feature", properties: { code: "35.22", name: "Regency", level: "regency", parent: "35" }, geometry: square(111.8, -7.2) },
  { type: "Feature", properties: { code: "35.23", name: "Next", level: "regency", parent: "35" }, geometry: square(111.9, -7.2) },
] }));
// One pump in ten is nowhere; the others stand on a grid.
const pumps = Array.from({ length: n_pumps }, (_, n) => [n, n % 3 ? "hand" : "motor", `2024-${String(n % 12 + 1).padStart(2, "0")}-15`,
  ...(n % 10 ? [(-7.2 + (n % 50) / 500).toFixed(4), (111.8 + (n % 40) / 400).toFixed(4)] : ["", ""])]);
writeFileSync(join(work, "pumps.csv"), ["number,kind,seen,lat,lon", ...pumps.map((row) => row.join(","))].join("\n"));
await command(["place", "import", "--data", data, join(work, "places.geojson"), "--code-field", "code", "--name-field", "name", "--level-field", "level", "--parent-field", "parent"]);
await command(["dataset", "import", join(work, "pumps.csv"), "--data", data, "--slug", "pumps", "--title", "Pumps", "--open"]);
const server = await serve(data);

/** What ogrinfo tells of a layer, narrowed by its own options. */
const told = (layer, ...options) => execFileSync("ogrinfo", ["-ro", "-so", ...options, `OAPIF:${server.url}/ogc`, layer], { encoding: "utf8" });

test("GDAL lists places and the open table as layers with their extents", () => {
  const list = execFileSync("ogrinfo", ["-ro", `OAPIF:${server.url}/ogc`], { encoding: "utf8" });
  for (const layer of ["places", "pumps.data"]) must(list.includes(layer), `no ${layer} in\n${list}`);
  must(/Extent: \(111\.8/.test(told("pumps.data")), "the extent is not told");
});

test("GDAL reads every feature over many pages, with fields of the right types", () => {
  const file = join(work, "pumps.geojson");
  execFileSync("ogr2ogr", ["-f", "GeoJSON", file, `OAPIF:${server.url}/ogc`, "pumps.data", "-oo", "PAGE_SIZE=500"]);
  const { features } = JSON.parse(readFileSync(file, "utf8"));
  must(features.length === n_pumps, `${features.length} features instead of ${n_pumps}`);
  const numbers = new Set(features.map((feature) => feature.properties.number));
  must(numbers.size === n_pumps, "a pump came twice");
  const one = features.find((feature) => feature.properties.number === 41);
  must(JSON.stringify(one.geometry.coordinates) === JSON.stringify([111.8025, -7.118]), JSON.stringify(one));
  must(features.find((feature) => feature.properties.number === 40).geometry === null, "a pump without a position has one");
});

test("GDAL narrows by a box, on the server", () => {
  const [west, south, east, north] = [111.8, -7.2, 111.82, -7.15];
  const wanted = pumps.filter(([, , , lat, lon]) => lat !== "" && lon >= west && lon <= east && lat >= south && lat <= north).length;
  const found = told("pumps.data", "-spat", west, south, east, north).match(/Feature Count: (\d+)/)?.[1];
  must(Number(found) === wanted, `${found} instead of ${wanted}`);
});

test("GDAL reads the boundaries of places", () => {
  const file = join(work, "read.geojson");
  execFileSync("ogr2ogr", ["-f", "GeoJSON", file, `OAPIF:${server.url}/ogc`, "places"]);
  const { features } = JSON.parse(readFileSync(file, "utf8"));
  const regency = features.find((feature) => feature.properties.code === "35.22");
  must(regency?.geometry?.type === "Polygon", JSON.stringify(features).slice(0, 500));
  must(regency.properties.parent === "35", "the parent is not told");
});

await run(async () => {
  await server.stop();
  rmSync(work, { recursive: true, force: true });
});
