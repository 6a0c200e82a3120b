// Keyboard and touch input on the board, and input before its module is ready. Checks the focus after each step.
import { addApplication, card, expect, register, stage, test, waitForHydration } from "../support/test.js";

const COMPANY = "Northquay Systems";

test.beforeEach(async ({ page, user }) => {
  await register(page, user, true);
  await addApplication(page, COMPANY, "Site Reliability Engineer");
});

// Delays the module. The returned function releases it.
async function holdModule(page) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(/\/pkg\/.*\.wasm$/, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

const boardUrl = (page) => page.url().split("?")[0];

// The URL that a card's menu button opens without JavaScript.
async function openSheet(page) {
  const id = await card(page, COMPANY).getAttribute("data-card");
  await page.goto(`${boardUrl(page)}?card=${id}`);
  await waitForHydration(page, true);
  return page.getByRole("region", { name: "Move or close" });
}

test("the menu of a card returns the focus to the card", async ({ page }) => {
  await card(page, COMPANY).focus();
  await page.keyboard.press("m");
  await expect(page.getByRole("dialog", { name: "Move or close" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Move or close" })).toBeHidden();
  await expect(card(page, COMPANY)).toBeFocused();

  await page.keyboard.press("c");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Add an application" })).toBeHidden();
  await expect(card(page, COMPANY)).toBeFocused();

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card(page, COMPANY)).toBeFocused();
});

test("closing an application focuses the next card, or else its column", async ({ page }) => {
  await addApplication(page, "Copper Kettle", "Data Scientist");
  await expect(card(page, "Copper Kettle")).toBeFocused();
  await page.keyboard.press("m");
  await page.keyboard.press("r");
  await expect(card(page, COMPANY)).toBeFocused();
  await page.keyboard.press("m");
  await page.keyboard.press("r");
  await expect(stage(page, "Applied").getByRole("list").first()).toBeFocused();
  await page.keyboard.press("z");
  await expect(card(page, COMPANY)).toBeFocused();
});

test("a menu that the URL opens closes by Escape and by its button, and leaves the URL", async ({ page }) => {
  const board = boardUrl(page);
  for (const close of [(_) => page.keyboard.press("Escape"), (sheet) => sheet.getByRole("link", { name: "Cancel" }).click()]) {
    const sheet = await openSheet(page);
    await expect(sheet).toBeVisible();
    await close(sheet);
    await expect(sheet).toBeHidden();
    await expect(card(page, COMPANY)).toBeFocused();
    await expect(page).toHaveURL(board);
  }
  const sheet = await openSheet(page);
  await sheet.getByRole("button", { name: /^Offer/ }).click();
  await expect(card(stage(page, "Offer"), COMPANY)).toBeFocused();
  await expect(page).toHaveURL(board);
});

test("a dialog that the URL opens leaves the URL when it closes", async ({ page }) => {
  const board = boardUrl(page);
  const dialog = page.getByRole("dialog", { name: "Add an application" });
  for (const close of [() => page.keyboard.press("Escape"), () => dialog.getByRole("link", { name: "Close" }).click()]) {
    await page.goto(`${board}?add=`);
    await waitForHydration(page, true);
    await expect(dialog).toBeVisible();
    await close();
    await expect(dialog).toBeHidden();
    await expect(page).toHaveURL(board);
    await expect(page.locator("#add-application")).toBeFocused();
  }
});

test("keys in quick succession go where the focus will be", async ({ page }) => {
  await addApplication(page, "Copper Kettle", "Data Scientist");
  await card(page, COMPANY).focus();
  // All keys in one task, so that no frame is rendered in between, as on a slow machine.
  const type = (keys) =>
    page.evaluate(async (list) => {
      for (const key of list) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        // The browser runs microtasks after each event.
        await new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = resolve;
          port2.postMessage(null);
        });
      }
    }, keys);
  await page.evaluate(() => (globalThis.requestAnimationFrame = (callback) => setTimeout(callback, 1000)));
  await type(["m", "3", "m", "4", "m", "5"]);
  await expect(card(stage(page, "Offer"), COMPANY)).toBeVisible();
  await expect(card(stage(page, "Applied"), "Copper Kettle")).toBeVisible();
  await type(["h", "m", "1"]);
  await expect(card(stage(page, "To Apply"), "Copper Kettle")).toBeVisible();
  await expect(card(stage(page, "Offer"), COMPANY)).toBeVisible();
});

test("a second click on the menu button closes the menu", async ({ page }) => {
  const button = page.getByRole("button", { name: `Move or close ${COMPANY}` });
  const menu = page.getByRole("dialog", { name: "Move or close" });
  await button.click();
  await expect(menu).toBeVisible();
  await expect(button).toHaveAttribute("aria-expanded", "true");
  await button.click();
  await expect(menu).toBeHidden();
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await button.click();
  await expect(menu).toBeVisible();
});

test("the dialog for a new application opens without the errors of the last attempt", async ({ page, consoleErrors }) => {
  consoleErrors.allow(/status of 422/);
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "Add an application" });
  await dialog.getByLabel("Company").fill("Copper Kettle");
  await dialog.getByLabel("Job title").fill("Data Scientist");
  await dialog.getByLabel("Source").fill("Fair");
  await dialog.getByLabel("Link to the job posting").fill("ftp://example.org");
  await dialog.getByRole("button", { name: "Add application" }).click();
  const url = dialog.getByLabel("Link to the job posting");
  await expect(url).toHaveAttribute("aria-invalid", "true");
  await expect(url).toBeFocused();

  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await expect(dialog).toBeVisible();
  await expect(url).not.toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Company")).toHaveValue("Copper Kettle");
});

test("keys before the module is ready are not lost", async ({ page }) => {
  const dialog = page.getByRole("dialog", { name: "Add an application" });
  const menu = page.getByRole("dialog", { name: "Move or close" });
  const actions = [
    [() => page.keyboard.press("c"), dialog],
    [() => card(page, COMPANY).press("m"), menu],
  ];
  for (const [act, shown] of actions) {
    const release = await holdModule(page);
    await page.goto(boardUrl(page));
    await act();
    await expect(shown).toBeHidden();
    release();
    await expect(shown).toBeVisible();
    await page.unrouteAll({ behavior: "wait" });
  }
});

test("the list of keys needs no module", async ({ page }) => {
  const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  const release = await holdModule(page);
  await page.goto(boardUrl(page));
  await page.keyboard.press("?");
  await expect(shortcuts).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await expect(shortcuts).toBeVisible();
  release();
});

test("dragging before the module is ready selects no text", async ({ page }) => {
  const release = await holdModule(page);
  await page.goto(boardUrl(page));
  const box = await card(page, COMPANY).boundingBox();
  await page.mouse.move(box.x + 40, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + 200, box.y + 60, { steps: 5 });
  await page.mouse.up();
  expect(await page.evaluate(() => String(getSelection()))).toBe("");
  release();
  await waitForHydration(page, true);
});

test("a link that waits until changes are saved shows it", async ({ page }) => {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(/_fn\/jobapps\/move_stage/, async (route) => {
    await released;
    await route.continue();
  });
  await card(page, COMPANY).focus();
  await page.keyboard.press("m");
  await page.keyboard.press("5");
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Metrics" });
  await link.click();
  await expect(link).toHaveAttribute("aria-busy", "true");
  await page.keyboard.press("Escape");
  await expect(link).not.toHaveAttribute("aria-busy", "true");
  await link.click();
  release();
  await expect(page.getByRole("heading", { level: 1, name: "Metrics" })).toBeVisible();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("a card that is dropped in another column stays in view", async ({ page }) => {
    const source = card(stage(page, "Applied"), COMPANY);
    const box = await source.boundingBox();
    const touches = await page.context().newCDPSession(page);
    const touch = (type, x, y) =>
      touches.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
    const y = box.y + 20;
    await touch("touchStart", box.x + 60, y);
    await expect(page.locator(".drag-preview")).toBeVisible();
    const target = stage(page, "Phone Screen");
    // Holding the card at the edge of the screen scrolls the board.
    await touch("touchMove", 375, y);
    await expect.poll(async () => (await target.boundingBox()).x, { intervals: [30] }).toBeLessThan(120);
    await touch("touchMove", 200, y + 30);
    await touch("touchEnd");
    const moved = card(target, COMPANY);
    await expect(moved).toBeFocused();
    await expect(moved).toBeInViewport({ ratio: 0.9 });
    // It stays there once scrolling has ended.
    await page.waitForTimeout(600);
    await expect(moved).toBeInViewport({ ratio: 0.9 });
  });
});

test("X selects a card, Shift extends the selection, Escape clears it", async ({ page }) => {
  await addApplication(page, "Copper Kettle", "Data Scientist");
  const bar = page.getByRole("form", { name: "Selected applications" });
  await card(page, "Copper Kettle").focus();
  await page.keyboard.press("x");
  await expect(page.getByLabel("Select Copper Kettle")).toBeChecked();
  await expect(bar.getByRole("status")).toHaveText("1 selected");
  await page.keyboard.press("Shift+J");
  await expect(card(page, COMPANY)).toBeFocused();
  await expect(bar.getByRole("status")).toHaveText("2 selected");
  // A change of the board replaces its elements and keeps the selection.
  await page.keyboard.press("m");
  await page.keyboard.press("5");
  await expect(card(stage(page, "Offer"), COMPANY)).toBeVisible();
  await expect(page.getByLabel(`Select ${COMPANY}`)).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
});
