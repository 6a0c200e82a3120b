// Interviews and tasks, on the page of an application and on Today.
import { addApplication, card, expect, expectAccessible, goTo, openDemo, register, test, waitForHydration } from "../support/test.js";

const COMPANY = "Northquay Systems";
const TITLE = "Site Reliability Engineer";

// The date after `days` days in the account's time zone, in the format of date inputs. Without JavaScript, the server does not know
// the browser's time zone, so the account is in UTC.
function dateIn(days, jsEnabled) {
  const date = new Date(Date.now() + days * 86_400_000);
  return date.toLocaleDateString("sv-SE", { timeZone: jsEnabled ? "Europe/Berlin" : "UTC" });
}

async function openApplication(page, user, jsEnabled) {
  await register(page, user, jsEnabled);
  await addApplication(page, COMPANY, TITLE);
  await waitForHydration(page, jsEnabled);
  await card(page, COMPANY).first().click();
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
}

const section = (page, name) => page.getByRole("region", { name, exact: true });

test("an interview is added, moved, cancelled and deleted", async ({ page, user, jsEnabled, consoleErrors }) => {
  await openApplication(page, user, jsEnabled);
  const interviews = section(page, "Interviews");
  await expect(interviews).toContainText("None yet");
  await interviews.locator("#add-interview > summary").click();
  await interviews.getByLabel("Kind").selectOption("Video interview");
  await interviews.getByLabel("Begins").fill(`${dateIn(5, jsEnabled)}T14:00`);
  await interviews.getByLabel("Ends").fill(`${dateIn(5, jsEnabled)}T13:00`);
  await interviews.getByLabel("Place or link").fill("https://meet.example.org/a");
  await interviews.getByLabel("Notes").fill("Ask about the team");
  await expectAccessible(page);
  // The fields keep the rejected values.
  if (jsEnabled) consoleErrors.allow(/status of 422/);
  await interviews.getByRole("button", { name: "Add interview" }).click();
  await expect(interviews.getByText("It ends before it begins.")).toBeVisible();
  await expect(interviews.getByLabel("Place or link")).toHaveValue("https://meet.example.org/a");
  await interviews.getByLabel("Ends").fill(`${dateIn(5, jsEnabled)}T15:00`);
  await interviews.getByRole("button", { name: "Add interview" }).click();
  const row = interviews.getByRole("listitem");
  await expect(row).toContainText("14:00–15:00");
  await expect(row).toContainText("in 5 days");
  await expect(row.getByRole("link", { name: "meet.example.org" })).toHaveAttribute("rel", /noopener noreferrer nofollow/);
  await expect(section(page, "Timeline")).toContainText("Video interview");
  await expect(section(page, "Details")).toContainText("14:00–15:00");
  await expectAccessible(page);

  await row.locator("summary").click();
  await row.getByLabel("Time zone").fill("America/New_York");
  await row.getByLabel("Cancelled").check();
  await row.getByRole("button", { name: "Save interview" }).click();
  await expect(row).toContainText("Cancelled");
  await expect(row).toContainText("in New York");
  await expect(section(page, "Timeline")).toContainText("Video interview, cancelled");

  await row.locator("summary").click();
  await row.getByRole("button", { name: "Delete interview…" }).click();
  await page.getByRole("dialog", { name: "Delete this interview?" }).getByRole("button", { name: "Delete interview" }).click();
  await expect(interviews).toContainText("None yet");
});

test("a task is added, done, reopened, snoozed, changed and deleted", async ({ page, user, jsEnabled }) => {
  await openApplication(page, user, jsEnabled);
  const tasks = section(page, "Tasks");
  await tasks.locator("#add-task > summary").click();
  await tasks.getByLabel("What to do").fill("Call them");
  await tasks.getByLabel("Due").fill(dateIn(-1, jsEnabled));
  await tasks.getByRole("button", { name: "Add task" }).click();
  await expect(tasks).toContainText("Overdue since");
  await expect(page.locator("#flash-toast")).toContainText("added, overdue since");
  await expect(section(page, "Timeline")).toContainText("Due: Call them");
  await expectAccessible(page);
  await tasks.getByRole("button", { name: "Done: Call them" }).click();
  await expect(section(page, "Timeline")).toContainText("Done: Call them");
  await tasks.getByRole("button", { name: "Reopen: Call them" }).click();
  await tasks.getByRole("button", { name: "Tomorrow: Call them" }).click();
  await expect(tasks).toContainText("Due tomorrow");
  await tasks.getByRole("listitem").locator("summary").click();
  await tasks.getByRole("listitem").getByLabel("What to do").fill("Write to them");
  await tasks.getByRole("button", { name: "Save task" }).click();
  await expect(tasks.getByRole("listitem")).toContainText("Write to them");
  await tasks.getByRole("listitem").locator("summary").click();
  await tasks.getByRole("button", { name: "Delete task…" }).click();
  await page.getByRole("dialog", { name: "Delete this task?" }).getByRole("button", { name: "Delete task" }).click();
  await expect(tasks).toContainText("None yet");
});

test("today is empty initially, and shows due tasks", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await goTo(page, "Today");
  await expect(page.getByRole("heading", { name: "Nothing needs you today" })).toBeVisible();
  await expectAccessible(page);
  await page.locator("#add-task > summary").click();
  await page.getByLabel("What to do").fill("Update the CV");
  await page.getByLabel("Due").fill(dateIn(0, jsEnabled));
  await page.getByRole("button", { name: "Add task" }).last().click();
  const due = section(page, "Due");
  await expect(due).toContainText("Update the CV");
  await expect(page.locator("#flash-toast")).toHaveText("Task added, due today");
  await due.getByRole("button", { name: "Done: Update the CV" }).click();
  await due.getByRole("button", { name: "Reopen: Update the CV" }).click();
  await due.getByRole("button", { name: "Next week: Update the CV" }).click();
  await expect(page.getByRole("heading", { name: "Nothing needs you today" })).toBeVisible();
  await expect(page.locator("#flash-toast")).toContainText("Task snoozed until");
  if (jsEnabled) await page.keyboard.press("z");
  else await page.locator("#flash-toast").getByRole("button", { name: "Undo" }).click();
  await expect(due).toContainText("Update the CV");
});

test("a task without a date is listed on Today, and changed and done there", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await goTo(page, "Today");
  await page.locator("#add-task > summary").click();
  await page.getByLabel("What to do").fill("Ask for a reference");
  await page.getByLabel("Due").fill("");
  await page.getByRole("button", { name: "Add task" }).last().click();
  await expect(page.locator("#flash-toast")).toHaveText("Task added, without a date");
  const undated = section(page, "Without a date");
  await undated.locator("summary").click();
  await undated.getByLabel("What to do").fill("Ask Ben for a reference");
  await expectAccessible(page);
  await undated.getByRole("button", { name: "Save task" }).click();
  await expect(undated).toContainText("Ask Ben for a reference");
  await undated.getByRole("button", { name: "Done: Ask Ben for a reference" }).click();
  await expect(undated).toBeHidden();
  await expect(section(page, "Due")).toContainText("Ask Ben for a reference");
});

for (const colorScheme of ["light", "dark"]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("today of the demo leads to interviews, tasks and applications", async ({ page, jsEnabled }) => {
      await openDemo(page, jsEnabled);
      await goTo(page, "Today");
      await expect(section(page, "Upcoming interviews").getByRole("listitem")).toHaveCount(2);
      await expect(section(page, "Due")).toContainText("Overdue since");
      await expectAccessible(page);
      await section(page, "Upcoming interviews").getByRole("link").first().click();
      await expect(section(page, "Interviews").getByRole("listitem")).toHaveCount(1);
      await expectAccessible(page);
    });
  });
}
