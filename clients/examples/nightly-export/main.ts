// Writes all applications as JSON and CSV, and their notes as JSON, for cron:
//   0 3 * * *  JOBHAX_URL=… JOBHAX_API_KEY=jhx_… EXPORT_FOLDER=/srv/export npm run nightly-export
import { createClient } from "@jobhax/client";
import { exportApplications } from "./export.js";

const { JOBHAX_URL, JOBHAX_API_KEY, EXPORT_FOLDER = "export" } = process.env;

if (JOBHAX_URL && JOBHAX_API_KEY) {
  const { applications, notes, changes } = await exportApplications(createClient({ baseUrl: JOBHAX_URL, apiKey: JOBHAX_API_KEY }), EXPORT_FOLDER);
  console.log(`${applications} applications and ${notes} notes in ${EXPORT_FOLDER}, ${changes === undefined ? "all read" : `${changes} changes read`}`);
} else {
  console.error("Set JOBHAX_URL and JOBHAX_API_KEY.");
  process.exitCode = 2;
}
