// A headless Chromium (Debian's), and what every page is held to.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const profile = mkdtempSync(join(tmpdir(), "baraza-chromium-"));

const options = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync"],
};

export const browser = await chromium.launch({ ...options, args: [...options.args, `--disk-cache-dir=${profile}`] });

/** A browser of its own whose profile lies in a folder, so that it can be closed and opened again like a phone's. */
export function phone(url, folder, { width = 360, language = "en" } = {}) {
  return chromium.launchPersistentContext(folder, {
    ...options, baseURL: url, viewport: { width, height: 900 }, locale: language, reducedMotion: "reduce", acceptDownloads: true,
  });
}

export async function close() {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}

/** A window of its own, signed in when a person is given. */
export async function visitor(url, { person, javascript = true, width = 1280, language = "en" } = {}) {
  const context = await browser.newContext({
    baseURL: url, javaScriptEnabled: javascript, viewport: { width, height: 900 }, locale: language, acceptDownloads: true, reducedMotion: "reduce",
  });
  const page = await context.newPage();
  if (person) await sign_in(page, person);
  return page;
}

export async function sign_in(page, { email, password }) {
  await page.goto("/sign-in");
  await page.fill('main input[name="email"]', email);
  await page.fill('main input[name="password"]', password);
  await page.click('main button[type="submit"]');
  if (page.url().endsWith("/sign-in")) throw new Error(`${email} could not sign in: ${await page.innerText("main")}`);
}

const validator = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    // The house's style: HTML written by templates, checked for meaning and not for looks.
    "no-inline-style": "off", "no-trailing-whitespace": "off", "long-title": "off", "void-style": "off", "attribute-boolean-style": "off",
    "require-sri": "off", "no-redundant-role": "off", "doctype-style": "off", "tel-non-breaking": "off", "valid-id": ["error", { relaxed: true }],
  },
});

/** Everything wrong with the HTML as it was sent. */
export async function invalid_html(html) {
  const report = await validator.validateString(html);
  return report.results.flatMap((result) => result.messages.filter((message) => message.severity === 2)
    .map((message) => `html, line ${message.line}: ${message.message} (${message.ruleId})`));
}

/** Everything axe finds on the page as it is now. */
export async function barriers(page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  return violations.map((violation) => `axe: ${violation.help} (${violation.id}) at ${violation.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}

/** The parts that stick out to the right, where the page can be scrolled sideways. */
export function sticking_out(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > width + 1)
      .map((part) => `${part.tagName.toLowerCase()}.${[...part.classList].join(".")}`);
    return [`scrolls sideways at ${width} px: ${wide.slice(0, 4).join(", ")}`];
  });
}
