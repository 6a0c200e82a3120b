// The page on which programmers read and try the API. Swagger UI draws it, and only with scripts.
import { expect, expectReadable, test } from "../support/test.js";

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the API can be read", async ({ page, scripted }) => {
      await page.goto("/api/docs");
      if (!scripted) {
        await expect(page.getByRole("link", { name: "openapi.json" })).toBeVisible();
        return;
      }
      for (const name of ["get_jobapps", "add_jobapp"]) {
        const operation = page.locator(`#operations-jobapps-${name}`);
        await operation.locator(".opblock-summary-control").click();
        await expect(operation.locator(".microlight").first()).toBeVisible();
      }
      await expectReadable(page);
    });
  });
}
