// Score cards: 1,000 rounds of 8 criteria by 6 groups as pages of their trend, the billboards of 430 villages, and the meeting screen on a slow phone.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { median, spread, tell } from "./bench.mjs";
import { slow } from "./offline.mjs";
import { phone, sign_in } from "./phone.mjs";

const ROUNDS = 5;
const POSTERS = 5;
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const password = "correct horse battery staple";

/** The value at a share of what was measured, in ms. */
const at = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);

/** Asks for each path once, one after the other, of a server that was asked for nothing yet. */
async function first_asked(server, paths) {
  const times = [];
  for (const path of paths) {
    const began = performance.now();
    const answer = await fetch(server.url + path);
    await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    times.push(performance.now() - began);
  }
  return times;
}

/** Asks for paths again and again, compressed as for a browser. */
async function ask(server, lists, askers, s = seconds) {
  const said = await tell("wrk", ["-t1", `-c${askers}`, `-d${s}s`, "-H", "Accept-Encoding: gzip", "-s", join(import.meta.dirname, "tables.lua"), server.url],
    { env: { ...process.env, PATHS: lists } });
  const found = said.match(/RESULT ([\d.]+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+)/);
  if (!found) throw new Error(said);
  const [rate, refused, p50, p99, p95] = found.slice(1).map(Number);
  if (refused) throw new Error(`${refused} answers were not 200\n${said}`);
  return { p50, times: [p50, p95, p99].map((ms) => ms.toFixed(1)).join(" / "), rate };
}

/** The pages of facilities with their trends: each for the first time, then over and over. */
async function trends(place, server, n_rounds, n_facilities) {
  const paths = Array.from({ length: n_facilities }, (_, n) => `/facilities/clinic-${n}`);
  const first = await first_asked(server, paths);
  const lists = join(place.folder, "scorecards-paths.txt");
  writeFileSync(lists, `${paths.join("\n")}\n`);
  await ask(server, lists, 2, 2);
  const what = `trend of a facility, ${n_rounds} rounds × 8 criteria × 6 groups over ${n_facilities}`;
  const rows = [{
    what: `${what}, asked for the first time, p50 / p95 / p99 in ms`, ours: [0.5, 0.95, 0.99].map((share) => at(first, share)).join(" / "), aim: "p50 20",
  }];
  for (const askers of [1, 8]) {
    const { p50, times, rate } = await ask(server, lists, askers);
    rows.push({ what: `… ${askers === 1 ? "one asker" : `${askers} askers`}, p50 / p95 / p99 in ms`, ours: times, aim: askers === 1 ? "p50 20" : "", note: `${rate} a second, gzip` });
    if (askers === 1 && p50 > 20) process.exitCode = 1;
  }
  return rows;
}

/** The billboard of one village by the command, and by its page; then those of all villages in one document. */
async function posters(place, data, village, n_villages) {
  const out = join(place.folder, "billboards.pdf");
  const print = async (args) => {
    const began = performance.now();
    await place.command(["billboard", "--data", data, "--out", out, ...args]);
    return (performance.now() - began) / 1000;
  };
  const one = [];
  for (let round = 0; round < POSTERS; round += 1) one.push(await print(["--place", village]));
  const all = await print([]);
  const MB = (statSync(out).size / 1e6).toFixed(1);
  if (median(one) > 2 || all > 180) process.exitCode = 1;
  return [
    { what: "billboard of one village by the command, s", ours: `${median(one).toFixed(2)} (${spread(one)})`, aim: "2", note: "starting the program counts" },
    { what: `billboards of ${n_villages} villages in one PDF, s`, ours: all.toFixed(1), aim: "180", note: `${MB} MB` },
  ];
}

/**
 * Opens the meeting screen on a slow phone and gives the seconds until a session can be pressed, and the bytes that went over the wire until
 * then.
 */
async function opens(page, hall) {
  const session = await slow(page);
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.addInitScript(() => {
    const look = () => {
      const session = document.querySelector('#hall a[href^="#/s/"]');
      if (!session?.getClientRects().length) return requestAnimationFrame(look);
      // A frame begins once the page is laid out; what comes after it has been handed over for painting.
      setTimeout(() => {
        if (window.usable) return;
        window.usable = performance.now() / 1000;
        console.log("usable");
      });
    };
    requestAnimationFrame(look);
  });
  const shown = page.waitForEvent("console", { predicate: (message) => message.text() === "usable", timeout: 60_000 });
  await page.goto(hall, { waitUntil: "commit" });
  await shown;
  return { usable: await page.evaluate(() => window.usable), kB: bytes / 1000 };
}

/** The meeting screen of a round with six groups: the first time on a phone, and when the phone keeps it. */
async function screens(server, hall, email) {
  const first = [], again = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const folder = mkdtempSync(join(tmpdir(), "baraza-hall-"));
    const context = await phone(server.url, folder);
    try {
      let page = context.pages()[0];
      await sign_in(page, { email, password });
      // What signing in brought along is not there on the first visit.
      const session = await context.newCDPSession(page);
      await session.send("Network.clearBrowserCache");
      await page.close();
      page = await context.newPage();
      first.push(await opens(page, hall));
      await page.waitForSelector("#hall[data-kept]", { state: "attached", timeout: 60_000 });
      await page.waitForFunction(async () => !!(await (await caches.open("baraza-hall-1")).match("/scorecards/hall")), undefined, { timeout: 60_000 });
      await page.close();
      again.push(await opens(await context.newPage(), hall));
    } finally {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const times = (all) => all.map((one) => one.usable);
  const row = (what, all, more = {}) => ({ what, ours: `${median(times(all)).toFixed(2)} (${spread(times(all))})`, aim: "1.5", note: "400 kbit/s, 400 ms, CPU ÷ 4", ...more });
  const kB = median(first.map((one) => one.kB));
  if (median(times(first)) > 1.5 || median(times(again)) > 1.5 || kB > 100) process.exitCode = 1;
  return [
    row("meeting screen on a slow phone, first visit: usable, s", first),
    { what: "… over the wire until then, kB compressed", ours: kB.toFixed(1), aim: "100", note: "page, style, script and the round" },
    row("… later visits: usable, s", again, { note: "kept by the phone" }),
  ];
}

export async function scorecards(place) {
  const data = place.empty("scorecards");
  const began = performance.now();
  const said = await tell(join(dirname(place.program), "examples/scorecards"), [data, password]);
  const filled = (performance.now() - began) / 1000;
  const found = said.match(/(\d+) rounds of (\d+) facilities, (\d+) villages, one of them (\S+), hall (\S+) of (\S+)/);
  if (!found) throw new Error(said);
  const [n_rounds, n_facilities, n_villages] = found.slice(1, 4).map(Number);
  const [village, hall, email] = found.slice(4);
  const rows = [{ what: `${n_rounds} rounds and ${n_villages} villages taken in by their front doors, s`, ours: filled.toFixed(0) }];
  rows.push(...(await posters(place, data, village, n_villages)));
  const server = await place.serve(data);
  try {
    rows.push(...(await trends(place, server, n_rounds, n_facilities)));
    rows.push(...(await screens(server, hall, email)));
    rows.push({ what: "… memory of the server, highest, MB", ours: place.rss_mb(server.pid, "VmHWM") });
  } finally {
    await server.stop();
  }
  return rows;
}
