// What every test has: the address of the server, a person, and an ear for what the browser complains about.
import { expect, test as base } from "@playwright/test";
import { readFileSync } from "node:fs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export { expect };

export const test = base.extend({
  baseURL: async ({}, use) => use(process.env.JOBHAX_URL),

  // No error in the console, no uncaught exception, nothing refused by the content policy. A test that means to meet
  // a refusal says so: `complaints.allow(/status of 404/)`.
  complaints: [
    async ({ page }, use) => {
      const heard = [];
      const allowed = [];
      page.on("console", (message) => {
        const words = /content security policy|integrity|hydrat/i;
        if (message.type() === "error" || words.test(message.text())) heard.push(message.text());
      });
      page.on("pageerror", (error) => heard.push(String(error)));
      await use({ allow: (pattern) => allowed.push(pattern) });
      expect(heard.filter((text) => !allowed.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],

  // Somebody new, with names so that the page has something to call them.
  person: async ({}, use) => {
    const tag = Math.random().toString(36).slice(2, 10);
    await use({
      email: `ada.${tag}@inbox.example`,
      password: "quiet copper harbour lantern",
      first: "Ada",
      last: "Winter",
      name: "Ada Winter",
    });
  },

  // Whether our scripts run in this browser.
  scripted: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),
});

// The page as it is now breaks none of axe's rules.
export const expectAccessible = (page) => expectRules(page, RULES);

// Its texts stand out from their ground: for pages whose markup is not ours.
export const expectReadable = (page) => expectRules(page, ["color-contrast"]);

async function expectRules(page, rules) {
  // Without scripts axe waits for timers that never come; the markup is that which the scripted run checks.
  if (base.info().project.use.javaScriptEnabled === false) return;
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), rules);
  const found = violations.map((rule) => ({
    rule: rule.id,
    help: rule.help,
    where: rule.nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
  }));
  expect(found).toEqual([]);
}

// Waits until the workspace's page listens. Without scripts there is nothing to wait for.
export async function settled(page, scripted) {
  if (scripted) await page.locator('form[aria-label="Theme"] button[aria-pressed="true"]').waitFor({ state: "attached" });
}

export async function register(page, person, scripted) {
  await page.goto("/register");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByLabel("First name").fill(person.first);
  await page.getByLabel("Last name").fill(person.last);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
  await settled(page, scripted);
}

export async function openDemo(page, scripted) {
  await page.goto("/");
  await page.getByRole("button", { name: "Try the demo" }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
  await settled(page, scripted);
}

// The ways through a workspace: the rail on a desk, the dock on a phone. Only one of them is on the screen.
export async function goTo(page, name) {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

export async function openPersonMenu(page, person) {
  const desk = page.getByRole("button", { name: person.name });
  await desk.or(page.getByRole("button", { name: "More", exact: true })).filter({ visible: true }).first().click();
  return page.getByRole("dialog", { name: "Account" });
}

export async function signOut(page, person) {
  const menu = await openPersonMenu(page, person);
  await menu.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/$/);
}

// One stage of the board, and one card.
export const stage = (page, name) => page.getByRole("region", { name, exact: true });
export const card = (within, company) => within.getByRole("article", { name: company });

// Adds an application by the form.
export async function add(page, company, title) {
  await page.getByRole("banner").or(page.locator("header.page-header")).getByRole("button", { name: "Add application" }).click();
  const dialog = page.getByRole("dialog", { name: "Add an application" });
  await dialog.getByLabel("Company").fill(company);
  await dialog.getByLabel("Job title").fill(title);
  await dialog.getByRole("button", { name: "Add application" }).click();
  await expect(card(stage(page, "Applied"), company)).toBeVisible();
}
