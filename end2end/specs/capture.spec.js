// Saving job postings from other sites: the extension in Chromium, and the bookmarklet.
import { chromium } from "@playwright/test";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, expectAccessible, register, test } from "../support/test.js";

const EXTENSION = new URL("../../extension", import.meta.url).pathname;
const POSTING = "/board-structured.html";

// Serves the saved pages of the extension's tests.
async function serveJobSite() {
  const server = createServer((request, response) => {
    const name = new URL(request.url, "http://localhost").pathname.slice(1);
    if (!/^[a-z-]+\.html$/.test(name)) return response.writeHead(204).end();
    const page = readFileSync(join(EXTENSION, "tests/pages", name));
    return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

// Creates a user with an API key with these scopes. Returns the key, the board's URL, and a
// function that calls the API.
async function userWithKey(url, user, scopes) {
  const call = async (method, path, token, body) => {
    const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
    const response = await fetch(`${url}/api/${path}`, { method, headers, body: body && JSON.stringify(body) });
    expect(response.ok, `${path}: ${response.status}`).toBe(true);
    return (await response.json()).data;
  };
  const { email, password, first } = user;
  const { access_token: token } = await call("POST", "users/register", null, { email, password, first_name: first });
  const { secret } = await call("POST", "keys/add_key", token, { name: "Browser", scopes });
  const [tenant] = await call("GET", "tenants/get_tenants", token);
  return { key: secret, board: `${url}/w/${tenant.slug}/board`, get: (path) => call("GET", path, token) };
}

// Chromium with the extension. Tests cannot confirm the permission prompt, so the host permission is granted from the start.
async function launchWithExtension() {
  const folder = mkdtempSync(join(tmpdir(), "jobhax-extension-"));
  const extension = join(folder, "extension");
  cpSync(EXTENSION, extension, { recursive: true, filter: (path) => !/node_modules|tests/.test(path.slice(EXTENSION.length)) });
  const manifest = JSON.parse(readFileSync(join(extension, "manifest.json"), "utf8"));
  writeFileSync(join(extension, "manifest.json"), JSON.stringify({ ...manifest, host_permissions: ["http://127.0.0.1/*"] }));
  const { executablePath, args } = test.info().project.use.launchOptions;
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath,
    args: [...args, `--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
    ignoreDefaultArgs: ["--disable-extensions"],
    locale: "en-GB",
  });
  // Chromium derives the id of an unpacked extension from its path.
  const digest = createHash("sha256").update(extension).digest("hex").slice(0, 32);
  const id = [...digest].map((digit) => String.fromCharCode("a".charCodeAt(0) + parseInt(digit, 16))).join("");
  const close = async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { context, origin: `chrome-extension://${id}`, close };
}

async function connect(browser, { board, key }) {
  const options = await browser.context.newPage();
  await options.goto(`${browser.origin}/options.html`);
  await options.getByLabel("Address of your board").fill(board);
  await options.getByLabel("API key").fill(key);
  await options.getByRole("button", { name: "Save and test" }).click();
  return options;
}

// Opens the popup for a posting in its own tab.
async function openPopup(browser, posting) {
  const tab = await browser.context.newPage();
  await tab.goto(posting);
  const popup = await browser.context.newPage();
  await popup.goto(`${browser.origin}/options.html`);
  const id = await popup.evaluate(async (url) => (await chrome.tabs.query({})).find((open) => open.url === url).id, posting);
  await popup.goto(`${browser.origin}/popup.html?tab=${id}`);
  return popup;
}

test.describe("extension", () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "an extension is JavaScript");
  let browser;
  let jobSite;

  test.beforeEach(async () => {
    jobSite = await serveJobSite();
    browser = await launchWithExtension();
  });

  test.afterEach(async () => {
    await browser?.close();
    jobSite?.stop();
  });

  test("a posting is shown, corrected and saved once", async ({ baseURL, user }) => {
    const ada = await userWithKey(baseURL, user, ["jobapps:read", "jobapps:write"]);
    const options = await connect(browser, ada);
    await expect(options.getByRole("status")).toContainText("Connected");
    await expectAccessible(options);

    const posting = `${jobSite.url}${POSTING}`;
    const popup = await openPopup(browser, posting);
    await expect(popup.getByLabel("Company")).toHaveValue("Northquay Systems");
    await expect(popup.getByLabel("Job title")).toHaveValue("Site Reliability Engineer (m/f/d)");
    await expect(popup.getByLabel("Link")).toHaveValue(posting);
    await expectAccessible(popup);
    await popup.emulateMedia({ colorScheme: "dark" });
    await expectAccessible(popup);
    await popup.getByLabel("Job title").fill("");
    await popup.getByRole("button", { name: "Save" }).click();
    await expect(popup.getByRole("alert")).toContainText("Job title:");
    await expect(popup.getByLabel("Job title")).toBeFocused();
    await popup.getByLabel("Job title").fill("Reliability Engineer");
    await popup.getByLabel("Salary from").fill("70000");
    await popup.getByLabel("Salary currency").fill("eur");
    await popup.getByRole("button", { name: "Save" }).click();
    await expect(popup.getByRole("status")).toContainText("Northquay Systems is in To Apply.");
    const link = await popup.getByRole("link", { name: "Open the application" }).getAttribute("href");

    const [saved, ...more] = await ada.get("jobapps/get_jobapps");
    expect(more).toEqual([]);
    expect(saved).toMatchObject({ job_title: "Reliability Engineer", location: "Hamburg, DE", url: posting });
    expect(saved.salary).toEqual({ min: 70000, max: null, currency: "EUR", period: "year" });
    expect(link).toBe(`${ada.board.replace(/board$/, "applications")}/${saved.id}`);
    const kept = await ada.get(`jobapps/get_posting?jobapp_id=${saved.id}`);
    expect(kept.text).toContain("- Run Kubernetes");

    const again = await openPopup(browser, posting);
    await expect(again.getByRole("status")).toContainText("You already track this link: Northquay Systems, Reliability Engineer");
    await expectAccessible(again);
  });

  test("a key that may not write is rejected, and one that may only write is enough", async ({ baseURL, user }) => {
    const reader = await userWithKey(baseURL, user, ["jobapps:read"]);
    const options = await connect(browser, reader);
    await expect(options.getByRole("alert")).toContainText("jobapps:write");
    const unset = await openPopup(browser, `${jobSite.url}${POSTING}`);
    await expect(unset.getByRole("button", { name: "Open settings" })).toBeVisible();

    const writer = await userWithKey(baseURL, { ...user, email: `w.${user.email}` }, ["jobapps:write"]);
    await expect((await connect(browser, writer)).getByRole("status")).toContainText("Connected");
    const popup = await openPopup(browser, `${jobSite.url}/ats-plain.html`);
    await popup.getByLabel("Company").fill("Moss Works");
    await popup.getByRole("button", { name: "Save" }).click();
    await expect(popup.getByRole("status")).toContainText("Moss Works is in To Apply.");
  });
});

test("the bookmarklet opens the form with the data of the posting", async ({ page, user, jsEnabled, baseURL }) => {
  await register(page, user, jsEnabled);
  const board = page.url();
  await page.goto(board.replace(/board$/, "settings/api-keys"));
  const bookmarklet = await page.getByRole("link", { name: "Save to JobHax" }).getAttribute("href");
  let address = `${baseURL}${new URL(board).pathname}?add=to_apply&add_company=Northquay+Systems&add_title=Engineer&add_url=javascript:alert(1)`;
  let expected = { title: "Engineer", link: "" };
  if (jsEnabled) {
    const jobSite = await serveJobSite();
    await page.goto(`${jobSite.url}${POSTING}`);
    const opened = page.waitForEvent("popup");
    await page.evaluate(decodeURIComponent(bookmarklet.replace(/^javascript:/, "")));
    address = (await opened).url();
    expected = { title: "Site Reliability Engineer (m/f/d)", link: `${jobSite.url}${POSTING}` };
    jobSite.stop();
  }
  expect(address.startsWith(`${board}?add=to_apply&`)).toBe(true);
  await page.goto(address);
  const dialog = page.getByRole("dialog", { name: "Add an application" });
  await expect(dialog.getByLabel("Company")).toHaveValue("Northquay Systems");
  await expect(dialog.getByLabel("Job title")).toHaveValue(expected.title);
  await expect(dialog.getByLabel("Link to the job posting")).toHaveValue(expected.link);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add application" }).click();
  const column = page.getByRole("region", { name: "To Apply", exact: true });
  await expect(column.getByRole("article", { name: "Northquay Systems" })).toBeVisible();
});
