// Signing in by another provider: a real one, with its own page between ours.
import { expect, expectAccessible, register, settled, signOut, test } from "../support/test.js";
import { letter, tokenOf } from "../support/outbox.js";

const board = /\/w\/[^/]+\/board$/;
const methods = (page) => page.getByRole("region", { name: "Sign-in methods", exact: true });

// Presses a button of ours that leads to the provider, and waits for its page.
async function goToProvider(page, button) {
  // The provider keeps a session in the browser and would not ask again who one is.
  await page.context().clearCookies({ name: /^_(session|interaction|grant)/ });
  await page.getByRole("button", { name: button }).click();
  await expect(page.getByRole("heading", { name: "Sign in at the provider" })).toBeVisible();
}

// Says there who one is.
async function be(page, who) {
  await page.getByLabel("Name").fill(JSON.stringify(who));
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function signInByProvider(page, who) {
  await page.goto("/sign-in");
  await goToProvider(page, "Continue with Provider");
  await be(page, who);
}

async function openMethods(page, scripted) {
  await page.goto(new URL(page.url()).pathname.replace(/\/(board|settings)$/, "/settings"));
  await settled(page, scripted);
  await expect(methods(page)).toBeVisible();
}

// Somebody new at the provider.
const newcomer = (person) => ({
  sub: person.email.split("@")[0],
  email: person.email,
  email_verified: true,
  given_name: person.first,
  family_name: person.last,
});

test("the first time makes an account, the next finds it", async ({ page, person, scripted }) => {
  await page.goto("/register");
  await expectAccessible(page);
  await goToProvider(page, "Continue with Provider");
  await be(page, newcomer(person));
  await expect(page).toHaveURL(board);
  await settled(page, scripted);
  await expect(page.getByRole("heading", { name: "Import your job search" })).toBeVisible();
  const own = page.url();

  await signOut(page, person);
  await signInByProvider(page, newcomer(person));
  await expect(page).toHaveURL(own);
});

test("the page that was asked for comes after the provider", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  await openMethods(page, scripted);
  await goToProvider(page, "Add Provider");
  await be(page, newcomer(person));
  await expect(methods(page).getByText("Provider", { exact: true })).toBeVisible();
  const settings = page.url();
  await signOut(page, person);

  await page.goto(settings);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await goToProvider(page, "Continue with Provider");
  await be(page, newcomer(person));
  await expect(page).toHaveURL(settings);
});

test("a provider is added in the settings and removed again", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  const own = page.url();
  await openMethods(page, scripted);
  await expect(methods(page).getByRole("listitem")).toHaveCount(1);
  await expect(methods(page).getByRole("button", { name: "Remove" })).toHaveCount(0);
  await goToProvider(page, "Add Provider");
  // Not the address of the account here: who signs in decides, not the mail.
  await be(page, { ...newcomer(person), email: `other.${person.email}` });
  await expect(page).toHaveURL(/\/settings$/);
  await settled(page, scripted);
  const linked = methods(page).getByRole("listitem").filter({ hasText: `other.${person.email}` });
  await expect(linked).toBeVisible();
  await expectAccessible(page);

  await signOut(page, person);
  await signInByProvider(page, { ...newcomer(person), email: `other.${person.email}` });
  await expect(page).toHaveURL(own);
  await settled(page, scripted);

  await openMethods(page, scripted);
  await methods(page).getByRole("button", { name: "Remove Provider" }).click();
  await expect(methods(page).getByText("Removed.")).toBeVisible();
  await expect(methods(page).getByRole("listitem")).toHaveCount(1);
  await expectAccessible(page);
});

test("the last way in stays", async ({ page, person, scripted, context, complaints }) => {
  complaints.allow(/status of 409/);
  await signInByProvider(page, newcomer(person));
  await expect(page).toHaveURL(board);
  await openMethods(page, scripted);
  await expect(methods(page)).toContainText("No password yet");
  await expect(methods(page).getByRole("button", { name: /^Remove/ })).toHaveCount(0);
  await expectAccessible(page);

  // Two ways in, and two pages that each want to remove one.
  await goToProvider(page, "Add Provider");
  await be(page, { ...newcomer(person), sub: `second-${person.email}` });
  await expect(methods(page).getByRole("button", { name: "Remove Provider" })).toHaveCount(2);
  await settled(page, scripted);
  const other = await context.newPage();
  await other.goto(page.url());
  await settled(other, scripted);
  await methods(other).getByRole("button", { name: "Remove Provider" }).first().click();
  await expect(methods(other).getByText("Removed.")).toBeVisible();
  await methods(page).getByRole("button", { name: "Remove Provider" }).last().click();
  await expect(methods(page).getByRole("alert")).toContainText("This is your only sign-in method.");
  await expectAccessible(page);
});

test("an account with the same e-mail is not taken over", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  // Its person has proved the address, so that nobody else gets it by a provider.
  await page.goto(await tokenOf(letter("confirm_email", person.email), "/activate"));
  if (scripted) await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Email confirmed" })).toBeVisible();
  await page.context().clearCookies();

  await signInByProvider(page, { ...newcomer(person), email: person.email.toUpperCase() });
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole("alert")).toContainText("An account with this email already exists.");
  await expect(page.getByRole("alert")).toContainText("add this provider in its settings");
  await expectAccessible(page);
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
});

test("an account of somebody else's is not added", async ({ page, person, scripted }) => {
  await signInByProvider(page, newcomer(person));
  await expect(page).toHaveURL(board);
  await page.context().clearCookies();

  await register(page, { ...person, email: `other.${person.email}` }, scripted);
  await openMethods(page, scripted);
  await goToProvider(page, "Add Provider");
  await be(page, newcomer(person));
  await expect(page).toHaveURL(/\/settings$/);
  await expect(methods(page).getByRole("alert")).toContainText("That account is already linked to another JobHax account.");
  await expect(methods(page).getByRole("listitem")).toHaveCount(1);
});

test("who cancels at the provider is told so where they began", async ({ page, person, scripted }) => {
  await page.goto("/sign-in");
  await goToProvider(page, "Continue with Provider");
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole("alert")).toHaveText(/You left Provider without confirming. Nothing was changed./);
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole("alert")).toHaveCount(0);

  await register(page, person, scripted);
  await openMethods(page, scripted);
  await goToProvider(page, "Add Provider");
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(methods(page).getByRole("alert")).toContainText("You left Provider without confirming.");
});
