// A resident in a real browser: files without scripts, follows by code and key, and writes while there is no network.
import { barriers, invalid_html, sticking_out, visitor } from "./browser.mjs";
import { must, test } from "./lib.mjs";

/** A grey picture of one pixel. */
const picture = {
  name: "lamp.jpg",
  mimeType: "image/jpeg",
  buffer: Buffer.from("/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==", "base64"),
};
const send = (page, action) => page.locator(`main form[action="${action}"] button.govuk-button:not(.govuk-button--secondary)`).last().click();

/** Walks down the list of places to the first that has no parts, and chooses it. */
async function choose_place(page) {
  const leaf = page.locator('main button.bz-choice[name="place"]').first();
  for (let n = 0; n < 6 && !(await leaf.count()); n++) await page.locator("main a.bz-choice").first().click();
  await leaf.click();
}

/** Registers the journeys; `server` gives the server that runs by then. */
export function filing(server) {
  let path, key;

  test("a resident files with JavaScript off, on a small telephone, and is given code and key", async () => {
    const page = await visitor(server().url, { javascript: false, width: 320 });
    const held = async (step) => {
      const wrong = await invalid_html(await page.content());
      must(wrong.length === 0, `${step}: ${wrong.join("\n")}`);
    };
    await page.goto("/requests/new");
    await held("service");
    await page.click('button[value="street-light"]');
    await held("where");
    await choose_place(page);
    if (await page.locator("input[type=image]").count()) {
      await page.locator("input[type=image]").click({ position: { x: 140, y: 120 } });
      must((await page.inputValue("#lat")) !== "", "a press on the map is a position");
    }
    await held("spot");
    await page.fill("#address", "Second lamp behind the bridge");
    await send(page, "/requests/new/where");
    await page.fill("#description", "The lamp is out since Sunday");
    await page.setInputFiles("#photo", { ...picture, buffer: Buffer.from("no picture at all") });
    await page.click('main button[value="next"]');
    must((await page.innerText(".govuk-error-summary")).includes("no picture"), "what is no picture is refused");
    must((await page.inputValue("#description")).includes("since Sunday"), "what was typed stays");
    await page.setInputFiles("#photo", picture);
    await page.click('main button[value="next"]');
    await held("who");
    await page.fill("#name", "Sari Wulandari");
    await page.fill("#phone", "0812 3456 7890");
    await send(page, "/requests/new/who");
    if (page.url().endsWith("/similar")) await page.locator("main form > button").click();
    await held("check");
    must((await page.locator("main img").count()) === 1, "the picture is shown");
    await send(page, "/requests/new/check");
    await held("done");
    key = (await page.locator(".bz-tracking").nth(1).innerText()).trim();
    path = await page.locator('main a[href^="/requests/"]').first().getAttribute("href");
    must(/^\/requests\/[0-9A-Z]{8}$/.test(path) && /^[0-9A-Z]{3}-[0-9A-Z]{3}$/.test(key), `${path} and a key`);
    await page.context().close();
  });

  test("on another telephone the resident follows it by code and key, adds to it and takes it back", async () => {
    const page = await visitor(server().url, { width: 320 });
    await page.goto(path);
    must(!(await page.content()).includes("Sari Wulandari"), "the name is not public");
    await page.goto("/requests/follow");
    await page.fill("#code", path.split("/").pop().toLowerCase());
    await page.fill("#key", key.replace("-", " ").toLowerCase());
    await send(page, "/requests/follow");
    must((await page.innerText("main")).includes("Sari Wulandari"), "with the key it is their own");
    must(!page.url().includes(key.slice(0, 3)), "the key stands in no address");
    await page.goto(`${path}/add`);
    await page.fill("#text", "The pole leans now, too");
    await send(page, `${path}/add`);
    must((await page.innerText("main")).includes("The pole leans now, too"), "what was added stands there");
    const faults = [...(await barriers(page)), ...(await sticking_out(page))];
    must(faults.length === 0, faults.join("\n"));
    await page.goto(`${path}/withdraw`);
    await send(page, `${path}/withdraw`);
    must((await page.locator(".govuk-notification-banner--success").count()) === 1, "it is said that it was taken back");
    await page.context().close();
  });

  test("what is typed survives a closed telephone and no network, and is sent when there is one", async () => {
    const first = await visitor(server().url, { width: 360 });
    const context = first.context();
    await first.goto("/requests/new");
    await first.click('button[value="water"]');
    await choose_place(first);
    await send(first, "/requests/new/where");
    await first.fill("#description", "The well is dry");
    await first.setInputFiles("#photo", picture);
    await first.waitForSelector(".bz-on-phone");
    await first.close();
    const second = await context.newPage();
    await second.goto("/requests/new/what");
    await second.waitForSelector(".bz-on-phone");
    must((await second.inputValue("#description")) === "The well is dry", "the words are there again");
    must((await second.locator("#photo").evaluate((field) => field.files.length)) === 1, "and so is the photo");
    await second.locator(".bz-on-phone button").click();
    await second.reload();
    must((await second.inputValue("#description")) === "", "and gone when asked");
    await second.goto("/requests/new");
    await second.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    const third = await context.newPage();
    await third.goto("/requests/new");
    must((await third.locator("#service_code").count()) === 1, "without a network there is a page to write on");
    await third.selectOption("#service_code", "water");
    await third.fill("#address", "Behind the mosque");
    await third.fill("#description", "The pump is broken");
    await send(third, "/requests/new/offline");
    await third.waitForSelector(".bz-on-phone");
    await context.setOffline(false);
    await third.waitForURL(/requests\/new\/(where|what|who)/);
    await context.close();
  });
}
