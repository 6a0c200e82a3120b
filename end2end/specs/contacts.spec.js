// Contacts and the job posting on the page of an application, deleted applications, and the next step on the card.
import {
  addApplication, card, expect, expectAccessible, goTo, openDemo, register, test, waitForHydration,
} from "../support/test.js";

const TITLE = "Site Reliability Engineer";
const section = (page, name) => page.getByRole("region", { name, exact: true });

async function openApplication(page, company, jsEnabled) {
  await waitForHydration(page, jsEnabled);
  await card(page, company).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

async function addApplications(page, user, companies, jsEnabled) {
  await register(page, user, jsEnabled);
  for (const company of companies) {
    await addApplication(page, company, TITLE);
    await waitForHydration(page, jsEnabled);
  }
}

test("a contact is added, linked to another application, changed, removed and deleted", async ({
  page, user, jsEnabled, consoleErrors,
}) => {
  await addApplications(page, user, ["Northquay", "Fernway"], jsEnabled);
  await openApplication(page, "Northquay", jsEnabled);
  const contacts = section(page, "Contacts");
  await expect(contacts).toContainText("None yet");
  await contacts.locator("#add-contact > summary").click();
  await contacts.getByLabel("Name").fill("Ilse Brandt");
  await contacts.getByLabel("Role").fill("Talent partner");
  await contacts.getByLabel("Email").fill("ilse@northquay");
  await contacts.getByLabel("Phone").fill("+49 (30) 5550-1417");
  await contacts.getByLabel("Link").fill("https://people.example.org/ilse");
  await contacts.getByLabel("Notes").fill("Prefers a call");
  await expectAccessible(page);
  // The fields keep the rejected values.
  if (jsEnabled) consoleErrors.allow(/status of 422/);
  await contacts.getByRole("button", { name: "Add contact" }).click();
  await expect(contacts.getByText("Enter one email address")).toBeVisible();
  await expect(contacts.getByLabel("Role")).toHaveValue("Talent partner");
  await contacts.getByLabel("Email").fill("ilse@northquay.example");
  await contacts.getByRole("button", { name: "Add contact" }).click();
  const row = contacts.getByRole("listitem");
  await expect(row).toContainText("Talent partner");
  await expect(row.getByRole("link", { name: "ilse@northquay.example" })).toHaveAttribute("href", "mailto:ilse@northquay.example");
  await expect(row.getByRole("link", { name: "+49 (30) 5550-1417" })).toHaveAttribute("href", "tel:+493055501417");
  await expect(row.getByRole("link", { name: "people.example.org" })).toHaveAttribute("rel", /noopener noreferrer nofollow/);
  await expectAccessible(page);

  await goTo(page, "Board");
  await openApplication(page, "Fernway", jsEnabled);
  await contacts.locator("#add-contact > summary").click();
  await contacts.getByLabel("A contact you have").selectOption("Ilse Brandt");
  await contacts.getByRole("button", { name: "Add this contact" }).click();
  await expect(row).toContainText("Ilse Brandt");

  await row.locator("summary").click();
  await row.getByLabel("Role").fill("Head of people");
  await row.getByRole("button", { name: "Save contact" }).click();
  await expect(row).toContainText("Head of people");
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Remove Ilse Brandt from this application" }).click();
  await expect(contacts).toContainText("None yet");

  await goTo(page, "Board");
  await openApplication(page, "Northquay", jsEnabled);
  await expect(row).toContainText("Head of people");
  await row.locator("summary").click();
  await row.getByRole("button", { name: "Delete contact…" }).click();
  await page.getByRole("dialog", { name: "Delete this contact?" }).getByRole("button", { name: "Delete contact" }).click();
  await expect(contacts).toContainText("None yet");
});

test("a job posting is kept as plain text", async ({ page, user, jsEnabled }) => {
  await addApplications(page, user, ["Northquay"], jsEnabled);
  await openApplication(page, "Northquay", jsEnabled);
  const posting = section(page, "Job posting");
  await expect(posting).toContainText("Postings disappear");
  await posting.locator("#edit-posting > summary").click();
  await posting.getByLabel("Text of the posting").fill("<b>Engineer</b>\n\n- on call");
  await posting.getByLabel("Link").fill("https://jobs.example.org/1");
  await expectAccessible(page);
  await posting.getByRole("button", { name: "Save posting" }).click();
  await expect(posting.locator("p.posting-text").filter({ hasText: "<b>Engineer</b>" })).toBeVisible();
  await expect(posting).toContainText("Saved");
  await expect(posting.getByRole("link", { name: "jobs.example.org" })).toBeVisible();
  await posting.locator("#edit-posting > summary").click();
  const lines = Array.from({ length: 40 }, (_, n) => `Line ${n + 1}`).join("\n");
  await posting.getByLabel("Text of the posting").fill(lines);
  await posting.getByRole("button", { name: "Save posting" }).click();
  await expect(posting.locator(".posting-preview").filter({ hasText: "Line 12" })).toBeVisible();
  await expect(posting.locator(".posting-long .posting-text")).toBeHidden();
  await posting.getByText("Show all of it").click();
  await expect(posting.locator(".posting-long .posting-text")).toContainText("Line 40");
  await expectAccessible(page);
  await posting.locator("#edit-posting > summary").click();
  await posting.getByLabel("Text of the posting").fill("");
  await posting.getByRole("button", { name: "Save posting" }).click();
  await expect(posting).toContainText("Postings disappear");
});

test("a deleted application is restored from the list", async ({ page, user, jsEnabled }) => {
  await addApplications(page, user, ["Northquay"], jsEnabled);
  await goTo(page, "Settings");
  await page.getByRole("link", { name: "Deleted applications" }).click();
  await expect(page.getByText("Nothing is deleted.")).toBeVisible();
  await expectAccessible(page);
  await goTo(page, "Board");
  await openApplication(page, "Northquay", jsEnabled);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete application" }).click();
  await goTo(page, "Applications");
  await page.getByRole("link", { name: "Deleted applications" }).click();
  const row = page.getByRole("region", { name: "Deleted applications" }).getByRole("listitem");
  await expect(row).toContainText("Northquay");
  await expect(row).toContainText("permanently removed on");
  await expectAccessible(page);
  await row.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByText("Nothing is deleted.")).toBeVisible();
  await expect(page.locator("#flash-toast")).toContainText("Northquay restored.");
  await goTo(page, "Board");
  await expect(card(page, "Northquay").first()).toBeVisible();
});

test("a card shows the next step, and that it is overdue", async ({ page, user, jsEnabled }) => {
  await addApplications(page, user, ["Northquay"], jsEnabled);
  await openApplication(page, "Northquay", jsEnabled);
  const tasks = section(page, "Tasks");
  await tasks.locator("#add-task > summary").click();
  await tasks.getByLabel("What to do").fill("Call them");
  await tasks.getByLabel("Kind").selectOption("Follow-up");
  const day = new Date(Date.now() - 3 * 86_400_000).toLocaleDateString("sv-SE", { timeZone: jsEnabled ? "Europe/Berlin" : "UTC" });
  await tasks.getByLabel("Due").fill(day);
  await tasks.getByRole("button", { name: "Add task" }).click();
  await expect(tasks).toContainText("Overdue since");
  await goTo(page, "Board");
  await expect(card(page, "Northquay").first()).toContainText("Follow up, 3 days overdue");
  await expectAccessible(page);
});

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the demo has next steps on its board, and contacts", async ({ page, jsEnabled }) => {
      await openDemo(page, jsEnabled);
      await expect(page.locator(".card-next").first()).toBeVisible();
      await expectAccessible(page);
      await page.locator(".card", { has: page.locator(".card-next") }).first().getByRole("link").click();
      await expect(section(page, "Contacts").getByRole("listitem").first()).toBeVisible();
      await expectAccessible(page);
    });
  });
}
