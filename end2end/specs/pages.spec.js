// Every page, light and dark, is accessible and causes no console errors.
import { expect, expectAccessible, goTo, openDemo, waitForHydration, test } from "../support/test.js";

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    for (const [path, heading] of [
      ["/", "Know where every application stands."],
      ["/register", "Create an account"],
      ["/sign-in", "Sign in"],
    ]) {
      test(path, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
        await expect(page).toHaveTitle(/JobHax/);
        await expectAccessible(page);
      });
    }

    test("a full workspace", async ({ page, jsEnabled }) => {
      await openDemo(page, jsEnabled);
      await expectAccessible(page);
      await page.getByRole("button", { name: /^Move or close/ }).first().click();
      await expectAccessible(page);
      await page.goto(page.url().split("?")[0]);
      await waitForHydration(page, jsEnabled);
      await page.getByRole("button", { name: "Add application" }).first().click();
      await expect(page.getByRole("dialog", { name: "Add an application" })).toBeVisible();
      await expectAccessible(page);
      await page.goto(page.url().split("?")[0]);
      await page.goto(page.url().replace(/board$/, "applications"));
      await waitForHydration(page, jsEnabled);
      await expectAccessible(page);
      await goTo(page, "Import");
      await expectAccessible(page);
      await goTo(page, "Metrics");
      if (jsEnabled) await expect(page.locator("figure svg text").first()).toBeAttached();
      await expectAccessible(page);
    });
  });
}
