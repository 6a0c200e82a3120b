// Features that require JavaScript: drag and drop, keyboard shortcuts, undo without a reload, state kept across navigation.
import {
  addApplication, card, expect, expectAccessible, openUserMenu, register, signOut, stage, test,
  waitForHydration,
} from "../support/test.js";
import { confirmations } from "../support/mailbox.js";

// Pages show a change before the server has confirmed it. Waits for the server's response.
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
  await expect(page.getByRole("status").filter({ hasText: "Undone. Northquay Systems is in Applied." })).toBeVisible();
  await page.keyboard.press("z");
  await expect(page.getByRole("status").filter({ hasText: "Nothing to undo." })).toBeVisible();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
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
  consoleErrors.allow(/status of 409|ERR_FAILED/);
  // The page does not receive this change before it sends its own.
  await page.route(/\/events\?|refresh_board/, (route) => route.abort());
  await page.reload();
  await waitForHydration(page, true);
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

const main = (page) => page.getByRole("navigation", { name: "Main" });

test("a change can be undone on the next page", async ({ page }) => {
  await drag(page, card(stage(page, "Applied"), "Northquay Systems"), stage(page, "Offer"));
  // Immediately, before the response arrives.
  await main(page).getByRole("link", { name: "Metrics" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Metrics" })).toBeVisible();
  const toast = page.getByRole("status").filter({ hasText: "Northquay Systems moved to Offer." });
  await expectAccessible(page);
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Board" })).toBeVisible();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Undone. Northquay Systems is in Applied." })).toBeVisible();

  // A second undo does not redo the change.
  await waitForHydration(page, true);
  await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(0);
  await page.keyboard.press("z");
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
});

test("changes in quick succession are all saved when the page is left", async ({ page }) => {
  for (const key of ["3", "4", "5"]) {
    await card(page, "Northquay Systems").focus();
    await page.keyboard.press("m");
    await page.keyboard.press(key);
  }
  await main(page).getByRole("link", { name: "Metrics" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Metrics" })).toBeVisible();
  await main(page).getByRole("link", { name: "Board" }).click();
  await expect(card(stage(page, "Offer"), "Northquay Systems")).toBeVisible();
});

test("theme, focus and scroll position survive navigation", async ({ page, user }) => {
  const menu = await openUserMenu(page, user);
  await menu.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "jobhax-dark");
  await page.keyboard.press("Escape");

  const settings = main(page).getByRole("link", { name: "Settings" });
  await settings.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "jobhax-dark");
  await expect(settings).toBeFocused();
  await page.setViewportSize({ width: 1440, height: 500 });
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Keyboard" }).click();
  await expect(page.getByRole("region", { name: "Keyboard" })).toBeVisible();
  await waitForHydration(page, true);
  await page.locator("#page-body").evaluate((body) => body.scrollTo({ top: 400, behavior: "instant" }));

  await main(page).getByRole("link", { name: "Import" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Import" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await expect.poll(() => page.locator("#page-body").evaluate((body) => body.scrollTop)).toBe(400);
});

test("a page without its module works as without JavaScript and reports it once", async ({ page, consoleErrors }) => {
  consoleErrors.allow(/ERR_FAILED|Failed to fetch/);
  await page.route(/\/pkg\/.*\.wasm$/, (route) => route.abort());
  await page.reload();
  const message = page.getByText("Reload the page to see it.");
  await expect(message).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Move or close Northquay Systems" }).click();
  const menu = page.locator("section.move-sheet");
  await menu.getByRole("button", { name: /^Phone Screen/ }).click();
  await expect(card(stage(page, "Phone Screen"), "Northquay Systems")).toBeVisible();
  await expect(message).toBeHidden();

  await page.unroute(/\/pkg\/.*\.wasm$/);
  await page.reload();
  await waitForHydration(page, true);
});

test("a chart without its script is replaced by its numbers", async ({ page, consoleErrors }) => {
  consoleErrors.allow(/ERR_FAILED|Failed to fetch/);
  await addApplication(page, "Copper Kettle", "Data Scientist");
  await page.route(/\/pkg\/charts.*\.js$/, (route) => route.abort());
  await page.goto(page.url().replace(/board$/, "metrics"));
  await expect(page.getByRole("table", { name: "Applications by month and source" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Applications by stage" })).toBeVisible();
  await expectAccessible(page);
});

test("pages before sign-in load no module", async ({ page }) => {
  await page.context().clearCookies();
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  for (const path of ["/", "/register", "/sign-in", "/sign-in/organization", "/forgot-password", "/reset-password?token=x", "/activate?token=x"]) {
    await page.goto(path, { waitUntil: "networkidle" });
  }
  expect(requests.filter((path) => /\.(wasm|js)$/.test(path))).toEqual([]);
});

test("registering stores the browser's time zone", async ({ page }) => {
  await page.goto(page.url().replace(/board$/, "settings/profile"));
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Berlin");
});

test("a change that fails while a link waits stays on the board and says why", async ({ page, consoleErrors }) => {
  consoleErrors.allow(/status of 503/);
  await page.route(/_fn\/jobapps\/move_stage/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.fulfill({ status: 503, contentType: "application/json", body: '{"code":"unavailable","detail":"Try again shortly."}' });
  });
  await card(page, "Northquay Systems").focus();
  await page.keyboard.press("m");
  await page.keyboard.press("5");
  await main(page).getByRole("link", { name: "Metrics" }).click();
  await expect(page.getByRole("alert")).toContainText("Couldn't move Northquay Systems.");
  await expect(page.getByRole("heading", { level: 1, name: "Board" })).toBeVisible();
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
});

test("text typed in a dialog before the module is loaded is kept", async ({ page }) => {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(/\/pkg\/.*\.wasm$/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(`${page.url()}?add=`);
  const dialog = page.getByRole("dialog", { name: "Add an application" });
  await dialog.getByLabel("Company").fill("Copper Kettle");
  await dialog.getByLabel("Job title").pressSequentially("Data ");
  release();
  await waitForHydration(page, true);
  await expect(dialog.getByLabel("Job title")).toBeFocused();
  await page.keyboard.type("Scientist");
  await expect(dialog.getByLabel("Job title")).toHaveValue("Data Scientist");
  await expect(dialog.getByLabel("Company")).toHaveValue("Copper Kettle");
});

test("files chosen before the module is loaded are imported", async ({ page }) => {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(/\/pkg\/.*\.wasm$/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(page.url().replace(/board$/, "import"));
  await expect(page.getByRole("button", { name: "Import files" })).toBeVisible();
  await page.locator('input[type="file"]').setInputFiles(confirmations());
  release();
  await expect(page.getByRole("region", { name: "Finished import" })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("button", { name: "Import files" })).toBeHidden();
});

test("an import works without its module", async ({ page, consoleErrors }) => {
  consoleErrors.allow(/ERR_FAILED|Failed to fetch/);
  await page.route(/\/pkg\/.*\.wasm$/, (route) => route.abort());
  await page.goto(page.url().replace(/board$/, "import"));
  await page.locator('input[type="file"]').setInputFiles(confirmations());
  await page.getByRole("button", { name: "Import files" }).click();
  await expect(page).toHaveURL(/\/import\?import=/);
});

test("a form that was rejected is not shown to the next user of the browser", async ({ page, user }) => {
  const slug = new URL(page.url()).pathname.split("/")[2];
  const rejected = await page.request.post("/_fn/jobapps/add", {
    form: { slug, company: "Only for Ada", job_title: "" },
    headers: { Accept: "text/html", Origin: new URL(page.url()).origin },
    maxRedirects: 0,
  });
  expect(rejected.status()).toBe(303);
  await signOut(page, user);
  await register(page, { ...user, email: `ben.${user.email}` }, true);
  expect(await page.content()).not.toContain("Only for Ada");
});
