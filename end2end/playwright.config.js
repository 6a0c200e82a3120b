import { defineConfig } from "@playwright/test";

const desktop = { viewport: { width: 1440, height: 900 } };
const mobile = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const noJavaScript = { javaScriptEnabled: false };

// Every test runs with and without JavaScript, except tests of features that require JavaScript.
export default defineConfig({
  testDir: "specs",
  outputDir: "test-results",
  snapshotPathTemplate: "snapshots/{arg}{ext}",
  globalSetup: "./support/server.js",
  fullyParallel: true,
  forbidOnly: true,
  // On a busy machine, a browser can exceed a timeout. A test that passes on retry is reported as flaky.
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
    { name: "JavaScript", use: desktop },
    { name: "JavaScript, phone", use: mobile, testMatch: /(journey|pages)\.spec\.js/ },
    { name: "no JavaScript", use: { ...desktop, ...noJavaScript }, testIgnore: /(js_enabled|board_input|live|palette|performance|visual)\.spec\.js/ },
    { name: "no JavaScript, phone", use: { ...mobile, ...noJavaScript }, testMatch: /(journey|pages)\.spec\.js/ },
  ],
});
