// Takes the screenshots in docs/screens: each page of the demo and of an empty workspace, in both themes and three widths. Not a
// test: run it with `scripts/screens`.
import { test } from "@playwright/test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = new URL("../../docs/screens", import.meta.url).pathname;
const SIZES = { 1440: 900, 768: 1024, 390: 844 };
const PAGES = [
  "today", "board", "applications", "applications/duplicates", "applications/report", "inbox?view=review", "inbox?view=done",
  "metrics", "import", "import/csv", "settings/profile", "settings/mailboxes", "settings/stages", "settings/data",
];
const COACH_PAGES = ["clients", "groups", "cohort"];
const OWNER_PAGES = ["members", "organization", "usage", "audit"];
const name = (path) => path.replace(/\?view=/, "-").replaceAll("/", "-");

// Converts PNG to WebP in Chromium, which makes files five times smaller.
async function toWebp(page, png) {
  const url = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.82);
  }, png.toString("base64"));
  return Buffer.from(url.split(",")[1], "base64");
}

test("screens", async ({ browser }) => {
  test.setTimeout(900_000);
  mkdirSync(folder, { recursive: true });
  const encoder = await (await browser.newContext()).newPage();
  const context = await browser.newContext({ baseURL: process.env.JOBHAX_URL, locale: "en-GB", timezoneId: "Europe/Berlin", reducedMotion: "reduce" });
  const page = await context.newPage();

  const shoot = async (title) => {
    for (const [width, height] of Object.entries(SIZES)) {
      await page.setViewportSize({ width: Number(width), height });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        // Charts are redrawn for another theme or width.
        await page.waitForTimeout(title === "metrics" ? 700 : 150);
        const png = await page.screenshot({ animations: "disabled", caret: "hide" });
        writeFileSync(join(folder, `${title}-${colorScheme}-${width}.webp`), await toWebp(encoder, png));
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  const open = async (path) => {
    await page.goto(path);
    await page.waitForLoadState("networkidle");
  };

  for (const path of ["/", "/sign-in", "/sign-in/organization", "/register"]) {
    await open(path);
    await shoot(path === "/" ? "landing" : name(path.slice(1)));
  }

  await open("/");
  await page.getByRole("button", { name: "Try the demo" }).click();
  await page.waitForURL(/\/board$/);
  const workspace = page.url().replace(/\/board$/, "");
  for (const path of PAGES) {
    await page.goto(`${workspace}/${path}`);
    await page.locator("html[data-ready], html").first().waitFor({ state: "attached" });
    await page.waitForTimeout(400);
    await shoot(name(path));
  }
  await page.goto(`${workspace}/board`);
  await page.locator("html[data-ready]").waitFor({ state: "attached" });
  await page.getByRole("region", { name: "Onsite Interview" }).getByRole("article").first().getByRole("link").first().click();
  await page.waitForURL(/\/applications\//);
  await page.waitForTimeout(400);
  await shoot("application");

  await page.goto(`${workspace}/today`);
  await page.waitForTimeout(400);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type("data");
  await page.waitForTimeout(600);
  await shoot("palette");

  await context.clearCookies();
  await open("/register");
  await page.getByLabel("Email").fill(`screens.${Date.now()}@inbox.example`);
  await page.getByLabel("Password", { exact: true }).fill("quiet copper harbour lantern");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(/\/board$/);
  await page.waitForTimeout(600);
  await shoot("board-empty");

  await page.goto("/organizations/new");
  await shoot("organizations-new");
  await page.getByLabel("Name").fill("Harbour Career Center");
  await page.getByRole("button", { name: "Create organization" }).click();
  await page.waitForURL(/\/settings\/members/);
  const organization = page.url().replace(/\/settings.*$/, "");
  for (const path of ["settings/members", "settings/organization", "settings/sharing", "clients"]) {
    await page.goto(`${organization}/${path}`);
    await page.waitForTimeout(400);
    await shoot(name(path));
  }

  await page.goto("/organizations/new");
  await page.getByLabel("Name").fill("Riverside College");
  await page.getByRole("button", { name: "Create organization" }).click();
  await page.waitForURL(/\/settings\/members$/);
  const riverside = page.url().replace(/\/members$/, "");
  await page.goto(`${riverside}/organization`);
  await page.getByLabel("Domain", { exact: true }).fill("students.riverside.example");
  await page.getByRole("button", { name: "Add domain" }).click();
  await page.waitForTimeout(400);
  for (const path of OWNER_PAGES) {
    await page.goto(`${riverside}/${path}`);
    await page.waitForTimeout(400);
    await shoot(`settings-${path}`);
  }

  await context.clearCookies();
  await open("/");
  await page.getByRole("button", { name: "Try it as a coach" }).click();
  await page.waitForURL(/\/clients$/);
  const coached = page.url().replace(/\/clients$/, "");
  for (const path of COACH_PAGES) {
    await page.goto(`${coached}/${path}`);
    await page.waitForTimeout(700);
    await shoot(`coach-${path}`);
  }
  await page.goto(`${coached}/clients`);
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await page.waitForTimeout(400);
  await shoot("coach-client");
  await page.goto(`${page.url().split("?")[0]}/board`);
  await page.waitForTimeout(400);
  await shoot("coach-client-board");
});
