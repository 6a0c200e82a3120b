// The inbox asks about unclear emails; decisions can be undone.
import { addApplication, card, expect, expectAccessible, goTo, register, stage, test, waitForHydration } from "../support/test.js";
import { unclearRejection } from "../support/mailbox.js";

async function importUnclearRejection(page, user, jsEnabled) {
  await register(page, user, jsEnabled);
  await goTo(page, "Import");
  await page.locator('input[type="file"]').setInputFiles(unclearRejection());
  if (!jsEnabled) await page.getByRole("button", { name: "Import files" }).click();
  await expect(page.getByRole("region", { name: "Finished import" })).toContainText("1 email to review", { timeout: 30_000 });
}

test("an unclear rejection is assigned, and undone", async ({ page, user, jsEnabled }) => {
  await importUnclearRejection(page, user, jsEnabled);
  await page.getByRole("link", { name: "Review it" }).click();
  await expect(page.getByRole("heading", { name: "Inbox", level: 1 })).toBeVisible();
  await expectAccessible(page);
  const list = page.getByRole("navigation", { name: "Emails" });
  await expect(list.getByRole("link")).toContainText("Rejection? 2 applications fit");
  const reader = page.getByRole("region", { name: "Email" });
  await expect(reader).toContainText("We read this as a rejection");
  await expect(reader.locator("mark").first()).toContainText("not to move forward");

  const choices = reader.getByRole("group", { name: "Which application is it?" });
  await choices.getByRole("radio", { name: /Baker/ }).check();
  await reader.getByRole("button", { name: "Save decision" }).click();
  await expect(page.getByText("Rejection added to Moss, Baker.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Nothing to review" })).toBeVisible();

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Undone. Moss is in Applied.")).toBeVisible();
  await goTo(page, "Board");
  await waitForHydration(page, jsEnabled);
  await expect(card(stage(page, "Applied"), "Baker Moss")).toBeVisible();
  await expect(card(stage(page, "Applied"), "Florist Moss")).toBeVisible();
});

test("a confirmation is undone from the inbox", async ({ page, user, jsEnabled }) => {
  await importUnclearRejection(page, user, jsEnabled);
  await goTo(page, "Inbox");
  await page.getByRole("link", { name: "On your board" }).click();
  await page.getByRole("link", { name: /Thank you for applying/ }).first().click();
  const reader = page.getByRole("region", { name: "Email" });
  await expect(reader).toContainText("Added automatically to");
  await expectAccessible(page);
  await reader.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Undone. The email no longer changes anything.")).toBeVisible();
  await goTo(page, "Board");
  await waitForHydration(page, jsEnabled);
  await expect(stage(page, "Applied").getByRole("article")).toHaveCount(1);
});

test("an email is assigned to another application by its name", async ({ page, user, jsEnabled }) => {
  await importUnclearRejection(page, user, jsEnabled);
  await goTo(page, "Board");
  await addApplication(page, "Copper Kettle", "Data Scientist");
  await goTo(page, "Inbox");
  const reader = page.getByRole("region", { name: "Email" });
  const name = reader.getByLabel("Company or title of the other application");
  for (const [text, problem] of [["Nowhere", "No application matches “Nowhere”."], ["Moss", "Several applications match “Moss”."]]) {
    await name.fill(text);
    if (!jsEnabled) await reader.getByRole("radio", { name: "Another application" }).check();
    await expect(reader.getByRole("radio", { name: "Another application" })).toBeChecked();
    await reader.getByRole("button", { name: "Save decision" }).click();
    await expect(reader.getByRole("alert")).toContainText(problem);
    await expect(name).toHaveValue(text);
  }
  await expectAccessible(page);
  await name.fill("kettle");
  await reader.getByRole("button", { name: "Save decision" }).click();
  await expect(page.getByText("Rejection added to Copper Kettle, Data Scientist.")).toBeVisible();
});

test("keys move through the inbox and decide", async ({ page, user, jsEnabled }) => {
  test.skip(!jsEnabled, "keys need a script");
  await importUnclearRejection(page, user, jsEnabled);
  await goTo(page, "Inbox");
  await expect(page.getByRole("radio", { name: /Florist/ })).toBeChecked();
  await page.keyboard.press("2");
  await expect(page.getByRole("radio", { name: /Baker/ })).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Rejection added to Moss, Baker.")).toBeVisible();
  await page.keyboard.press("z");
  await expect(page.getByText("Undone. Moss is in Applied.")).toBeVisible();
});

test("an email that is dismissed with a key is as before when that is undone", async ({ page, user, jsEnabled }) => {
  test.skip(!jsEnabled, "keys need a script");
  await importUnclearRejection(page, user, jsEnabled);
  await goTo(page, "Inbox");
  await page.getByRole("link", { name: "On your board" }).click();
  const rows = page.getByRole("navigation", { name: "Emails" }).getByRole("link");
  await expect(rows).toHaveCount(2);
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toHaveAttribute("aria-current", "true");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("x");
  await expect(page.getByText("Marked as not about an application.")).toBeVisible();
  await expect(rows).toHaveCount(1);
  await page.keyboard.press("z");
  await expect(page.getByText("Undone. Moss is in Applied.")).toBeVisible();
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText("added automatically");
  await expect(rows.nth(1)).toHaveAttribute("aria-current", "true");
  await goTo(page, "Board");
  await waitForHydration(page, jsEnabled);
  await expect(stage(page, "Applied").getByRole("article")).toHaveCount(2);
});
