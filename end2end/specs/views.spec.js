// Saved views of the board, the table and the metrics.
import { expect, expectAccessible, openDemo, test, waitForHydration } from "../support/test.js";

const menu = (page) => page.locator("details.views-menu");

async function open(page) {
  await menu(page).locator("> summary").click();
}

test("a view is saved, renamed, replaced and deleted", async ({ page, jsEnabled }) => {
  await openDemo(page, jsEnabled);
  const workspace = new URL(page.url()).pathname.replace(/\/board$/, "");
  for (const [path, query] of [["board", "?outcome=open"], ["applications", "?sort=company"], ["metrics", "?from=2026-01-01"]]) {
    await page.goto(`${workspace}/${path}${query}`);
    await waitForHydration(page, jsEnabled);
    const shown = new URL(page.url()).search;
    await open(page);
    await menu(page).getByRole("textbox", { name: "Name of the view", exact: true }).fill(`My ${path}`);
    await expectAccessible(page);
    await menu(page).getByRole("button", { name: "Save view" }).click();
    await expect(page.getByText("View saved.")).toBeVisible();
    await expect(menu(page).locator("> summary")).toContainText(`My ${path}`);

    // Other pages have other views.
    await page.goto(`${workspace}/${path}`);
    await waitForHydration(page, jsEnabled);
    await open(page);
    await expect(menu(page).getByRole("listitem")).toHaveCount(1);
    await menu(page).getByRole("link", { name: `My ${path}` }).click();
    await expect(menu(page).locator("> summary")).toContainText(`My ${path}`);
    if (path !== "board") expect(new URL(page.url()).search).toBe(shown);

    await waitForHydration(page, jsEnabled);
    await open(page);
    await menu(page).getByLabel(`Change the view My ${path}`).click();
    await menu(page).getByRole("textbox", { name: `Name of the view My ${path}` }).fill("Renamed");
    await expectAccessible(page);
    await menu(page).getByRole("button", { name: "Rename" }).click();
    await expect(menu(page).locator("> summary")).toContainText("Renamed");
    await waitForHydration(page, jsEnabled);
    await open(page);
    await menu(page).getByLabel("Change the view Renamed").click();
    await menu(page).getByRole("button", { name: "Delete the view Renamed" }).click();
    await expect(menu(page).locator("> summary")).toContainText("Views");
  }
});
