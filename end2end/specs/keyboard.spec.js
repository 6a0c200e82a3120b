// Keyboard shortcuts of workspace pages, and the focus after a form.
import { addApplication, card, expect, expectAccessible, goTo, register, test } from "../support/test.js";

const COMPANY = "Northquay Systems";
const TITLE = "Site Reliability Engineer";

test.beforeEach(async ({ page, user, jsEnabled }) => {
  test.skip(!jsEnabled, "keys need a script");
  await register(page, user, jsEnabled);
  await addApplication(page, COMPANY, TITLE);
});

async function openApplication(page) {
  await card(page, COMPANY).click();
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
}

test("the list of keys opens on every page and returns the focus", async ({ page }) => {
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  for (const name of ["Applications", "Inbox", "Today"]) {
    await goTo(page, name);
    await page.getByRole("main").focus();
    await page.keyboard.press("?");
    await expect(list).toContainText("Not about a job");
    await page.keyboard.press("Escape");
    await expect(list).toBeHidden();
    await expect(page.getByRole("main")).toBeFocused();
  }
  await page.keyboard.press("?");
  await expectAccessible(page);
});

test("focus stays where a form of an application was sent", async ({ page }) => {
  await openApplication(page);
  await page.keyboard.press("n");
  await expect(page.getByLabel("Note", { exact: true })).toBeFocused();
  await page.keyboard.type("A call on Monday");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator(".note")).toHaveText("A call on Monday");
  await expect(page.locator("#add-note > summary")).toBeFocused();

  await page.keyboard.press("m");
  await expect(page.getByRole("dialog", { name: "Move to" }).getByRole("button", { name: /To Apply/ })).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Stage: Offer" })).toBeFocused();
  await page.keyboard.press("z");
  await expect(page.getByRole("button", { name: "Stage: Applied" })).toBeVisible();
  await page.keyboard.press("z");
  await expect(page.getByRole("status").filter({ hasText: "Nothing to undo." })).toBeVisible();
});

test("Esc closes a form without changes, and a note that is not saved asks before it is lost", async ({ page }) => {
  await openApplication(page);
  const note = page.getByLabel("Note", { exact: true });
  await page.keyboard.press("n");
  await page.keyboard.press("Escape");
  await expect(note).toBeHidden();
  await expect(page.locator("#add-note > summary")).toBeFocused();

  await page.keyboard.press("n");
  await page.keyboard.type("Not saved");
  await page.keyboard.press("Escape");
  await expect(note).toHaveValue("Not saved");
  const asked = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  await page.getByRole("link", { name: "Back to the board" }).click({ noWaitAfter: true });
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(note).toHaveValue("Not saved");
});

test("every text of an application that is not saved asks before it is lost, and none that is being sent", async ({ page }) => {
  await openApplication(page);
  const asked = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  const back = page.getByRole("link", { name: "Back to the board" });
  for (const [n, [summary, label]] of [["#edit-posting", "Text of the posting"], ["#edit-names", "Company"]].entries()) {
    await page.locator(`${summary} > summary`).click();
    const field = page.locator(summary).getByRole("textbox", { name: label });
    const before = await field.inputValue();
    await field.fill("Not saved");
    await back.click({ noWaitAfter: true });
    await expect.poll(() => asked.length, label).toBe(n + 1);
    await field.fill(before);
  }
  await page.locator("#edit-posting").getByLabel("Text of the posting").fill("The text");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator(".posting-content")).toContainText("The text");
  await back.click();
  await expect(page.getByRole("heading", { level: 1, name: "Board" })).toBeVisible();
  expect(asked).toHaveLength(2);
});

test("forms on Today are sent and closed by keys", async ({ page }) => {
  await goTo(page, "Today");
  const add = page.locator("#add-task");
  await add.locator("> summary").click();
  await expect(add.getByLabel("What to do")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(add.getByLabel("What to do")).toBeHidden();
  await expect(add.locator("> summary")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(add.getByLabel("What to do")).toBeFocused();
  await page.keyboard.type("Update the CV");
  await add.getByLabel("Due").fill("2026-01-05");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("region", { name: "Due" })).toContainText("Update the CV");
});

test("arrow keys move in every menu, and Esc returns to its button", async ({ page, user }) => {
  await goTo(page, "Applications");
  const views = page.locator("details.views-menu");
  await views.locator("> summary").click();
  await page.keyboard.type("Mine");
  await page.keyboard.press("Enter");
  await expect(page.getByText("View saved.")).toBeVisible();
  const main = page.getByRole("main");
  for (const [button, menu] of [
    [main.getByRole("button", { name: "CSV" }), page.getByRole("dialog", { name: "Export CSV" })],
    [page.locator(".workspace-switcher"), page.getByRole("dialog", { name: "Workspaces" })],
    [page.locator(".nav-user"), page.getByRole("dialog", { name: "Account" })],
    [views.locator("> summary"), views.locator(".view-list")],
  ]) {
    await button.click();
    const rows = menu.locator(".menu-row:visible");
    await expect(rows.first()).toBeFocused();
    await page.keyboard.press("ArrowUp");
    await expect(rows.last()).toBeFocused();
    await page.keyboard.press("Home");
    await expect(rows.first()).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(menu).toBeHidden();
    await expect(button).toBeFocused();
  }
});

test("B moves the focus from a selected application to the bar of changes", async ({ page }) => {
  await goTo(page, "Applications");
  await page.getByLabel(`Select ${COMPANY}`).check();
  await page.keyboard.press("b");
  await expect(page.getByRole("form", { name: "Selected applications" }).getByLabel("Tag", { exact: true })).toBeFocused();
});
