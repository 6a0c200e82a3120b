// Applications over time: silence, merging duplicates, splitting emails of different applications.
import { card, expect, expectAccessible, goTo, register, stage, test, waitForHydration } from "../support/test.js";
import { confirmations } from "../support/mailbox.js";

const DAY = 24 * 60 * 60 * 1000;

// An email from an employer, sent `days` days ago.
function email(company, subject, daysAgo, lines) {
  const date = new Date(Date.now() - daysAgo * DAY - DAY / 24).toUTCString().replace("GMT", "+0000");
  const text = [
    `From: ${company} <no-reply@us.greenhouse-mail.io>`,
    "To: ada@inbox.example",
    `Subject: ${subject}`,
    `Message-ID: <${daysAgo}-${Date.now()}@mail.example>`,
    `Date: ${date}`,
    "Content-Type: text/plain; charset=utf-8",
    "",
    ...lines,
    "",
  ].join("\n");
  return { name: `${subject}.eml`, mimeType: "message/rfc822", buffer: Buffer.from(text) };
}

const confirmation = (company, title, daysAgo) =>
  email(company, `Thank you for applying to ${company}`, daysAgo, [
    `Thank you for applying for the ${title} position at ${company}.`,
    "We have received your application and will read it with care.",
  ]);

const pause = (company, title, daysAgo) =>
  email(company, `${title} update`, daysAgo, [
    `We have put the ${title} position at ${company} on hold while budgets are confirmed. Your application stays active.`,
  ]);

async function importFile(page, file, jsEnabled) {
  await page.getByRole("link", { name: "Import email" }).click();
  await page.locator('input[type="file"]').setInputFiles(file);
  if (!jsEnabled) await page.getByRole("button", { name: "Import files" }).click();
  await expect(page.getByRole("region", { name: "Finished import" })).toBeVisible({ timeout: 30_000 });
  await goTo(page, "Board");
}

async function choose(page, company, row) {
  await page.getByRole("button", { name: `Move or close ${company}` }).click();
  const menu = page.locator("#card-menu:popover-open, section.move-sheet");
  await menu.getByRole("link", { name: row }).click();
}

test("a quiet application says so, until its workspace turns that off", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await importFile(page, confirmation("Fernway", "Clerk", 24), jsEnabled);
  const fernway = card(stage(page, "Applied"), "Fernway");
  await expect(fernway).toContainText("Quiet for 24 days");
  await expectAccessible(page);

  await goTo(page, "Today");
  const followUp = page.locator(".today-follow-up");
  await followUp.locator("summary").click();
  await followUp.getByRole("button", { name: "Add task" }).click();
  await expect(page.locator("#flash-toast")).toHaveText("Follow-up added, due tomorrow");
  if (jsEnabled) await expect(followUp.locator("summary")).toBeFocused();

  await goTo(page, "Settings");
  await page.getByRole("link", { name: "No response" }).click();
  const section = page.getByRole("region", { name: "No response" });
  await expect(section.getByLabel("Applied")).toHaveValue("30");
  await section.getByLabel("Applied").fill("soon");
  await section.getByRole("button", { name: "Save days" }).click();
  await expect(section.getByText("Enter a number of days.")).toBeVisible();
  await section.getByLabel("Applied").fill("");
  await section.getByRole("button", { name: "Save days" }).click();
  await expect(section.getByText("Saved.")).toBeVisible();
  await expect(section.getByLabel("Applied")).toHaveValue("");
  await expectAccessible(page);

  await goTo(page, "Board");
  await expect(fernway).toBeVisible();
  await expect(fernway).not.toContainText("Quiet");
});

test("two applications are merged, and separated again", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await importFile(page, confirmations(), jsEnabled);
  const applied = stage(page, "Applied");
  await expect(applied.getByRole("article")).toHaveCount(3);
  await choose(page, "Northquay Systems", "Merge with…");
  await expect(page.getByRole("heading", { level: 1, name: "Merge applications" })).toBeVisible();
  await page.getByLabel("Search by title or company").fill("muhlenhof");
  await page.getByRole("main").getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("radio")).toHaveCount(1);
  await page.getByRole("radio", { name: /Mühlenhof Energie/ }).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Merge applications" }).click();
  await waitForHydration(page, jsEnabled);
  await expect(applied.getByRole("article")).toHaveCount(2);
  const toast = page.getByRole("status").filter({ hasText: "Northquay Systems merged." });
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("status").filter({ hasText: "are separate again" })).toBeVisible();
  await expect(applied.getByRole("article")).toHaveCount(3);
});

test("an email that says on hold is split off its application", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await importFile(page, [confirmation("Fernway", "Clerk", 24), pause("Fernway", "Clerk", 10)], jsEnabled);
  const applied = stage(page, "Applied");
  await expect(card(applied, "Fernway")).toContainText("On hold");
  await choose(page, "Fernway", "Split…");
  await expect(page.getByRole("heading", { level: 1, name: "Split application" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Split application" }).click();
  await expect(page.getByText("Choose at least one email.")).toBeVisible();
  await page.getByRole("checkbox", { name: /Clerk update/ }).check();
  await page.getByRole("button", { name: "Split application" }).click();
  await waitForHydration(page, jsEnabled);
  await expect(page.getByRole("status").filter({ hasText: "Fernway split off, in Applied." })).toBeVisible();
  await expect(applied.getByRole("article")).toHaveCount(2);
  await expect(applied.getByText("On hold")).toHaveCount(1);
  await expect(applied.getByText("Quiet for 24 days")).toHaveCount(1);
  await page.getByRole("status").filter({ hasText: "split off" }).getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Fernway merged." })).toBeVisible();
  await expect(applied.getByRole("article")).toHaveCount(1);
});

test("an interview is added at the time that an email names", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  const day = new Date(Date.now() + 6 * DAY);
  const named = day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const invitation = email("Fernway", "Interview for the Clerk position at Fernway", 1, [
    "We would like to invite you to an interview for the Clerk position at Fernway.",
    `The interview takes place on ${named} at 14:30.`,
  ]);
  await importFile(page, [confirmation("Fernway", "Clerk", 9), invitation], jsEnabled);
  await waitForHydration(page, jsEnabled);
  await card(page, "Fernway").first().click();
  const interviews = page.getByRole("region", { name: "Interviews", exact: true });
  await expect(interviews).toContainText("None yet");
  await page.getByRole("link", { name: /^Add interview on .*, 14:30$/ }).click();
  await expect(interviews.getByLabel("Begins")).toHaveValue(`${day.toISOString().slice(0, 10)}T14:30`);
  await expectAccessible(page);
  await interviews.getByRole("button", { name: "Add interview" }).click();
  await expect(interviews.getByRole("listitem")).toContainText("14:30");
  await expect(page.getByRole("link", { name: /^Add interview on/ })).toHaveCount(0);
});
