// A preview shows the changes of an import before they are applied.
import { card, expect, expectAccessible, goTo, register, stage, test, waitForHydration } from "../support/test.js";
import { unclearRejection } from "../support/mailbox.js";

async function preview(page, user, jsEnabled) {
  await register(page, user, jsEnabled);
  await goTo(page, "Import");
  await waitForHydration(page, jsEnabled);
  await page.getByRole("checkbox", { name: "Show me a preview first" }).first().check();
  await page.locator('input[type="file"]').setInputFiles(unclearRejection());
  if (jsEnabled) {
    await page.getByRole("link", { name: "See the preview" }).click({ timeout: 30_000 });
  } else {
    await page.getByRole("button", { name: "Import files" }).click();
  }
  await expect(page.getByRole("heading", { name: "Nothing has changed yet" })).toBeVisible({ timeout: 30_000 });
}

test("a preview lists the effects of an import, and is applied", async ({ page, user, jsEnabled }) => {
  await preview(page, user, jsEnabled);
  await expectAccessible(page);
  const tabs = page.getByRole("navigation", { name: "What the import would do" });
  await tabs.getByRole("link", { name: "To review" }).click();
  const findings = page.getByRole("main").getByRole("listitem").filter({ hasText: "Moss" });
  await expect(findings).toHaveCount(1);
  await expect(findings.locator("mark").first()).toContainText("not to move forward");

  await goTo(page, "Board");
  await expect(page.getByRole("heading", { name: "Board" })).toBeVisible();
  await expect(page.getByRole("article")).toHaveCount(0);
  await page.goBack();

  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Import finished" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("link", { name: "Open the board" }).click();
  await waitForHydration(page, jsEnabled);
  await expect(card(stage(page, "Applied"), "Baker Moss")).toBeVisible();
});

test("a preview is discarded", async ({ page, user, jsEnabled }) => {
  await preview(page, user, jsEnabled);
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("heading", { name: "Preview discarded" })).toBeVisible();
  await goTo(page, "Board");
  await expect(page.getByRole("article")).toHaveCount(0);
});
