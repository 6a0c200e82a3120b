// From nothing to a board of real applications: what a newcomer does first.
import { card, expect, expectAccessible, goTo, register, settled, stage, test } from "../support/test.js";
import { receipts } from "../support/mailbox.js";

// Chooses a file on the import page. A script sends it at once, a plain form waits for its button.
async function upload(page, file, scripted) {
  await page.locator('input[type="file"]').setInputFiles(file);
  if (!scripted) await page.getByRole("button", { name: "Import files" }).click();
  await expect(page).toHaveURL(/\/import\?import=/);
  const done = page.getByRole("region", { name: "Finished import" });
  await expect(done).toBeVisible({ timeout: 30_000 });
  return done;
}

test("register, import, board, move, metrics", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  await expect(page.getByRole("heading", { name: "Import your job search" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("link", { name: "Import email" }).click();
  const first = await upload(page, receipts(), scripted);
  await expect(first).toContainText("3 new applications on your board.");
  await expect(first.getByRole("definition").first()).toHaveText("5");
  await expectAccessible(page);

  const again = await test.step("the same file again adds nothing", async () => {
    await goTo(page, "Board");
    await goTo(page, "Import");
    return upload(page, receipts(), scripted);
  });
  await expect(again).toContainText("Nothing new");

  await again.getByRole("link", { name: "Open the board" }).click();
  await settled(page, scripted);
  const applied = stage(page, "Applied");
  await expect(applied.getByRole("article")).toHaveCount(3);
  await expect(card(applied, "Senior Data Engineer Tideline Analytics")).toContainText("LinkedIn");
  await expect(card(applied, "Northquay Systems")).toBeVisible();
  await expect(card(applied, "Mühlenhof Energie")).toBeVisible();
  await expectAccessible(page);

  await test.step("move by the menu", async () => {
    await page.getByRole("button", { name: "Move or close Northquay Systems" }).click();
    const menu = page.locator("#card-menu:popover-open, section.move-sheet");
    await expectAccessible(page);
    const answered = page.waitForResponse(/_fn\/jobapps\/move_stage/);
    await menu.getByRole("button", { name: /^Phone Screen/ }).click();
    await answered;
    await expect(page.getByRole("status").filter({ hasText: "Northquay Systems moved to Phone Screen" })).toBeVisible();
    await expect(card(stage(page, "Phone Screen"), "Northquay Systems")).toHaveCount(1);
    await expect(applied.getByRole("article")).toHaveCount(2);
  });

  await test.step("it is still there after a reload", async () => {
    await page.reload();
    await settled(page, scripted);
    await expect(card(stage(page, "Phone Screen"), "Northquay Systems")).toHaveCount(1);
  });

  await test.step("close it as rejected and undo that", async () => {
    await page.getByRole("button", { name: "Move or close Mühlenhof Energie" }).click();
    await page.locator("#card-menu:popover-open, section.move-sheet").getByRole("button", { name: /^Rejected/ }).click();
    await expect(card(applied, "Mühlenhof Energie")).toHaveCount(0);
    await expect(applied.locator("summary", { hasText: "Closed" })).toBeAttached();
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await expect(card(applied, "Mühlenhof Energie")).toHaveCount(1);
  });

  await test.step("the numbers follow", async () => {
    await goTo(page, "Metrics");
    await expect(page.getByText("You applied 3 times.")).toBeVisible();
    const figure = page.getByRole("figure").filter({ hasText: "Applications by stage" });
    await figure.locator("summary", { hasText: "Numbers" }).click();
    const row = (name) => figure.getByRole("row", { name: new RegExp(`^${name} `) });
    await expect(row("Applied")).toContainText("2");
    await expect(row("Phone Screen")).toContainText("1");
    if (scripted) await expect(figure.locator("svg text").first()).toBeAttached();
    await expectAccessible(page);
  });
});

test("on a phone the board begins where something is", async ({ page, person, scripted, isMobile }) => {
  test.skip(!isMobile, "a desk shows all stages");
  await register(page, person, scripted);
  await page.getByRole("link", { name: "Import email" }).click();
  const done = await upload(page, receipts(), scripted);
  await done.getByRole("link", { name: "Open the board" }).click();
  await settled(page, scripted);
  await expect(stage(page, "Applied").getByRole("article").first()).toBeInViewport({ ratio: 0.9 });
  if (scripted) {
    const tabs = page.getByRole("navigation", { name: "Stages" });
    await expect(tabs.getByRole("link", { name: /Applied/ })).toHaveAttribute("aria-current", "true");
  }
});
