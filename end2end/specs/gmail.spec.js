// Mail from Gmail: connecting it, what comes of it, what is said when Google does not let us, ending it.
import { card, expect, expectAccessible, goTo, register, settled, stage, test } from "../support/test.js";

const google = (path) => `${process.env.JOBHAX_GOOGLE}${path}`;
const section = (page) => page.getByRole("region", { name: "Gmail", exact: true });

async function openImport(page, scripted) {
  await goTo(page, "Import");
  await settled(page, scripted);
  await expect(section(page)).toBeVisible();
}

// Goes to Google and says yes there; with the box for reading mail left as it is, or emptied.
async function agree(page, person, { button = "Connect Gmail", mail = true } = {}) {
  await page.context().clearCookies({ name: /^_(session|interaction|grant)/ });
  await section(page).getByRole("button", { name: button }).click();
  await expect(page.getByRole("heading", { name: "Sign in at the provider" })).toBeVisible();
  const who = { sub: person.email.split("@")[0], email: `${person.email.split("@")[0]}@gmail.example`, email_verified: true };
  await page.getByLabel("Name").fill(JSON.stringify(who));
  await page.getByLabel("View your email messages and settings").setChecked(mail);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/import$/);
  return who;
}

test("connect, read, take back, connect again, disconnect", async ({ page, person, scripted, request }) => {
  await register(page, person, scripted);
  await openImport(page, scripted);
  await expect(section(page)).toContainText("It cannot send, change or delete anything.");
  await expectAccessible(page);

  const who = await agree(page, person);
  await expect(section(page)).toContainText("Gmail is connected.");
  const row = section(page).getByRole("listitem").filter({ hasText: who.email });
  await expect(row).toContainText("Up to date, synced just now", { timeout: 30_000 });
  await expectAccessible(page);

  await goTo(page, "Board");
  await settled(page, scripted);
  await expect(stage(page, "Applied").getByRole("article")).toHaveCount(3);
  await expect(card(stage(page, "Applied"), "Northquay Systems")).toBeVisible();
  await openImport(page, scripted);

  await test.step("what is new is fetched by a press", async () => {
    await section(page).getByRole("button", { name: "Sync now" }).click();
    await expect(row).toContainText("Up to date, synced just now", { timeout: 30_000 });
    await expect(section(page).getByRole("button", { name: "Sync now" })).toBeEnabled();
  });

  await test.step("taken back at Google, it says so and is connected again", async () => {
    await request.post(google(`/test/withdraw?sub=${who.sub}`));
    await section(page).getByRole("button", { name: "Sync now" }).click();
    await expect(row).toContainText("Gmail access was revoked.", { timeout: 30_000 });
    await expectAccessible(page);
    await agree(page, person, { button: "Reconnect" });
    await expect(row).toContainText("Up to date, synced just now", { timeout: 30_000 });
  });

  await test.step("disconnected, nothing is left of it at Google or here, but what was read", async () => {
    const before = await (await request.get(google("/test/revoked"))).json();
    await row.getByRole("button", { name: `Disconnect ${who.email}` }).click();
    await expect(section(page)).toContainText("Gmail disconnected. Imported applications are kept.");
    await expect(section(page).getByRole("button", { name: "Connect Gmail" })).toBeVisible();
    await expect.poll(async () => (await (await request.get(google("/test/revoked"))).json()).length).toBeGreaterThan(before.length);
    await expectAccessible(page);
    await goTo(page, "Board");
    await settled(page, scripted);
    await expect(stage(page, "Applied").getByRole("article")).toHaveCount(3);
  });
});

test("who leaves the box empty is told what to do", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  await openImport(page, scripted);
  await agree(page, person, { mail: false });
  await expect(section(page).getByRole("alert")).toContainText("Google did not give JobHax access to your email");
  await expect(section(page).getByRole("alert")).toContainText("tick “View your email messages and settings”");
  await expect(section(page).getByRole("listitem")).toHaveCount(0);
  await expectAccessible(page);
  await agree(page, person);
  await expect(section(page).getByRole("alert")).toHaveCount(0);
  await expect(section(page)).toContainText("Up to date, synced just now", { timeout: 30_000 });
});

test("who turns back at Google has changed nothing", async ({ page, person, scripted }) => {
  await register(page, person, scripted);
  await openImport(page, scripted);
  await section(page).getByRole("button", { name: "Connect Gmail" }).click();
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/import$/);
  await expect(section(page).getByRole("alert")).toContainText("You left Google without confirming. Nothing was changed.");
  await expect(section(page).getByRole("listitem")).toHaveCount(0);
});
