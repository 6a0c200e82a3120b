// What requires JavaScript: drag and drop, keyboard shortcuts, undo without a reload.
import { addApplication, card, expect, expectAccessible, register, waitForHydration, stage, test } from "../support/test.js";

// Pages show a change before the server has confirmed it. This waits for the server.
const saved = (page) => page.waitForResponse((response) => new URL(response.url()).pathname.startsWith("/_fn/jobapps/"));

// Drags a card to a stage, in steps, because the first moves start the drag.
async function drag(page, source, target) {
  const from = await source.boundingBox();
  const to = await target.boundingBox();
  await page.mouse.move(from.x + 60, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 80, from.y + 30, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
  await page.mouse.up();
}

test.beforeEach(async ({ page, user }) => {
  await register(page, user, true);
  await addApplication(page, "Northquay Systems", "Site Reliability Engineer");
});

test("a card is dragged to another stage, and Z undoes it", async ({ page }) => {
  const moved = saved(page);
  await drag(page, card(stage(page, "Applied"), "Northquay Systems"), stage(page, "Onsite Interview"));
  await moved;
  await expect(card(stage(page, "Onsite Interview"), "Northquay Systems")).toBeVisible();
  await expect(page.getByRole("status")).toContainText("Northquay Systems moved to Onsite Interview, 1 of 1");
  await expectAccessible(page);

  const undone = saved(page);
  await page.keyboard.press("z");
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
  await undone;
  await page.reload();
  await waitForHydration(page, true);
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
});

test("a cancelled drag changes nothing", async ({ page }) => {
  const source = card(stage(page, "Applied"), "Northquay Systems");
  const from = await source.boundingBox();
  await page.mouse.move(from.x + 60, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 400, from.y + 100, { steps: 8 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(source).toBeVisible();
  await page.reload();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
});

test("applications are added, moved and closed with the keyboard alone", async ({ page }) => {
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "Add an application" });
  await expect(dialog.getByLabel("Company")).toBeFocused();
  await page.keyboard.type("Copper Kettle");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Data Scientist");
  await page.keyboard.press("Enter");
  const added = card(stage(page, "Applied"), "Copper Kettle");
  await expect(added).toBeFocused();

  await page.keyboard.press("m");
  await expect(page.getByRole("dialog", { name: "Move or close" })).toBeVisible();
  await page.keyboard.press("3");
  const moved = card(stage(page, "Phone Screen"), "Copper Kettle");
  await expect(moved).toBeFocused();

  await page.keyboard.press("h");
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeFocused();
  await page.keyboard.press("o");
  const closed = saved(page);
  await page.keyboard.press("g");
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toHaveCount(0);
  await closed;
  await page.reload();
  await waitForHydration(page, true);
  await expect(card(stage(page, "Phone Screen"), "Copper Kettle")).toBeVisible();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toHaveCount(0);
});

test("a concurrent change is not overwritten", async ({ page, context, consoleErrors }) => {
  consoleErrors.allow(/status of 409/);
  const other = await context.newPage();
  await other.goto(page.url());
  await waitForHydration(other, true);
  const moved = saved(other);
  await drag(other, card(stage(other, "Applied"), "Northquay Systems"), stage(other, "Offer"));
  expect((await moved).ok()).toBe(true);

  await drag(page, card(stage(page, "Applied"), "Northquay Systems"), stage(page, "Phone Screen"));
  await expect(page.getByRole("alert")).toContainText("was changed elsewhere");
  await expect(card(stage(page, "Offer"), "Northquay Systems")).toBeVisible();
});

test("navigation does not reload the document", async ({ page }) => {
  await page.evaluate(() => (globalThis.sameDocument = true));
  const main = page.getByRole("navigation", { name: "Main" });
  await main.getByRole("link", { name: "Metrics" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Metrics" })).toBeVisible();
  await main.getByRole("link", { name: "Board" }).click();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
  expect(await page.evaluate(() => globalThis.sameDocument)).toBe(true);
});

test("a page has a title before its workspace is loaded", async ({ page, user }) => {
  await page.context().clearCookies();
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(/_fn\/layout\/get_viewer/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto("/sign-in");
  // Shown once JavaScript runs, so that signing in does not load a new document.
  await expect(page.getByRole("button", { name: "Show password" })).toBeVisible();
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/board$/);
  await expect(page).toHaveTitle("Board · JobHax");
  release();
  await expect(page).toHaveTitle(/^Board · .+ · JobHax$/);
});
