// Journeys through a small sample regency in a real browser, and what every page is held to on the way.
// usage: node journeys.mjs PROGRAM    (BARAZA_E2E_DATA names a data folder to copy instead of making one)
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { barriers, close, invalid_html, sticking_out, visitor } from "./browser.mjs";
import { fill_form } from "./form.mjs";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "baraza-journeys-"));
const data = join(work, "data");
const password = "correct horse battery staple";
const admin = { email: "e2e-admin@example.org", password };
const enumerator = { email: "e2e-enumerator@example.org", password };
const households = 120;
let server, village, indicator, form;

const main_links = (page) => page.$$eval("main a[href]", (links) => links.map((link) => link.getAttribute("href")));
const json = async (path) => {
  const answer = await fetch(server.url + path, { headers: { Accept: "application/json" } });
  must(answer.ok, `${path} answered ${answer.status}`);
  return answer.json();
};

test("the sample regency is made and served", async () => {
  if (process.env.BARAZA_E2E_DATA) cpSync(process.env.BARAZA_E2E_DATA, data, { recursive: true });
  else await command(["demo", "--data", data, "--households", String(households), "--seed", "7"]);
  await command(["user", "add", "--data", data, "--email", admin.email, "--name", "Ade Admin", "--role", "admin", "--password-stdin"], { input: password });
  server = await serve(data);
});

test("a citizen walks from home to a village, to a number, and takes its table home", async () => {
  const page = await visitor(server.url);
  await page.goto("/");
  must(await page.locator("h1").count() === 1, "home has one main heading");
  await page.click('main a[href^="/places/"]');
  // Down to a place that has no places within it but its household groups.
  for (let level = 0; level < 4; level += 1) {
    const here = new URL(page.url()).pathname;
    const child = (await main_links(page)).find((link) => link.startsWith(`${here}.`) && !/\.(?:json|csv|geojson|pdf)$/.test(link));
    if (!child) break;
    village = decodeURIComponent(child.split("/").pop().split("?")[0]);
    await page.goto(child);
  }
  must(village, "no village can be reached from home");
  await page.click('main a[href^="/indicators/"]');
  indicator = decodeURIComponent(new URL(page.url()).pathname.split("/")[2]);
  must(await page.locator("main table").count() > 0, "the indicator page has a table");
  const csv = await page.locator('main a[href*=".csv"]').first().getAttribute("href");
  const [download] = await Promise.all([page.waitForEvent("download").catch(() => null), page.evaluate((href) => { location.href = href; }, csv)]);
  const text = download ? await (await download.createReadStream()).reduce?.((all, part) => all + part, "") : await (await fetch(new URL(csv, server.url))).text();
  must(text.trim().split("\n").length > 2, `the download has rows: ${text.slice(0, 200)}`);
  await page.context().close();
});

await run(async () => {
  await close();
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
});
