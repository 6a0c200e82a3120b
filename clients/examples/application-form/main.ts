// Serves a form that adds applications:
//   JOBHAX_URL=… JOBHAX_API_KEY=jhx_… PORT=8080 npm run application-form
import { createClient } from "@jobhax/client";
import { formServer } from "./form.js";

const { JOBHAX_URL, JOBHAX_API_KEY, PORT = "8080" } = process.env;

if (JOBHAX_URL && JOBHAX_API_KEY) {
  // Only for this computer: whoever opens the page adds applications of the owner of the key.
  formServer(createClient({ baseUrl: JOBHAX_URL, apiKey: JOBHAX_API_KEY })).listen(Number(PORT), "127.0.0.1", () => {
    console.log(`http://127.0.0.1:${PORT}`);
  });
} else {
  console.error("Set JOBHAX_URL and JOBHAX_API_KEY.");
  process.exitCode = 2;
}
