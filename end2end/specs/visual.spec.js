// Screenshot tests of the main pages, light on a desktop and dark on a phone. After an intended change, update the screenshots with
// `npx playwright test visual --update-snapshots` and review each of them.
import { expect, register, test, waitForHydration } from "../support/test.js";

const DAY = 86_400_000;
// A date relative to today, in the browser's time zone.
const day = (offset) => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" }).format(Date.now() + offset * DAY);

// Company, title, stage, days since it was sent, tags.
const APPLICATIONS = [
  ["Northquay Systems", "Site Reliability Engineer", "Applied", 2, ["remote", "Rust"]],
  ["Harbour & Finch", "Product Designer", "Applied", 4, []],
  ["Tamarind Health", "Senior Analyst, Clinical Operations and Reporting", "Applied", 6, ["health"]],
  ["Lindqvist Energi", "Data Engineer", "Phone Screen", 8, ["energy", "Python"]],
  ["Oakfield School District", "Teacher of Mathematics", "Phone Screen", 9, []],
  ["Meridian Rail", "Planner", "Onsite Interview", 15, ["hybrid"]],
  ["Sablewood Press", "Editor", "Offer", 20, []],
];

async function call(page, path, data, token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await (data ? page.request.post(`/api${path}`, { data, headers }) : page.request.get(`/api${path}`, { headers }));
  expect(response.ok(), `${path}: ${response.status()}`).toBe(true);
  return (await response.json()).data;
}

// Fills the workspace and returns the id of an application with all kinds of content.
async function fill(page, user) {
  const { access_token: token } = await call(page, "/users/login", { email: user.email, password: user.password });
  const stages = await call(page, "/jobapps/get_statuses", undefined, token);
  const ids = new Map();
  for (const [company, job_title, stage, age, tags] of APPLICATIONS) {
    const status_id = stages.find(({ value }) => value === stage).id;
    const body = { company, job_title, status_id, application_date: day(-age), source: "LinkedIn", location: "Hamburg", tags };
    ids.set(company, (await call(page, "/jobapps/add_jobapp", body, token)).id);
  }
  const jobapp_id = ids.get("Meridian Rail");
  await call(page, "/jobapps/add_jobapp_note", { jobapp_id, description: "The team plans **two** depots.\n\n- ask about shifts\n- ask about travel" }, token);
  await call(page, "/interviews/add_interview", { jobapp_id, kind: "onsite", starts_at: `${day(9)}T09:00:00Z`, place: "Platform 4" }, token);
  await call(page, "/tasks/add_task", { jobapp_id, title: "Send the reference list", kind: "task", due_on: day(0) }, token);
  return jobapp_id;
}

// Waits for fonts and charts, then compares the page without parts that depend on the date or the account.
async function expectPicture(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState("networkidle");
  await expect(page).toHaveScreenshot(`${name}.png`, {
    mask: [page.locator("time, .page-header-note, .stage-steps small, main figure"), page.getByText(/@inbox\.example/)],
    maskColor: "#808080",
    maxDiffPixelRatio: 0.005,
    threshold: 0.25,
  });
}

for (const [title, use] of [
  ["light desktop", { colorScheme: "light" }],
  ["dark phone", { colorScheme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
]) {
  test.describe(title, () => {
    test.use(use);
    const slug = title.replace(" ", "-");

    test("pages of a visitor look as before", async ({ page }) => {
      for (const [name, path] of [["landing", "/"], ["sign-in", "/sign-in"], ["register", "/register"]]) {
        await page.goto(path);
        await expectPicture(page, `${name}-${slug}`);
      }
    });

    test("pages of a workspace look as before", async ({ page, user }) => {
      test.setTimeout(120_000);
      await register(page, user, true);
      const workspace = page.url().replace(/\/board$/, "");
      await expectPicture(page, `board-empty-${slug}`);
      const application = await fill(page, user);
      for (const [name, path] of [
        ["board", "board"],
        ["application", `applications/${application}`],
        ["applications", "applications"],
        ["today", "today"],
        ["metrics", "metrics"],
        ["inbox", "inbox"],
        ["import", "import"],
        ["profile", "settings/profile"],
      ]) {
        await page.goto(`${workspace}/${path}`);
        await waitForHydration(page, true);
        await expectPicture(page, `${name}-${slug}`);
      }
    });
  });
}
