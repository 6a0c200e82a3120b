// Importing a CSV file: choosing it, mapping its columns, the preview, the result; with and without JavaScript.
import { card, expect, expectAccessible, register, stage, test, waitForHydration } from "../support/test.js";

const LINKEDIN = `Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,Question And Answers
"10/5/24, 2:15 PM",a@example.org,,"Acme, Inc.",Java Developer,https://www.linkedin.com/jobs/view/1,cv.pdf,
"10/6/24, 9:00 AM",a@example.org,,Globex,Analyst,,,
"someday",a@example.org,,Initech,Clerk,,,
`;
const SPREADSHEET = "Firma;Rolle;Am\nFernway;Baker;3/4/2026\nMoss;Clerk;5/6/2026\n";

async function choose(page, name, text) {
  await page.getByLabel("Choose a CSV file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Show preview" }).click();
  await expect(page).toHaveURL(/\/import\/csv\/[0-9a-f-]{36}$/);
}

test("file of a known program: preview, import, and nothing the second time", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await page.getByRole("link", { name: "Import CSV" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Import a CSV file" })).toBeVisible();
  await expectAccessible(page);

  await choose(page, "Job Applications.csv", LINKEDIN);
  const summary = page.getByRole("region", { name: "Nothing has changed yet" });
  await expect(summary).toContainText("3 new applications, 1 row with values that are left out", { timeout: 30_000 });
  await expect(summary).toContainText("Recognized as a file of LinkedIn.");
  await expect(page.getByText("Row 4, Application Date")).toBeVisible();
  await expectAccessible(page);

  await summary.getByRole("button", { name: "Import", exact: true }).click();
  const result = page.getByRole("region", { name: "Import finished" });
  await expect(result).toContainText("3 applications added", { timeout: 30_000 });
  await expectAccessible(page);
  await result.getByRole("link", { name: "Open the board" }).click();
  await waitForHydration(page, jsEnabled);
  await expect(card(stage(page, "Applied"), "Java Developer Acme, Inc.")).toContainText("LinkedIn");

  await page.goto(page.url().replace(/\/board.*/, "/import/csv"));
  await choose(page, "again.csv", LINKEDIN);
  await expect(page.getByRole("region", { name: "Nothing to add" })).toContainText("3 already on your board", { timeout: 30_000 });
});

test("own spreadsheet: the columns and the order of dates are chosen", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await page.goto(page.url().replace(/\/board.*/, "/import/csv"));
  await choose(page, "search.csv", SPREADSHEET);
  await expect(page.getByRole("region", { name: "Which column has the company?" })).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  await page.getByLabel("Firma").selectOption("Company");
  await page.getByLabel("Rolle").selectOption("Job title");
  await page.getByLabel("Am").selectOption("Applied on");
  await page.getByRole("button", { name: "Update preview" }).click();
  const summary = page.getByRole("region", { name: "Nothing has changed yet" });
  await expect(summary).toContainText("2 new applications", { timeout: 30_000 });
  await page.getByLabel("Dates such as 3/4/2026").selectOption("Day first: 3 April");
  await page.getByRole("button", { name: "Update preview" }).click();
  await expect(page.getByText("3 Apr 2026")).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
});

test("salaries without a currency get one for the whole file", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await page.goto(page.url().replace(/\/board.*/, "/import/csv"));
  await choose(page, "salaries.csv", "Company,Title,Salary\nFernway,Baker,55000\nMoss,Clerk,$60k\n");
  const summary = page.getByRole("region", { name: "Nothing has changed yet" });
  await expect(summary).toContainText("2 new applications, 1 row with values that are left out", { timeout: 30_000 });
  await page.getByLabel("Currency for salaries without one").fill("eur");
  await page.getByRole("button", { name: "Update preview" }).click();
  await expect(summary).toContainText("1 salary without a currency counts as EUR.", { timeout: 30_000 });
  await expect(page.getByLabel("Currency for salaries without one")).toHaveValue("EUR");
  await expectAccessible(page);
});

test("file that is no CSV file is rejected on the page", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await page.goto(page.url().replace(/\/board.*/, "/import/csv"));
  const zip = { name: "a.xlsx", mimeType: "text/csv", buffer: Buffer.from("PK\u0003\u0004") };
  await page.getByLabel("Choose a CSV file").setInputFiles(zip);
  await page.getByRole("button", { name: "Show preview" }).click();
  await expect(page.getByText("This is a spreadsheet or an archive.")).toBeVisible();
  await expect(page).toHaveURL(/\/import\/csv$/);
});
