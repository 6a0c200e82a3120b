// The table of applications, the filters that it shares with the board, and changes to several applications.
import { card, expect, expectAccessible, stage, test, waitForHydration } from "../support/test.js";

// A signed-in user with these applications, on the board.
async function openWith(page, request, user, jsEnabled, applications) {
  const call = async (path, data, token) => {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const response = await request.post(`/api${path}`, { data, headers });
    expect(response.ok(), `${path}: ${response.status()}`).toBe(true);
    return (await response.json()).data;
  };
  const { access_token: token } = await call("/users/register", { email: user.email, password: user.password });
  for (let n = 0; n < applications.length; n += 20) {
    await Promise.all(applications.slice(n, n + 20).map((data) => call("/jobapps/add_jobapp", data, token)));
  }
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/board$/);
  await waitForHydration(page, jsEnabled);
  return page.url().replace(/\/board$/, "");
}

const THREE = [
  { company: "Northquay Systems", job_title: "Engineer", source: "LinkedIn", tags: ["remote"], application_date: "2026-01-03" },
  { company: "Copper Kettle", job_title: "Data Scientist", source: "Indeed", application_date: "2026-01-02" },
  { company: "Amber Foods", job_title: "Analyst", source: "Indeed", application_date: "2026-01-01" },
];

const rows = (page) => page.locator(".application-table tbody tr");
const bar = (page) => page.getByRole("form", { name: "Selected applications" });
const filter = (page, name) => page.getByRole("search").getByLabel(name, { exact: true });
const companies = (page) => page.locator(".application-table .company-cell").allInnerTexts().then((texts) => texts.map((t) => t.split("\n").pop()));

test("the table filters, sorts, and leads to the application", async ({ page, request, user, jsEnabled }) => {
  const workspace = await openWith(page, request, user, jsEnabled, THREE);
  await page.goto(`${workspace}/applications`);
  await expect(page.locator(".page-header")).toContainText("3 applications");
  expect(await companies(page)).toEqual(["Northquay Systems", "Copper Kettle", "Amber Foods"]);
  await expectAccessible(page);

  await page.getByRole("link", { name: "Company" }).click();
  await expect(page.getByRole("columnheader", { name: "Company" })).toHaveAttribute("aria-sort", "ascending");
  expect(await companies(page)).toEqual(["Amber Foods", "Copper Kettle", "Northquay Systems"]);
  await page.getByRole("link", { name: "Company" }).click();
  await expect(page).toHaveURL(/reverse=true/);
  expect(await companies(page)).toEqual(["Northquay Systems", "Copper Kettle", "Amber Foods"]);

  await filter(page, "Source").selectOption("Indeed");
  if (!jsEnabled) await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/source=Indeed/);
  await expect(rows(page)).toHaveCount(2);
  await expect(page).toHaveURL(/sort=company/);
  await page.getByLabel("Search applications").fill("kettle");
  await page.getByLabel("Search applications").press("Enter");
  await expect(rows(page)).toHaveCount(1);
  await expect(page.locator(".page-header")).toContainText("1 application");
  await page.getByLabel("Search applications").fill("nothing");
  await page.getByLabel("Search applications").press("Enter");
  await expect(page.getByRole("heading", { name: "No application matches" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect(rows(page)).toHaveCount(3);

  await page.getByRole("link", { name: "Analyst" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Analyst" })).toBeVisible();
});

test("columns are chosen and the shown applications are exported", async ({ page, request, user, jsEnabled }) => {
  const workspace = await openWith(page, request, user, jsEnabled, THREE);
  await page.goto(`${workspace}/applications?source=Indeed`);
  await page.getByRole("button", { name: "Columns" }).click();
  const menu = page.getByRole("dialog", { name: "Columns" });
  await menu.getByLabel("Tags").uncheck();
  await menu.getByLabel("Location").check();
  await menu.getByRole("button", { name: "Show columns" }).click();
  await expect(page.getByRole("columnheader", { name: "Location" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Tags" })).toHaveCount(0);
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Export CSV" }).click();
  const exportMenu = page.getByRole("dialog", { name: "Export CSV" });
  await expect(exportMenu.getByRole("link", { name: "With history" })).toHaveAttribute("href", /&history=true$/);
  const download = page.waitForEvent("download");
  await exportMenu.getByRole("link", { name: "For a spreadsheet" }).click();
  const text = await (await (await download).createReadStream()).toArray().then((chunks) => Buffer.concat(chunks).toString("utf8"));
  expect(text.startsWith("\ufeffCompany,Job title,")).toBe(true);
  expect(text.split("\r\n").slice(1, 3).map((line) => line.split(",")[0])).toEqual(["Copper Kettle", "Amber Foods"]);
});

test("selected applications are moved, tagged, closed, deleted and restored together", async ({ page, request, user, jsEnabled }) => {
  const workspace = await openWith(page, request, user, jsEnabled, THREE);
  await page.goto(`${workspace}/applications?source=Indeed`);
  await expect(bar(page)).toBeHidden();
  const select = async () => {
    for (const company of ["Copper Kettle", "Amber Foods"]) await page.getByLabel(`Select ${company}`).check();
  };
  await select();
  await expect(bar(page)).toBeVisible();
  await expectAccessible(page);
  if (jsEnabled) {
    await expect(bar(page).getByRole("status")).toHaveText("2 selected");
    await page.keyboard.press("Escape");
    await expect(bar(page)).toBeHidden();
    await page.getByLabel("Select all applications on this page").check();
    await expect(bar(page).getByRole("status")).toHaveText("2 selected");
  }
  await bar(page).getByLabel("Stage").selectOption("Offer");
  await bar(page).getByRole("button", { name: "Move", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "2 applications moved to Offer." })).toBeVisible();
  await expect(page).toHaveURL(/source=Indeed/);
  await expect(rows(page).filter({ hasText: "Offer" })).toHaveCount(2);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("status").filter({ hasText: "2 applications moved back." })).toBeVisible();
  await expect(rows(page).filter({ hasText: "Offer" })).toHaveCount(0);

  await select();
  await bar(page).getByLabel("Tag", { exact: true }).fill("winter");
  await bar(page).getByLabel("Tag", { exact: true }).press("Enter");
  await expect(page.locator(".tag", { hasText: "winter" })).toHaveCount(2);

  await select();
  await bar(page).getByLabel("Outcome").selectOption("withdrawn");
  await bar(page).getByRole("button", { name: "Set outcome" }).click();
  await expect(rows(page).filter({ hasText: "Withdrawn" })).toHaveCount(2);

  await select();
  await bar(page).getByRole("button", { name: "Delete" }).click();
  const toast = page.getByRole("status").filter({ hasText: "2 applications deleted." });
  await expect(page.getByRole("heading", { name: "No application matches" })).toBeVisible();
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("status").filter({ hasText: "2 applications restored." })).toBeVisible();
  await expect(rows(page)).toHaveCount(2);
});

test("the board is filtered by the same form, and its cards are changed together", async ({ page, request, user, jsEnabled }) => {
  await openWith(page, request, user, jsEnabled, THREE);
  await filter(page, "Source").selectOption("Indeed");
  if (!jsEnabled) await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/source=Indeed/);
  await expect(page.getByRole("article")).toHaveCount(2);
  await waitForHydration(page, jsEnabled);
  await expectAccessible(page);
  await card(page, "Copper Kettle").hover();
  await page.getByLabel("Select Copper Kettle").check();
  await expectAccessible(page);
  await bar(page).getByLabel("Stage").selectOption("Offer");
  await bar(page).getByRole("button", { name: "Move", exact: true }).click();
  await expect(card(stage(page, "Offer"), "Copper Kettle")).toBeVisible();
  await expect(page).toHaveURL(/source=Indeed/);
});

test("a column shows all of its cards, however many", async ({ page, request, user, jsEnabled }) => {
  const many = Array.from({ length: 230 }, (_, n) => ({ company: `Company ${n}`, job_title: "Analyst" }));
  await openWith(page, request, user, jsEnabled, many);
  const cards = stage(page, "Applied").getByRole("article");
  const more = stage(page, "Applied").getByRole("link", { name: /^Show more/ });
  await expect(cards).toHaveCount(100);
  await expect(more).toHaveText("Show more (130)");
  // Scrolling to the link also loads more cards, which moves the link.
  await (jsEnabled ? more.dispatchEvent("click") : more.click());
  if (jsEnabled) {
    await expect.poll(() => cards.count()).toBeGreaterThanOrEqual(200);
    await stage(page, "Applied").getByRole("list").first().evaluate((list) => list.scrollTo(0, list.scrollHeight));
  } else {
    await expect(cards).toHaveCount(200);
    await more.click();
  }
  await expect(cards).toHaveCount(230);
  await expect(more).toHaveCount(0);
});

test("stages are added, renamed, ordered and deleted in the settings", async ({ page, request, user, jsEnabled }) => {
  const workspace = await openWith(page, request, user, jsEnabled, THREE);
  const open = async () => {
    await page.goto(`${workspace}/settings/stages`);
    await waitForHydration(page, jsEnabled);
    return page.getByRole("region", { name: "Stages" });
  };
  let section = await open();
  await section.getByLabel("New stage").fill("Recruiter call");
  await section.getByLabel("What it means").selectOption("First conversation");
  await section.getByRole("button", { name: "Add stage" }).click();
  await expect(section.getByLabel("Name of Recruiter call")).toBeVisible();
  await expectAccessible(page);
  await section.getByLabel("Name of Recruiter call").fill("First call");
  await section.getByLabel("Color of Recruiter call").selectOption("Red");
  await section.getByRole("button", { name: "Save Recruiter call" }).click();
  await expect(section.getByLabel("Name of First call")).toBeVisible();
  await section.getByRole("button", { name: "Move First call up" }).click();
  await expect(section.getByRole("textbox", { name: /^Name of/ }).nth(2)).toHaveValue("First call");
  await section.getByLabel("Delete Phone Screen").click();
  await section.getByRole("button", { name: "Delete stage" }).first().click();
  await expect(section.getByLabel("Name of Phone Screen")).toHaveCount(0);
  await page.goto(`${workspace}/board`);
  await expect(stage(page, "First call")).toBeVisible();
  section = await open();
  await expect(section.getByLabel("Delete First call")).toHaveCount(0);
});

test("duplicates are merged or dismissed", async ({ page, request, user, jsEnabled }) => {
  const workspace = await openWith(page, request, user, jsEnabled, [
    { company: "Moss GmbH", job_title: "Baker", application_date: "2026-01-01" },
    { company: "MOSS", job_title: "baker", application_date: "2026-01-04" },
    { company: "Fern", job_title: "Clerk", url: "https://jobs.example.org/7", application_date: "2026-01-02" },
    { company: "Fern & Sons", job_title: "Office clerk", url: "https://jobs.example.org/7", application_date: "2026-01-05" },
  ]);
  await page.goto(`${workspace}/applications`);
  await page.getByRole("link", { name: "Find duplicates" }).click();
  await expect(page.locator(".duplicate")).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Merge the applications at Moss GmbH" }).click();
  await expect(page.locator(".duplicate")).toHaveCount(1);
  await expect(page.locator("#flash-toast")).toContainText("Moss GmbH merged.");
  await page.getByRole("button", { name: "Not duplicates: the applications at Fern" }).click();
  await expect(page.getByRole("heading", { name: "No duplicates" })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${workspace}/applications`);
  await expect(page.locator(".page-header")).toContainText("3 applications");
});

test("the report lists applications sent in a period, and only the report is printed", async ({ page, request, user, jsEnabled }) => {
  const workspace = await openWith(page, request, user, jsEnabled, THREE);
  await page.goto(`${workspace}/applications?source=Indeed`);
  await page.getByRole("link", { name: "Report" }).filter({ visible: true }).click();
  const rows = page.locator(".report tbody tr");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("Amber Foods");
  await expectAccessible(page);
  await page.getByLabel("From").fill("2026-01-02");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(rows).toHaveCount(1);
  await expect(page.locator(".report dl")).toContainText("1 application");
  const excess = () => page.locator(".report").evaluate((report) => report.scrollWidth - report.clientWidth);
  const size = page.viewportSize();
  for (const width of [390, 768]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await excess(), `at ${width} px`).toBeLessThanOrEqual(0);
  }
  // The printable width of A4 with one-inch margins.
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.setViewportSize({ width: 602, height: 800 });
  await expect(page.locator(".report")).toHaveCSS("color-scheme", "light");
  expect(await excess()).toBeLessThanOrEqual(0);
  await page.setViewportSize(size);
  await expect(page.locator(".report")).toBeVisible();
  await expect(page.locator(".page-header")).toBeHidden();
  await expect(page.getByRole("navigation").first()).toBeHidden();
});
