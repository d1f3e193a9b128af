// The meeting screen in a real browser: the network is cut in the middle, the page is loaded anew, the tab is killed, two devices differ,
// the session is over, and every act arrives once.
// usage: node hall.mjs PROGRAM    (BARAZA_E2E_PICTURES names a folder for pictures of the screens)
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { barriers, close, phone, sign_in, sticking_out } from "./browser.mjs";
import { command, eventually, must, run, serve, test } from "./lib.mjs";

const work = mkdtempSync(join(tmpdir(), "baraza-hall-"));
const data = join(work, "data");
const password = "correct horse battery staple";
const person = (name) => ({ email: `e2e-${name}@example.org`, password });
const pictures = process.env.BARAZA_E2E_PICTURES;
const VILLAGE = "35.22.01.2001";
/** Nothing waits longer on this than on a machine that is busy with other tests. */
const PATIENCE = 40_000;

let server, url, round, token;

/** The network between a device and the server: open, cut, or so poor that answers to what is handed in never come back. */
const network = {
  state: "open",
  delivered: 0,
  async start() {
    const proxy = createServer((asked, answer) => this.pass(asked, answer));
    proxy.on("clientError", (_, socket) => socket.destroy());
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    url = `http://127.0.0.1:${proxy.address().port}`;
    this.proxy = proxy;
  },
  pass(asked, answer) {
    if (this.state === "cut") return asked.socket.destroy();
    const to = new URL(asked.url, server.url);
    const on = request(to, { method: asked.method, headers: asked.headers }, (reply) => {
      const is_delivery = asked.method === "POST" && asked.url.endsWith("/hall");
      if (is_delivery && reply.statusCode === 200) this.delivered += 1;
      if (is_delivery && this.state === "deaf") {
        reply.resume();
        return reply.on("end", () => asked.socket.destroy());
      }
      answer.writeHead(reply.statusCode, reply.rawHeaders.reduce((all, part, at, list) => (at % 2 ? all : [...all, part, list[at + 1]]), []));
      reply.pipe(answer);
    });
    on.on("error", () => asked.socket.destroy());
    asked.pipe(on);
  },
  stop() {
    this.proxy?.closeAllConnections();
    this.proxy?.close();
  },
};

/** A phone or laptop: a browser with a profile that survives being closed. */
class Device {
  constructor(name, who, width = 360) {
    this.folder = join(work, `device-${name}`);
    this.who = person(who);
    this.width = width;
    this.faults = [];
  }
  async open({ online = true } = {}) {
    await this.context?.close().catch(() => {});
    network.state = online ? "open" : "cut";
    this.context = await phone(url, this.folder, { width: this.width });
    this.context.setDefaultTimeout(PATIENCE);
    await this.context.setOffline(!online);
    return this.tab();
  }
  async tab() {
    this.page = await this.context.newPage();
    this.page.on("pageerror", (error) => this.faults.push(String(error)));
    this.page.on("dialog", (dialog) => dialog.accept());
    return this.page;
  }
  /** Ends the tab as a phone does that needs its memory. */
  async kill() {
    await this.page.close({ runBeforeUnload: false });
    return this.tab();
  }
  async close() {
    await this.context.close();
    this.context = undefined;
    must(this.faults.length === 0, `the scripts failed: ${this.faults.join("\n")}`);
  }
  async online(is) {
    network.state = is ? "open" : "cut";
    await this.context.setOffline(!is);
  }
  /** Opens the screen of the round, signed in. */
  async enter() {
    const page = await this.open();
    await page.goto("/account");
    if (!(await page.locator('form[action="/sign-out"]').count())) await sign_in(page, this.who);
    await page.goto(`/desk/scorecards/${round}/hall`);
    await ready(page);
    await page.waitForSelector("#hall[data-kept]", { timeout: PATIENCE, state: "attached" });
    // The worker has its page by the time it is asked for without a network.
    await page.waitForFunction(async () => !!(await (await caches.open("baraza-hall-1")).match("/scorecards/hall")));
    return page;
  }
}

const ready = (page) => page.waitForSelector("#hall[data-ready]", { timeout: PATIENCE, state: "attached" });
const heading = (page, words) => page.waitForFunction((words) => document.querySelector("main h1")?.textContent.includes(words), words);
const bar = (page, words) => page.waitForFunction((words) => document.querySelector(".bz-hall-bar")?.textContent.includes(words), words);
const press = (page, words) => page.locator("main button, main a", { hasText: words }).first().click();
const place = (page, to) => page.evaluate((to) => (location.hash = `#/${to}`), to);
async function looks(page, name) {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const faults = [...(await barriers(page)), ...(await sticking_out(page))];
    must(faults.length === 0, `${name} at ${width} px: ${faults.join("\n")}`);
    if (!pictures) continue;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `hall-${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 360, height: 900 });
}

/** The round as somebody at the desk may see it. */
async function told(who = "second") {
  const answer = await fetch(`${server.url}/desk/scorecards/${round}/hall.json`, { headers: { authorization: `Bearer ${token[who]}` } });
  must(answer.ok, `hall.json answered ${answer.status}: ${await answer.clone().text()}`);
  return answer.json();
}
const of_group = (state, group) => state.sessions.find((session) => session.group === group).id;
/** Sends acts as a device would, without a screen. */
async function hand_in(who, acts) {
  const answer = await fetch(`${server.url}/desk/scorecards/${round}/hall`, {
    method: "POST", body: JSON.stringify({ device: "bench", acts }), headers: { authorization: `Bearer ${token[who]}`, "content-type": "application/json" },
  });
  const said = await answer.json();
  must(answer.ok && said.refused.length === 0, `refused: ${JSON.stringify(said.refused ?? said)}`);
  return said;
}
const act = (session, what, base = null) => ({ id: crypto.randomUUID(), device: "bench", at: Date.now() * 1000, session, base, what });

/** Plans a round of the clinic with a group of women and one of men, led by whoever fills the form in. */
async function plan(page) {
  await page.goto("/desk/scorecards/new");
  await page.selectOption("select[name=facility]", "puskesmas");
  await page.click('form[method=get][action="/desk/scorecards/new"] button');
  await page.fill("input[name=planned_on]", new Date().toISOString().slice(0, 10));
  await page.check("input[name=scale][value=hundred]");
  for (const group of ["women", "men"]) await page.check(`input[name=groups][value=${group}]`);
  await page.check(`input[name=places][value="${VILLAGE}"]`);
  await page.click('form[method=post][action="/desk/scorecards/new"] button');
  await page.waitForURL(/\/desk\/scorecards\/(?!new)[^/?]+(\?|$)/);
  return new URL(page.url()).pathname.split("/").at(-1);
}

test("a clinic, its facilitators and its provider are there, and a round begins", async () => {
  writeFileSync(join(work, "places.csv"), `code,name,parent\n35.22,Bojonegoro,\n35.22.01,Ngasem,35.22\n${VILLAGE},Sumberejo,35.22.01\n`);
  writeFileSync(join(work, "facilities.csv"), `code,name,kind,organisation,place,lat,lon,serves\npuskesmas,Puskesmas Ngasem,clinic,dinkes,${VILLAGE},-7.15,111.8,${VILLAGE}\n`);
  await command(["place", "import", join(work, "places.csv"), "--data", data, "--level", "regency,district,village"]);
  const add = (name, role, ...more) =>
    command(["user", "add", "--data", data, "--email", person(name).email, "--name", `E2E ${name}`, "--role", role, ...more, "--password-stdin"], { input: password });
  await add("admin", "admin");
  await add("lead", "facilitator@35.22.01");
  await add("second", "facilitator@35.22.01");
  token = { admin: await command(["token", "create", "--data", data, "--email", person("admin").email]) };
  server = await serve(data);
  const made = await fetch(`${server.url}/api/3/action/organization_create`, {
    method: "POST", body: JSON.stringify({ name: "dinkes", title: "Dinas Kesehatan" }), headers: { authorization: token.admin, "content-type": "application/json" },
  });
  must(made.ok, `organization_create answered ${made.status}: ${await made.text()}`);
  await server.stop();
  await add("provider", "leader@35.22.01", "--org", "dinkes");
  await command(["scorecards", "facilities", join(work, "facilities.csv"), "--data", data]);
  for (const name of ["lead", "second", "provider"]) token[name] = await command(["token", "create", "--data", data, "--email", person(name).email]);
  server = await serve(data);
  await network.start();
  for (const name of ["second", "lead"]) {
    const desk = new Device(`desk-${name}`, name, 1280);
    const page = await desk.open();
    await sign_in(page, desk.who);
    for (let papers = 0; papers < 5; papers += 1) {
      await page.goto("/desk/facilitators/me");
      const paper = page.locator("form:has(button[value=sign])").first();
      if (!(await paper.count())) break;
      for (const box of await paper.locator("input[type=checkbox]").all()) await box.check();
      await paper.locator("button[value=sign]").click();
    }
    if (name === "lead") {
      round = await plan(page);
      await page.click("main button[value=begin]");
      await page.waitForLoadState("networkidle");
    }
    await desk.close();
  }
  must((await told("lead")).round.state === "gathering", "the round has begun");
});

const mine = new Device("one", "lead");
const theirs = new Device("two", "second");

test("the network is cut in the middle, the page loaded anew and the tab killed, and each act arrives once", async () => {
  let page = await mine.enter();
  await looks(page, "start");
  const women = of_group(await told(), "women");
  await place(page, `s/${women}`);
  await heading(page, "Read this aloud");
  await looks(page, "consent");
  await press(page, "I read it aloud");
  await heading(page, "How many are here");
  await mine.online(false);
  await page.fill("#n", "11");
  await page.click('button[aria-label^="One more"]');
  await press(page, "Keep");
  await heading(page, "Women");
  await press(page, "Add a criterion");
  await page.fill("#words", "The midwife is there at night");
  await page.check("#standard-staff-present");
  await page.waitForTimeout(300);

  // Half typed, and loaded anew without a network.
  await page.reload();
  await ready(page);
  await heading(page, "Add a criterion");
  must((await page.inputValue("#words")) === "The midwife is there at night", "what was typed is there again");
  must(await page.isChecked("#standard-staff-present"), "and the picture that was chosen");
  await looks(page, "criterion");
  await press(page, "Keep");
  await heading(page, "Women");
  await press(page, "The midwife is there at night");
  await heading(page, "The midwife is there at night");
  for (let tokens = 0; tokens < 4; tokens += 1) await page.click('button[aria-label="One more: Good"]');
  await page.waitForFunction(() => document.getElementById("votes-4")?.textContent === "4");
  await page.fill("#value", "101");
  await press(page, "Keep the score");
  await page.waitForSelector("text=whole number from 0 to 100");
  await page.fill("#value", "70");
  await page.fill("#reason", "She comes when we call");
  await looks(page, "score");

  // A phone that needs its memory.
  page = await mine.kill();
  await page.goto(`/desk/scorecards/${round}/hall#/s/${women}`);
  await ready(page);
  await press(page, "The midwife is there at night");
  await heading(page, "The midwife is there at night");
  must((await page.textContent("#votes-4")) === "4" && (await page.inputValue("#value")) === "70", "the tokens and the score are there");
  await press(page, "Keep the score");
  await heading(page, "Women");
  await bar(page, "Kept on this device");
  await page.waitForSelector("text=70 of 100");
  await looks(page, "session");
  must((await told()).scores.length === 0, "nothing went through a network that was cut");

  await mine.online(true);
  await bar(page, "Everything is sent");
  const state = await told();
  must(state.criteria.length === 1 && state.scores.length === 1, `once: ${JSON.stringify(state.scores)}`);
  must(state.scores[0].value === 70 && state.scores[0].votes[3] === 4, JSON.stringify(state.scores));
  must(state.sessions.find((session) => session.id === women).n_present === 12, "twelve people");
  await mine.close();
});

test("the server takes acts and its answer is lost: they count once", async () => {
  const page = await mine.enter();
  network.state = "deaf";
  network.delivered = 0;
  const women = of_group(await told(), "women");
  await place(page, `s/${women}/notes`);
  await page.fill("#note", "Two mothers came late");
  await press(page, "Keep");
  await eventually("the server takes it", async () => network.delivered > 0);
  await server.kill();
  server = await serve(data);
  network.state = "open";
  await page.reload();
  await ready(page);
  await bar(page, "Everything is sent");
  const notes = (await told()).notes.filter((note) => note.text === "Two mothers came late");
  must(notes.length === 1, `the note is there ${notes.length} times`);
  await mine.close();
});

test("two devices that scored the same without a network are shown beside each other, and one is chosen", async () => {
  let state = await told();
  const women = of_group(state, "women");
  const [criterion] = state.criteria;
  let page = await theirs.enter();
  await place(page, `s/${women}/score/${criterion.id}`);
  await page.waitForSelector("#value");
  await theirs.online(false);
  await page.fill("#value", "40");
  await page.fill("#reason", "Nobody comes at night");
  await press(page, "Keep the score");
  await bar(page, "Kept on this device");
  await hand_in("lead", [act(women, { kind: "score", criterion: criterion.id, value: 60, votes: null, reason: "Sometimes", suggestion: "" }, state.scores[0].version)]);
  await theirs.online(true);
  await eventually("both are there", async () => (await told()).conflicts.length === 1);
  await place(page, "conflicts");
  await heading(page, "Two devices differ");
  await page.waitForSelector("text=Nobody comes at night");
  await page.waitForSelector("text=Sometimes");
  await looks(page, "conflict");
  await page.locator('button[aria-label*="Came later"]').click();
  await page.waitForSelector("text=There is nothing to choose");
  await eventually("the choice arrives", async () => (await told()).conflicts.length === 0);
  state = await told();
  must(state.scores[0].value === 40, `what was chosen holds: ${JSON.stringify(state.scores)}`);
  await theirs.close();
});

test("the session is over: everything is kept, and goes when its person has signed in", async () => {
  let page = await mine.enter();
  const women = of_group(await told(), "women");
  await mine.context.clearCookies();
  await place(page, `s/${women}/notes`);
  await page.fill("#note", "Written without a session");
  await press(page, "Keep");
  await bar(page, "Sign in to send");
  await page.reload();
  await ready(page);
  await bar(page, "Sign in to send");
  await place(page, "waiting");
  await page.waitForSelector("text=Written without a session");
  await looks(page, "waiting");
  await page.locator(".bz-hall-bar a", { hasText: "Sign in" }).click();
  await page.waitForURL(/sign-in/);
  await page.fill('main input[name="email"]', mine.who.email);
  await page.fill('main input[name="password"]', password);
  await page.click('main button[type="submit"]');
  await ready(page);
  await bar(page, "Everything is sent");
  must((await told()).notes.some((note) => note.text === "Written without a session"), "it arrived");
  await mine.close();
});

test("a session lacks nothing before it is closed, the criterion fills a projector, and the meeting shows both sides", async () => {
  const page = await mine.enter();
  const state = await told();
  const women = of_group(state, "women");
  await place(page, `s/${women}/show/${state.criteria[0].id}`);
  await page.waitForSelector("html.bz-hall-large");
  const size = await page.evaluate(() => {
    const height = (selector) => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize) / innerHeight;
    return { words: height("h1"), figures: height(".bz-hall-row5 li") };
  });
  must(size.words > 0.03 && size.figures > 0.03, JSON.stringify(size));
  await looks(page, "large");
  await page.keyboard.press("Escape");
  await heading(page, state.criteria[0].words);
  await place(page, `s/${women}/seal`);
  await heading(page, "Close the session");
  await page.waitForSelector("text=Nothing is missing");
  await looks(page, "seal");
  await page.locator("main button", { hasText: "Close the session" }).click();
  await page.waitForSelector("text=This session was closed");
  await eventually("the seal arrives", async () => (await told()).sessions.find((session) => session.id === women).is_sealed);

  const men = of_group(state, "men");
  await hand_in("lead", [act(men, { kind: "drop", why: "Nobody came" })]);
  const provider = (await told("provider")).sessions[0].id;
  const criterion = crypto.randomUUID();
  await hand_in("provider", [
    act(provider, { kind: "consent", text: "We agree." }), act(provider, { kind: "present", n: 6 }),
    act(provider, { kind: "criterion", criterion, words: "Staff on duty", standard: "staff-present", position: 1 }),
    act(provider, { kind: "score", criterion, value: 90, votes: null, reason: "The roster is full", suggestion: "" }), act(provider, { kind: "seal" }),
  ]);
  must((await told("provider")).scores.every((score) => score.session === provider), "the provider sees its own only");
  await page.goto(`/desk/scorecards/${round}`);
  await page.click("main button[value=meet]");
  await eventually("the meeting opens", async () => (await told()).round.state === "meeting");
  await page.goto(`/desk/scorecards/${round}/hall#/meeting`);
  await ready(page);
  await page.waitForSelector("text=Wide gap");
  await page.waitForSelector("text=The provider gave 50 points more");
  await looks(page, "meeting");
  await mine.online(false);
  await place(page, "meeting/0");
  await page.waitForSelector("text=The roster is full");
  await page.fill("#note", "The roster is for the day only");
  await press(page, "Keep");
  await bar(page, "Kept on this device");
  await looks(page, "line");
  await place(page, "meeting/0/large");
  await page.waitForSelector("html.bz-hall-large");
  await looks(page, "large-line");
  await mine.online(true);
  await eventually("the note arrives", async () => (await told()).notes.some((note) => note.text === "The roster is for the day only"));
  await mine.close();
});

test("signing out warns of what was not sent, and takes the round off the device", async () => {
  const page = await mine.enter();
  await page.goto("/account");
  await page.click('form[action="/sign-out"] button');
  await page.waitForURL((at) => !at.pathname.startsWith("/account"));
  const left = await page.evaluate(() => new Promise((found) => {
    const asked = indexedDB.open("baraza-hall", 1);
    asked.onsuccess = () => {
      const rounds = asked.result.transaction("rounds").objectStore("rounds").count();
      rounds.onsuccess = () => found(rounds.result);
    };
  }));
  must(left === 0, `${left} rounds are left`);
  await mine.close();
});

await run(async () => {
  for (const device of [mine, theirs]) await device.context?.close().catch(() => {});
  await server?.stop().catch(() => {});
  network.stop();
  await close();
  rmSync(work, { recursive: true, force: true });
});
