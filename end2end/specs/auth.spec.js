// Ways in and out, and what happens when they are shut.
import { expect, expectAccessible, openDemo, openPersonMenu, register, signOut, stage, test } from "../support/test.js";

async function fillSignIn(page, email, password) {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("sign out, meet a shut door, sign in and arrive where one wanted to go", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  const board = page.url();
  await signOut(page, person);

  await page.goto(board);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await fillSignIn(page, person.email.toUpperCase(), person.password);
  await expect(page).toHaveURL(board);
  await expect(page.getByRole("heading", { name: "Import your job search" })).toBeVisible();
});

test("a wrong password says the same as an unknown address and keeps the e-mail", async ({
  page, person, scripted, complaints,
}) => {
  complaints.allow(/status of 401/);
  await register(page, person, scripted);
  await signOut(page, person);

  await page.goto("/sign-in");
  await fillSignIn(page, person.email, "not the password at all");
  const refusal = page.getByRole("alert");
  await expect(refusal).toBeVisible();
  const words = await refusal.innerText();
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expectAccessible(page);

  await page.goto("/sign-in");
  await fillSignIn(page, `nobody.${person.email}`, person.password);
  await expect(page.getByRole("alert")).toHaveText(words);
});

test("a weak password is refused beside its field, and a second attempt succeeds", async ({ page, person, complaints }) => {
  complaints.allow(/status of 422/);
  await page.goto("/register");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill("password");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expectAccessible(page);

  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
});

test("an e-mail that is taken says so", async ({ page, person, scripted, complaints }) => {
  complaints.allow(/status of 409/);
  await register(page, person, scripted);
  await signOut(page, person);
  await page.goto("/register");
  await page.getByLabel("Email").fill(person.email.toUpperCase());
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText(/taken|already/i)).toBeVisible();
  await expect(page).toHaveURL(/\/register/);
});

test("the demo is a press away and full", async ({ page, scripted }) => {
  await openDemo(page, scripted);
  for (const name of ["To Apply", "Applied", "Phone Screen", "Onsite Interview"]) {
    await expect(stage(page, name).getByRole("article").nth(1)).toBeAttached();
  }
  await expect(stage(page, "Offer").getByRole("article").first()).toBeAttached();
  expect(await page.getByRole("article").count()).toBeGreaterThan(15);
});

test("another person's workspace does not exist", async ({ page, person, scripted, browser, complaints }) => {
  complaints.allow(/status of 404/);
  await register(page, person, scripted);
  const stranger = await browser.newPage({ baseURL: process.env.JOBHAX_URL, javaScriptEnabled: false });
  await openDemo(stranger, false);
  const theirs = stranger.url();
  await stranger.close();

  const answer = await page.goto(theirs);
  expect(answer.status()).toBe(404);
  await expect(page.getByRole("article")).toHaveCount(0);
});

test("an address that leads nowhere is a page with a way on", async ({ page, complaints }) => {
  complaints.allow(/status of 404/);
  const answer = await page.goto("/no/such/page");
  expect(answer.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Home page" }).click();
  await expect(page.getByRole("heading", { name: "Know where every application stands." })).toBeVisible();
});

test("the theme is chosen once and stays", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  const menu = await openPersonMenu(page, person);
  await menu.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", /dark/);
  expect(await ground()).not.toBe(light);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", /dark/);
});

// AT-27: where a page leads to is for the browser to say; a parser may read an address otherwise.
const elsewhere = [
  "//evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "/\t/evil.example", "////evil.example",
  "/.//evil.example", "/ok/../..//evil.example", "https:evil.example", " //evil.example", "https://evil.example",
  "javascript:location='//evil.example'", "data:text/html,evil.example", "%2F%2Fevil.example",
];

test("no address leads from signing in to somebody else's page", async ({ page, person, scripted, baseURL }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).host));
  const ours = new URL(baseURL).host;
  await register(page, person, scripted);
  for (const next of elsewhere) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    expect(new URL(page.url()).host, next).toBe(ours);
  }
  for (const next of elsewhere.slice(0, 4)) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await fillSignIn(page, person.email, person.password);
    await expect(page, next).toHaveURL(/\/w\/[^/]+\/board$/);
  }
  expect(asked.filter((host) => host !== ours)).toEqual([]);
});
