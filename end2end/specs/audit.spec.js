// The audit log: events of an organization with filters and export, and the events of an account.
import { readFile } from "node:fs/promises";
import { expect, expectAccessible, register, test } from "../support/test.js";

const log = (page) => page.getByRole("region", { name: "Audit log", exact: true });

test("the owner of an organization filters and exports its audit log", async ({ page, user, jsEnabled }) => {
  const name = `Career Center ${user.email.slice(4, 12)}`;
  await register(page, user, jsEnabled);
  await page.goto("/organizations/new");
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page).toHaveURL(/\/settings\/members$/);
  await page.goto(page.url().replace("/members", "/audit"));
  await expect(log(page).getByText(`${user.name} created the organization.`)).toBeVisible();
  await expectAccessible(page);

  await log(page).getByLabel("Event").selectOption({ label: "Role changed" });
  await log(page).getByRole("button", { name: "Filter" }).click();
  await expect(log(page).getByText("No event matches these filters.")).toBeVisible();
  await page.goto(page.url().replace(/\?.*/, "?from=2026-03-02&to=2026-03-01"));
  await expect(log(page).getByText("Choose a day on or after From.")).toBeVisible();
  await expect(log(page).getByLabel("From")).toHaveValue("2026-03-02");
  await log(page).getByRole("link", { name: "Clear filters" }).click();
  await expect(log(page).getByText(`${user.name} created the organization.`)).toBeVisible();

  const downloading = page.waitForEvent("download");
  await log(page).getByRole("link", { name: "Export CSV" }).click();
  const text = await readFile(await (await downloading).path(), "utf8");
  expect(text).toContain("created the organization.");
  await page.reload();
  await expect(log(page).getByText(`${user.name} exported the audit log.`)).toBeVisible();
});

test("the log of a personal workspace has the events of the account", async ({ page, user, jsEnabled }) => {
  await register(page, user, jsEnabled);
  await page.goto(page.url().replace(/\/(board|today).*$/, "/settings/audit"));
  await expect(log(page).getByText(`${user.name} created the account.`)).toBeVisible();
  await expect(log(page).getByLabel("Person")).toHaveCount(0);
  await expectAccessible(page);
});
