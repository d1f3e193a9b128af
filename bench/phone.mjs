// A phone for the measures: Chromium with a profile of its own, driven by the end-to-end tests' own Playwright.
import { createRequire } from "node:module";
import { join } from "node:path";

const { chromium } = createRequire(join(import.meta.dirname, "../e2e/package.json"))("playwright-core");

export { audit } from "./pages.mjs";

const options = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};

export const phone = (url, folder) => chromium.launchPersistentContext(folder, { ...options, baseURL: url, viewport: { width: 360, height: 740 }, reducedMotion: "reduce" });

export async function sign_in(page, { email, password }) {
  await page.goto("/sign-in");
  await page.fill('main input[name="email"]', email);
  await page.fill('main input[name="password"]', password);
  await page.click('main button[type="submit"]');
}
