// Fills a form of ours as a person does: a page at a time, the first answer that fits, and on. With JavaScript the pages are made in the
// browser, and the part of the address after the # says which one is open.

/** What to write in a text box, by what it is called; numbers stay small so that rosters stay short. */
function words_for(label, type, inputmode) {
  const name = label.toLowerCase();
  if (type === "date") return "2026-03-02";
  if (type === "time") return "09:30";
  if (type === "datetime-local") return "2026-03-02T09:30";
  if (/\bcode\b|kode/.test(name)) return "E-01";
  if (/phone|telepon/.test(name)) return "081234567890";
  if (/location|position|lokasi|titik/.test(name)) return "-7.15 111.88";
  if (/latitude|lintang/.test(name)) return "-7.15";
  if (/longitude|bujur/.test(name)) return "111.88";
  if (/how many (people|members|live)|household size|jumlah anggota/.test(name)) return "1";
  if (/\bage\b|umur|usia|years old/.test(name)) return "34";
  if (/year/.test(name)) return "1992";
  if (/month/.test(name) && inputmode === "numeric") return "3";
  if (/day/.test(name) && inputmode === "numeric") return "2";
  if (type === "number" || inputmode === "numeric" || inputmode === "decimal") return "2";
  return "Sari Wulandari";
}

/** Answers everything that is empty on the page; `choose` may prefer an answer: (question, answers) → index. */
export async function answer_page(page, choose = () => 0, wanted = "") {
  const answered = [];
  for (const box of await page.locator('main form input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([type=file]):not([type=submit]), main form textarea').all()) {
    if (!(await box.isVisible()) || !(await box.isEditable()) || (await box.inputValue())) continue;
    const id = await box.getAttribute("id");
    if ((await box.getAttribute("role")) === "combobox") {
      await box.pressSequentially(wanted.slice(0, 5));
      const option = page.locator(`[id="${id}-list"] [role=option]`, { hasText: wanted });
      await option.first().click();
      continue;
    }
    const label = (await page.locator(`label[for="${id}"]`).first().textContent()) ?? "";
    const type = (await box.getAttribute("type")) ?? "text";
    await box.fill(words_for(label, type, await box.getAttribute("inputmode")));
    answered.push(label.trim());
  }
  for (const list of await page.locator("main form select").all()) {
    if (await list.inputValue()) continue;
    const options = await list.locator("option").evaluateAll((all) => all.map(({ value, label }) => ({ value, label })).filter(({ value }) => value));
    if (!options.length) continue;
    const index = Math.max(0, choose("", options.map(({ label }) => label)));
    await list.selectOption(options[index].value);
  }
  const groups = await page.locator("main form fieldset:has(input[type=radio])").all();
  for (const group of groups) {
    if (await group.locator("input[type=radio]:checked").count()) continue;
    const question = (await group.locator("legend").first().innerText()).trim();
    const answers = (await group.locator("label").allInnerTexts()).map((text) => text.trim());
    const index = Math.max(0, choose(question, answers) ?? 0);
    await group.locator("input[type=radio]").nth(index).check();
    answered.push(`${question}: ${answers[index]}`);
  }
  return answered;
}

/** Fills and sends the form whose start page is open; gives the number of pages. Wants the village where one is asked for. */
export async function fill(page, village, members = 1) {
  // The script takes the start over; without JavaScript there is none to wait for.
  await page.locator("#ready").waitFor({ state: "attached", timeout: 3000 }).catch(() => {});
  const press = async (button) => {
    const { href } = new URL(page.url());
    await button.click();
    const is_there = ([href]) => location.href !== href || document.querySelector(".govuk-error-summary");
    if (!page.url().includes("#/") && !(await page.locator("#ready").count())) return;
    await page.waitForFunction(is_there, [href]);
    // A complaint that was there already is renewed.
    await page.waitForTimeout(100);
  };
  await press(page.locator('main form button[type="submit"]').first());
  let before = "";
  for (let pages = 1; pages < 80; pages += 1) {
    const { hash, pathname } = new URL(page.url());
    const path = hash.startsWith("#/") ? hash.split("?")[0] : pathname;
    if (path.endsWith("/sent")) return pages;
    if (path.endsWith("/check")) {
      await press(page.locator('main form button[type="submit"]'));
      const complaint = await complaints(page);
      if (complaint && complaint === before) throw new Error(`the whole form: ${complaint}`);
      before = complaint;
      // What is missing is a link to the page where it is asked.
      if (complaint) await page.locator(".govuk-error-summary a").first().click();
    } else if (await page.locator('main button[name="do"][value="add"]').count()) {
      const enough = (await page.locator('main .govuk-summary-list__row').count()) >= members;
      await press(page.locator(`main button[name="do"][value="${enough ? "next" : "add"}"]`));
    } else {
      const answered = await answer_page(page, (_, answers) => answers.findIndex((answer) => answer.includes(village)), village);
      await press(page.locator('main form button[type="submit"]').last());
      const complaint = await complaints(page);
      // A list may need the answer before it, and is there on the page that complains; what it says twice is serious.
      if (complaint && complaint === before) throw new Error(`${path} with ${answered.join(", ")}: ${complaint}`);
      before = complaint;
    }
  }
  throw new Error(`the form does not end; now at ${page.url()}`);
}

/** What the page complains about, or nothing. */
export async function complaints(page) {
  const summary = page.locator(".govuk-error-summary");
  return (await summary.count()) ? (await summary.first().innerText()).trim() : "";
}
