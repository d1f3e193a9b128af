// Journeys through a small sample regency in a real browser, and what every page is held to on the way.
// usage: node journeys.mjs PROGRAM    (BARAZA_E2E_DATA names a data folder to copy instead of making one)
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { barriers, close, invalid_html, sticking_out, visitor } from "./browser.mjs";
import { filing } from "./filing.mjs";
import { fill } from "./form.mjs";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "baraza-journeys-"));
const data = join(work, "data");
const password = "correct horse battery staple";
const admin = { email: "e2e-admin@example.org", password };
const enumerator = { email: "e2e-enumerator@example.org", password };
const facilitator = { email: "e2e-facilitator@example.org", password };
const operator = { email: "e2e-operator@example.org", password };
const provider = { email: "e2e-provider@example.org", password };
let server, village, under_way;

const json = async (path) => {
  const answer = await fetch(server.url + path, { headers: { Accept: "application/json" } });
  must(answer.ok, `${path} answered ${answer.status}`);
  return answer.json();
};
const hrefs = (page, within = "main") => page.$$eval(`${within} a[href]`, (links) => links.map((link) => link.getAttribute("href")));
const heading = async (page) => (await page.locator("h1").first().innerText()).trim();

test("the sample regency is made, and served", async () => {
  if (process.env.BARAZA_E2E_DATA) cpSync(process.env.BARAZA_E2E_DATA, data, { recursive: true });
  else await command(["demo", "--data", data, "--households", "120", "--seed", "7"]);
  await command(["user", "add", "--data", data, "--email", admin.email, "--name", "Ade Admin", "--role", "admin", "--password-stdin"], { input: password });
  server = await serve(data);
  const { places } = await json("/api/v1/places?level=village&limit=1");
  must(places.length === 1, "the regency has villages");
  village = places[0];
  under_way = (await json("/scorecards.json")).scorecards.find((one) => one.state === "gathering");
  must(under_way, "a round of score cards is under way");
  await server.stop();
  const host = under_way.facility.place, [district, regency] = [3, 2].map((levels) => host.split(".").slice(0, levels).join("."));
  const add = (person, name, role, ...more) =>
    command(["user", "add", "--data", data, "--email", person.email, "--name", name, "--role", role, ...more, "--password-stdin"], { input: password });
  await add(enumerator, "Eko Enumerator", `enumerator@${village.code}`);
  await add(facilitator, "Fajar Fasilitator", `facilitator@${district}`);
  await add(operator, "Oki Operator", `officer@${host}`, "--org", "pemdes");
  await add(provider, "Puji Penyedia", `officer@${regency}`, "--org", "dinas-pu");
  server = await serve(data);
});

test("a citizen finds a village, walks to a number and takes its table home", async () => {
  const page = await visitor(server.url);
  await page.goto("/");
  await page.fill("main input[type=search]", village.name);
  await page.keyboard.press("Enter");
  await page.click(`main a[href^="/places/${village.code}"]`);
  must((await heading(page)).includes(village.name), `the village's page says ${village.name}`);
  await page.locator('main a[href^="/indicators/"]').first().click();
  must(await page.locator("main table").count() > 0, "the number stands in a table");
  must(await page.locator("#how").count() === 1, "the page says how the number was made");
  const csv = (await hrefs(page)).find((href) => /\.csv(\?|$)/.test(href));
  must(csv, "the page offers its table as CSV");
  const answer = await fetch(new URL(csv, page.url()));
  const lines = (await answer.text()).trim().split("\n");
  must(answer.ok && lines.length > 1 && lines[0].includes("denominator"), `the CSV holds rows with numerator and denominator: ${lines[0]}`);
  await page.context().close();
});

test("the same page speaks Indonesian when asked, and keeps to it", async () => {
  const page = await visitor(server.url);
  await page.goto(`/places/${village.code}`);
  const english = await page.innerText("main h2");
  await page.click('header a[hreflang="id"]');
  must(await page.getAttribute("html", "lang") === "id", "the page says that it is Indonesian");
  must(await page.innerText("main h2") !== english, `"${english}" is still English`);
  await page.goto("/indicators");
  must(await page.getAttribute("html", "lang") === "id", "the next page is Indonesian too");
  await page.context().close();
});

test("a wrong password is refused in plain words, and nobody is signed in", async () => {
  const page = await visitor(server.url);
  await page.goto("/sign-in");
  await page.fill('main input[name="email"]', admin.email);
  await page.fill('main input[name="password"]', "not the password");
  await page.click('main button[type="submit"]');
  must(await page.locator(".govuk-error-summary").count() === 1, "the page says what is wrong");
  await page.goto("/desk");
  must(page.url().includes("/sign-in"), "the desk asks to sign in");
  await page.context().close();
});

for (const javascript of [false, true]) {
  test(`an enumerator files a household ${javascript ? "with" : "without"} JavaScript, and the number moves`, async () => {
    const sums = async () => {
      const { indicators = [] } = await listed();
      const all = await Promise.all(indicators.map(({ code }) => json(`/indicators/${encodeURIComponent(code)}.json`)));
      return new Map(all.map((one) => [one.code, one.observations.filter((o) => o.by === "").reduce((sum, o) => sum + (o.n ?? o.figures?.n ?? 0), 0)]));
    };
    const before = await sums();
    const page = await visitor(server.url, { person: enumerator, javascript });
    await page.goto("/forms");
    await page.locator('main a[href^="/forms/"]').first().click();
    const pages = await fill(page, village.name);
    must(pages > 2, `the form has pages (${pages})`);
    await eventually("a number counts one household more", async () => {
      const after = await sums();
      return [...after].some(([code, n]) => n > (before.get(code) ?? 0));
    }, 60_000);
    await page.context().close();
  });
}

async function listed() {
  const all = await json("/indicators.json");
  return Array.isArray(all) ? { indicators: all } : all;
}

const wide = { width: 1280, height: 900 }, narrow = { width: 320, height: 900 };

/** Steps of addresses that are rooms wherever they stand, and not names of what is shown. */
const rooms = new Set(["billboard", "cards", "courses", "follow", "gaps", "goals", "meetings", "notes", "plans", "support", "versions", "vintages", "year"]);

/** Walks every link from `starts` that lies `within`, a few pages of each kind, in two windows at once, and gives what is wrong with them. */
async function inspect(person, starts, within = /^\//, most_of_a_kind = 2) {
  const wrong = [], seen = new Set(), kinds = new Map(), open = [...starts];
  /** The next page to look at that is not one too many of its kind. */
  const next = () => {
    while (open.length) {
      const path = open.shift();
      if (seen.has(path)) continue;
      seen.add(path);
      if (/[?&]lang=(?!id)/.test(path)) continue;
      // One kind of page: codes and numbers aside. The desk has a kind of its own for each of its rooms, but not for each dataset in them.
      const n_words = path.startsWith("/desk/") ? 5 : 2, of_datasets = /^\/desk\/(data|agenda|series|contributions)\//.test(path);
      const is_name = (step, at) => !rooms.has(step) && (at >= n_words || (of_datasets && at === 3) || /\d/.test(step));
      const kind = path.split("?")[0].split("/").map((step, at) => (is_name(step, at) ? "*" : step)).join("/") + (path.includes("?") ? "?" : "");
      const n = kinds.get(kind) ?? 0;
      if (n >= most_of_a_kind) continue;
      kinds.set(kind, n + 1);
      return { path, is_first: n === 0 };
    }
  };
  /** What is wrong with one page; its links are put behind those that wait. */
  const look = async (page, { path, is_first }) => {
    await page.setViewportSize(wide);
    const answer = await page.goto(path).catch((error) => {
      if (!error.message.includes("Download is starting")) throw error;
    });
    if (!answer || !(answer.headers()["content-type"] ?? "").startsWith("text/html")) return;
    const faults = [];
    if (answer.status() !== 200) faults.push(`answered ${answer.status()}`);
    if (!(await page.title())) faults.push("has no title");
    faults.push(...(await invalid_html(await answer.text())), ...(await barriers(page)), ...(await sticking_out(page)));
    const origin = new URL(server.url).origin;
    for (const href of await hrefs(page, "body")) {
      const to = new URL(href, page.url());
      const is_file = /\.(?:json|csv|geojson|parquet|xlsx|jsonl|xml|toml|pdf|atom)$/.test(to.pathname) || to.pathname.startsWith("/assets/");
      if (to.origin === origin && !is_file && within.test(to.pathname)) open.push(to.pathname + to.search);
    }
    await page.setViewportSize(narrow);
    // The first of a kind is opened anew, as a telephone does; what is found of the others is a matter of their content's width.
    if (is_first) await page.goto(path);
    faults.push(...(await sticking_out(page)));
    if (is_first) faults.push(...(await barriers(page)).map((fault) => `at 320 px: ${fault}`));
    wrong.push(...faults.map((fault) => `${path}: ${fault}`));
  };
  // A window that finds nothing to do waits for the links that another is about to find.
  let busy = 0;
  const walk = async () => {
    const page = await visitor(server.url, { person });
    for (;;) {
      const one = next();
      if (one) {
        busy += 1;
        await look(page, one).finally(() => (busy -= 1));
      } else if (busy === 0) break;
      else await new Promise((later) => setTimeout(later, 50));
    }
    await page.context().close();
  };
  await Promise.all([walk(), walk()]);
  // One line for each fault, with the first page that has it.
  const first = new Map();
  for (const line of wrong) {
    const [path, ...fault] = line.split(": ");
    const known = first.get(fault.join(": ")) ?? { path, n: 0 };
    first.set(fault.join(": "), { ...known, n: known.n + 1 });
  }
  console.log(`        ${[...kinds.values()].reduce((sum, n) => sum + n, 0)} pages of ${kinds.size} kinds`);
  return [...first].map(([fault, { path, n }]) => `${path}${n > 1 ? ` and ${n - 1} more` : ""}: ${fault}`);
}

test("every public page is accessible, valid, and fits 320 px", async () => {
  const wrong = await inspect(undefined, ["/", `/places/${village.code}`, "/sign-in", "/indicators", "/embed/dashboards/ranumaya", "/embed/indicators/8.6.1/bar",
    "/scorecards", "/facilities/puskesmas", "/facilities/sd-negeri-1", "/facilitators", `/villages/${village.code}`, "/proposals", "/proposals/new", "/goals", "/asks", "/hotspots"]);
  must(wrong.length === 0, `${wrong.length} faults\n${wrong.slice(0, 40).join("\n")}`);
});

test("every page of the staff is accessible, valid, and fits 320 px", async () => {
  const wrong = await inspect(admin, ["/desk", "/account", "/forms"]);
  must(wrong.length === 0, `${wrong.length} faults\n${wrong.slice(0, 40).join("\n")}`);
});

test("a facilitator who is new signs both texts and opens the meeting screen of a round that is under way", async () => {
  const page = await visitor(server.url, { person: facilitator });
  for (let papers = 0; papers < 3; papers += 1) {
    await page.goto("/desk/facilitators/me");
    const paper = page.locator("form:has(button[value=sign])").first();
    if (!(await paper.count())) break;
    for (const box of await paper.locator("input[type=checkbox]").all()) await box.check();
    await paper.locator("button[value=sign]").click();
  }
  await page.goto(`/desk/scorecards/${under_way.round}/hall`);
  await page.waitForSelector('#hall a[href^="#/s/"]');
  must((await heading(page)) === under_way.facility.name, "the screen says which facility it is about");
  await page.context().close();
});

for (const [who, person] of [["a facilitator", facilitator], ["a village's operator", operator], ["a provider", provider]]) {
  test(`every page of ${who} about villages and score cards is accessible, valid, and fits 320 px`, async () => {
    const rooms = ["scorecards", "facilitators", "listening", "villages", "billboards", "proposals", "goals", "asks", "radio"];
    const wrong = await inspect(person, ["/desk"], new RegExp(`^/desk/(${rooms.join("|")})(/|$)`));
    must(wrong.length === 0, `${wrong.length} faults\n${wrong.slice(0, 40).join("\n")}`);
  });
}

filing(() => server);

test("a page that does not exist says so, with a way on", async () => {
  const page = await visitor(server.url);
  const answer = await page.goto("/places/99.99.99");
  must(answer.status() === 404, `answered ${answer.status()}`);
  const faults = [...(await barriers(page)), ...(await invalid_html(await answer.text()))];
  must(faults.length === 0, faults.join("\n"));
  must((await hrefs(page, "body")).includes("/"), "there is a link home");
  await page.context().close();
});

test("the server stops when asked, and its log holds no name, no e-mail and no answer", async () => {
  const code = await server.stop();
  must(code === 0, `ended with ${code}`);
  const leaked = server.said.filter((line) => /Eko Enumerator|Fajar Fasilitator|Oki Operator|Puji Penyedia|example\.org|Sari Wulandari/.test(line));
  must(leaked.length === 0, `the log tells: ${leaked[0]}`);
  server = undefined;
});

await run(async () => {
  await close();
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
});
