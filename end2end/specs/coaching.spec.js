// Coaching by consent: a member grants a coach access, the coach comments, the member revokes the access, and the coach loses it, even
// in an open tab.
import { findEmail } from "../support/outbox.js";
import { expect, expectAccessible, test } from "../support/test.js";

const PASSWORD = "correct horse battery staple";

const unique = (name) => `${name}-${crypto.randomUUID().slice(0, 8)}@example.org`;

async function call(request, path, data, token) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const response = await request.post(`/api/${path}`, { data, headers });
  expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
  return response.status() === 204 ? null : (await response.json()).data;
}

// Registers a user with a confirmed address, which is required for accepting an invitation.
async function register(request, first_name) {
  const email = unique(first_name.toLowerCase());
  const { access_token } = await call(request, "users/register", { email, password: PASSWORD, first_name });
  const token = (await findEmail("verify_email", email)).match(/\?token=([\w-]+)/)[1];
  await call(request, "users/activate", { token });
  return { email, token: access_token };
}

// A token of the user in this organization.
const login = async (request, { email }, tenant) =>
  (await call(request, "users/login", { email, password: PASSWORD, tenant })).access_token;

async function organization(request) {
  const [owner, coach, member] = [await register(request, "Olga"), await register(request, "Carl"), await register(request, "Mia")];
  const { slug } = await call(request, "tenants/add_tenant", { name: "Career center" }, owner.token);
  const ownerToken = await login(request, owner, slug);
  for (const [user, role] of [[coach, "coach"], [member, "member"]]) {
    await call(request, "tenants/invite_member", { email: user.email, role }, ownerToken);
    const token = (await findEmail("invitation", user.email)).match(/\/invitations\/([\w-]+)/)[1];
    await call(request, "tenants/accept_invitation", { token }, user.token);
  }
  return { slug, coach, member };
}

async function signIn(page, { email }) {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/w\//);
}

test("a member grants, the coach comments, the member revokes, the coach is out", async ({ browser, request, jsEnabled }) => {
  test.slow();
  const { slug, coach, member } = await organization(request);
  const memberToken = await login(request, member, slug);
  await call(request, "jobapps/add_jobapp", { job_title: "Baker", company: "Hearth Homes" }, memberToken);
  const pageOf = async (user) => {
    const context = await browser.newContext({ javaScriptEnabled: jsEnabled, baseURL: process.env.JOBHAX_URL });
    const page = await context.newPage();
    await signIn(page, user);
    return page;
  };
  const [coachPage, memberPage] = [await pageOf(coach), await pageOf(member)];

  await coachPage.goto(`/w/${slug}/clients`);
  await expect(coachPage.getByRole("heading", { name: "No clients yet" })).toBeVisible();
  await expect(coachPage.getByRole("link", { name: /^(Board|Inbox|Import)$/ })).toHaveCount(0);
  await expectAccessible(coachPage);

  await memberPage.goto(`/w/${slug}/settings/sharing`);
  await expect(memberPage.getByText("No one has access.")).toBeVisible();
  await memberPage.getByLabel("Person").selectOption({ label: "Carl" });
  await memberPage.getByRole("button", { name: "Give access" }).click();
  await expect(memberPage.getByText("Can read, comment and assign tasks, until you revoke it")).toBeVisible();
  await expectAccessible(memberPage);

  await coachPage.reload();
  await coachPage.getByRole("link", { name: "Mia" }).click();
  await expect(coachPage.getByText("You see Mia’s applications.")).toBeVisible();
  await expect(coachPage).toHaveURL(/\/clients\/[\w-]+\/board/);
  await expect(coachPage.getByRole("link", { name: "Baker" })).toBeVisible();
  await expect(coachPage.getByRole("button", { name: /^(Move or close|Add to)/ })).toHaveCount(0);
  await expectAccessible(coachPage);
  await coachPage.getByRole("link", { name: "Metrics" }).last().click();
  await expect(coachPage).toHaveURL(/\/clients\/[\w-]+\/metrics/);
  await coachPage.getByRole("navigation", { name: "Pages about Mia" }).getByRole("link", { name: "Applications" }).click();
  await coachPage.getByRole("link", { name: "Baker" }).click();
  await coachPage.getByText("Add a comment").click();
  await coachPage.getByLabel("Comment").fill("Ask when they will decide.");
  await coachPage.getByRole("button", { name: "Add comment" }).click();
  await expect(coachPage.getByText("You commented")).toBeVisible();
  await expect(coachPage.getByRole("button", { name: "Add note" })).toHaveCount(0);
  await expectAccessible(coachPage);

  await coachPage.locator("#add-task > summary").click();
  await coachPage.getByLabel("What to do").fill("Call the bakery");
  await coachPage.getByRole("button", { name: "Assign task" }).click();
  await expect(coachPage.getByText("Assigned by you")).toBeVisible();
  await coachPage.getByRole("navigation", { name: "Pages about Mia" }).getByRole("link", { name: "Tasks" }).click();
  await expect(coachPage.getByText("Call the bakery")).toBeVisible();
  await expectAccessible(coachPage);

  await memberPage.goto(`/w/${slug}/today`);
  await expect(memberPage.getByRole("link", { name: /^1 comment by Carl on Baker · Hearth Homes$/ })).toBeVisible();
  await expectAccessible(memberPage);
  await memberPage.getByRole("link", { name: "1 comment by Carl" }).click();
  await expect(memberPage.getByText("Assigned by Carl")).toBeVisible();
  await expect(memberPage.getByText("Carl commented")).toBeVisible();
  await expect(memberPage.getByText("Ask when they will decide.")).toBeVisible();

  await memberPage.goto(`/w/${slug}/today`);
  await expect(memberPage.getByRole("link", { name: "1 comment by Carl" })).toHaveCount(0);
  await memberPage.goBack();

  // An open page shows a new comment without a reload; without JavaScript, after the next request.
  await coachPage.getByRole("navigation", { name: "Pages about Mia" }).getByRole("link", { name: "Applications" }).click();
  await coachPage.getByRole("link", { name: "Baker" }).click();
  await memberPage.getByText("Add a comment").click();
  await memberPage.getByRole("textbox", { name: "Comment" }).fill("They decide on Friday.");
  await memberPage.getByRole("button", { name: "Add comment" }).click();
  await expect(memberPage.getByText("You commented")).toBeVisible();
  if (!jsEnabled) await coachPage.reload();
  await expect(coachPage.getByText("They decide on Friday.")).toBeVisible();
  await coachPage.getByText("Add a comment").click();
  await coachPage.getByRole("textbox", { name: "Comment" }).fill("Good luck then.");
  await coachPage.getByRole("button", { name: "Add comment" }).click();
  await expect(coachPage.getByText("Good luck then.").first()).toBeVisible();
  if (!jsEnabled) await memberPage.reload();
  await expect(memberPage.getByText("Good luck then.")).toBeVisible();
  await coachPage.locator("#add-task > summary").click();
  await coachPage.getByLabel("What to do").fill("Send thanks");
  await coachPage.getByRole("button", { name: "Assign task" }).click();
  await expect(coachPage.locator("#live-tasks")).toContainText("Send thanks");
  if (!jsEnabled) await memberPage.reload();
  await expect(memberPage.locator("#live-tasks")).toContainText("Send thanks");

  await memberPage.goto(`/w/${slug}/settings/sharing`);
  await expect(memberPage.getByText("Hearth Homes, Baker")).toBeVisible();
  await memberPage.getByRole("button", { name: "Revoke access of Carl" }).click();
  await expect(memberPage.getByText("No one has access.")).toBeVisible();

  // The open tab notices without a reload; without JavaScript, with the next request.
  if (!jsEnabled) await coachPage.reload();
  await expect(coachPage.getByText("Ask when they will decide.")).toHaveCount(0);
  await expect(coachPage.getByText("You see Mia’s applications.")).toHaveCount(0);
  await expect(coachPage.getByRole("heading", { name: "Mia no longer shares with you" })).toBeVisible();

  // The member leaves, and the application moves to their personal workspace.
  await memberPage.goto(`/w/${slug}/settings/organization`);
  await memberPage.getByText("Leave organization", { exact: true }).last().click();
  await expect(memberPage.getByLabel("Move to my personal workspace")).toBeChecked();
  await expectAccessible(memberPage);
  await memberPage.getByRole("button", { name: "Leave now" }).click();
  await expect(memberPage).toHaveURL(/\/w\/(?!career-center)[^/]+\//);
  const personal = memberPage.url().match(/\/w\/[^/]+/)[0];
  await memberPage.goto(`${personal}/applications`);
  await expect(memberPage.getByRole("link", { name: "Baker" })).toBeVisible();
});

test("a coach asks for access, the member gives less, in time", async ({ browser, request, jsEnabled }) => {
  const { slug, coach, member } = await organization(request);
  const pageOf = async (user) => {
    const context = await browser.newContext({ javaScriptEnabled: jsEnabled, baseURL: process.env.JOBHAX_URL });
    const page = await context.newPage();
    await signIn(page, user);
    return page;
  };
  const [coachPage, memberPage] = [await pageOf(coach), await pageOf(member)];
  await coachPage.goto(`/w/${slug}/clients`);
  // The form is open, because the coach has no clients yet.
  await coachPage.getByLabel("Name of a member").fill("mia");
  await coachPage.getByRole("button", { name: "Search" }).last().click();
  await coachPage.getByLabel("Mia", { exact: true }).check();
  await coachPage.getByLabel("Message").fill("Shall we go through your applications?");
  await coachPage.getByRole("button", { name: "Ask for access" }).click();
  await expect(coachPage.getByText("1 member asked.")).toBeVisible();
  await expect(coachPage.getByText("No answer yet.")).toBeVisible();
  await expectAccessible(coachPage);

  await memberPage.goto(`/w/${slug}/today`);
  await memberPage.getByRole("link", { name: "1 request to see your applications" }).click();
  await expect(memberPage.getByText("Shall we go through your applications?")).toBeVisible();
  await expectAccessible(memberPage);
  const form = memberPage.getByRole("form", { name: "Carl asks for access" });
  await form.getByLabel("They can").selectOption("read");
  await form.getByRole("button", { name: "Give access to Carl" }).click();
  await expect(memberPage.getByText("Can read only, until you revoke it")).toBeVisible();

  await coachPage.goto(`/w/${slug}/clients`);
  await coachPage.getByRole("link", { name: "Mia" }).click();
  await expect(coachPage.getByText("You can't change anything.")).toBeVisible();
});
