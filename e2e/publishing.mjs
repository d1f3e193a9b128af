// A table on its way from its producer by a steward and an approver to everybody, in a real browser without JavaScript, on a new
// installation as it is; and what changed when the next one comes.
// usage: node publishing.mjs PROGRAM [FOLDER for pictures]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { barriers, browser, close, invalid_html, sticking_out, visitor } from "./browser.mjs";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

// Other programs publish at once; this one is about who looks first.
delete process.env.BARAZA_REVIEW;
const work = mkdtempSync(join(tmpdir(), "baraza-publishing-"));
const data = join(work, "data");
const pictures = process.argv[3];
if (pictures) mkdirSync(pictures, { recursive: true });
const password = "tujuh gajah terbang";
const people = { producer: "Pak Produsen", steward: "Bu Walidata", leader: "Ibu Sekda" };
const first = "code,name,people\n35.22.01.2001,Sukorejo,510\n35.22.01.2002,Banjarejo,620\nbroken\n35.22.01.2003,Kalianyar,700\n";
const second = "code,name,people\n35.22.01.2001,Sukorejo,515\n35.22.01.2002,Banjarejo Kidul,620\n35.22.01.2004,Dander,90\n";
let server, width = 1280;

const text_of = (page) => page.innerText("main");
const window_of = (role) => visitor(server.url, { person: { email: `${role}@example.go.id`, password }, javascript: false, width });

/** What every page on the way is held to: valid, no barriers, nothing sticks out, wide and narrow; with a picture where asked for. */
async function inspect(page, name) {
  const html = await (await page.request.get(page.url())).text();
  for (const wide of [1280, 320]) {
    const context = await browser.newContext({ storageState: await page.context().storageState(), viewport: { width: wide, height: 900 }, reducedMotion: "reduce" });
    const twin = await context.newPage();
    await twin.goto(page.url());
    if (pictures) await twin.screenshot({ path: join(pictures, `${name}-${wide}.png`), fullPage: true });
    const faults = [...(await invalid_html(html)), ...(await barriers(twin)), ...(await sticking_out(twin))];
    await context.close();
    must(faults.length === 0, `${page.url()} at ${wide}\n${faults.join("\n")}`);
  }
}

async function send(page, csv) {
  await page.goto("/desk/data/villages");
  await page.setInputFiles('input[name="file"]', { name: "villages.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.locator('form[action="/desk/data/villages/files"] button[type="submit"]').click();
}

test("a new installation has three people", async () => {
  const places = join(work, "places.csv");
  writeFileSync(places, "code,name,level,parent\n35.22,Bojonegoro,regency,\n35.22.01,Ngraho,district,35.22\n");
  await command(["place", "import", "--data", data, places, "--code-field", "code", "--name-field", "name", "--level-field", "level", "--parent-field", "parent"]);
  for (const [role, name] of Object.entries(people)) {
    const account = ["--email", `${role}@example.go.id`, "--name", name, "--role", `${role}@35.22`];
    await command(["user", "add", "--data", data, ...account, "--password-stdin"], { input: password });
  }
  server = await serve(data);
});

test("the producer enters a dataset, sends a file and hands it in", async () => {
  const page = await window_of("producer");
  await page.goto("/desk/data");
  await inspect(page, "desk-of-producer");
  await page.fill('input[name="title"]', "Villages");
  await page.check('input[name="open"]');
  await page.locator('form[action="/desk/data"] button[type="submit"]').click();
  await send(page, first);
  await eventually("the file is read", async () => {
    await page.goto("/desk/data/villages");
    return (await text_of(page)).includes("3 rows read");
  });
  await page.click('a[href="/desk/data/villages/review"]');
  await inspect(page, "review-draft");
  await page.click('button[value="submit"]');
  must((await text_of(page)).includes("Waits for a steward"), await text_of(page));
  must((await page.locator('button[value="check"]').count()) === 0, "nobody checks their own");
  await page.context().close();
});

test("a citizen sees nothing of it yet", async () => {
  const page = await visitor(server.url, { javascript: false });
  must((await page.goto("/data/villages")).status() === 404, "it is not there");
  await page.context().close();
});

test("the steward finds it on the desk, gives it back with a word, and checks it the second time", async () => {
  let page = await window_of("steward");
  await page.goto("/desk");
  must((await text_of(page)).includes("1 thing waits for you"), "the front desk counts");
  await page.goto("/desk/data");
  await inspect(page, "desk-of-steward");
  await page.click('a[href="/desk/data/villages/review"]');
  await inspect(page, "review-of-steward");
  await page.click('button[value="return"]');
  must((await page.locator(".govuk-error-summary").count()) === 1, "a word is needed");
  await inspect(page, "review-refused");
  await page.locator('form:has(button[value="return"]) textarea[name="note"]').fill("One line is broken. Is that a village?");
  await page.click('button[value="return"]');
  const producer = await window_of("producer");
  await producer.goto("/desk/data/villages/review");
  must((await text_of(producer)).includes("One line is broken"), "the producer reads it");
  await producer.locator('form:has(button[value="comment"]) textarea[name="comment"]').fill("No, a remark of the printer.");
  await producer.click('button[value="comment"]');
  await producer.click('button[value="submit"]');
  await producer.context().close();
  await page.goto("/desk/data");
  await page.check('input[name="item"]');
  await page.locator('form[action="/desk/review"] button[type="submit"]').click();
  must((await text_of(page)).includes("Waits for an approver"), await text_of(page));
  await page.context().close();
});

test("the approver, on a small screen, publishes it, and a citizen reads it", async () => {
  width = 320;
  const page = await window_of("leader");
  await page.goto("/desk/data");
  await inspect(page, "desk-of-approver");
  await page.click('a[href="/desk/data/villages/review"]');
  await inspect(page, "review-of-approver");
  await page.click('button[value="approve"]');
  must((await text_of(page)).includes("Published"), await text_of(page));
  await page.context().close();
  const citizen = await visitor(server.url, { javascript: false, width: 320 });
  must((await citizen.goto("/data/villages/data")).status() === 200, "it is there");
  must((await text_of(citizen)).includes("Kalianyar"), "its rows are there");
  await citizen.context().close();
  width = 1280;
});

test("the next file waits beside, and tells those who decide what it changes", async () => {
  const page = await window_of("producer");
  await send(page, second);
  await eventually("the file waits", async () => {
    await page.goto("/desk/data/villages/review");
    return (await text_of(page)).includes("Waits for a steward");
  });
  await page.context().close();
  const citizen = await visitor(server.url, { javascript: false });
  await citizen.goto("/data/villages/data");
  must(!(await citizen.content()).includes("Dander"), "readers see the old one");
  for (const [role, button] of [["steward", "check"], ["leader", "approve"]]) {
    const one = await window_of(role);
    await one.goto("/desk/data/villages/review");
    must(/1 row was added[^]*1 row was removed[^]*In 2 rows something changed/.test(await text_of(one)), await text_of(one));
    await inspect(one, `review-new-rows-${role}`);
    await one.click(`button[value="${button}"]`);
    await one.context().close();
  }
  await eventually("the new rows are published", async () => {
    await citizen.goto("/data/villages/data");
    return (await text_of(citizen)).includes("Dander");
  });
  await citizen.context().close();
});

test("the citizen sees what changed, reads the old version, and how to cite it", async () => {
  const page = await visitor(server.url, { javascript: false });
  await page.goto("/data/villages/data");
  await page.click('a[href="/data/villages/data/versions"]');
  await inspect(page, "versions");
  await page.locator('form[action="/data/villages/data/versions"] button[type="submit"]').click();
  must(page.url().endsWith("/versions/1..2"), page.url());
  const text = await text_of(page);
  must(text.includes("1 row was added.") && text.includes("Banjarejo Kidul") && text.includes("Banjarejo"), text);
  await inspect(page, "what-changed");
  await page.goto("/data/villages/data?version=1");
  must((await page.content()).includes("This is version 1: number 1 of 2."), "an old version says so");
  await inspect(page, "old-version");
  await page.context().close();
});

test("the steward withdraws it, and a page says why", async () => {
  const page = await window_of("steward");
  await page.goto("/desk/data/villages/review");
  await page.check('input[name="kind"][value="withdrawn"]');
  await page.fill("#why", "The codes are those of 2023.");
  await page.fill('input[name="replaced_by"]', "/data/villages-2025");
  await page.click('button[value="standing"]');
  const citizen = await visitor(server.url, { javascript: false });
  must((await citizen.goto("/data/villages/data")).status() === 410, "it is gone");
  must((await text_of(citizen)).includes("The codes are those of 2023."), "with the reason");
  await inspect(citizen, "withdrawn");
  await page.context().close();
  await citizen.context().close();
});

await run(async () => {
  await close();
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
});
