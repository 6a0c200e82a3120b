// Keys of the pages of a workspace, and where the focus is after a form.
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

test("B leads from a selected application to what changes it", async ({ page }) => {
  await goTo(page, "Applications");
  await page.getByLabel(`Select ${COMPANY}`).check();
  await page.keyboard.press("b");
  await expect(page.getByRole("form", { name: "Selected applications" }).getByLabel("Tag", { exact: true })).toBeFocused();
});
