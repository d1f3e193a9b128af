// Numbers from their definition to a page of another site, in a real browser and mostly without JavaScript: written, checked and approved;
// entered by hand and signed; composed into a dashboard, printed and embedded; measured by a sensor that then falls silent.
// usage: node indicators.mjs PROGRAM    (BARAZA_E2E_DATA names a data folder of `baraza demo` to copy instead of making one)
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { barriers, browser, close, invalid_html, sticking_out, visitor } from "./browser.mjs";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "baraza-indicators-"));
const data = join(work, "data");
const password = "tujuh gajah terbang";
const regency = "99.01";
const people = {
  analyst: ["Ani Analis", `steward@${regency}`],
  steward: ["Budi Walidata", `steward@${regency}`],
  leader: ["Cici Sekda", `leader@${regency}`],
  head: ["Dewi Kepala", `officer@${regency}`, "dinkes"],
};
/** The shipped template of numbers that are entered by hand, with a sheet for each district. */
const weighed = readFileSync(new URL("../data/indicator-templates/entered.toml", import.meta.url), "utf8")
  .replace('level = "village"', 'level = "village"\nsheet = "district"');
let server, feed_address;

const person = (role) => ({ email: `${role}@example.go.id`, password });
const window_of = (role) => visitor(server.url, { person: person(role), javascript: false });
const text_of = (page) => page.innerText("main");
const act = (page, word) => page.locator(`main button[name="act"][value="${word}"]`).first().click();
const refused = async (page) => ((await page.locator(".govuk-error-summary").count()) ? await page.innerText(".govuk-error-summary") : "");

/** What every page on the way is held to, wide and narrow: valid, no barriers, nothing sticks out. */
async function inspect(page) {
  const html = await (await page.request.get(page.url())).text();
  const faults = await invalid_html(html);
  for (const width of [1280, 320]) {
    // axe is a script: it looks at a twin of the window, with the same cookies and with JavaScript.
    const context = await browser.newContext({ storageState: await page.context().storageState(), viewport: { width, height: 900 }, reducedMotion: "reduce" });
    const twin = await context.newPage();
    await twin.goto(page.url());
    faults.push(...[...(await barriers(twin)), ...(await sticking_out(twin))].map((fault) => `at ${width} px: ${fault}`));
    await context.close();
  }
  must(faults.length === 0, `${page.url()}\n${faults.join("\n")}`);
}

test("the sample regency is made, with four people and a number that an office enters by hand", async () => {
  if (process.env.BARAZA_E2E_DATA) cpSync(process.env.BARAZA_E2E_DATA, data, { recursive: true });
  else await command(["demo", "--data", data, "--households", "60", "--seed", "7"]);
  for (const [role, [name, grant, office]] of Object.entries(people)) {
    const account = ["--email", `${role}@example.go.id`, "--name", name, "--role", grant, ...(office ? ["--org", office] : [])];
    await command(["user", "add", "--data", data, ...account, "--password-stdin"], { input: password });
  }
  writeFileSync(join(work, "weighed.toml"), weighed);
  await command(["indicator", "load", join(work, "weighed.toml"), "--data", data]);
  server = await serve(data);
});

test("an analyst writes a definition from a template, tries it and hands it in", async () => {
  const page = await window_of("analyst");
  await page.goto("/desk/indicators");
  await inspect(page);
  await page.click('main a[href="/desk/indicators/new?template=share"]');
  await inspect(page);
  const text = await page.inputValue('textarea[name="text"]');
  must(text.includes('code = "clean-fuel"'), `the template is there: ${text.slice(0, 200)}`);
  await page.fill('textarea[name="text"]', text.replace(/^universe = .*$/m, 'universe = "household.consent'));
  await page.locator('main form[action="/desk/indicators/new"] button[type="submit"]').click();
  await act(page, "try");
  must((await page.locator(".govuk-warning-text").count()) === 1, `the page says what is wrong with it: ${await text_of(page)}`);
  await inspect(page);
  await page.fill('textarea[name="text"]', text);
  await act(page, "try");
  must(await page.locator("main table").count() > 0, `it was tried on the tables: ${await text_of(page)}`);
  await inspect(page);
  await act(page, "submit");
  must((await refused(page)) !== "", "why it changes is to be said");
  await page.fill('input[name="why"]', "Fuel is asked for by the health office");
  await act(page, "submit");
  must((await refused(page)) === "", await refused(page));
  must((await page.locator('button[value="check"]').count()) === 0, "nobody checks their own");
  await page.context().close();
});

test("a steward checks it, a leader approves it, and then its number is public", async () => {
  must((await fetch(`${server.url}/indicators/clean-fuel`)).status === 404, "nobody sees it before");
  for (const [role, word] of [["steward", "check"], ["leader", "approve"]]) {
    const page = await window_of(role);
    await page.goto("/desk/indicators");
    await page.locator('main a[href^="/desk/indicators/"]', { hasText: "clean fuel" }).first().click();
    await inspect(page);
    await act(page, word);
    must((await refused(page)) === "", await refused(page));
    await page.context().close();
  }
  await eventually("the number is public", async () => {
    const answer = await fetch(`${server.url}/indicators/clean-fuel.json`);
    return answer.ok && (await answer.json()).observations.length > 0;
  }, 60_000);
  const page = await visitor(server.url, { javascript: false });
  await page.goto("/indicators/clean-fuel");
  must((await text_of(page)).includes("Households that cook with clean fuel"), "under its title");
  await inspect(page);
  await page.goto("/indicators/clean-fuel/versions");
  await inspect(page);
  await page.context().close();
});

test("the head of an office enters numbers by hand, and nobody but another signs them", async () => {
  const head = await window_of("head");
  await head.goto("/desk/figures");
  await inspect(head);
  const sheet = await head.locator('main a[href^="/desk/figures/children-weighed/"]').first().getAttribute("href");
  await head.goto(sheet);
  await inspect(head);
  const fields = head.locator('main input[inputmode="numeric"]');
  const n = await fields.count();
  must(n > 0, "each village has a field");
  await fields.first().fill("many");
  await act(head, "hand-in");
  must((await refused(head)) !== "", "words are no number");
  await inspect(head);
  for (let at = 0; at < n; at++) await fields.nth(at).fill(String(40 + at));
  await act(head, "hand-in");
  must((await refused(head)) === "", await refused(head));
  await head.goto(sheet);
  must((await head.locator('button[value="sign"]').count()) === 0, "nobody signs their own");
  await head.context().close();
  const leader = await window_of("leader");
  await leader.goto(sheet);
  await inspect(leader);
  await act(leader, "sign");
  must((await refused(leader)) === "", await refused(leader));
  await leader.context().close();
  const period = sheet.split("/").at(-1);
  await eventually("the number is public", async () => {
    const answer = await fetch(`${server.url}/indicators/children-weighed.json`);
    return answer.ok && (await answer.json()).observations.some((one) => one.period === period);
  }, 60_000);
});

test("a leader registers a gauge and composes a dashboard, without JavaScript", async () => {
  const page = await window_of("leader");
  await page.goto("/desk/feeds");
  await inspect(page);
  const gauge = { code: "gauge-e2e", title: "River at the bridge", unit: "cm", place: regency, expected: "1", silent: "8", high: "200" };
  for (const [name, value] of Object.entries(gauge)) await page.fill(`main [name="${name}"]`, value);
  await page.locator('main form[action="/desk/feeds"] button[type="submit"]').click();
  must((await refused(page)) === "", await refused(page));
  await page.goto("/desk/feeds/gauge-e2e");
  await inspect(page);
  feed_address = new URL((await page.locator("main pre").first().innerText()).trim()).pathname;
  must(/^\/channels\/feeds\/\w{32}$/.test(feed_address), feed_address);
  await page.goto("/desk/dashboards");
  await inspect(page);
  for (const [name, value] of Object.entries({ title: "For the morning", code: "morning", place: regency })) await page.fill(`main [name="${name}"]`, value);
  await page.locator('main form[action="/desk/dashboards"] button[type="submit"]').click();
  await page.goto("/desk/dashboards/morning");
  await inspect(page);
  const tiles = [
    { kind: "number", indicator: "6.1.1" }, { kind: "trend", indicator: "6.1.1", width: "half" },
    { kind: "table", indicator: "6.1.1", across: "places", width: "full" }, { kind: "live", feed: "gauge-e2e", width: "half" },
    { kind: "text", tile_title: "What was decided", text: "The pump is repaired." },
  ];
  for (const { kind, indicator, feed, width, across, tile_title, text } of tiles) {
    const form = page.locator('main form:has(select[name="kind"])');
    for (const [name, value] of Object.entries({ kind, indicator, feed, width, across })) {
      if (value) await form.locator(`select[name="${name}"]`).selectOption(value);
    }
    for (const [name, value] of Object.entries({ tile_title, text })) if (value) await form.locator(`[name="${name}"]`).fill(value);
    await form.locator('button[value="tile"]').click();
    must((await refused(page)) === "", `${kind}: ${await refused(page)}`);
  }
  await page.locator('button[value="up"]').last().click();
  await inspect(page);
  must((await fetch(`${server.url}/dashboards/morning`)).status === 404, "nobody sees a draft");
  await page.locator('main form:has(button[value="publish"]) input[name="why"]').fill("For the first morning");
  await act(page, "publish");
  must((await refused(page)) === "", await refused(page));
  await page.context().close();
  const citizen = await visitor(server.url, { javascript: false });
  await citizen.goto("/dashboards/morning");
  must((await text_of(citizen)).includes("The pump is repaired."), await text_of(citizen));
  await inspect(citizen);
  await citizen.context().close();
});

test("the dashboard prints", async () => {
  const answer = await fetch(`${server.url}/dashboards/morning.pdf`);
  must(answer.ok && answer.headers.get("content-type").includes("pdf"), `answered ${answer.status}`);
  writeFileSync(join(work, "morning.pdf"), Buffer.from(await answer.arrayBuffer()));
  const printed = execFileSync("pdftotext", ["-layout", join(work, "morning.pdf"), "-"]).toString();
  must(printed.includes("For the morning") && printed.includes("The pump is repaired."), printed.slice(0, 500));
});

test("it stands in a page of another origin, where nothing else of the site may stand", async () => {
  const other = createServer((request, answer) => {
    const framed = new URL(request.url, "http://other").searchParams.get("framed");
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!DOCTYPE html><html lang="en"><title>News</title><iframe title="Framed" src="${server.url}${framed}"></iframe></html>`);
  }).listen(0, "127.0.0.1");
  await once(other, "listening");
  const at = `http://localhost:${other.address().port}/?framed=`;
  const page = await visitor(at);
  const shown = async (path) => {
    await page.goto(at + encodeURIComponent(path));
    const frame = page.frames().find((one) => one !== page.mainFrame());
    await frame.waitForLoadState().catch(() => {});
    return (await frame.locator("body").innerText().catch(() => "")).trim();
  };
  must((await shown("/embed/dashboards/morning")).includes("The pump is repaired."), "the frame shows it");
  must((await shown("/embed/indicators/6.1.1/trend")).length > 0, "and a chart of one number");
  for (const path of ["/dashboards/morning", "/sign-in", "/desk"]) {
    must(!/morning|pump|password/i.test(await shown(path)), `${path} is refused in a frame`);
  }
  await page.goto(`${server.url}/embed/dashboards/morning`);
  const faults = [...(await barriers(page)), ...(await sticking_out(page)), ...(await invalid_html(await (await page.request.get(page.url())).text()))];
  must(faults.length === 0, faults.join("\n"));
  await page.context().close();
  other.close();
});

test("a reading is on the open dashboard within two seconds, and silence is said", async () => {
  const post = (body) => fetch(server.url + feed_address, { method: "POST", body });
  const page = await visitor(server.url);
  await page.goto("/dashboards/morning");
  const tile = page.locator('[data-feed="gauge-e2e"]');
  for (const [value, state] of [["142", "bz-live"], ["231", "bz-live"]]) {
    const sent = Date.now();
    must((await post(value)).ok, "the reading is taken");
    await eventually(`${value} is shown`, async () => (await tile.locator(".bz-live__value").innerText()).includes(value), 2_000);
    const took = Date.now() - sent;
    must(took < 2_000, `it took ${took} ms`);
    must((await tile.getAttribute("class")) === state, "it is not silent");
  }
  must((await post("no number")).status === 400, "what is no number is refused");
  must((await fetch(`${server.url}/channels/feeds/${"a".repeat(32)}`, { method: "POST", body: "1" })).status === 404, "an unknown secret is nobody's");
  await eventually("silence is said", async () => /bz-live--silent/.test(await tile.getAttribute("class")), 15_000);
  must((await tile.locator(".bz-live__state").innerText()).trim() !== "", "in words, too");
  const faults = await barriers(page);
  must(faults.length === 0, faults.join("\n"));
  await page.context().close();
  const plain = await visitor(server.url, { javascript: false });
  await plain.goto("/dashboards/morning");
  must((await plain.locator('[data-feed="gauge-e2e"].bz-live--silent').count()) === 1, "without JavaScript silence is said as well");
  await plain.context().close();
});

test("a citizen without JavaScript opens the passport of a number on a small telephone", async () => {
  const page = await visitor(server.url, { javascript: false, width: 320, language: "id" });
  await page.goto("/dashboards/morning");
  await page.locator('main a[href^="/n/now/6.1.1/"]').first().click();
  must(new URL(page.url()).pathname.startsWith("/n/now/6.1.1/99.01/"), page.url());
  must((await page.getAttribute("html", "lang")) === "id", "in the citizen's language");
  must((await text_of(page)).includes("6.1.1"), await text_of(page));
  await inspect(page);
  await page.context().close();
});

test("the server stops when asked, and its log holds no name, no e-mail and no secret", async () => {
  must((await server.stop()) === 0, "it stopped");
  const secret = feed_address?.split("/").at(-1) ?? "nothing";
  const leaked = server.said.filter((line) => /Ani Analis|example\.go\.id/.test(line) || line.includes(secret));
  must(leaked.length === 0, `the log tells: ${leaked[0]}`);
  server = undefined;
});

await run(async () => {
  await close();
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
});
