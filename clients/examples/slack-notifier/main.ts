// Posts what happens to your applications to a channel of Slack.
//   SLACK_URL=https://hooks.slack.com/… JOBHAX_URL=… JOBHAX_API_KEY=jhx_… npm run slack-notifier       follows the changes feed
//   SLACK_URL=https://hooks.slack.com/… WEBHOOK_SECRET=whsec_… PORT=8080 npm run slack-notifier        receives webhooks
import { createClient } from "@jobhax/client";
import { readFile, rename, writeFile } from "node:fs/promises";
import { followChanges, webhookServer } from "./notifier.js";

const { SLACK_URL, JOBHAX_URL, JOBHAX_API_KEY, WEBHOOK_SECRET, PORT, CURSOR_FILE = "slack-notifier.cursor" } = process.env;

if (SLACK_URL && WEBHOOK_SECRET) {
  webhookServer(WEBHOOK_SECRET, SLACK_URL).listen(Number(PORT ?? 8080));
} else if (SLACK_URL && JOBHAX_URL && JOBHAX_API_KEY) {
  const cursor = await readFile(CURSOR_FILE, "utf8").catch(() => undefined);
  // Under another name first: this can be stopped at any time.
  const save = async (position: string) => {
    await writeFile(`${CURSOR_FILE}.new`, position);
    await rename(`${CURSOR_FILE}.new`, CURSOR_FILE);
  };
  await followChanges(createClient({ baseUrl: JOBHAX_URL, apiKey: JOBHAX_API_KEY }), SLACK_URL, { cursor, save });
} else {
  console.error("Set SLACK_URL, and either WEBHOOK_SECRET or JOBHAX_URL and JOBHAX_API_KEY.");
  process.exitCode = 2;
}
