// Fixtures: the server's URL, a new user, and a check for browser console errors.
import { expect, test as base } from "@playwright/test";
import { readFileSync } from "node:fs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export { expect };

export const test = base.extend({
  baseURL: async ({}, use) => use(process.env.JOBHAX_URL),

  // Fails the test on console errors, uncaught exceptions and violations of the content security policy. A test that expects an
  // error allows it: `consoleErrors.allow(/status of 404/)`.
  consoleErrors: [
    async ({ page }, use) => {
      const errors = [];
      const allowed = [];
      page.on("console", (message) => {
        const isRelevant = /content security policy|integrity|hydrat/i;
        if (message.type() === "error" || isRelevant.test(message.text())) errors.push(message.text());
      });
      page.on("pageerror", (error) => errors.push(String(error)));
      await use({ allow: (pattern) => allowed.push(pattern) });
      expect(errors.filter((text) => !allowed.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],

  // A person who is not registered yet.
  user: async ({}, use) => {
    const tag = Math.random().toString(36).slice(2, 10);
    await use({
      email: `ada.${tag}@inbox.example`,
      password: "quiet copper harbour lantern",
      first: "Ada",
      last: "Winter",
      name: "Ada Winter",
    });
  },

  // Whether this browser runs JavaScript.
  jsEnabled: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),
});

// Checks that axe finds no accessibility violations on the page.
export async function expectAccessible(page) {
  // axe requires JavaScript and would wait forever without it. The markup is the same in the run with JavaScript.
  if (base.info().project.use.javaScriptEnabled === false) return;
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), RULES);
  const found = violations.map((rule) => ({
    rule: rule.id,
    help: rule.help,
    nodes: rule.nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
  }));
  expect(found).toEqual([]);
}

// Waits until the islands of a workspace page are interactive. Without JavaScript there is nothing to wait for.
export async function waitForHydration(page, jsEnabled) {
  if (jsEnabled) await page.locator("html[data-ready]").waitFor({ state: "attached" });
}

export async function register(page, user, jsEnabled) {
  await page.goto("/register");
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByLabel("First name").fill(user.first);
  await page.getByLabel("Last name").fill(user.last);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
  await waitForHydration(page, jsEnabled);
}

export async function openDemo(page, jsEnabled) {
  await page.goto("/");
  await page.getByRole("button", { name: "Try the demo" }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
  await waitForHydration(page, jsEnabled);
}

// Uses the sidebar on a desktop and the bottom navigation on a phone; only one of them is visible. On a phone, the other links are in
// the menu.
export async function goTo(page, name) {
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
  const menu = page.getByRole("dialog", { name: "Account" });
  if ((await link.count()) === 0) await page.getByRole("button", { name: "More", exact: true }).click();
  await link.or(menu.getByRole("link", { name })).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await waitForHydration(page, base.info().project.use.javaScriptEnabled !== false);
}

export async function openUserMenu(page, user) {
  const menuButton = page.getByRole("button", { name: user.name });
  await menuButton.or(page.getByRole("button", { name: "More", exact: true })).filter({ visible: true }).first().click();
  return page.getByRole("dialog", { name: "Account" });
}

export async function signOut(page, user) {
  const menu = await openUserMenu(page, user);
  await menu.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/$/);
}

// A stage of the board, and a card.
export const stage = (page, name) => page.getByRole("region", { name, exact: true });
export const card = (within, company) => within.getByRole("article", { name: company });

// Adds an application with the form.
export async function addApplication(page, company, title) {
  await page.getByRole("banner").or(page.locator("header.page-header")).getByRole("button", { name: "Add application" }).click();
  const dialog = page.getByRole("dialog", { name: "Add an application" });
  await dialog.getByLabel("Company").fill(company);
  await dialog.getByLabel("Job title").fill(title);
  await dialog.getByRole("button", { name: "Add application" }).click();
  await expect(card(stage(page, "Applied"), company)).toBeVisible();
}
