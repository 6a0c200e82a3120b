// What pages load, how quickly boards of many cards become interactive, and that nothing moves while they load.
import { readFileSync } from "node:fs";
import { expect, test } from "../support/test.js";

const budgets = JSON.parse(readFileSync(new URL("../../scripts/budgets.json", import.meta.url), "utf8"));
const STAGES = 5;

async function call(request, path, data, token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await (data ? request.post(`/api${path}`, { data, headers }) : request.get(`/api${path}`, { headers }));
  expect(response.ok(), `${path}: ${response.status()}`).toBe(true);
  return (await response.json()).data;
}

// A signed-in user with this number of applications, spread evenly over the stages.
async function openBoard(page, request, user, count) {
  const { access_token: token } = await call(request, "/users/register", { email: user.email, password: user.password });
  const stages = await call(request, "/jobapps/get_statuses", undefined, token);
  const add = (n) =>
    call(request, "/jobapps/add_jobapp", {
      company: `Company ${n}`, job_title: `Analyst ${n}`, source: "LinkedIn", location: "Berlin",
      status_id: stages[n % STAGES].id,
    }, token);
  for (let n = 0; n < count; n += 20) await Promise.all(Array.from({ length: Math.min(20, count - n) }, (_, i) => add(n + i)));
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("html[data-ready]").waitFor({ state: "attached" });
}

// Milliseconds from the loaded script of the module to interactive islands: the best of several loads, because others use the
// processor, too.
async function timeToReady(page, loads = 7) {
  let best = Infinity;
  for (let i = 0; i < loads; i += 1) {
    await page.reload();
    await page.locator("html[data-ready]").waitFor({ state: "attached" });
    best = Math.min(best, await page.evaluate(() => {
      const at = (name) => performance.getEntriesByName(name)[0].startTime;
      return at("islands-ready") - at("module-loaded");
    }));
  }
  return best;
}

// The cumulative layout shift of a load (web.dev/cls), without a session window: all shifts count.
async function layoutShift(page) {
  await page.reload();
  await page.locator("html[data-ready]").waitFor({ state: "attached" });
  await page.waitForTimeout(500);
  return page.evaluate(() => globalThis.layoutShift);
}

test("boards of many cards are interactive soon and nothing moves while they load", async ({ page, request, browser, user }, info) => {
  test.setTimeout(180_000);
  const observe = () => {
    globalThis.layoutShift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.layoutShift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  };
  const measured = {};
  for (const count of [0, 500, 2000]) {
    const context = count ? await browser.newContext({ baseURL: process.env.JOBHAX_URL }) : page.context();
    const board = count ? await context.newPage() : page;
    await board.addInitScript(observe);
    await openBoard(board, request, { ...user, email: `${count}.${user.email}` }, count);
    await expect(board.getByRole("article")).toHaveCount(Math.min(count, STAGES * 100));
    measured[count] = { ready: await timeToReady(board), shift: await layoutShift(board) };
    await board.setViewportSize({ width: 390, height: 844 });
    measured[count].phoneShift = await layoutShift(board);
    if (count) await context.close();
  }
  console.log(`    ${JSON.stringify(measured)}`);
  info.annotations.push({ type: "measured", description: JSON.stringify(measured) });
  for (const { shift, phoneShift } of Object.values(measured)) {
    expect(shift).toBeLessThan(0.02);
    expect(phoneShift).toBeLessThan(0.02);
  }
  for (const count of [500, 2000]) expect(measured[count].ready / measured[0].ready).toBeLessThan(1.5);
});

test("each page loads no more than its budget", async ({ page, browser, request, user }) => {
  await openBoard(page, request, user, 3);
  const workspace = page.url().replace(/\/board$/, "");
  const state = await page.context().storageState();
  for (const [path, budget] of [
    ["board", "board"], ["settings", "settings"], ["import", "import"], ["metrics", "metrics with charts"],
  ]) {
    const context = await browser.newContext({ storageState: state });
    const fresh = await context.newPage();
    const session = await context.newCDPSession(fresh);
    await session.send("Network.enable");
    const urls = new Map();
    let bytes = 0;
    session.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (/\.(js|wasm)$/.test(new URL(urls.get(requestId) ?? "data:").pathname)) bytes += encodedDataLength;
    });
    await fresh.goto(`${workspace}/${path}`, { waitUntil: "networkidle" });
    expect(bytes, path).toBeGreaterThan(1024);
    expect(bytes / 1024, path).toBeLessThan(budgets[budget].kib);
    await context.close();
  }
});
