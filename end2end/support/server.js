// Starts the release build with a temporary data folder and its embedded Postgres, the OAuth providers and an IMAP server; stops them
// after the tests and removes the folder.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, serve } from "../../scripts/serve.mjs";
import { startDovecot } from "./dovecot.js";
import { startProvider } from "./providers.js";

const root = new URL("../..", import.meta.url).pathname;
const SECRET = "secret-of-jobhax-at-the-provider";
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

export default async function start() {
  const folder = mkdtempSync(join(tmpdir(), "jobhax-end2end-"));
  // If root runs the tests, Postgres runs as another user, who must be able to enter this folder.
  chmodSync(folder, 0o755);
  const results = join(root, "end2end/test-results");
  mkdirSync(results, { recursive: true });

  const address = `127.0.0.1:${await freePort()}`;
  const callback = (name) => `http://${address}/auth/${name}/callback`;
  const oidc = await startProvider("oidc.mjs", callback("oidc"), join(results, "oidc.log"));
  const google = await startProvider("google.mjs", callback("google"), join(results, "google.log"));
  const microsoft = await startProvider("microsoft.mjs", callback("microsoft"), join(results, "microsoft.log"));
  const dovecot = await startDovecot(join(folder, "dovecot"), `${microsoft.url}/tokeninfo/`);
  const stopOthers = () => [oidc, google, microsoft, dovecot].forEach(({ stop }) => stop());
  const server = await serve(
    join(target, "release/jobhax"),
    folder,
    {
      JOBHAX_LISTEN: address,
      JOBHAX_LOG: "info",
      // Rate limits are turned off, because all tests run from one address.
      JOBHAX_LIMITS: "register=0,login_address=0,demo=0,email_per_ip=0,token_use_per_ip=0,api=0,api_user=0",
      // No DNS server listens on this address, so that tests do not query a real one.
      JOBHAX_DNS_SERVER: "127.0.0.1:9",
      JOBHAX_OIDC_ISSUER: oidc.url,
      JOBHAX_OIDC_CLIENT_ID: "jobhax",
      JOBHAX_OIDC_CLIENT_SECRET: SECRET,
      JOBHAX_OIDC_NAME: "Provider",
      JOBHAX_GOOGLE_CLIENT_ID: "jobhax",
      JOBHAX_GOOGLE_CLIENT_SECRET: SECRET,
      JOBHAX_GOOGLE_BASE_URL: google.url,
      JOBHAX_GMAIL_BASE_URL: google.url,
      JOBHAX_MICROSOFT_CLIENT_ID: "jobhax",
      JOBHAX_MICROSOFT_CLIENT_SECRET: SECRET,
      JOBHAX_MICROSOFT_BASE_URL: microsoft.url,
      JOBHAX_OUTLOOK_IMAP_SERVER: `127.0.0.1:${dovecot.port}`,
      JOBHAX_IMAP_ALLOWED_NETWORKS: "127.0.0.0/8",
      JOBHAX_IMAP_CA_FILE: dovecot.caFile,
    },
    join(results, "server.log"),
  ).catch((error) => {
    stopOthers();
    throw error;
  });
  process.env.JOBHAX_URL = server.url;
  process.env.JOBHAX_GOOGLE = google.url;
  process.env.JOBHAX_MICROSOFT = microsoft.url;
  process.env.JOBHAX_DOVECOT = join(folder, "dovecot");
  process.env.JOBHAX_DOVECOT_PORT = dovecot.port;
  process.env.JOBHAX_DATA = join(folder, "data");

  return async () => {
    const exitCode = await server.stop();
    stopOthers();
    rmSync(folder, { recursive: true, force: true });
    if (exitCode !== 0) throw new Error(`The server did not stop cleanly: ${exitCode}.`);
  };
}
