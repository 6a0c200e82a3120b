// Groups and cohort metrics in the demo organization, as its coach: with and without JavaScript.
import { expect, expectAccessible, test } from "../support/test.js";

async function openDemo(page) {
  await page.goto("/");
  await page.getByRole("button", { name: "Try it as a coach" }).click();
  await expect(page).toHaveURL(/\/w\/harbor-academy-[\w]+\/clients$/);
  return new URL(page.url()).pathname.replace(/\/clients$/, "");
}

test("the coach of the demo organization sees clients, groups and the cohort", async ({ page }) => {
  const workspace = await openDemo(page);
  await expect(page.getByRole("row")).toHaveCount(3);
  await page.goto(`${workspace}/cohort`);
  await expect(page.getByRole("heading", { name: "Applications by month" })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Group").selectOption({ label: "Evening class" });
  // With JavaScript, the page script may submit the form automatically.
  const show = page.getByRole("button", { name: "Show" });
  if (!/group=[\w-]{36}/.test(page.url())) await show.click();
  await expect(page.getByRole("heading", { name: "Too few people to show" })).toBeVisible();
  await expect(page.getByText("at least five people")).toBeVisible();
});

test("the coach adds, fills, renames and deletes a group", async ({ page }) => {
  const workspace = await openDemo(page);
  await page.goto(`${workspace}/groups`);
  await expectAccessible(page);
  await page.locator("#new-group").fill("Night owls");
  await page.getByRole("button", { name: "Add group" }).click();
  await expect(page.getByRole("heading", { name: "Night owls" })).toBeVisible();
  await page.getByLabel("Bea Lindgren").check();
  await page.getByLabel("Hugo Marchetti").check();
  await page.getByRole("button", { name: "Save members" }).click();
  await expect(page.getByLabel("Bea Lindgren")).toBeChecked();
  await expect(page.getByRole("listitem").filter({ hasText: "Night owls" })).toContainText("2 members");
  await expectAccessible(page);
  await page.locator("#group-name").fill("autumn COURSE");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByText("Another group has this name")).toBeVisible();
  await page.locator("#group-name").fill("Early birds");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { name: "Early birds" })).toBeVisible();
  await page.getByText("Delete group").click();
  await page.getByRole("button", { name: "Delete Early birds" }).click();
  await expect(page.getByRole("link", { name: "Early birds" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Autumn course" })).toBeVisible();
});

test("groups and the cohort fit on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const workspace = await openDemo(page);
  for (const name of ["groups", "cohort"]) {
    await page.goto(`${workspace}/${name}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, name).toBeLessThanOrEqual(0);
  }
});
