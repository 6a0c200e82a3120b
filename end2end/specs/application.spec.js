// The page of an application: its timeline, notes, details and actions.
import { readFileSync } from "node:fs";
import { addApplication, card, expect, expectAccessible, goTo, register, stage, test, waitForHydration } from "../support/test.js";
import { unclearRejection } from "../support/mailbox.js";

const COMPANY = "Northquay Systems";
const TITLE = "Site Reliability Engineer";
const HOSTILE = '<script>document.title="hacked"</script><img src=x onerror=alert(1)> [x](javascript:alert(1))';

async function openApplication(page, user, jsEnabled) {
  await register(page, user, jsEnabled);
  await addApplication(page, COMPANY, TITLE);
  await waitForHydration(page, jsEnabled);
  await openCard(page, COMPANY, TITLE);
}

async function openCard(page, company, title) {
  await card(page, company).first().click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
}

const timeline = (page) => page.getByRole("region", { name: "Timeline" });
const main = (page) => page.getByRole("main");

test("a card opens its application, which is moved, closed and reopened there", async ({ page, user, jsEnabled }) => {
  await openApplication(page, user, jsEnabled);
  await expect(page).toHaveTitle(new RegExp(`${TITLE}, ${COMPANY} · .* · JobHax`));
  await expect(timeline(page)).toContainText("Added to Applied");
  await expectAccessible(page);

  await page.getByRole("button", { name: "Stage: Applied" }).click();
  await page.getByRole("dialog", { name: "Move to" }).getByRole("button", { name: /^Offer/ }).click();
  await expect(page.getByRole("button", { name: "Stage: Offer" })).toBeVisible();
  await expect(timeline(page)).toContainText("Moved to Offer by you");
  const toast = page.getByRole("status").filter({ hasText: `${COMPANY} moved to Offer.` });
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: "Stage: Applied" })).toBeVisible();
  await expect(timeline(page)).not.toContainText("Moved to");

  await page.getByRole("button", { name: "Outcome Open" }).click();
  await page.getByRole("dialog", { name: "Outcome" }).getByRole("button", { name: "Withdrawn" }).click();
  await expect(timeline(page)).toContainText("Closed: withdrawn by you");
  await page.getByRole("button", { name: "Outcome Withdrawn" }).click();
  await page.getByRole("dialog", { name: "Outcome" }).getByRole("button", { name: "Reopen" }).click();
  await expect(timeline(page)).toContainText("Reopened in Applied by you");
  await expectAccessible(page);

  await page.getByRole("link", { name: "Back to the board" }).click();
  await waitForHydration(page, jsEnabled);
  await expect(card(stage(page, "Applied"), COMPANY)).toBeVisible();
});

test("notes are written, changed and deleted, and hostile HTML is text", async ({ page, user, jsEnabled, consoleErrors }) => {
  await openApplication(page, user, jsEnabled);
  await page.getByText("Add a note").click();
  await page.getByLabel("Note", { exact: true }).first().fill(`# Call\n\nShe was **open**.\nSee https://example.org/a.\n\n${HOSTILE}`);
  await page.getByRole("button", { name: "Add note" }).click();
  const note = page.locator(".note");
  await expect(note).toContainText("<script>document.title=");
  await expect(note.locator("strong").last()).toHaveText("open");
  const links = note.getByRole("link");
  await expect(links).toHaveCount(1);
  await expect(links).toHaveAttribute("href", "https://example.org/a");
  await expect(links).toHaveAttribute("rel", /noopener nofollow/);
  await expect(note.locator("img, script")).toHaveCount(0);
  await expect(page).not.toHaveTitle("hacked");
  await expectAccessible(page);

  const entry = timeline(page).getByRole("listitem").filter({ has: note });
  await entry.locator("summary").click();
  await expect(entry.getByLabel("Note", { exact: true })).toHaveValue(/^# Call/);
  if (jsEnabled) {
    // The field keeps the rejected value.
    consoleErrors.allow(/status of 422/);
    const field = entry.getByLabel("Note", { exact: true });
    await field.evaluate((e) => e.removeAttribute("maxlength"));
    await field.fill("x".repeat(20_001));
    await entry.getByRole("button", { name: "Save note" }).click();
    await expect(entry.getByText("Use at most 20,000 characters")).toBeVisible();
    await expect(field).toHaveValue(/^x{20001}$/);
  }
  await entry.getByLabel("Note", { exact: true }).fill("Shorter");
  await entry.getByRole("button", { name: "Save note" }).click();
  await expect(note).toHaveText("Shorter");
  await expect(timeline(page)).toContainText("Note, edited");

  await page.getByRole("link", { name: "Notes", exact: true }).click();
  await expect(timeline(page)).not.toContainText("Added to");
  await timeline(page).locator(".note-edit summary").click();
  await page.getByRole("button", { name: "Delete note…" }).click();
  await page.getByRole("dialog", { name: "Delete this note?" }).getByRole("button", { name: "Delete note" }).click();
  await expect(note).toHaveCount(0);
});

test("fields are edited, rejected at the field, and not overwritten by an old version", async ({ page, user, jsEnabled, context }) => {
  await openApplication(page, user, jsEnabled);
  const details = main(page).locator(".facts-section").filter({ has: page.getByRole("heading", { name: "Details", exact: true }) });
  await details.locator("summary").click();
  await details.getByLabel("Location").fill("Hamburg");
  await details.getByLabel("Salary from").fill("72,000");
  await details.getByLabel("Salary to").fill("80000");
  await details.getByLabel("Link to the job posting").fill("https://");
  await details.getByLabel("Tags").fill("energy, forecasting");
  await details.locator("form").evaluate((form) => (form.noValidate = true));
  await details.getByRole("button", { name: "Save details" }).click();
  await expect(details.getByText("Use an ISO 4217 currency code, such as EUR.")).toBeVisible();
  await expect(details.getByText("Use a URL that starts with http")).toBeVisible();
  await expect(details.getByLabel("Location")).toHaveValue("Hamburg");
  await expectAccessible(page);
  await details.getByLabel("Currency").fill("eur");
  await details.getByLabel("Link to the job posting").fill("https://jobs.example.org/1");
  await details.getByRole("button", { name: "Save details" }).click();
  await expect(details).toContainText("€72–80k a year");
  await expect(details.getByRole("link", { name: "jobs.example.org" })).toBeVisible();
  await expect(details.getByRole("listitem")).toHaveText(["energy", "forecasting"]);

  // A form that is open in another tab contains the previous version.
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel("Edit title and company").click();
  await other.getByLabel("Company", { exact: true }).fill("Southquay");
  await page.getByLabel("Edit title and company").click();
  await page.getByLabel("Job title").fill("Platform Engineer");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Platform Engineer" })).toBeVisible();
  await other.getByRole("button", { name: "Save", exact: true }).click();
  await expect(other.getByText("This was changed elsewhere in the meantime.")).toBeVisible();
  await expect(other.getByLabel("Company", { exact: true })).toHaveValue("Southquay");
  await expect(other.getByRole("heading", { level: 1, name: "Platform Engineer" })).toBeVisible();
});

test("a file is added, downloaded and deleted, and one that is not accepted says why", async ({ page, user, jsEnabled }) => {
  await openApplication(page, user, jsEnabled);
  const files = page.getByRole("region", { name: "Files" });
  const choose = async (name, content) => {
    const isOpen = await files.getByLabel("File", { exact: true }).isVisible();
    if (!isOpen) await files.locator("summary").click();
    await files.getByLabel("File", { exact: true }).setInputFiles({ name, mimeType: "application/pdf", buffer: Buffer.from(content) });
    await files.getByRole("button", { name: "Add file" }).click();
  };
  await choose("archive.pdf", "PK\x03\x04 not a document \0");
  await expect(files.getByText("Upload a PDF, Word, OpenDocument, RTF or text file")).toBeVisible();
  await expectAccessible(page);
  await choose("Résumé Ada Winter.pdf", "%PDF-1.7\n%%EOF\n");
  await expect(files.getByRole("listitem")).toContainText("Résumé, 15 B");
  const [download] = await Promise.all([page.waitForEvent("download"), files.getByRole("link", { name: "Résumé Ada Winter.pdf" }).click()]);
  expect(download.suggestedFilename()).toBe("Résumé Ada Winter.pdf");
  expect(readFileSync(await download.path(), "utf8")).toBe("%PDF-1.7\n%%EOF\n");
  await expectAccessible(page);
  await files.getByRole("button", { name: "Delete Résumé Ada Winter.pdf" }).click();
  await page.getByRole("dialog", { name: "Delete this file?" }).getByRole("button", { name: "Delete file" }).click();
  await expect(files.getByRole("listitem")).toHaveCount(0);
});

test("a deleted application is restored", async ({ page, user, jsEnabled }) => {
  await openApplication(page, user, jsEnabled);
  const url = page.url();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("button", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this application?" });
  await expect(dialog).toContainText("You can restore it for 30 days.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Delete application" }).click();
  await waitForHydration(page, jsEnabled);
  await expect(card(page, COMPANY)).toHaveCount(0);
  await page.getByRole("status").filter({ hasText: "deleted" }).getByRole("button", { name: "Undo" }).click();
  await expect(page).toHaveURL(url);
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
});

test("an email in the timeline says why, and is undone there", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await goTo(page, "Import");
  await page.locator('input[type="file"]').setInputFiles(unclearRejection());
  if (!jsEnabled) await page.getByRole("button", { name: "Import files" }).click();
  await expect(page.getByRole("region", { name: "Finished import" })).toBeVisible({ timeout: 30_000 });
  await goTo(page, "Board");
  await waitForHydration(page, jsEnabled);
  await openCard(page, "Florist Moss", "Florist");
  await expect(timeline(page)).toContainText("Added to Applied from an email");
  await timeline(page).getByText("Why").first().click();
  await expect(timeline(page).locator("mark").first()).toBeVisible();
  await expectAccessible(page);
  await timeline(page).getByRole("button", { name: "Undo this email" }).click();
  await expect(page.getByText("Undone. The email no longer changes anything.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Board" })).toBeVisible();
});

test("keys open neighbors, forms and menus", async ({ page, user, jsEnabled }) => {
  test.skip(!jsEnabled, "keys need a script");
  await register(page, user, jsEnabled);
  await addApplication(page, COMPANY, TITLE);
  await addApplication(page, "Copper Kettle", "Data Scientist");
  await expect(card(page, "Copper Kettle")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Data Scientist" })).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  await expect(page.getByText("Applied, 2 of 2")).toBeVisible();
  await page.keyboard.press("k");
  await expect(page.getByRole("heading", { level: 1, name: "Data Scientist" })).toBeVisible();
  await page.keyboard.press("n");
  await expect(page.getByLabel("Note", { exact: true })).toBeFocused();
  await page.keyboard.type("j is a letter here");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("m");
  await page.keyboard.press("5");
  await expect(page.getByRole("button", { name: "Stage: Offer" })).toBeVisible();
  await page.keyboard.press("Escape");
  await waitForHydration(page, jsEnabled);
  await expect(card(stage(page, "Offer"), "Copper Kettle")).toBeVisible();
});

test("a card that is dragged is moved and not opened", async ({ page, user, jsEnabled }) => {
  test.skip(!jsEnabled, "dragging needs a script");
  await register(page, user, jsEnabled);
  await addApplication(page, COMPANY, TITLE);
  const box = await card(page, COMPANY).boundingBox();
  const target = await stage(page, "Offer").boundingBox();
  await page.mouse.move(box.x + 40, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(target.x + 60, target.y + 120, { steps: 8 });
  await page.mouse.up();
  await expect(card(stage(page, "Offer"), COMPANY)).toBeVisible();
  // Moves the card back to its own column and drops it there.
  const moved = await card(page, COMPANY).boundingBox();
  await page.mouse.move(moved.x + 40, moved.y + 30);
  await page.mouse.down();
  await page.mouse.move(moved.x + 60, moved.y + 60, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByRole("heading", { level: 1, name: "Board" })).toBeVisible();
  await openCard(page, COMPANY, TITLE);
});
