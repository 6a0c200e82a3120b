// Signing in with another provider: a real OpenID Connect provider with its own page.
import { expect, expectAccessible, register, waitForHydration, signOut, test } from "../support/test.js";
import { findEmail, linkFrom } from "../support/outbox.js";

const board = /\/w\/[^/]+\/board$/;
const methods = (page) => page.getByRole("region", { name: "Sign-in methods", exact: true });

// Presses one of our buttons and waits for the provider's page.
async function goToProvider(page, button) {
  // Ends the session at the provider, so that it asks for an account again.
  await page.context().clearCookies({ name: /^_(session|interaction|grant)/ });
  await page.getByRole("button", { name: button }).click();
  await expect(page.getByRole("heading", { name: "Sign in at the provider" })).toBeVisible();
}

// Signs in at the provider with these claims.
async function submitClaims(page, claims) {
  await page.getByLabel("Name").fill(JSON.stringify(claims));
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function signInWithProvider(page, claims) {
  await page.goto("/sign-in");
  await goToProvider(page, "Continue with Provider");
  await submitClaims(page, claims);
}

async function openMethods(page, jsEnabled) {
  await page.goto(new URL(page.url()).pathname.replace(/\/(board|settings\/accounts)$/, "/settings/accounts"));
  await waitForHydration(page, jsEnabled);
  await expect(methods(page)).toBeVisible();
}

// The provider's claims about this user.
const claimsOf = (user) => ({
  sub: user.email.split("@")[0],
  email: user.email,
  email_verified: true,
  given_name: user.first,
  family_name: user.last,
});

test("the first sign-in creates an account, the next one finds it", async ({ page, user, jsEnabled }) => {
  await page.goto("/register");
  await expectAccessible(page);
  await goToProvider(page, "Continue with Provider");
  await submitClaims(page, claimsOf(user));
  await expect(page).toHaveURL(board);
  await waitForHydration(page, jsEnabled);
  await expect(page.getByRole("heading", { name: "Import your job search" })).toBeVisible();
  const own = page.url();

  await signOut(page, user);
  await signInWithProvider(page, claimsOf(user));
  await expect(page).toHaveURL(own);
});

test("signing in returns to the requested page", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await openMethods(page, jsEnabled);
  await goToProvider(page, "Add Provider");
  await submitClaims(page, claimsOf(user));
  await expect(methods(page).getByText("Provider", { exact: true })).toBeVisible();
  const settings = page.url();
  await signOut(page, user);

  await page.goto(settings);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await goToProvider(page, "Continue with Provider");
  await submitClaims(page, claimsOf(user));
  await expect(page).toHaveURL(settings);
});

test("a provider is added and removed in the settings", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  const own = page.url();
  await openMethods(page, jsEnabled);
  await expect(methods(page).getByRole("listitem")).toHaveCount(1);
  await expect(methods(page).getByRole("button", { name: "Remove" })).toHaveCount(0);
  await goToProvider(page, "Add Provider");
  // The address differs from the address of the account: the subject identifies the user.
  await submitClaims(page, { ...claimsOf(user), email: `other.${user.email}` });
  await expect(page).toHaveURL(/\/settings\/accounts$/);
  await waitForHydration(page, jsEnabled);
  const linked = methods(page).getByRole("listitem").filter({ hasText: `other.${user.email}` });
  await expect(linked).toBeVisible();
  await expectAccessible(page);

  await signOut(page, user);
  await signInWithProvider(page, { ...claimsOf(user), email: `other.${user.email}` });
  await expect(page).toHaveURL(own);
  await waitForHydration(page, jsEnabled);

  await openMethods(page, jsEnabled);
  await methods(page).getByRole("button", { name: "Remove Provider" }).click();
  await expect(methods(page).getByText("Removed.")).toBeVisible();
  await expect(methods(page).getByRole("listitem")).toHaveCount(1);
  await expectAccessible(page);
});

test("the last sign-in method cannot be removed", async ({ page, user, jsEnabled, context, consoleErrors }) => {
  consoleErrors.allow(/status of 409/);
  await signInWithProvider(page, claimsOf(user));
  await expect(page).toHaveURL(board);
  await openMethods(page, jsEnabled);
  await expect(methods(page)).toContainText("No password yet");
  await expect(methods(page).getByRole("button", { name: /^Remove/ })).toHaveCount(0);
  await expectAccessible(page);

  // The user has two sign-in methods, and two open pages each try to remove one of them.
  await goToProvider(page, "Add Provider");
  await submitClaims(page, { ...claimsOf(user), sub: `second-${user.email}` });
  await expect(methods(page).getByRole("button", { name: "Remove Provider" })).toHaveCount(2);
  await waitForHydration(page, jsEnabled);
  const other = await context.newPage();
  await other.goto(page.url());
  await waitForHydration(other, jsEnabled);
  await methods(other).getByRole("button", { name: "Remove Provider" }).first().click();
  await expect(methods(other).getByText("Removed.")).toBeVisible();
  await methods(page).getByRole("button", { name: "Remove Provider" }).last().click();
  await expect(methods(page).getByRole("alert")).toContainText("This is your only sign-in method.");
  await expectAccessible(page);
});

test("an account with the same email is not taken over", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  // The address is verified, so the account can no longer be taken over.
  await page.goto(await linkFrom(findEmail("verify_email", user.email), "/activate"));
  if (jsEnabled) await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Email confirmed" })).toBeVisible();
  await page.context().clearCookies();

  await signInWithProvider(page, { ...claimsOf(user), email: user.email.toUpperCase() });
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole("alert")).toContainText("An account with this email already exists.");
  await expect(page.getByRole("alert")).toContainText("link this provider in its settings");
  await expectAccessible(page);
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
});

test("an account that signs in another user is not added", async ({ page, user, jsEnabled, consoleErrors }) => {
  // The open board keeps requesting changes until it is left; without the cookie, the requests fail.
  consoleErrors.allow(/status of 401/);
  await signInWithProvider(page, claimsOf(user));
  await expect(page).toHaveURL(board);
  await page.context().clearCookies();

  await register(page, { ...user, email: `other.${user.email}` }, jsEnabled);
  await openMethods(page, jsEnabled);
  await goToProvider(page, "Add Provider");
  await submitClaims(page, claimsOf(user));
  await expect(page).toHaveURL(/\/settings\/accounts$/);
  await expect(methods(page).getByRole("alert")).toContainText("That account is already linked to another JobHax account.");
  await expect(methods(page).getByRole("listitem")).toHaveCount(1);
});

test("cancelling at the provider returns to the page where it started", async ({ page, user, jsEnabled }) => {
  await page.goto("/sign-in");
  await goToProvider(page, "Continue with Provider");
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole("alert")).toHaveText(/You left Provider without confirming. Nothing was changed./);
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole("alert")).toHaveCount(0);

  await register(page, user, jsEnabled);
  await openMethods(page, jsEnabled);
  await goToProvider(page, "Add Provider");
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(methods(page).getByRole("alert")).toContainText("You left Provider without confirming.");
});
