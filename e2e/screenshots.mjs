// Takes the pictures of the README: a demo of its own, a few pages, small PNG files in docs/images.
// usage: node screenshots.mjs PROGRAM    (BARAZA_E2E_DATA names a data folder to copy instead of making one)
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { close, visitor } from "./browser.mjs";
import { command, serve } from "./lib.mjs";

const images = join(import.meta.dirname, "../docs/images");
const work = mkdtempSync(join(tmpdir(), "baraza-screenshots-"));
const data = join(work, "data");
const person = { email: "screenshots@example.org", password: "correct horse battery staple" };

if (process.env.BARAZA_E2E_DATA) cpSync(process.env.BARAZA_E2E_DATA, data, { recursive: true });
else await command(["demo", "--data", data]);
await command(["user", "add", "--data", data, "--email", person.email, "--name", "Dewi Lestari", "--role", "admin", "--password-stdin"], { input: person.password });
const server = await serve(data);
mkdirSync(images, { recursive: true });

const page = await visitor(server.url, { person, width: 1100 });
const take = async (name, path, height = 900) => {
  if (path) await page.goto(path);
  await page.setViewportSize({ width: 1100, height });
  await page.screenshot({ path: join(images, `${name}.png`) });
  console.log(`docs/images/${name}.png of ${page.url().replace(server.url, "")}`);
};
const first = (selector) => page.locator(selector).first().getAttribute("href");

const json = async (path) => (await fetch(server.url + path)).json();
const { places } = await json("/api/v1/places?level=village&limit=1");
/** A picture of a number shows one: not an indicator whose top figure is withheld. */
const shown = async () => {
  for (const { code } of (await json("/indicators.json")).indicators) {
    const path = `/indicators/${encodeURIComponent(code)}`;
    const { observations, place } = await json(`${path}.json`);
    const own = observations.filter((one) => one.by === "" && one.place === place?.code);
    if (own.length && own.every((one) => one.status === "normal")) return path;
  }
  throw new Error("every indicator is withheld: take the pictures of a larger regency");
};
await take("home", "/");
await take("village", `/places/${places[0].code}`, 1300);
await take("indicator", await shown(), 1300);
await page.goto("/forms");
await page.goto(await first('main a[href^="/forms/"]'));
await page.waitForSelector("#ready", { state: "attached" });
await page.click('main form button[type="submit"]');
await page.waitForSelector("#questions");
await take("form");
await take("desk", "/desk");
await take("requests", "/requests", 1100);
await page.goto("/meetings");
await take("meeting", await first('main a[href^="/meetings/"]'), 1100);

await close();
await server.stop();
rmSync(work, { recursive: true, force: true });
