// The API documentation: readable without JavaScript, with a filter and a form that sends requests with the user's own key.
import { expect, expectAccessible, test } from "../support/test.js";

const operation = (page, name) => page.locator(`section#${name}`);

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the API documentation is readable", async ({ page }) => {
      for (const path of ["/api/docs", "/api/docs/tasks", "/api/docs/webhooks", "/api/docs/problems"]) {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expectAccessible(page);
      }
    });
  });
}

test("an operation has its fields, samples in three languages and links to its errors", async ({ page, jsEnabled }) => {
  await page.goto("/api/docs/jobapps#add_jobapp");
  const add = operation(page, "add_jobapp");
  await expect(add.getByRole("heading", { name: "Add an application" })).toBeInViewport();
  await expect(add.getByText("jobapps:write")).toBeVisible();
  await expect(add.locator(".sample[data-language=Shell]")).toContainText("curl");
  await add.getByText("Rust", { exact: true }).click();
  await expect(add.locator(".sample[data-language=Rust]")).toBeVisible();
  await expect(add.locator(".sample[data-language=Shell]")).toBeHidden();
  if (jsEnabled) {
    await page.goto("/api/docs/tasks");
    await expect(operation(page, "add_task").locator(".sample[data-language=Rust]")).toBeVisible();
    await page.goto("/api/docs/jobapps");
  }
  await add.getByRole("link", { name: "quota_exceeded" }).click();
  await expect(page).toHaveURL(/\/api\/docs\/problems#quota_exceeded$/);
});

test("the filter finds an operation", async ({ page, jsEnabled }) => {
  test.skip(!jsEnabled, "the filter needs JavaScript");
  await page.goto("/api/docs");
  await page.getByLabel("Find an operation").fill("endpoint add");
  await expect(page.getByText(/^\d+ found$/)).toBeAttached();
  await page.getByLabel("Find an operation").press("Enter");
  await expect(page).toHaveURL(/\/api\/docs\/webhooks#add_endpoint$/);
});

test("the filter finds a section of the guide from another page", async ({ page, jsEnabled }) => {
  test.skip(!jsEnabled, "the filter needs JavaScript");
  await page.goto("/api/docs/tasks");
  await expect(page.getByRole("link", { name: "Idempotency", exact: true })).toBeHidden();
  for (const [word, section] of [["download", "Clients"], ["typescript", "Clients"], ["retry", "Retries"], ["webhook retry", "Retries"], ["nonsense", "Stability"]]) {
    await page.getByLabel("Find an operation").fill(word);
    const link = page.locator(".side").getByRole("link", { name: section, exact: true });
    await expect(link).toBeVisible({ visible: word !== "nonsense" });
  }
  await page.getByLabel("Find an operation").fill("idempotency_key_in_use");
  await page.getByRole("link", { name: "Idempotency", exact: true }).click();
  await expect(page).toHaveURL(/\/api\/docs#idempotency$/);
  await page.getByLabel("Find an operation").fill("rate_limited");
  await page.locator(".side").getByRole("link", { name: "rate_limited", exact: true }).click();
  await expect(page).toHaveURL(/\/api\/docs\/problems#rate_limited$/);
  // A section with the word in its title comes before sections with the word in their text.
  await page.goto("/api/docs/tasks");
  await page.getByLabel("Find an operation").fill("idempotency");
  await page.getByLabel("Find an operation").press("Enter");
  await expect(page).toHaveURL(/\/api\/docs#idempotency$/);
});

test("no page of the documentation scrolls sideways on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ["/api/docs", "/api/docs/jobapps", "/api/docs/webhooks", "/api/docs/metrics", "/api/docs/problems"]) {
    await page.goto(path);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(excess, path).toBe(0);
  }
});

test("the button that copies covers no code on a phone", async ({ page, jsEnabled }) => {
  test.skip(!jsEnabled, "copying needs JavaScript");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/api/docs");
  const sample = page.locator(".code").first();
  const button = await sample.getByRole("button", { name: "Copy" }).boundingBox();
  const code = await sample.locator("code").boundingBox();
  expect(button.y + button.height).toBeLessThanOrEqual(code.y);
});

test("a request is sent with one's own key", async ({ page, user, jsEnabled, baseURL, request }) => {
  test.skip(!jsEnabled, "sending needs JavaScript");
  const response = await request.post(`${baseURL}/api/users/register`, { data: { email: user.email, password: user.password } });
  const { access_token: token } = (await response.json()).data;
  await page.goto("/api/docs/tasks");
  const add = operation(page, "add_task");
  await add.getByText("Try it", { exact: true }).click();
  await add.getByLabel("API key or access token").fill(token);
  await add.getByLabel("Body").fill('{"title": "Read the contract"}');
  await add.getByRole("button", { name: "Send POST" }).click();
  await expect(add.getByText(/^201 Created · \d+ ms$/)).toBeVisible();
  await expect(add.getByRole("status")).toContainText('"title": "Read the contract"');
  await expect(add.getByRole("status")).not.toContainText(token);
  // The key is kept in this tab across reloads.
  await page.reload();
  const list = operation(page, "get_tasks");
  await list.getByText("Try it", { exact: true }).click();
  await list.getByRole("button", { name: "Send GET" }).click();
  await expect(list.getByText(/^200 OK/)).toBeVisible();
  await expect(list.getByRole("status")).toContainText("Read the contract");
});
