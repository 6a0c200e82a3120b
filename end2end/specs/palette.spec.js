// The command palette.
import { expect, expectAccessible, openDemo, test } from "../support/test.js";

const palette = (page) => page.getByRole("dialog", { name: "Command palette" });
const field = (page) => page.getByRole("combobox", { name: "Search or go to" });

test.beforeEach(async ({ page }) => {
  await openDemo(page, true);
});

test("it goes to pages, with the keyboard alone", async ({ page }) => {
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await expectAccessible(page);
  await expect(palette(page).getByRole("option").first()).toHaveText(/Add application/);
  await field(page).fill("metr");
  await expect(palette(page).getByRole("option", { name: /Metrics/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Metrics" })).toBeVisible();
});

test("it finds the sections of the settings that the workspace has", async ({ page }) => {
  await page.keyboard.press("Control+k");
  await field(page).fill("settings: audit");
  await expect(palette(page).getByRole("option", { name: /Audit log/ })).toBeVisible();
  await field(page).fill("settings: members");
  await expect(palette(page).getByRole("option", { name: /Settings: Members/ })).toHaveCount(0);
});

test("it finds applications", async ({ page }) => {
  const company = await page.locator("[data-card]").first().getByRole("link").first().textContent();
  await page.keyboard.press("/");
  await field(page).fill(company.slice(0, 6));
  const found = palette(page).getByRole("option", { name: new RegExp(company.slice(0, 6), "i") }).first();
  await expect(found).toBeVisible();
  await expectAccessible(page);
  await found.click();
  await expect(page).toHaveURL(/\/applications\/[0-9a-f-]+$/);
});

test("it closes with Esc and returns the focus", async ({ page }) => {
  const first = page.getByRole("article").first();
  await first.focus();
  await page.keyboard.press("Control+k");
  await field(page).fill("nothing like this");
  await expect(palette(page).getByRole("option")).toHaveText(/Search email for/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
  await expect(first).toBeFocused();
});

test("a button opens it, and it adds applications", async ({ page }) => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("button", { name: "Search", exact: true }).click();
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Add an application" })).toBeVisible();
});

test("it is loaded when it is first opened, and one key opens it unless shortcuts are off", async ({ page }) => {
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.reload({ waitUntil: "networkidle" });
  expect(requests.filter((path) => /palette/.test(path))).toEqual([]);
  await page.keyboard.press("/");
  await expect(palette(page)).toBeVisible();
  expect(requests.filter((path) => /palette/.test(path))).toHaveLength(1);

  await page.goto(page.url().replace(/board.*$/, "settings/keyboard"));
  await page.getByRole("button", { name: "Turn shortcuts off" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.keyboard.press("/");
  await expect(palette(page)).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeVisible();
});

test("text typed while the palette is loading appears in its field", async ({ page }) => {
  await page.route(/palette/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("g metrics");
  await expect(field(page)).toHaveValue("g metrics");
  await expect(field(page)).toBeFocused();
});

test("G and a letter go to a page, unless shortcuts are off", async ({ page }) => {
  for (const [key, heading] of [["m", "Metrics"], ["s", "Profile"], ["a", "Applications"], ["t", "Today"], ["b", "Board"]]) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(page.getByRole("heading", { name: heading, exact: true }).first()).toBeVisible();
  }
  // In a text field, the key is text input, not a shortcut.
  await page.getByLabel("Search applications").fill("");
  await page.getByLabel("Search applications").pressSequentially("gm");
  await expect(page).toHaveURL(/\/board/);
});
