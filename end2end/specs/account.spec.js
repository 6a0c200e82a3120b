// One's own account: a forgotten password, another one, what is signed in, taking everything along, leaving.
import { expect, expectAccessible, goTo, register, settled, test } from "../support/test.js";
import { letter, tokenOf } from "../support/outbox.js";

const NEW = "seven quiet cats herd sheep";

async function signIn(page, email, password) {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function openSettings(page, scripted) {
  const board = new URL(page.url()).pathname;
  await page.goto(board.replace(/\/board$/, "/settings"));
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await settled(page, scripted);
}

const section = (page, name) => page.getByRole("region", { name, exact: true });

test("a forgotten password is mended by a mail", async ({ page, person, scripted, browser, complaints }) => {
  complaints.allow(/status of 4(01|10|22)/);
  await register(page, person, scripted);
  await openSettings(page, scripted);

  const stranger = await browser.newPage({ baseURL: process.env.JOBHAX_URL, javaScriptEnabled: scripted });
  await stranger.goto("/sign-in");
  await stranger.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(stranger.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  if (scripted) await stranger.waitForLoadState("networkidle");
  await expectAccessible(stranger);
  await stranger.getByLabel("Email").fill(person.email.toUpperCase());
  await stranger.getByRole("button", { name: "Send link" }).click();
  await expect(stranger.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await expectAccessible(stranger);

  const link = await tokenOf(letter("reset_password", person.email), "/reset-password");
  for (let times = 0; times < 2; times += 1) {
    // Opening the link uses nothing up.
    await stranger.goto(link);
    await expect(stranger.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
  }
  if (scripted) await stranger.waitForLoadState("networkidle");
  await expectAccessible(stranger);
  await stranger.getByLabel("New password", { exact: true }).fill("password1234");
  await stranger.getByRole("button", { name: "Set password" }).click();
  await expect(stranger.getByLabel("New password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await stranger.getByLabel("New password", { exact: true }).fill(NEW);
  await stranger.getByRole("button", { name: "Set password" }).click();
  await expect(stranger.getByRole("heading", { name: "Password changed" })).toBeVisible();

  await stranger.goto(link);
  if (scripted) await stranger.waitForLoadState("networkidle");
  await stranger.getByLabel("New password", { exact: true }).fill(`${NEW} again`);
  await stranger.getByRole("button", { name: "Set password" }).click();
  await expect(stranger.getByRole("alert")).toContainText("used already");

  // The first browser was signed out by it.
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in/);
  await signIn(page, person.email, person.password);
  await expect(page.getByRole("alert")).toBeVisible();
  await signIn(page, person.email, NEW);
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
  await stranger.close();
});

test("the address is confirmed by the button behind the link", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  await openSettings(page, scripted);
  const settings = page.url();
  await expect(section(page, "Email")).toContainText("Not confirmed yet");
  await section(page, "Email").getByRole("button", { name: "Send email again" }).click();
  await expect(section(page, "Email")).toContainText("We sent you an email");

  await page.goto(await tokenOf(letter("confirm_email", person.email), "/activate"));
  await expect(page.getByRole("heading", { name: "Confirm your email" })).toBeVisible();
  if (scripted) await page.waitForLoadState("networkidle");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Email confirmed" })).toBeVisible();
  await page.goto(settings);
  await expect(section(page, "Email")).toContainText("Confirmed");
});

test("name, zone and password are changed in the settings", async ({ page, person, scripted, complaints }) => {
  complaints.allow(/status of 422/);
  await register(page, person, scripted);
  await goTo(page, "Settings").catch(() => openSettings(page, scripted));
  await openSettings(page, scripted);
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

  const password = section(page, "Password");
  await password.getByLabel("Current password", { exact: true }).fill("not the password at all");
  await password.getByLabel("New password", { exact: true }).fill(NEW);
  await password.getByRole("button", { name: "Change password" }).click();
  await expect(password.getByLabel("Current password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await password.getByLabel("Current password", { exact: true }).fill(person.password);
  await password.getByLabel("New password", { exact: true }).fill(NEW);
  await password.getByRole("button", { name: "Change password" }).click();
  await expect(password.getByText("Password changed.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});

test("a session elsewhere is ended", async ({ page, person, scripted, browser }) => {
  await register(page, person, scripted);
  const other = await browser.newPage({ baseURL: process.env.JOBHAX_URL, javaScriptEnabled: false });
  await signIn(other, person.email, person.password);
  await expect(other).toHaveURL(/\/w\/[^/]+\/board$/);

  await openSettings(page, scripted);
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

test("everything is taken along, and then nothing is left", async ({ page, person, scripted, complaints }) => {
  complaints.allow(/status of 4(01|22)/);
  await register(page, person, scripted);
  await openSettings(page, scripted);
  const data = section(page, "Your data");
  const coming = page.waitForEvent("download");
  await data.getByRole("button", { name: "Download your data" }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/^jobhax-\d{4}-\d\d-\d\d\.json$/);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  expect(JSON.parse(Buffer.concat(chunks).toString()).person.email).toBe(person.email);

  await data.getByRole("button", { name: "Delete account" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete your account?" });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel("Password", { exact: true }).fill("not the password at all");
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(dialog.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Password", { exact: true }).fill(person.password);
  await dialog.getByRole("button", { name: "Delete account" }).click();
  await expect(page).toHaveURL(/\/$/);
  await signIn(page, person.email, person.password);
  await expect(page.getByRole("alert")).toBeVisible();
});

// PW-4: password managers know which field is which, and pasting works.
test("password managers and pasting are welcome", async ({ page, person, scripted }) => {
  const kinds = async () =>
    page.locator('input[type="password"]').evaluateAll((fields) => fields.map((field) => field.autocomplete));
  await page.goto("/sign-in");
  expect(await kinds()).toEqual(["current-password"]);
  await page.goto("/reset-password?token=x");
  expect(await kinds()).toEqual(["new-password"]);
  await register(page, person, scripted);
  await openSettings(page, scripted);
  expect(await kinds()).toEqual(["current-password", "new-password", "current-password", "current-password"]);
  const field = section(page, "Password").getByLabel("New password", { exact: true });
  await field.focus();
  await page.keyboard.insertText(NEW);
  await expect(field).toHaveValue(NEW);
});

test("a password can be looked at while it is typed", async ({ page, person, scripted, complaints }) => {
  complaints.allow(/status of 401/);
  await page.goto("/sign-in");
  const field = page.getByLabel("Password", { exact: true });
  const show = page.getByRole("button", { name: "Show password" });
  if (!scripted) {
    await expect(field).toBeVisible();
    await expect(show).toHaveCount(0);
    return;
  }
  await page.getByLabel("Email").fill(person.email);
  await field.fill(person.password);
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

  // Sent, it is a password again, and the button sent nothing along.
  const sent = page.waitForRequest(/_fn\/auth\/sign_in/);
  await page.getByRole("button", { name: "Sign in" }).click();
  expect([...new URLSearchParams((await sent).postData()).keys()]).toEqual(["email", "password", "next"]);
  await expect(field).toHaveAttribute("type", "password");
});
