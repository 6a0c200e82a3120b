// IMAP mailboxes on a real Dovecot server: with a password, and with Microsoft access tokens.
import { card, expect, expectAccessible, goTo, register, stage, test } from "../support/test.js";
import { PASSWORD, deliver } from "../support/dovecot.js";

const imap = (page) => page.getByRole("region", { name: "Any email provider", exact: true });
const outlook = (page) => page.getByRole("region", { name: "Outlook", exact: true });
const messages = ["linkedin/receipt-plain", "lever/receipt", "linkedin/job-alert"];
const UP_TO_DATE = "Up to date, synced just now";

async function expectImported(page) {
  await goTo(page, "Board");
  await expect(stage(page, "Applied").getByRole("article")).toHaveCount(2);
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
}

// Signs in at Microsoft as this user.
async function authorize(page, email, button) {
  await page.context().clearCookies({ name: /^_(session|interaction|grant)/ });
  await outlook(page).getByRole("button", { name: button }).click();
  await expect(page.getByRole("heading", { name: "Sign in at the provider" })).toBeVisible();
  const claims = { sub: email.split("@")[0], email, preferred_username: email };
  await page.getByLabel("Name").fill(JSON.stringify(claims));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/import$/);
}

test("connect with a password, correct it, sync, disconnect", async ({ page, user, jsEnabled, consoleErrors }) => {
  // The response to the wrong password.
  consoleErrors.allow(/status of 422/);
  deliver(user.email, ...messages);
  await register(page, user, jsEnabled);
  await goTo(page, "Import");
  await imap(page).getByText("Connect by IMAP").click();

  await imap(page).getByLabel(/^Server/).fill("127.0.0.1");
  await imap(page).getByLabel("Port").fill(process.env.JOBHAX_DOVECOT_PORT);
  await imap(page).getByLabel("User name").fill(user.email);
  await imap(page).getByLabel("App password", { exact: true }).fill("a wrong password");
  await expectAccessible(page);
  await imap(page).getByRole("button", { name: "Connect", exact: true }).click();
  await expect(imap(page).getByLabel("App password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(imap(page).getByLabel(/^Server/)).toHaveValue("127.0.0.1");

  await imap(page).getByLabel("App password", { exact: true }).fill(PASSWORD);
  await imap(page).getByRole("button", { name: "Connect", exact: true }).click();
  await expect(imap(page)).toContainText("Your mailbox is connected.");
  await expect(imap(page).getByLabel("App password", { exact: true })).toBeHidden();
  await expect(imap(page).getByLabel("App password", { exact: true })).toHaveValue("");
  const row = imap(page).getByRole("listitem").filter({ hasText: user.email });
  await expect(row).toContainText(UP_TO_DATE, { timeout: 30_000 });
  await expectAccessible(page);
  await expectImported(page);

  await test.step("new email is read on request", async () => {
    deliver(user.email, "linkedin/receipt-de");
    await goTo(page, "Import");
    await imap(page).getByRole("button", { name: `Sync now: ${user.email}` }).click();
    await expect(row).toContainText(UP_TO_DATE, { timeout: 30_000 });
    await goTo(page, "Board");
    await expect(stage(page, "Applied").getByRole("article")).toHaveCount(3);
  });

  await test.step("disconnecting keeps the applications", async () => {
    await goTo(page, "Import");
    await row.getByText("Disconnect", { exact: true }).first().click();
    await row.getByRole("button", { name: `Disconnect ${user.email}` }).click();
    await expect(imap(page)).toContainText("Your mailbox is disconnected. Imported applications are kept");
    await expect(row).toHaveCount(0);
    await goTo(page, "Board");
    await expect(stage(page, "Applied").getByRole("article")).toHaveCount(3);
  });
});

test("connect Outlook, lose the access, reconnect", async ({ page, user, jsEnabled, request }) => {
  const email = user.email.replace("inbox.example", "outlook.example");
  deliver(email, ...messages);
  await register(page, user, jsEnabled);
  await goTo(page, "Import");
  await authorize(page, email, "Connect Outlook");
  await expect(outlook(page)).toContainText("Outlook is connected.");
  const row = outlook(page).getByRole("listitem").filter({ hasText: email });
  await expect(row).toContainText(UP_TO_DATE, { timeout: 30_000 });
  await expectAccessible(page);
  await expectImported(page);
  await goTo(page, "Import");

  await request.post(`${process.env.JOBHAX_MICROSOFT}/test/revoke_access?email=${encodeURIComponent(email)}`);
  await outlook(page).getByRole("button", { name: `Sync now: ${email}` }).click();
  await expect(row).toContainText("Outlook no longer gives access.", { timeout: 30_000 });
  await expectAccessible(page);
  await authorize(page, email, "Reconnect");
  await expect(row).toContainText(UP_TO_DATE, { timeout: 30_000 });
});
