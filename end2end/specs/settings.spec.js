// The sections of the settings: navigation, theme and keyboard shortcuts.
import { expect, expectAccessible, goTo, openDemo, register, stage, waitForHydration, test } from "../support/test.js";

const navigation = (page) => page.getByRole("navigation", { name: "Settings" });
const SECTIONS = [
  "Profile", "Password", "Sessions", "Sign-in methods", "Notifications", "Appearance", "Keyboard", "Mailboxes", "Calendar", "API keys",
  "Webhooks", "Stages", "No response", "Audit log", "Usage", "Deleted applications", "Your data", "Delete account",
];

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("every section has a page of its own", async ({ page, user, jsEnabled }) => {
      await register(page, user, jsEnabled);
      await goTo(page, "Settings");
      await expect(navigation(page).getByRole("link")).toHaveText(SECTIONS);
      for (const name of SECTIONS) {
        await navigation(page).getByRole("link", { name, exact: true }).click();
        await expect(page).toHaveTitle(new RegExp(`^${name} · Settings · `));
        await expect(navigation(page).getByRole("link", { name, exact: true })).toHaveAttribute("aria-current", "page");
        await expect(page.getByRole("region", { name, exact: true })).toBeVisible();
        await expectAccessible(page);
      }
    });
  });
}

test("phones show the list of sections first", async ({ page, user, jsEnabled }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await register(page, user, jsEnabled);
  await goTo(page, "Settings");
  await expect(page.getByRole("region", { name: "Profile" })).toBeHidden();
  await expectAccessible(page);
  await navigation(page).getByRole("link", { name: "Password" }).click();
  await expect(page.getByRole("region", { name: "Password" })).toBeVisible();
  await expect(navigation(page)).toBeHidden();
  await expectAccessible(page);
  await page.getByRole("link", { name: "All settings" }).click();
  await expect(navigation(page)).toBeVisible();
});

test("a demo account has no password to change", async ({ page, jsEnabled }) => {
  await openDemo(page, jsEnabled);
  await page.goto(page.url().replace(/board$/, "settings/password"));
  await expect(page.getByRole("region", { name: "Demo" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Password" })).toHaveCount(0);
});

test("an API key is shown once and can be revoked", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await page.goto(page.url().replace(/board$/, "settings/api-keys"));
  await waitForHydration(page, jsEnabled);
  await expect(page.getByRole("region", { name: "API keys" }).getByRole("link", { name: "API documentation" })).toBeVisible();
  await page.getByLabel("Name").fill("Nightly export");
  await page.getByRole("group", { name: "Applications" }).getByRole("checkbox", { name: "jobapps:read" }).check();
  await page.getByRole("button", { name: "Create key" }).click();
  const secret = page.getByLabel("API key", { exact: true });
  await expect(secret).toHaveValue(/^jhx_[0-9A-Za-z]{49}$/);
  await expect(page).toHaveURL(/settings\/api-keys$/);
  await expectAccessible(page);
  const response = await page.request.get("/api/jobapps/get_jobapps", { headers: { Authorization: `Bearer ${await secret.inputValue()}` } });
  expect(response.status()).toBe(200);
  await page.goto(page.url());
  await expect(secret).toHaveCount(0);
  await page.getByRole("listitem").filter({ hasText: "Nightly export" }).getByText("Revoke", { exact: true }).click();
  await page.getByRole("button", { name: "Revoke key Nightly export" }).click();
  await expect(page.getByText("Revoked. Apps with this key no longer have access.")).toBeVisible();
  await expect(page.getByText("You have no API keys here.")).toBeVisible();
});

test("a webhook is added, tested, rotated and deleted", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await page.goto(page.url().replace(/board$/, "settings/webhooks"));
  await waitForHydration(page, jsEnabled);
  await page.getByLabel("URL").fill("https://10.0.0.1/hook");
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await expect(page.getByText("Choose at least one type of event.")).toBeVisible();
  await page.getByRole("checkbox", { name: "jobapp.*" }).check();
  await page.getByRole("button", { name: "Add endpoint" }).click();
  await expect(page.getByText("Use an https URL on port 443 whose host is on the public internet.")).toBeVisible();
  // This host name does not resolve, so no event is sent.
  await page.getByLabel("URL").fill("https://jobhax.invalid/hook");
  await page.getByLabel("Description").fill("Slack notifier");
  await page.getByRole("checkbox", { name: "jobapp.*" }).check();
  await page.getByRole("button", { name: "Add endpoint" }).click();
  const secret = page.getByLabel("Signing secret");
  await expect(secret).toHaveValue(/^whsec_[0-9A-Za-z+/]{43}=$/);
  await expect(page).toHaveURL(/settings\/webhooks\?endpoint=[0-9a-f-]{36}$/);
  await expectAccessible(page);
  const first = await secret.inputValue();
  await page.getByRole("button", { name: "Send test event" }).click();
  await expect(page.getByText("The test event is on its way.")).toBeVisible();
  await expect(secret).toHaveCount(0);
  const delivery = page.getByRole("listitem").filter({ hasText: "webhook.test" });
  // A script updates the list.
  await expect(async () => {
    if (!jsEnabled) await page.goto(page.url());
    await expect(delivery).toContainText("1 attempt,", { timeout: jsEnabled ? 30_000 : 500 });
  }).toPass();
  await delivery.getByText("webhook.test").first().click();
  await expect(delivery.getByLabel("Body of the request")).toContainText('"type":"webhook.test"');
  await expectAccessible(page);
  await page.getByRole("button", { name: "Rotate secret" }).click();
  await expect(secret).not.toHaveValue(first);
  await expect(page.getByText(/Events are signed with two secrets until/)).toBeVisible();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await expect(page.getByText("Disabled. The endpoint gets no events.")).toBeVisible();
  await expect(delivery).toContainText("Failed");
  await page.getByText("Delete endpoint", { exact: true }).click();
  await page.getByRole("button", { name: "Delete endpoint now" }).click();
  await expect(page.getByText("Deleted. The endpoint gets no more events.")).toBeVisible();
  await expect(page.getByText("You have no webhooks here.")).toBeVisible();
});

test("the theme is chosen in the settings", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await page.goto(page.url().replace(/board$/, "settings/appearance"));
  await waitForHydration(page, jsEnabled);
  await page.getByRole("main").getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "jobhax-dark");
  await expect(page.getByRole("main").getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL(/settings\/appearance$/);
});

test("shortcuts of single keys can be turned off", async ({ page, jsEnabled }) => {
  await openDemo(page, jsEnabled);
  const board = page.url();
  await page.goto(board.replace(/board$/, "settings/keyboard"));
  await page.getByRole("button", { name: "Turn shortcuts off" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Turn shortcuts on" })).toBeVisible();
  if (!jsEnabled) return;

  await page.goto(board);
  await waitForHydration(page, jsEnabled);
  const first = stage(page, "To Apply").getByRole("article").first();
  await first.focus();
  await page.keyboard.press("c");
  await page.keyboard.press("m");
  await page.keyboard.press("x");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.locator(".select-box:checked")).toHaveCount(0);
  await page.keyboard.press("ArrowDown");
  await expect(first).not.toBeFocused();
});
