// The board follows changes from elsewhere.
import { addApplication, card, expect, register, stage, test, waitForHydration } from "../support/test.js";

// Two tabs of one user with the same board.
async function twoTabs(page, user) {
  await register(page, user, true);
  await addApplication(page, "Copper Kettle", "Data Scientist");
  await addApplication(page, "Fernway", "Data Analyst");
  const other = await page.context().newPage();
  await other.goto(page.url());
  await waitForHydration(other, true);
  return other;
}

async function moveToOffer(page, company) {
  await card(page, company).focus();
  await page.keyboard.press("m");
  await page.keyboard.press("5");
  await expect(card(stage(page, "Offer"), company)).toBeVisible();
}

test("a change appears in another tab, which keeps focus, selection and input", async ({ page, user }) => {
  const other = await twoTabs(page, user);
  await card(other, "Fernway").focus();
  await other.keyboard.press("x");
  await expect(card(other, "Fernway").locator(".select-box")).toBeChecked();
  await moveToOffer(page, "Copper Kettle");
  const moved = card(stage(other, "Offer"), "Copper Kettle");
  await expect(moved).toBeVisible({ timeout: 3000 });
  expect(await moved.evaluate((card) => card.getAnimations().length), "it is highlighted").toBeGreaterThan(0);
  await expect(card(other, "Fernway")).toBeFocused();
  await expect(card(other, "Fernway").locator(".select-box")).toBeChecked();

  await other.keyboard.press("Escape");
  await other.keyboard.press("c");
  const dialog = other.getByRole("dialog", { name: "Add an application" });
  await dialog.getByLabel("Company").fill("Half-typed");
  await moveToOffer(page, "Fernway");
  await expect(card(stage(other, "Offer"), "Fernway")).toBeAttached({ timeout: 3000 });
  await expect(dialog.getByLabel("Company")).toHaveValue("Half-typed");
  await expect(dialog.getByLabel("Company")).toBeFocused();
});

test("the first application appears on an empty board", async ({ page, user }) => {
  await register(page, user, true);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await waitForHydration(other, true);
  await expect(other.getByRole("heading", { name: "Import your job search" })).toBeVisible();
  await addApplication(page, "Copper Kettle", "Data Scientist");
  await expect(card(stage(other, "Applied"), "Copper Kettle")).toBeVisible({ timeout: 3000 });
});

test("a tab does not load its own changes again", async ({ page, user }) => {
  const other = await twoTabs(page, user);
  await other.close();
  // Changes that the tab may not have loaded yet.
  await page.waitForTimeout(2500);
  let refreshes = 0;
  page.on("request", (request) => (refreshes += /refresh_board/.test(request.url()) ? 1 : 0));
  await moveToOffer(page, "Copper Kettle");
  await page.waitForTimeout(1500);
  expect(refreshes).toBe(0);
});

test("without events the board asks now and then", async ({ page, user, consoleErrors }) => {
  consoleErrors.allow(/ERR_FAILED|Failed to load/);
  await register(page, user, true);
  await addApplication(page, "Copper Kettle", "Data Scientist");
  const other = await page.context().newPage();
  await other.route(/\/events\?/, (route) => route.abort());
  await other.goto(page.url());
  await waitForHydration(other, true);
  await moveToOffer(page, "Copper Kettle");
  await expect(card(stage(other, "Offer"), "Copper Kettle")).toBeVisible();
});
