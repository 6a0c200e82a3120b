// The metrics page: charts, filter, goal and downloads.
import { readFileSync } from "node:fs";
import { expect, expectAccessible, goTo, openDemo, test } from "../support/test.js";

const TITLES = [
  "Applications by month", "Time to the first response", "Stages ever reached", "Conversations by source", "Where they went",
  "Applications by stage", "Applications by week", "Titles by stage", "Words in titles and companies",
];

test.beforeEach(async ({ page, jsEnabled }) => {
  await openDemo(page, jsEnabled);
  await goTo(page, "Metrics");
});

const figure = (page, title) => page.getByRole("figure").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

test("every metric has a sentence, a chart and its numbers", async ({ page, jsEnabled }) => {
  for (const title of TITLES) {
    const chart = figure(page, title);
    await expect(chart.locator(".chart-summary")).toHaveText(/\.$/);
    if (!jsEnabled) {
      if (title !== "Applications by stage") await expect(chart.getByRole("table")).toBeVisible();
      continue;
    }
    await chart.scrollIntoViewIfNeeded();
    await expect(chart.locator(".chart svg path").first()).toBeAttached();
    await chart.locator("summary", { hasText: "Numbers" }).click();
    await expect(chart.getByRole("table")).toBeVisible();
  }
  await expectAccessible(page);
});

test("a range and a source are kept in the URL", async ({ page }) => {
  const sent = page.locator(".stats dd.stat-value").first();
  const all = Number(await sent.textContent());
  await page.getByRole("link", { name: "90 days" }).click();
  await expect(page).toHaveURL(/from=/);
  await expect(page.getByRole("link", { name: "90 days" })).toHaveAttribute("aria-current", "page");
  const recent = Number(await sent.textContent());
  expect(recent).toBeLessThan(all);
  await page.locator("select[name=source]").selectOption("LinkedIn");
  if (!/source=LinkedIn/.test(page.url())) await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/from=.*source=LinkedIn/);
  expect(Number(await sent.textContent())).toBeLessThan(recent);
  await page.locator("input[name=from]").fill("1999-01-01");
  await page.locator("input[name=to]").fill("1999-12-31");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("heading", { name: "No applications match" })).toBeVisible();
  await page.getByRole("link", { name: "Show all" }).click();
  await expect(sent).toHaveText(String(all));
});

test("a weekly goal is set and shown", async ({ page }) => {
  const goal = page.getByLabel("Weekly goal");
  await goal.fill("few");
  await page.getByRole("button", { name: "Save goal" }).click();
  await expect(page.getByText("Enter a number, or leave it empty for no goal.")).toBeVisible();
  await expect(goal).toHaveValue("few");
  await goal.fill("4");
  await page.getByRole("button", { name: "Save goal" }).click();
  await expect(page.getByText(/\d+ of 4 this week\./)).toBeVisible();
});

test("on a phone the labels of the ends are in view", async ({ page, jsEnabled, isMobile }) => {
  test.skip(!jsEnabled || !isMobile, "only a script draws the chart, and it fits a wider screen");
  const chart = figure(page, "Where they went");
  await expect(chart.locator(".chart svg path").first()).toBeAttached();
  await expect(chart.getByText("Scroll sideways to see the whole chart.")).toBeVisible();
  const [frame, drawn] = await Promise.all([".chart-frame", ".chart"].map((part) => chart.locator(part).boundingBox()));
  expect(drawn.width).toBeGreaterThan(frame.width);
  expect(Math.round(drawn.x + drawn.width)).toBe(Math.round(frame.x + frame.width));
});

test("a chart is saved as a picture and as numbers", async ({ page, jsEnabled, isMobile }) => {
  test.skip(!jsEnabled || isMobile, "needs a script, and is the same on phones");
  const save = async (title, format) => {
    const chart = figure(page, title);
    await expect(chart.locator(".chart svg path").first()).toBeAttached();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      chart.getByRole("button", { name: format, exact: true }).click(),
    ]);
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };
  for (const title of ["Applications by month", "Where they went"]) {
    const png = await save(title, "PNG");
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(png.bytes.length).toBeGreaterThan(10_000);
    const svg = (await save(title, "SVG")).bytes.toString();
    expect(svg).toContain("<svg");
    expect(svg).toContain(title);
    expect(svg).not.toContain("var(--");
  }
  const csv = await save("Applications by week", "CSV");
  expect(csv.name).toBe("applications-by-week.csv");
  expect(csv.bytes.toString()).toMatch(/^\uFEFFWeek from,Applications\r\n\d{4}-\d\d-\d\d,\d+\r\n/);
});
