import { defineConfig } from "@playwright/test";

const desktop = { viewport: { width: 1440, height: 900 } };
const mobile = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const without = { javaScriptEnabled: false };

// Every journey is made twice: by a browser that runs our scripts and by one that does not.
export default defineConfig({
  testDir: "specs",
  outputDir: "test-results",
  globalSetup: "./support/server.js",
  fullyParallel: true,
  forbidOnly: true,
  // A browser on a busy machine may be late once. The report then calls the journey flaky; twice in a row is a failure.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "hydrated", use: desktop },
    { name: "hydrated, phone", use: mobile, testMatch: /(journey|pages)\.spec\.js/ },
    { name: "no script", use: { ...desktop, ...without }, testIgnore: /scripted\.spec\.js/ },
    { name: "no script, phone", use: { ...mobile, ...without }, testMatch: /(journey|pages)\.spec\.js/ },
  ],
});
