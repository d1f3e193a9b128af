// One matter through the whole house, in a real browser: filed without JavaScript, answered, refused, red in the meeting's pack,
// promised, told, kept and closed by the resident's yes. And the bad input people and programs really send.
// usage: node requests.mjs PROGRAM
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { barriers, browser, close, invalid_html, sticking_out, visitor } from "./browser.mjs";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "baraza-requests-"));
const data = join(work, "data");
const lapor = readFileSync(new URL("../data/profiles/lapor.toml", import.meta.url), "utf8");
let server, logins, village, code, key;

/** The profile of Bojonegoro with minutes for days, as an administrator would try it out. */
const quick = lapor
  .replace('name = "lapor"', 'name = "quick"')
  .replace('yellow = "end of day 3"', 'yellow = "0 minutes"')
  .replace('red = "end of day 6"', 'red = "1 minute"');
const services = `[[service]]
code = "handrail"
group = "public-works"
profile = "quick"
title = { en = "Handrails", id = "Pegangan tangga" }
about = { en = "Stairs and footbridges.", id = "Tangga dan jembatan kecil." }
responsible = [{ agency = "dinas-pu" }]
`;

const login = (name) => logins.find(({ email }) => email.startsWith(`${name}@`));
const text_of = (page) => page.innerText("main");

/** What every page on the way is held to. */
async function inspect(page) {
  const html = await (await page.request.get(page.url())).text();
  // axe is a script: it looks at a twin of the window, with the same cookies and with JavaScript.
  const twin = await (await browser.newContext({ storageState: await page.context().storageState(), viewport: page.viewportSize() })).newPage();
  await twin.goto(page.url());
  const faults = [...(await invalid_html(html)), ...(await barriers(twin)), ...(await sticking_out(twin))];
  await twin.context().close();
  must(faults.length === 0, `${page.url()}\n${faults.join("\n")}`);
}

test("the sample regency is made, with a profile and a service of its own", async () => {
  const made = JSON.parse(await command(["demo", "--data", data, "--households", "120", "--seed", "7", "--json"]));
  ({ logins } = made);
  must(made.requests > 0 && made.commitments > 0, "residents have spoken up");
  writeFileSync(join(work, "quick.toml"), quick);
  writeFileSync(join(work, "services.toml"), services);
  await command(["request", "profile", "load", join(work, "quick.toml"), "--data", data]);
  await command(["request", "service", "load", join(work, "services.toml"), "--data", data]);
  server = await serve(data);
  const answer = await fetch(`${server.url}/api/v1/places?level=village&limit=1`, { headers: { Accept: "application/json" } });
  [village] = (await answer.json()).places;
});

test("a resident files on a small telephone without JavaScript and is given code and key", async () => {
  const page = await visitor(server.url, { javascript: false, width: 320, language: "id" });
  await page.goto("/requests");
  await inspect(page);
  await page.click('main a[href^="/requests/new"]');
  await inspect(page);
  await page.click('button[name="service_code"][value="handrail"]');
  await inspect(page);
  await page.fill('main input[name="q"]', village.name);
  await page.keyboard.press("Enter");
  await page.click(`button[name="place"][value="${village.code}"]`);
  await inspect(page);
  await page.locator('main form[data-keeps="where"] button[type="submit"]').last().click();
  await inspect(page);
  await page.fill('textarea[name="description"]', "Pegangan tangga ke sungai patah, <b>anak-anak</b> bisa jatuh. Hubungi 0812 0000 1111.");
  await page.setInputFiles('input[name="photo"]', { name: "foto.png", mimeType: "image/png", buffer: picture() });
  await page.click('button[name="do"][value="next"]');
  await inspect(page);
  await page.check('input[name="privacy"][value="open"]');
  await page.fill('input[name="name"]', "Sri Wahyuni");
  await page.fill('input[name="email"]', "sri.wahyuni@example.org");
  await page.locator('main form[action="/requests/new/who"] button[type="submit"]').click();
  if (page.url().endsWith("/similar")) await page.locator('main form[action="/requests/new/similar"] button:not([name="join"])').click();
  await inspect(page);
  await page.locator('main form[action="/requests/new/check"] button[type="submit"]').click();
  must(page.url().endsWith("/done"), `it was filed: ${page.url()} ${await text_of(page)}`);
  [code, key] = await page.locator("main .bz-tracking").allInnerTexts();
  must(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/.test(code) && /^[A-Z2-9]{3}-[A-Z2-9]{3}$/.test(key), `code ${code} and key ${key} can be read aloud`);
  must(!page.url().includes(key.replace("-", "")), "the key is in no address");
  await page.context().close();
});

/** A window of the resident's: their request, seen with code and key. */
async function resident() {
  const page = await visitor(server.url, { javascript: false, width: 320, language: "en" });
  await page.goto("/requests/follow");
  await page.fill('input[name="code"]', code.toLowerCase().replace("-", " "));
  await page.fill('input[name="key"]', key.toLowerCase());
  await page.locator('main form[action="/requests/follow"] button[type="submit"]').click();
  must((await text_of(page)).includes(code), `the page of ${code}`);
  return page;
}

async function officer(name, path) {
  const page = await visitor(server.url, { person: login(name) });
  await page.goto(path);
  return page;
}

test("everybody reads the matter, and nobody the telephone number in it", async () => {
  const page = await visitor(server.url, { language: "en" });
  await page.goto(`/requests/${code.replace("-", "")}`);
  const text = await text_of(page);
  must(text.includes("Pegangan tangga ke sungai patah"), "the matter is public");
  must(!/0812|Sri|Wahyuni/.test(text), "number and name are not");
  must((await page.content()).includes("&lt;b&gt;") || text.includes("<b>"), "markup in it is text");
  await inspect(page);
  await page.context().close();
});

async function answers(name) {
  const page = await officer(name, `/desk/requests/${code.replace("-", "")}`);
  await page.locator("#step-answer summary").click();
  await page.check('#step-answer input[name="answer-kind"][value="done"]');
  await page.fill('#step-answer textarea[name="answer-text"]', "Pegangan sudah dipasang kembali oleh regu kami pagi ini.");
  await page.locator('#step-answer button[type="submit"]').first().click();
  must((await page.locator(".govuk-error-summary").count()) === 0, `answered: ${await text_of(page)}`);
  await inspect(page);
  await page.context().close();
}

test("the officer answers at the desk; the resident says no, and it climbs", async () => {
  await answers("liaison.dinas-pu");
  const page = await resident();
  await inspect(page);
  await page.click(`a[href$="/${code.replace("-", "")}/refuse"]`);
  await inspect(page);
  await page.fill('textarea[name="text"]', "Nobody has been here.");
  await page.locator('main form[action$="/refuse"] button[type="submit"]').click();
  const text = await text_of(page);
  must(/level 2/.test(text), `it went up: ${text}`);
  await page.context().close();
});

test("an officer of another unit, and a stranger, cannot answer it", async () => {
  const page = await officer("liaison.dinkes", "/desk");
  const answer = await page.request.post(`/desk/requests/${code.replace("-", "")}`, {
    form: { act: "answer", "answer-kind": "done", "answer-text": "We have nothing to do with this at all, but it is done." },
    headers: { Origin: server.url },
  });
  must([403, 404].includes(answer.status()), `another unit: ${answer.status()}`);
  await page.context().close();
  const stranger = await fetch(`${server.url}/desk/requests/${code.replace("-", "")}`, { redirect: "manual" });
  must([303, 401].includes(stranger.status), `a stranger: ${stranger.status}`);
});

test("it turns red by itself, stands in the meeting's pack, and the decision becomes a commitment", async () => {
  await eventually("it is red", async () => {
    const answer = await fetch(`${server.url}/requests/${code.replace("-", "")}.json`);
    return (await answer.json()).light === "red";
  }, 150_000);
  // The meeting is moved to the next minute, as an administrator may.
  const hour = new Date(Date.now() + 70_000);
  const there = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Jakarta", ...options }).format(hour);
  writeFileSync(join(work, "quick.toml"), quick
    .replace('weekday = "friday"', `weekday = "${there({ weekday: "long" }).toLowerCase()}"`)
    .replace('at = "07:00"', `at = "${there({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}"`));
  await command(["request", "profile", "load", join(work, "quick.toml"), "--data", data]);
  const page = await officer("head.dinas-pu", "/desk/meetings");
  await inspect(page);
  let pack;
  await eventually("the pack is made at its hour", async () => {
    await page.reload();
    const packs = await page.$$eval('main a[href^="/desk/meetings/"]', (links) => links.map((link) => link.getAttribute("href")));
    return (pack = packs.find((href) => href.includes("profile=quick")));
  }, 180_000);
  await page.goto(pack);
  must((await text_of(page)).includes(code), "the red matter stands in the pack");
  await inspect(page);
  const pdf = await page.request.get(pack.replace(/(\?|$)/, ".pdf$1"));
  must(pdf.ok(), `the pack prints: ${pdf.status()}`);
  writeFileSync(join(work, "pack.pdf"), await pdf.body());
  const printed = execFileSync("pdftotext", ["-layout", join(work, "pack.pdf"), "-"]).toString();
  must(printed.includes(code), "the red matter stands on the printed pack");
  const matter = page.locator(`[id="${code.replace("-", "")}"]`);
  await matter.locator("summary").last().click();
  await matter.locator('textarea[name="promise"]').fill("The handrail is welded and painted, and the village head signs for it.");
  await matter.locator('input[name="due_on"]').fill(new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10));
  await matter.locator('button[type="submit"]').click();
  must((await page.locator(".govuk-error-summary").count()) === 0, `decided: ${await text_of(page)}`);
  await page.goto("/commitments");
  must((await text_of(page)).includes("The handrail is welded"), "everybody reads the promise");
  await page.context().close();
});

test("the resident is told at every step, and the notices carry no more than needed", async () => {
  const page = await resident();
  must((await text_of(page)).includes("The handrail is welded"), "their page shows the promise");
  await page.context().close();
  const desk = await officer("admin", "/desk/messages");
  await eventually("a notice about the promise goes out", async () => {
    await desk.reload();
    return /commitment\//.test(await desk.content());
  });
  must(!(await desk.content()).includes("sri.wahyuni"), "the desk shows no address");
  await desk.context().close();
});

test("the head answers, the resident says yes, and only that closes it", async () => {
  await answers("head.dinas-pu");
  const page = await resident();
  await page.click(`a[href$="/${code.replace("-", "")}/confirm"]`);
  await page.locator('main form[action$="/confirm"] button[type="submit"]').click();
  const answer = await fetch(`${server.url}/requests/${code.replace("-", "")}.json`);
  const request = await answer.json();
  must(request.light === "blue", `it is blue: ${JSON.stringify(request).slice(0, 400)}`);
  await page.context().close();
});

test("bad input gets a clear word and loses nothing", async () => {
  const page = await visitor(server.url, { javascript: false, language: "en" });
  await page.goto("/requests/new");
  await page.click('button[name="service_code"][value="handrail"]');
  await page.goto("/requests/new/where");
  await page.fill('input[name="lat"]', "48.85", { timeout: 1_000 }).catch(async () => {
    await page.locator("details summary").last().click();
    await page.fill('input[name="lat"]', "48.85");
  });
  await page.fill('input[name="lon"]', "2.35");
  await page.locator('main form[data-keeps="where"] button[type="submit"]').last().click();
  must((await page.locator(".govuk-error-summary").innerText()).includes("outside"), "a point outside the area is refused");
  await inspect(page);
  await page.goto(`/requests/new/where?q=${encodeURIComponent(village.name)}`);
  await page.click(`button[name="place"][value="${village.code}"]`);
  await page.locator('main form[data-keeps="where"] button[type="submit"]').last().click();
  const words = "'; DROP TABLE service_request; -- <script>alert(1)</script>";
  await page.fill('textarea[name="description"]', words);
  await page.setInputFiles('input[name="photo"]', { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from("this is no photo") });
  await page.click('button[name="do"][value="next"]');
  must((await page.locator(".govuk-error-summary").count()) === 1, "a photo that is none is refused");
  must((await page.inputValue('textarea[name="description"]')) === words, "what was typed is still there");
  await inspect(page);
  const large = Buffer.alloc(30 * 1024 * 1024, 7);
  await page.setInputFiles('input[name="photo"]', { name: "large.jpg", mimeType: "image/jpeg", buffer: large });
  await page.click('button[name="do"][value="next"]');
  must(/large|big|MB|MiB/i.test(await text_of(page)), `a photo of 30 MB is refused clearly: ${await text_of(page)}`);
  await page.goto("/requests/new/what");
  must((await page.inputValue('textarea[name="description"]')) === words, "and what was typed is still there");
  const unknown = await fetch(`${server.url}/requests/ZZZZ-ZZZZ`);
  must(unknown.status === 404, `an unknown code: ${unknown.status}`);
  await page.context().close();
});

test("the server stops when asked, and its log holds no name, number, address or key", async () => {
  must((await server.stop()) === 0, "it stopped");
  const leaked = server.said.filter((line) => line.includes("Wahyuni") || line.includes("example.org") || /0812 ?0000|81200001111/.test(line) || line.includes(key) || line.includes(key.replace("-", "")));
  must(leaked.length === 0, `the log tells: ${leaked[0]}`);
  server = undefined;
});

/** A PNG of one pixel. */
function picture() {
  return Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
}

await run(async () => {
  await close();
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
});
