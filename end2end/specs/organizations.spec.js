// Organizations: the owner invites someone, who joins, gets another role, and is removed.
import { findEmail, linkFrom } from "../support/outbox.js";
import { expect, expectAccessible, register, test, waitForHydration } from "../support/test.js";

const section = (page, name) => page.getByRole("region", { name, exact: true });

async function confirmEmail(page, user) {
  await page.goto(await linkFrom(findEmail("verify_email", user.email), "/activate"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("Email confirmed")).toBeVisible();
}

async function invitationLink(address) {
  const link = (await findEmail("invitation", address)).match(/\/invitations\/([\w-]+)/);
  if (!link) throw new Error("The email has no link.");
  return `/invitations/${link[1]}`;
}

async function createOrganization(page, name) {
  await page.goto("/organizations/new");
  await expectAccessible(page);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/settings\/members$/);
  await expect(page.getByText("No one else is here yet.")).toBeVisible();
}

async function invite(page, email) {
  const form = section(page, "Invite");
  await form.getByLabel("Email").fill(email);
  await form.getByRole("button", { name: "Send invitation" }).click();
  await expect(section(page, "Pending invitations").getByText(`Invitation sent to ${email}.`)).toBeInViewport();
  await expect(section(page, "Pending invitations").getByText(email, { exact: true })).toBeVisible();
}

test("a member is invited, joins, gets another role and is removed", async ({ page, browser, user, jsEnabled, consoleErrors }) => {
  consoleErrors.allow(/status of (404|410)/);
  const name = `Career Center ${user.email.slice(4, 12)}`;
  await register(page, user, jsEnabled);
  await confirmEmail(page, user);
  await createOrganization(page, name);
  const members = new URL(page.url()).pathname;
  await expectAccessible(page);

  const guest = { ...user, email: user.email.replace("ada.", "ben."), first: "Ben", last: "Moss", name: "Ben Moss" };
  await invite(page, guest.email);
  await expectAccessible(page);

  const context = await browser.newContext({ baseURL: process.env.JOBHAX_URL, javaScriptEnabled: jsEnabled });
  const other = await context.newPage();
  const link = await invitationLink(guest.email);
  await other.goto(link);
  await expect(other.getByRole("heading", { name: `Join ${name}` })).toBeVisible();
  await expectAccessible(other);
  await other.getByRole("link", { name: "Create an account" }).click();
  await expect(other.getByLabel("Email")).toHaveValue(guest.email);
  await expectAccessible(other);
  await other.getByLabel("Password", { exact: true }).fill(guest.password);
  await other.getByLabel("First name").fill(guest.first);
  await other.getByLabel("Last name").fill(guest.last);
  await other.getByRole("button", { name: "Create account" }).click();
  // Accepting the emailed invitation confirms the address.
  await expect(other).toHaveURL(/\/w\/career-center-[^/]+\/board$/);
  await waitForHydration(other, jsEnabled);
  const board = other.url();
  await other.goto(link);
  await other.getByRole("link", { name: `Go to ${name}` }).click();
  await expect(other).toHaveURL(board);

  await page.goto(members);
  await expect(page.getByText("No invitation is pending.")).toBeVisible();
  await page.getByLabel(`Role of ${guest.name}`, { exact: true }).selectOption("coach");
  await page.getByRole("button", { name: `Save the role of ${guest.name}` }).click();
  await expect(page.getByText(`${guest.name} has the role Coach now.`)).toBeVisible();
  await expect(page.getByLabel(`Role of ${guest.name}`, { exact: true })).toHaveValue("coach");
  // The open page adapts to the new role.
  if (jsEnabled) await expect(other.getByText("You have no applications here")).toBeVisible();
  // A member sees the list, but cannot change it.
  await other.goto(members);
  await expect(other.getByRole("listitem").getByText("Coach", { exact: true })).toBeVisible();
  await expect(section(other, "Invite")).toHaveCount(0);
  await expectAccessible(other);

  await page.getByLabel(`Remove ${guest.name}`, { exact: true }).click();
  await page.getByRole("button", { name: `Remove member ${guest.name}` }).click();
  await expect(page.getByText("No one else is here yet.")).toBeVisible();
  // The open page navigates away without user action.
  if (jsEnabled) await expect(other.getByText("You may have lost access to this workspace")).toBeVisible();
  expect((await other.goto(board)).status()).toBe(404);
  await expect(other.getByText("You may have lost access to this workspace")).toBeVisible();
  await expectAccessible(other);
  expect((await other.goto(link)).status()).toBe(410);
  await expect(other.getByRole("heading", { name: "This invitation cannot be opened" })).toBeVisible();
  await context.close();
});

test("an invitation leads an account to the organization after signing in and confirming the address", async ({ page, browser, user, jsEnabled, consoleErrors }) => {
  consoleErrors.allow(/status of 403/);
  const name = `Evening School ${user.email.slice(4, 12)}`;
  await register(page, user, jsEnabled);
  await confirmEmail(page, user);
  await createOrganization(page, name);
  const guest = { ...user, email: user.email.replace("ada.", "cleo."), first: "Cleo", last: "Hart", name: "Cleo Hart" };
  const context = await browser.newContext({ baseURL: process.env.JOBHAX_URL, javaScriptEnabled: jsEnabled });
  const other = await context.newPage();
  await register(other, guest, jsEnabled);
  await context.clearCookies();
  await invite(page, guest.email);

  const link = await invitationLink(guest.email);
  await other.goto(link);
  await other.getByRole("link", { name: "Sign in" }).click();
  await other.getByLabel("Email").fill(guest.email);
  await other.getByLabel("Password", { exact: true }).fill(guest.password);
  await other.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(other.getByText("First confirm that")).toBeVisible();
  await expectAccessible(other);
  await other.getByRole("button", { name: "I have confirmed it" }).click();
  await expect(other.getByText("Your email address is not confirmed yet.")).toBeVisible();
  await other.getByRole("button", { name: "Send the email again" }).click();
  await expect(other.getByText("We sent you an email.")).toBeVisible();
  await confirmEmail(other, guest);
  await other.getByRole("link", { name: "Continue to your invitation" }).click();
  await other.getByRole("button", { name: "Accept invitation" }).click();
  await expect(other).toHaveURL(/\/w\/evening-school-[^/]+\/board$/);
  await context.close();
});

test("an organization is renamed and deleted, and is in the switcher until then", async ({ page, user, jsEnabled, consoleErrors }) => {
  const name = `Night School ${user.email.slice(4, 12)}`;
  await register(page, user, jsEnabled);
  await createOrganization(page, name);
  await page.getByRole("link", { name: "Organization", exact: true }).click();
  const details = section(page, "Organization");
  await details.getByLabel("Address").fill("no good address");
  consoleErrors.allow(/status of 422/);
  await details.getByRole("button", { name: "Save" }).click();
  await expect(details.getByLabel("Address")).toHaveAttribute("aria-invalid", "true");
  await details.getByLabel("Address").fill(new URL(page.url()).pathname.split("/")[2]);
  await details.getByLabel("Name").fill(`${name} North`);
  await details.getByRole("button", { name: "Save" }).click();
  await expect(details.getByText("Saved.")).toBeVisible();
  await expectAccessible(page);
  // The last owner cannot leave.
  consoleErrors.allow(/status of 409/);
  await page.locator("summary", { hasText: "Leave organization" }).click();
  await page.getByRole("button", { name: "Leave now" }).click();
  await expect(page.getByText("This is the last owner of the workspace.")).toBeVisible();

  const slug = new URL(page.url()).pathname.split("/")[2];
  const other = await page.context().newPage();
  await other.goto(`/w/${slug}/settings/profile`);
  await other.getByLabel("First name").fill("Half-typed");
  await page.locator("summary", { hasText: "Delete organization" }).click();
  const deletion = section(page, "Delete organization");
  await deletion.getByLabel("Address").fill(slug);
  await deletion.getByLabel("Password", { exact: true }).fill(user.password);
  await deletion.getByRole("button", { name: "Delete organization" }).click();
  await expect(page).toHaveURL(/\/w\/[^/]+\/board$/);
  await expect(page.getByText(`You deleted ${name} North.`)).toBeVisible();
  await expect(page.getByText(`${name} North`, { exact: true })).toHaveCount(0);
  // Another tab waits until the user has finished typing. Its page then leads to another workspace.
  if (jsEnabled) {
    await expect(other.getByText("Your access to this workspace has changed.")).toBeVisible();
    await expect(other.getByLabel("First name")).toHaveValue("Half-typed");
    await other.getByRole("button", { name: "Reload" }).click();
  } else await other.reload();
  await expect(other.getByText("You may have lost access to this workspace")).toBeVisible();
  await other.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Metrics" }).first().click();
  await expect(other.getByRole("heading", { level: 1, name: "Metrics" })).toBeVisible();
});

test("many people are invited, and invitations that could not be sent are reported", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await confirmEmail(page, user);
  await createOrganization(page, `Course ${user.email.slice(4, 12)}`);
  const [first, second] = ["eve", "fay"].map((name) => user.email.replace("ada.", `${name}.`));
  const form = section(page, "Invite many");
  await form.getByLabel("Addresses").fill(`email;role\n${first};coach\n${second};\nnobody;\n`);
  await form.getByRole("button", { name: "Send invitations" }).click();
  await expect(section(page, "Invite many").getByText("2 invited, 1 not invited.")).toBeVisible();
  await expect(page.getByRole("row", { name: /^4 nobody/ })).toBeVisible();
  await expect(form.getByText("2 invited, 1 not invited.")).toBeInViewport();
  await expect(form.getByLabel("Addresses", { exact: true })).toHaveValue("email;role\nnobody;");
  await expect(section(page, "Pending invitations").getByText(first)).toBeVisible();
  await expectAccessible(page);
});

test("an email domain waits for its DNS record, and single sign-on for a test", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await createOrganization(page, `College ${user.email.slice(4, 12)}`);
  await page.getByRole("link", { name: "Organization", exact: true }).click();
  const domains = section(page, "Email domains");
  await domains.getByLabel("Domain").fill("example");
  await domains.getByRole("button", { name: "Add domain" }).click();
  await expect(domains.getByText("Enter a domain name, such as example.org.")).toBeVisible();
  await domains.getByLabel("Domain").fill("@Students.Example.org");
  await domains.getByRole("button", { name: "Add domain" }).click();
  await expect(domains.getByText("_jobhax-challenge.students.example.org")).toBeVisible();
  await domains.getByRole("button", { name: "Verify students.example.org" }).click();
  await expect(domains.getByText("The name servers of this domain did not respond.")).toBeVisible();
  await expectAccessible(page);

  const provider = section(page, "Single sign-on");
  await provider.locator("summary").click();
  await provider.getByLabel("Issuer").fill("https://10.0.0.7");
  await provider.getByLabel("Client ID").fill("jobhax");
  await provider.getByLabel("Client secret", { exact: true }).fill("quiet copper");
  await provider.getByRole("button", { name: "Save provider" }).click();
  await expect(provider.getByText("It must be public.").first()).toBeVisible();
  await provider.getByLabel("Issuer").fill("https://id.example.org");
  await provider.getByLabel("Client secret", { exact: true }).fill("quiet copper");
  await provider.getByRole("button", { name: "Save provider" }).click();
  await expect(provider.getByText("Not active yet: test it first.")).toBeVisible();
  await expectAccessible(page);
  await provider.getByLabel("Delete https://id.example.org").click();
  await provider.getByRole("button", { name: "Delete provider https://id.example.org" }).click();
  await expect(provider.getByText("Not active yet")).toHaveCount(0);
  await domains.getByLabel("Delete students.example.org").click();
  await domains.getByRole("button", { name: "Delete domain students.example.org" }).click();
  await expect(domains.getByLabel("Delete students.example.org")).toHaveCount(0);
});

test("an organization without single sign-on is not found", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Sign in with your organization" }).click();
  await expect(page).toHaveURL(/\/sign-in\/organization$/);
  await expectAccessible(page);
  await page.getByLabel("Your email, or the address of the organization").fill("ada@nowhere.example");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("No organization with its own sign-in has this address.")).toBeVisible();
});
