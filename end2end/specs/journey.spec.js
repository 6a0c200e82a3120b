// The first steps of a new user: register, import email, use the board, see the metrics.
import { card, expect, expectAccessible, goTo, register, waitForHydration, stage, test } from "../support/test.js";
import { confirmations } from "../support/mailbox.js";

// Uploads a file on the import page. With JavaScript, choosing it is enough.
async function upload(page, file, jsEnabled) {
  await page.locator('input[type="file"]').setInputFiles(file);
  if (!jsEnabled) await page.getByRole("button", { name: "Import files" }).click();
  await expect(page).toHaveURL(/\/import\?import=/);
  const result = page.getByRole("region", { name: "Finished import" });
  await expect(result).toBeVisible({ timeout: 30_000 });
  return result;
}

test("register, import, board, move, metrics", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await expect(page.getByRole("heading", { name: "Import your job search" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "Import email" }).click();
  const first = await upload(page, confirmations(), jsEnabled);
  await expect(first).toContainText("3 new applications on your board.");
  await expect(first.getByRole("definition").first()).toHaveText("5");
  await expectAccessible(page);

  const again = await test.step("importing the same file again adds nothing", async () => {
    await goTo(page, "Board");
    await goTo(page, "Import");
    return upload(page, confirmations(), jsEnabled);
  });
  await expect(again).toContainText("Nothing new");

  await again.getByRole("link", { name: "Open the board" }).click();
  await waitForHydration(page, jsEnabled);
  const applied = stage(page, "Applied");
  await expect(applied.getByRole("article")).toHaveCount(3);
  await expect(card(applied, "Senior Data Engineer Tideline Analytics")).toContainText("LinkedIn");
  await expect(card(applied, "Northquay Systems")).toBeVisible();
  await expect(card(applied, "Mühlenhof Energie")).toBeVisible();
  await expectAccessible(page);

  await test.step("move with the menu", async () => {
    await page.getByRole("button", { name: "Move or close Northquay Systems" }).click();
    const menu = page.locator("#card-menu:popover-open, section.move-sheet");
    await expectAccessible(page);
    const response = page.waitForResponse(/_fn\/jobapps\/move_stage/);
    await menu.getByRole("button", { name: /^Phone Screen/ }).click();
    await response;
    await expect(page.getByRole("status").filter({ hasText: "Northquay Systems moved to Phone Screen" })).toBeVisible();
    await expect(card(stage(page, "Phone Screen"), "Northquay Systems")).toHaveCount(1);
    await expect(applied.getByRole("article")).toHaveCount(2);
  });

  await test.step("the move is still there after a reload", async () => {
    await page.reload();
    await waitForHydration(page, jsEnabled);
    await expect(card(stage(page, "Phone Screen"), "Northquay Systems")).toHaveCount(1);
  });

  await test.step("close as rejected and undo", async () => {
    await page.getByRole("button", { name: "Move or close Mühlenhof Energie" }).click();
    await page.locator("#card-menu:popover-open, section.move-sheet").getByRole("button", { name: /^Rejected/ }).click();
    await expect(card(applied, "Mühlenhof Energie")).toHaveCount(0);
    await expect(applied.locator("summary", { hasText: "Closed" })).toBeAttached();
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(card(applied, "Mühlenhof Energie")).toHaveCount(1);
  });

  await test.step("the metrics are up to date", async () => {
    await goTo(page, "Metrics");
    await expect(page.getByText("You applied 3 times.")).toBeVisible();
    const figure = page.getByRole("figure").filter({ hasText: "Applications by stage" });
    if (jsEnabled) await figure.locator("summary", { hasText: "Numbers" }).click();
    const row = (name) =>
      jsEnabled ? figure.getByRole("row", { name: new RegExp(`^${name} `) }) : figure.locator(".bar-row").filter({ hasText: name });
    await expect(row("Applied")).toContainText("2");
    await expect(row("Phone Screen")).toContainText("1");
    if (jsEnabled) await expect(figure.locator("svg text").first()).toBeAttached();
    else await expect(page.getByRole("table", { name: "Applications by month and source" })).toBeVisible();
    await expectAccessible(page);
  });
});

test("on a phone the board starts at the first stage with applications", async ({ page, user, jsEnabled, isMobile }) => {
  test.skip(!isMobile, "desktops show all stages");
  await register(page, user, jsEnabled);
  await page.getByRole("link", { name: "Import email" }).click();
  const result = await upload(page, confirmations(), jsEnabled);
  await result.getByRole("link", { name: "Open the board" }).click();
  await waitForHydration(page, jsEnabled);
  await expect(stage(page, "Applied").getByRole("article").first()).toBeInViewport({ ratio: 0.9 });
  if (jsEnabled) {
    const tabs = page.getByRole("navigation", { name: "Stages" });
    await expect(tabs.getByRole("link", { name: /Applied/ })).toHaveAttribute("aria-current", "true");
  }
});
