// The form on a slow phone: how long until the first question can be answered, and how long an answer takes in a roster of 200.
// 400 kbit/s with 400 ms to and fro and a processor a quarter as fast, by Chromium's own brakes; ODK Web Forms takes 17.1 s there for a
// household form and Enketo 7.2 s (measured for this project with the same brakes).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit, phone, sign_in } from "./phone.mjs";
import { median, spread } from "./bench.mjs";

const ROUNDS = 5;
const MEMBERS = 200;
const person = { email: "bench@example.org", password: "correct horse battery staple" };
const FORM = "/forms/bench/roster";

/** A server with the roster form, open to everybody. */
async function served(place) {
  const data = place.empty("offline");
  await place.command(["form", "publish", join(import.meta.dirname, "roster.md"), "--data", data, "--project", "Bench"]);
  await place.command(["user", "add", "--data", data, "--email", person.email, "--name", "Bench", "--role", "admin", "--password-stdin"], { input: person.password });
  const server = await place.serve(data);
  const folder = mkdtempSync(join(tmpdir(), "baraza-phone-"));
  const context = await phone(server.url, folder);
  await sign_in(context.pages()[0], person);
  await context.pages()[0].goto("/desk/collect/bench/roster");
  await context.pages()[0].evaluate(() => fetch("/desk/collect/bench/roster/change", { method: "POST", body: new URLSearchParams({ audience: "public", state: "open" }) }));
  await context.close();
  rmSync(folder, { recursive: true, force: true });
  return server;
}

/** A page on a slow phone. */
export async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  return session;
}

/** The first question; the page says which questions it shows in a field that nobody sees. */
const FIRST = "#questions input:not([type=hidden])";

/**
 * Opens the form and answers its first question as soon as the page takes a key, and gives the seconds until the question was painted,
 * until it was answered, and until the answer lay on the phone, where it survives a closed browser.
 */
async function opens(page, answer) {
  await page.addInitScript((first) => {
    const look = () => {
      const input = document.querySelector(first);
      if (!input?.getClientRects().length) return requestAnimationFrame(look);
      // A frame begins once the page is laid out; what comes after it has been handed over for painting.
      setTimeout(() => {
        if (window.painted) return;
        window.painted = performance.now() / 1000;
        input.focus();
        input.addEventListener("input", () => (window.answered ??= performance.now() / 1000));
        // Heard at once, where asking the page again and again would keep a slow one busy.
        console.log("painted");
      });
    };
    requestAnimationFrame(look);
  }, FIRST);
  const began = Date.now();
  const since = () => (Date.now() - began) / 1000;
  const shown = page.waitForEvent("console", (message) => message.text() === "painted");
  await page.goto(FORM, { waitUntil: "commit" });
  await shown;
  await page.keyboard.insertText(answer);
  if ((await page.inputValue(FIRST)) !== answer) throw new Error("the first question does not take what is typed");
  const answered = await page.evaluate(() => window.answered);
  // The script may take the page over at any moment; whoever types goes on.
  await page.waitForFunction(() => document.querySelector("#mine"), undefined, { polling: 20 });
  await page.keyboard.press("Tab");
  await page.waitForFunction(async (answer) => {
    const store = await new Promise((found) => {
      const asked = indexedDB.open("baraza-forms", 1);
      asked.onsuccess = () => found(asked.result);
      asked.onupgradeneeded = () => asked.transaction.abort();
      asked.onerror = () => found(undefined);
    });
    if (!store) return false;
    const all = await new Promise((found) => (store.transaction("fillings").objectStore("fillings").getAll().onsuccess = (event) => found(event.target.result)));
    store.close();
    return all.some((one) => one.xml.includes(answer));
  }, answer, { polling: 20 });
  const kept = since();
  return { painted: await page.evaluate(() => window.painted), answered, kept };
}

/** How long one answer in the middle of the roster takes until everything that hangs on it is up to date, and until it is painted. */
async function answers(page) {
  await page.goto(FORM);
  await page.waitForSelector("text=works without");
  await page.fill("#street", "Jalan Melati 7");
  await page.keyboard.press("Tab");
  await page.waitForTimeout(500);
  // A draft of 200 members is put in the place of the one just begun.
  await page.evaluate(async (members) => {
    const store = await new Promise((found) => (indexedDB.open("baraza-forms").onsuccess = (event) => found(event.target.result)));
    const id = location.hash.split("/")[1];
    const of = (mode) => store.transaction("fillings", mode).objectStore("fillings");
    const kept = await new Promise((found) => (of("readonly").get(id).onsuccess = (event) => found(event.target.result)));
    const member = (n) => `<member><name>Person ${n}</name><sex>female</sex><age>${(n * 7) % 90}</age><work>yes</work><school/><adult>1</adult></member>`;
    kept.xml = kept.xml.replace(/(<member>.*<\/member>|<member\/>)?(?=<n[ >/])/s, Array.from({ length: members }, (_, n) => member(n)).join(""));
    await new Promise((done) => (of("readwrite").put(kept, id).onsuccess = done));
    // Not by the hash: the page would show it, and keep what it holds.
    history.replaceState(null, "", `#/${id}/member-100`);
  }, MEMBERS);
  await page.reload();
  await page.waitForSelector('[id="member[100]/age"]');
  const session = await slow(page);
  const times = [];
  for (let round = 0; round < 20; round += 1) {
    times.push(await page.evaluate(async (age) => {
      const field = document.getElementById("member[100]/age");
      field.focus();
      field.value = String(age);
      const began = performance.now();
      field.dispatchEvent(new Event("change", { bubbles: true }));
      const done = performance.now() - began;
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      return [done, performance.now() - began];
    }, 10 + round * 3));
    await page.waitForTimeout(150);
  }
  await session.detach();
  return times;
}

export async function offline(place) {
  const server = await served(place);
  try {
    const rows = [];
    const first = { painted: [], answered: [], kept: [] };
    const again = { painted: [], answered: [], kept: [] };
    const note = (to, times) => Object.keys(to).forEach((key) => to[key].push(times[key]));
    for (let round = 0; round < ROUNDS; round += 1) {
      const folder = mkdtempSync(join(tmpdir(), "baraza-phone-"));
      const context = await phone(server.url, folder);
      let page = context.pages()[0];
      await slow(page);
      note(first, await opens(page, `Jalan Melati ${round}`));
      await page.goto(FORM);
      await page.waitForSelector("text=works without", { timeout: 60_000 });
      await page.close();
      page = await context.newPage();
      await slow(page);
      note(again, await opens(page, `Jalan Mawar ${round}`));
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    }
    const row = (what, of, note) => ({ what, ours: `${median(of).toFixed(2)} (${spread(of)})`, peer: "ODK Web Forms 17.1, Enketo 7.2", ratio: (median(of) / 7.2).toFixed(2), aim: "1.5", note });
    rows.push(row("form on a slow phone, first visit: first question answered, s", first.answered, `400 kbit/s, 400 ms, CPU ÷ 4; painted after ${median(first.painted).toFixed(2)}`));
    rows.push(row("… and the answer lies on the phone, s", first.kept));
    rows.push(row("… later visits: first question answered, s", again.answered, `painted after ${median(again.painted).toFixed(2)}`));
    rows.push(row("… and the answer lies on the phone, s", again.kept));
    const folder = mkdtempSync(join(tmpdir(), "baraza-phone-"));
    const context = await phone(server.url, folder);
    const times = await answers(context.pages()[0]);
    await context.close();
    rmSync(folder, { recursive: true, force: true });
    const [done, painted] = [0, 1].map((at) => times.map((time) => time[at]));
    rows.push({ what: `roster of ${MEMBERS}: an answer, CPU ÷ 4, ms`, ours: `${median(done).toFixed(1)} (${spread(done, 1)})`, aim: "50", note: `painted after ${median(painted).toFixed(1)} (${spread(painted, 1)})` });
    const report = await audit(server.url + FORM);
    const score = (category) => Math.round(report.categories[category].score * 100);
    rows.push({ what: "Lighthouse mobile: form, performance / accessibility", ours: `${score("performance")} / ${score("accessibility")}`, aim: "100 / 100",
      note: `first paint ${report.audits["first-contentful-paint"].displayValue}, ${Math.round(report.audits["total-byte-weight"].numericValue / 1000)} kB` });
    if (median(first.answered) > 1.5 || median(again.kept) > 1.5 || median(done) > 50 || score("accessibility") < 100 || score("performance") < 95) process.exitCode = 1;
    return rows;
  } finally {
    await server.stop();
  }
}
