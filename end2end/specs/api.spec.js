// The API documentation. Swagger UI renders it, which requires JavaScript.
import { expect, expectContrast, test } from "../support/test.js";

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the API documentation is readable", async ({ page, jsEnabled }) => {
      await page.goto("/api/docs");
      if (!jsEnabled) {
        await expect(page.getByRole("link", { name: "openapi.json" })).toBeVisible();
        return;
      }
      for (const name of ["get_jobapps", "add_jobapp"]) {
        const operation = page.locator(`#operations-jobapps-${name}`);
        await operation.locator(".opblock-summary-control").click();
        await expect(operation.locator(".microlight").first()).toBeVisible();
      }
      await expectContrast(page);
    });
  });
}
