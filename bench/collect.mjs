// Submissions out (CSV, archives, OData, GeoJSON) and into tables, in process through the product's own router; and filing with large
// attachments over 16 connections. The peer's figures were recorded earlier on this kind of machine (README of the shared folder, section 4).
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { median, spread, tell } from "./bench.mjs";

const rows = Number(process.env.BENCH_SUBMISSIONS ?? 1_000_000);
const exported = 27_912;
const runs = 5, seconds = 10;

export async function collect(place) {
  const households = place.made("households-20000.csv", "gen_persons.py",
    (path) => ["--persons", "20000", "--out", join(place.folder, "persons-20000.csv"), "--households", path]);
  const bodies = place.made("submissions.nul", "gen_submissions.py", (path) => [households, join(place.folder, "persons-20000.csv"), "2000", path]);
  execFileSync(place.python, [join(place.shared, "gen_xlsforms.py"), place.folder]);
  const workbook = join(place.folder, "household.xlsx");
  return [...(await tables(place, workbook, bodies)), ...(await attachments(place, workbook, bodies))];
}

/** Exports of the peer's number of households, and a million put into tables. */
async function tables(place, workbook, bodies) {
  const said = await tell(join(dirname(place.program), "examples/collect"), [workbook, bodies, String(rows), String(exported)], { cwd: place.folder });
  const number = (pattern) => {
    const found = said.match(pattern);
    if (!found) throw new Error(`the example said: ${said}`);
    return found.slice(1).map(Number);
  };
  const whole = (what, name, peer, aim) => {
    const [median, least, most, first, megabytes, before, highest] = number(new RegExp(
      `^${what}: ([\\d.]+) s \\(([\\d.]+)-([\\d.]+)\\), first byte ([\\d.]+) s, ([\\d.]+) MB; memory before (\\d+) MB, highest (\\d+) MB`, "m"));
    return {
      what: name, ours: `${median.toFixed(2)} s (${least.toFixed(2)}–${most.toFixed(2)})`, peer: peer ? `ODK Central ${peer} s *` : "",
      ratio: peer ? `${(peer / median).toFixed(0)}× faster` : "", aim,
      note: `${megabytes} MB, first byte ${first} s, memory ${before} → ${highest} MB at most`,
    };
  };
  const page = (what, name, peer, aim) => {
    const [median, highest] = number(new RegExp(`^${what}: median ([\\d.]+) ms, highest ([\\d.]+) ms`, "m"));
    return { what: name, ours: `${median} ms`, peer: peer ? `ODK Central ${peer} ms *` : "", ratio: peer ? `${(peer / median).toFixed(0)}× faster` : "", aim, note: `highest ${highest} ms` };
  };
  const n = exported.toLocaleString("en");
  const result = [
    whole("CSV zip", `CSV zip of ${n} submissions with their members`, 13.4, "0.67 s"),
    whole("CSV", "… CSV of what was filed", 4.16),
    whole("OData root", "… OData, all of what was filed", 6.28),
    whole("OData members", "… OData, all members", 8.8),
    whole("OData expand", "… OData with $expand=*, all", 9.11, "0.45 s"),
    whole("GeoJSON", "… GeoJSON"),
    page("page of 250", "… OData page of 250", 178, "10 ms"),
    page("page of 250 after 10000", "… after 10,000", 270, "10 ms"),
    page("page of 250 at the end", "… the last one, with $count"),
  ];
  if (rows) {
    const [, took, before, highest] = number(/tabulated (\d+) in ([\d.]+) s; memory before (\d+) MB, highest ever (\d+) MB/);
    result.push({
      what: `${rows.toLocaleString("en")} submissions into tables from scratch`, ours: `${took.toFixed(0)} s`, aim: "300 s",
      note: `memory ${before} → ${highest} MB at most; * recorded earlier, not run again`,
    });
  }
  return result;
}

/** Submissions of 2.4 kB with a photograph of 300 kB each. */
async function attachments(place, workbook, bodies) {
  const photo = join(place.folder, "photo.jpg"), script = join(place.folder, "photos.lua");
  writeFileSync(photo, Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(300_000)]));
  writeFileSync(script, lua);
  const data = place.empty("photos");
  await place.command(["user", "add", "--data", data, "--email", "bench@example.org", "--name", "Bench", "--role", "admin", "--password-stdin"],
    { input: "correct horse battery staple\n" });
  const token = await place.command(["token", "create", "--data", data, "--email", "bench@example.org"]);
  const printed = await place.command(["form", "publish", "--data", data, workbook, "--project", "Bench"]);
  const project = printed.match(/\d+/)[0];
  const server = await place.serve(data);
  const rates = [], p99 = [];
  try {
    for (let run = 0; run <= runs; run += 1) {
      const said = await tell("wrk", ["-t2", "-c16", `-d${run ? seconds : 3}s`, "--latency", "-s", script,
        `${server.url}/v1/key/${token}/projects/${project}/submission`], { env: { ...process.env, SUBMISSIONS: bodies, PHOTO: photo } });
      const found = said.match(/RESULT ([\d.]+) bad (\d+) p99 ([\d.]+)/);
      if (!found) throw new Error(`wrk said: ${said}`);
      if (Number(found[2])) throw new Error(`${found[2]} submissions were not answered with 201`);
      if (!run) continue;
      rates.push(Number(found[1]));
      p99.push(Number(found[3]));
    }
    return [{
      what: "submissions with 300 kB attachments a second, 16 connections", ours: `${median(rates).toFixed(0)} (${spread(rates, 0)})`, aim: "100",
      note: `p99 ${median(p99).toFixed(0)} ms; memory, highest, ${place.rss_mb(server.pid, "VmHWM")} MB`,
    }];
  } finally {
    await server.stop();
  }
}

// Every photograph differs in its first bytes, so that none is stored twice.
const lua = `
local docs, photo = {}, nil
local f = io.open(os.getenv("SUBMISSIONS")); local all = f:read("*a"); f:close()
for d in string.gmatch(all, "[^%z]+") do docs[#docs + 1] = d end
f = io.open(os.getenv("PHOTO"), "rb"); photo = f:read("*a"); f:close()
local threads, id, n, base = {}, 0, 0, os.time() % 0xffffff
local B = "----barazaphotos7f3a"
function setup(t) table.insert(threads, t); t:set("number", #threads) end
function init() id = number; math.randomseed(base + id); bad = 0 end
function request()
  n = n + 1
  local u = string.format("%06x%02x-%04x-4%03x-a%03x-%06x%06x", base, id, math.floor(n / 65536) % 65536, n % 4096, id, n, math.random(0, 0xffffff))
  local x = string.gsub(docs[(n * 7 + id) % #docs + 1], "@@UUID@@", u, 1)
  local part = "\\r\\nContent-Disposition: form-data; name=\\""
  local body = "--" .. B .. part .. "xml_submission_file\\"; filename=\\"s.xml\\"\\r\\nContent-Type: text/xml\\r\\n\\r\\n" .. x ..
    "\\r\\n--" .. B .. part .. u .. ".jpg\\"; filename=\\"" .. u .. ".jpg\\"\\r\\nContent-Type: image/jpeg\\r\\n\\r\\n" .. u .. photo .. "\\r\\n--" .. B .. "--\\r\\n"
  return wrk.format("POST", nil, { ["Content-Type"] = "multipart/form-data; boundary=" .. B, ["X-OpenRosa-Version"] = "1.0" }, body)
end
function response(status) if status ~= 201 then bad = bad + 1 end end
function done(s, l)
  local wrong = s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout
  for _, t in ipairs(threads) do wrong = wrong + t:get("bad") end
  print(string.format("RESULT %.1f bad %d p99 %.2f", s.requests / (s.duration / 1e6), wrong, l:percentile(99) / 1e3))
end
`;
