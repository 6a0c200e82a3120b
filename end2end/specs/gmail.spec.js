// Gmail: connecting, syncing, revoked and denied access, disconnecting.
import { card, expect, expectAccessible, goTo, register, waitForHydration, stage, test } from "../support/test.js";

const google = (path) => `${process.env.JOBHAX_GOOGLE}${path}`;
const section = (page) => page.getByRole("region", { name: "Gmail", exact: true });

async function openImport(page, jsEnabled) {
  await goTo(page, "Import");
  await waitForHydration(page, jsEnabled);
  await expect(section(page)).toBeVisible();
}

// Signs in at Google and grants access, or denies the scope for reading mail.
async function authorize(page, user, { button = "Connect Gmail", allowMail = true } = {}) {
  await page.context().clearCookies({ name: /^_(session|interaction|grant)/ });
  await section(page).getByRole("button", { name: button }).click();
  await expect(page.getByRole("heading", { name: "Sign in at the provider" })).toBeVisible();
  const claims = { sub: user.email.split("@")[0], email: `${user.email.split("@")[0]}@gmail.example`, email_verified: true };
  await page.getByLabel("Name").fill(JSON.stringify(claims));
  await page.getByLabel("View your email messages and settings").setChecked(allowMail);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/import$/);
  return claims;
}

test("connect, sync, revoke at Google, reconnect, disconnect", async ({ page, user, jsEnabled, request }) => {
  await register(page, user, jsEnabled);
  await openImport(page, jsEnabled);
  await expect(section(page)).toContainText("It cannot send, change or delete anything.");
  await expectAccessible(page);

  const { sub, email } = await authorize(page, user);
  await expect(section(page)).toContainText("Gmail is connected.");
  const row = section(page).getByRole("listitem").filter({ hasText: email });
  await expect(row).toContainText("Up to date, synced just now", { timeout: 30_000 });
  await expectAccessible(page);

  await goTo(page, "Board");
  await waitForHydration(page, jsEnabled);
  await expect(stage(page, "Applied").getByRole("article")).toHaveCount(3);
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
  await openImport(page, jsEnabled);

  await test.step("sync on request", async () => {
    // With JavaScript, the row still shows "up to date" until it has been reloaded.
    const isReloaded = jsEnabled && page.waitForResponse(/get_mailboxes/);
    await section(page).getByRole("button", { name: "Sync now" }).click();
    await isReloaded;
    await expect(row).toContainText("Up to date, synced just now", { timeout: 30_000 });
    await expect(section(page).getByRole("button", { name: "Sync now" })).toBeEnabled();
  });

  await test.step("reconnect after the access was revoked at Google", async () => {
    await request.post(google(`/test/revoke_access?sub=${sub}`));
    await section(page).getByRole("button", { name: "Sync now" }).click();
    await expect(row).toContainText("Gmail access was revoked.", { timeout: 30_000 });
    await expectAccessible(page);
    await authorize(page, user, { button: "Reconnect" });
    await expect(row).toContainText("Up to date, synced just now", { timeout: 30_000 });
  });

  await test.step("disconnecting revokes the access and keeps the applications", async () => {
    const before = await (await request.get(google("/test/revoked"))).json();
    await row.getByText("Disconnect", { exact: true }).first().click();
    await row.getByRole("button", { name: `Disconnect ${email}` }).click();
    await expect(section(page)).toContainText("Gmail is disconnected. Imported applications are kept");
    await expect(section(page).getByRole("button", { name: "Connect Gmail" })).toBeVisible();
    await expect.poll(async () => (await (await request.get(google("/test/revoked"))).json()).length).toBeGreaterThan(before.length);
    await expectAccessible(page);
    await goTo(page, "Board");
    await waitForHydration(page, jsEnabled);
    await expect(stage(page, "Applied").getByRole("article")).toHaveCount(3);
  });
});

test("denying the scope shows the next step", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await openImport(page, jsEnabled);
  await authorize(page, user, { allowMail: false });
  await expect(section(page).getByRole("alert")).toContainText("Google did not give JobHax access to your email");
  await expect(section(page).getByRole("alert")).toContainText("select “View your email messages and settings”");
  await expect(section(page).getByRole("listitem")).toHaveCount(0);
  await expectAccessible(page);
  await authorize(page, user);
  await expect(section(page).getByRole("alert")).toHaveCount(0);
  await expect(section(page)).toContainText("Up to date, synced just now", { timeout: 30_000 });
});

test("cancelling at Google changes nothing", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await openImport(page, jsEnabled);
  await section(page).getByRole("button", { name: "Connect Gmail" }).click();
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/import$/);
  await expect(section(page).getByRole("alert")).toContainText("You left Google without confirming. Nothing was changed.");
  await expect(section(page).getByRole("listitem")).toHaveCount(0);
});
