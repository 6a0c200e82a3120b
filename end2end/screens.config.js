import config from "./playwright.config.js";

// Takes the screenshots in docs/screens with the same server and browser as the tests.
export default { ...config, testDir: "screens", projects: [{ name: "screens" }], retries: 0, workers: 1 };
