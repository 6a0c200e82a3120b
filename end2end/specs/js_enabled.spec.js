// What only a browser that runs our scripts can do: dragging, keys, undo in place.
import { add, card, expect, expectAccessible, register, settled, stage, test } from "../support/test.js";

// The page shows a change before the server has it; this waits for the server.
const saved = (page) => page.waitForResponse((answer) => new URL(answer.url()).pathname.startsWith("/_fn/jobapps/"));

// Presses on a card, moves in steps as a hand does, and lets go over a stage.
async function drag(page, what, where) {
  const from = await what.boundingBox();
  const to = await where.boundingBox();
  await page.mouse.move(from.x + 60, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 80, from.y + 30, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
  await page.mouse.up();
}

test.beforeEach(async ({ page, person }) => {
  await register(page, person, true);
  await add(page, "Northquay Systems", "Site Reliability Engineer");
});

test("a card is dragged to another stage, and Z takes it back", async ({ page }) => {
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
  await settled(page, true);
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
});

test("a drag that ends outside changes nothing", async ({ page }) => {
  const what = card(stage(page, "Applied"), "Northquay Systems");
  const from = await what.boundingBox();
  await page.mouse.move(from.x + 60, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 400, from.y + 100, { steps: 8 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(what).toBeVisible();
  await page.reload();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
});

test("the keyboard alone adds, finds, moves and closes", async ({ page }) => {
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
  await settled(page, true);
  await expect(card(stage(page, "Phone Screen"), "Copper Kettle")).toBeVisible();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toHaveCount(0);
});

test("a change made elsewhere meanwhile is not overwritten", async ({ page, context, complaints }) => {
  complaints.allow(/status of 409/);
  const other = await context.newPage();
  await other.goto(page.url());
  await settled(other, true);
  const moved = saved(other);
  await drag(other, card(stage(other, "Applied"), "Northquay Systems"), stage(other, "Offer"));
  expect((await moved).ok()).toBe(true);

  await drag(page, card(stage(page, "Applied"), "Northquay Systems"), stage(page, "Phone Screen"));
  await expect(page.getByRole("alert")).toContainText("was changed elsewhere");
  await expect(card(stage(page, "Offer"), "Northquay Systems")).toBeVisible();
});

test("pages change without a new document", async ({ page }) => {
  await page.evaluate(() => (globalThis.sameDocument = true));
  const main = page.getByRole("navigation", { name: "Main" });
  await main.getByRole("link", { name: "Metrics" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Metrics" })).toBeVisible();
  await main.getByRole("link", { name: "Board" }).click();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
  expect(await page.evaluate(() => globalThis.sameDocument)).toBe(true);
});

test("a page has its title before it is known whose workspace it is", async ({ page, person }) => {
  await page.context().clearCookies();
  let know;
  const known = new Promise((resolve) => (know = resolve));
  await page.route(/_fn\/layout\/get_viewer/, async (route) => {
    await known;
    await route.continue();
  });
  await page.goto("/sign-in");
  // It is there once our scripts run, so that what follows needs no new document.
  await expect(page.getByRole("button", { name: "Show password" })).toBeVisible();
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/board$/);
  await expect(page).toHaveTitle("Board · JobHax");
  know();
  await expect(page).toHaveTitle(/^Board · .+ · JobHax$/);
});
