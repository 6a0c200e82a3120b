// Account settings: password reset, email verification, profile, sessions, export and deletion.
import { expect, expectAccessible, register, waitForHydration, test } from "../support/test.js";
import { findEmail, linkFrom } from "../support/outbox.js";

const NEW_PASSWORD = "seven quiet cats herd sheep";

async function signIn(page, email, password) {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function openSettings(page, jsEnabled, name) {
  const workspace = new URL(page.url()).pathname.match(/^\/w\/[^/]+/)[0];
  await page.goto(`${workspace}/settings/${name}`);
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await waitForHydration(page, jsEnabled);
}

const section = (page, name) => page.getByRole("region", { name, exact: true });

test("a forgotten password is reset by email", async ({ page, user, jsEnabled, browser, consoleErrors }) => {
  consoleErrors.allow(/status of 4(01|10|22)/);
  await register(page, user, jsEnabled);
  await openSettings(page, jsEnabled, "sessions");

  const visitor = await browser.newPage({ baseURL: process.env.JOBHAX_URL, javaScriptEnabled: jsEnabled });
  await visitor.goto("/sign-in");
  await visitor.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(visitor.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  if (jsEnabled) await visitor.waitForLoadState("networkidle");
  await expectAccessible(visitor);
  await visitor.getByLabel("Email").fill(user.email.toUpperCase());
  await visitor.getByRole("button", { name: "Send link" }).click();
  await expect(visitor.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await expectAccessible(visitor);

  const link = await linkFrom(findEmail("reset_password", user.email), "/reset-password");
  for (let times = 0; times < 2; times += 1) {
    // Opening the link does not consume its token.
    await visitor.goto(link);
    await expect(visitor.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
  }
  if (jsEnabled) await visitor.waitForLoadState("networkidle");
  await expectAccessible(visitor);
  await visitor.getByLabel("New password", { exact: true }).fill("password1234");
  await visitor.getByRole("button", { name: "Set password" }).click();
  await expect(visitor.getByLabel("New password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await visitor.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await visitor.getByRole("button", { name: "Set password" }).click();
  await expect(visitor.getByRole("heading", { name: "Password changed" })).toBeVisible();

  await visitor.goto(link);
  if (jsEnabled) await visitor.waitForLoadState("networkidle");
  await visitor.getByLabel("New password", { exact: true }).fill(`${NEW_PASSWORD} again`);
  await visitor.getByRole("button", { name: "Set password" }).click();
  await expect(visitor.getByRole("alert")).toContainText("already been used");

  // The first browser was signed out.
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn(page, user.email, user.password);
  await expect(page.getByRole("alert")).toBeVisible();
  await signIn(page, user.email, NEW_PASSWORD);
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
  await visitor.close();
});

test("the email address is verified by the button on the linked page", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await openSettings(page, jsEnabled, "profile");
  const settings = page.url();
  await expect(section(page, "Email")).toContainText("Not confirmed yet");
  await section(page, "Email").getByRole("button", { name: "Send email again" }).click();
  await expect(section(page, "Email")).toContainText("We sent you an email");

  await page.goto(await linkFrom(findEmail("verify_email", user.email), "/activate"));
  await expect(page.getByRole("heading", { name: "Confirm your email" })).toBeVisible();
  if (jsEnabled) await page.waitForLoadState("networkidle");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Email confirmed" })).toBeVisible();
  await page.goto(settings);
  await expect(section(page, "Email")).toContainText("Confirmed");
});

test("name, time zone and password are changed in the settings", async ({ page, user, jsEnabled, consoleErrors }) => {
  consoleErrors.allow(/status of 422/);
  await register(page, user, jsEnabled);
  await openSettings(page, jsEnabled, "profile");
  await expectAccessible(page);

  const profile = section(page, "Profile");
  await profile.getByLabel("First name").fill("Grace");
  await profile.getByLabel("Time zone").fill("Mars/Base");
  await profile.getByRole("button", { name: "Save profile" }).click();
  await expect(profile.getByLabel("Time zone")).toHaveAttribute("aria-invalid", "true");
  await expect(profile.getByLabel("First name")).toHaveValue("Grace");
  await expectAccessible(page);
  await profile.getByLabel("Time zone").fill("Europe/Berlin");
  await profile.getByRole("button", { name: "Save profile" }).click();
  await expect(profile.getByText("Saved.")).toBeVisible();
  await expect(page.getByText("Grace Winter").first()).toBeAttached();
  expect(await page.locator("datalist#zones option[value='Asia/Tokyo']").count()).toBe(1);

  await openSettings(page, jsEnabled, "password");
  await expectAccessible(page);
  const password = section(page, "Password");
  await password.getByLabel("Current password", { exact: true }).fill("not the password at all");
  await password.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await password.getByRole("button", { name: "Change password" }).click();
  await expect(password.getByLabel("Current password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await password.getByLabel("Current password", { exact: true }).fill(user.password);
  await password.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await password.getByRole("button", { name: "Change password" }).click();
  await expect(password.getByText("Password changed.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});

test("another session is revoked", async ({ page, user, jsEnabled, browser }) => {
  await register(page, user, jsEnabled);
  const other = await browser.newPage({ baseURL: process.env.JOBHAX_URL, javaScriptEnabled: false });
  await signIn(other, user.email, user.password);
  await expect(other).toHaveURL(/\/w\/[^/]+\/board$/);

  await openSettings(page, jsEnabled, "sessions");
  const sessions = section(page, "Sessions");
  await expect(sessions.getByRole("listitem")).toHaveCount(2);
  await expect(sessions.getByText("This browser")).toHaveCount(1);
  await sessions.getByRole("button", { name: /^Sign out (?!all)/ }).click();
  await expect(sessions.getByRole("listitem")).toHaveCount(1);
  await expect(sessions.getByText("Signed out.")).toBeVisible();
  await expectAccessible(page);
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
  await other.close();
});

test("data is exported and the account deleted", async ({ page, user, jsEnabled, consoleErrors }) => {
  consoleErrors.allow(/status of 4(01|22)/);
  await register(page, user, jsEnabled);
  await openSettings(page, jsEnabled, "data");
  const data = section(page, "Your data");
  const download = page.waitForEvent("download");
  await data.getByRole("button", { name: "Download your data" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^jobhax-\d{4}-\d\d-\d\d\.json$/);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  expect(JSON.parse(Buffer.concat(chunks).toString()).person.email).toBe(user.email);

  await openSettings(page, jsEnabled, "delete-account");
  const deletion = section(page, "Delete account");
  await expectAccessible(page);
  await deletion.getByLabel("Password", { exact: true }).fill("not the password at all");
  await deletion.getByRole("button", { name: "Delete account" }).click();
  await expect(deletion.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  await deletion.getByLabel("Password", { exact: true }).fill(user.password);
  await deletion.getByRole("button", { name: "Delete account" }).click();
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole("status")).toHaveText("Your account and your data have been deleted.");
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole("status")).toHaveCount(0);
  await signIn(page, user.email, user.password);
  await expect(page.getByRole("alert")).toBeVisible();
});

test("password managers recognize the fields and pasting works", async ({ page, user, jsEnabled }) => {
  const autocomplete = async () =>
    page.locator('input[type="password"]').evaluateAll((fields) => fields.map((field) => field.autocomplete));
  await page.goto("/sign-in");
  expect(await autocomplete()).toEqual(["current-password"]);
  await page.goto("/reset-password?token=x");
  expect(await autocomplete()).toEqual(["new-password"]);
  await register(page, user, jsEnabled);
  for (const name of ["data", "delete-account"]) {
    await openSettings(page, jsEnabled, name);
    expect(await autocomplete(), name).toEqual(["current-password"]);
  }
  await openSettings(page, jsEnabled, "password");
  expect(await autocomplete()).toEqual(["current-password", "new-password"]);
  const field = section(page, "Password").getByLabel("New password", { exact: true });
  await field.focus();
  await page.keyboard.insertText(NEW_PASSWORD);
  await expect(field).toHaveValue(NEW_PASSWORD);
});

test("a password can be shown while it is typed", async ({ page, user, jsEnabled, consoleErrors }) => {
  consoleErrors.allow(/status of 401/);
  await page.goto("/sign-in");
  const field = page.getByLabel("Password", { exact: true });
  const show = page.getByRole("button", { name: "Show password" });
  if (!jsEnabled) {
    await expect(field).toBeVisible();
    await expect(show).toHaveCount(0);
    return;
  }
  await page.getByLabel("Email").fill(user.email);
  await field.fill(user.password);
  await field.evaluate((input) => input.setSelectionRange(3, 7));
  await expect(show).toHaveAttribute("aria-pressed", "false");
  await show.click();
  await expect(field).toHaveAttribute("type", "text");
  await expect(show).toHaveAttribute("aria-pressed", "true");
  await expect(field).toBeFocused();
  await expect.poll(() => field.evaluate((input) => [input.selectionStart, input.selectionEnd])).toEqual([3, 7]);
  await expectAccessible(page);
  await page.keyboard.press("Tab");
  await expect(show).toBeFocused();
  await page.keyboard.press("Space");
  await expect(field).toHaveAttribute("type", "password");
  await page.keyboard.press("Enter");
  await expect(field).toHaveAttribute("type", "text");

  // On submission the field is of type password again, and the button adds no form field.
  let typeAtSubmit;
  await page.exposeFunction("reportType", (type) => (typeAtSubmit = type));
  await field.evaluate((input) => input.form.addEventListener("submit", () => setTimeout(() => globalThis.reportType(input.type))));
  const sent = page.waitForRequest(/_fn\/auth\/sign_in/);
  await page.getByRole("button", { name: "Sign in" }).click();
  expect([...new URLSearchParams((await sent).postData()).keys()]).toEqual(["email", "password"]);
  await expect.poll(() => typeAtSubmit).toBe("password");
});
