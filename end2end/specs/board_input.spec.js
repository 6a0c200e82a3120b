// The board by keyboard, by touch, and before its module is ready. Where the focus is after each step.
import { addApplication, card, expect, register, stage, test, waitForHydration } from "../support/test.js";

const COMPANY = "Northquay Systems";

test.beforeEach(async ({ page, user }) => {
  await register(page, user, true);
  await addApplication(page, COMPANY, "Site Reliability Engineer");
});

// Holds the module back. The returned function lets it through.
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

// The link that the button of a card leads to without a script.
async function openSheet(page) {
  const id = await card(page, COMPANY).getAttribute("data-card");
  await page.goto(`${boardUrl(page)}?card=${id}`);
  await waitForHydration(page, true);
  return page.getByRole("region", { name: "Move or close" });
}

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
