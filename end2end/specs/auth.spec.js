// Registering, signing in and out, and access without a session.
import { expect, expectAccessible, openDemo, openUserMenu, register, signOut, stage, test } from "../support/test.js";

async function fillSignIn(page, email, password) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("signing in returns to the page that required it", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  const board = page.url();
  await signOut(page, user);

  await page.goto(board);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await fillSignIn(page, user.email.toUpperCase(), user.password);
  await expect(page).toHaveURL(board);
  await expect(page.getByRole("heading", { name: "Import your job search" })).toBeVisible();
});

test("a wrong password and an unknown address show the same error", async ({
  page, user, jsEnabled, consoleErrors,
}) => {
  consoleErrors.allow(/status of 401/);
  await register(page, user, jsEnabled);
  await signOut(page, user);

  await page.goto("/sign-in");
  await fillSignIn(page, user.email, "not the password at all");
  const error = page.getByRole("alert");
  await expect(error).toBeVisible();
  const text = await error.innerText();
  await expect(page.getByLabel("Email")).toHaveValue(user.email);
  // The page stays open and keeps the password only with JavaScript.
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue(jsEnabled ? "not the password at all" : "");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
  await expectAccessible(page);

  await page.goto("/sign-in");
  await fillSignIn(page, `nobody.${user.email}`, user.password);
  await expect(page.getByRole("alert")).toHaveText(text);
});

test("a weak password shows an error at its field, and a second attempt succeeds", async ({
  page, user, jsEnabled, consoleErrors,
}) => {
  consoleErrors.allow(/status of 422/);
  await page.goto("/register");
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password", { exact: true }).fill("password");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Email")).toHaveValue(user.email);
  const password = page.getByLabel("Password", { exact: true });
  await expect(password).toHaveValue(jsEnabled ? "password" : "");
  await expect(password).toBeFocused();
  await expect(password).toHaveAccessibleDescription(/.+/);
  await expect(page.getByText("A sentence works well.")).toBeHidden();
  await expectAccessible(page);

  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
});

test("registering with a taken email shows an error with a link", async ({ page, user, jsEnabled, consoleErrors }) => {
  consoleErrors.allow(/status of 409/);
  await register(page, user, jsEnabled);
  await signOut(page, user);
  await page.goto("/register");
  await page.getByLabel("Email").fill(user.email.toUpperCase());
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText(/email address is already/)).toBeVisible();
  await expect(page).toHaveURL(/\/register/);
  await expectAccessible(page);
  await page.getByRole("link", { name: "Sign in instead" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the demo has applications in every stage and the time zone of the browser", async ({ page, jsEnabled }) => {
  await openDemo(page, jsEnabled);
  for (const name of ["To Apply", "Applied", "Phone Screen", "Onsite Interview"]) {
    await expect(stage(page, name).getByRole("article").nth(1)).toBeAttached();
  }
  await expect(stage(page, "Offer").getByRole("article").first()).toBeAttached();
  expect(await page.getByRole("article").count()).toBeGreaterThan(15);
  await page.goto(page.url().replace(/board$/, "settings/profile"));
  await expect(page.getByLabel("Time zone")).toHaveValue(jsEnabled ? "Europe/Berlin" : "UTC");
});

test("another user's workspace is not found", async ({ page, user, jsEnabled, browser, consoleErrors }) => {
  consoleErrors.allow(/status of 404/);
  await register(page, user, jsEnabled);
  const other = await browser.newPage({ baseURL: process.env.JOBHAX_URL, javaScriptEnabled: false });
  await openDemo(other, false);
  const theirs = other.url();
  await other.close();

  const response = await page.goto(theirs);
  expect(response.status()).toBe(404);
  await expect(page.getByRole("article")).toHaveCount(0);
});

test("the page for unknown addresses links to the home page", async ({ page, consoleErrors }) => {
  consoleErrors.allow(/status of 404/);
  const response = await page.goto("/no/such/page");
  expect(response.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Home page" }).click();
  await expect(page.getByRole("heading", { name: "Know where every application stands." })).toBeVisible();
});

test("the chosen theme is kept", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  const menu = await openUserMenu(page, user);
  // The script changes the page immediately, and a reload must not overtake the request that stores it.
  const stored = page.waitForResponse(/set_theme/);
  await menu.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", /dark/);
  await stored;
  expect(await background()).not.toBe(light);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", /dark/);
});

// Tested in a real browser, because URL parsers differ in how they interpret these URLs.
const hostileUrls = [
  "//evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "/\t/evil.example", "////evil.example",
  "/.//evil.example", "/ok/../..//evil.example", "https:evil.example", " //evil.example", "https://evil.example",
  "javascript:location='//evil.example'", "data:text/html,evil.example", "%2F%2Fevil.example",
];

test("signing in never leads to another site", async ({ page, user, jsEnabled, baseURL }) => {
  const requestedHosts = [];
  page.on("request", (request) => requestedHosts.push(new URL(request.url()).host));
  const ours = new URL(baseURL).host;
  await register(page, user, jsEnabled);
  for (const next of hostileUrls) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    expect(new URL(page.url()).host, next).toBe(ours);
  }
  for (const next of hostileUrls.slice(0, 4)) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await fillSignIn(page, user.email, user.password);
    await expect(page, next).toHaveURL(/\/w\/[^/]+\/board$/);
  }
  expect(requestedHosts.filter((host) => host !== ours)).toEqual([]);
});
