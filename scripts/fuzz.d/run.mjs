// run.mjs jobhax schemathesis: starts a server with a temporary data folder, registers a user with some data, and runs
// schemathesis. Exits with its exit code.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { api, serve } from "../serve.mjs";

const [jobhax, schemathesis] = process.argv.slice(2).map((path) => resolve(path));
const here = new URL(".", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "jobhax-fuzz-"));
// If the script runs as root, Postgres runs as another user, who must be able to enter this folder.
chmodSync(folder, 0o755);

async function fuzz({ url, output }) {
  // Not the password from the OpenAPI examples, so that example requests cannot change or delete this user.
  const credentials = { email: "fuzz@example.org", password: "quiet otters read maps at dusk" };
  const { access_token: token } = await api(url, "/users/register", null, credentials);
  const stages = (await api(url, "/jobapps/get_statuses", token)).map((stage) => stage.id);
  const [jobapps, notes] = [[], []];
  for (let n = 0; n < 40; n += 1) {
    const { id } = await api(url, "/jobapps/add_jobapp", token, { job_title: `Baker ${n}`, company: "Hearth" });
    jobapps.push(id);
    notes.push((await api(url, "/jobapps/add_jobapp_note", token, { jobapp_id: id, description: "Hello" })).id);
  }
  const dictionary = (name, ids) => `\n[dictionaries.${name}]\nvalues = ${JSON.stringify(ids)}\n`;
  const config = join(folder, "schemathesis.toml");
  const ids = dictionary("jobapps", jobapps) + dictionary("notes", notes) + dictionary("stages", stages);
  writeFileSync(config, readFileSync(join(here, "schemathesis.toml"), "utf8") + ids);
  const run = spawn(schemathesis, ["--no-color", "--config-file", config, "run", `${url}/api/openapi.json`], {
    cwd: folder,
    env: { ...process.env, TOKEN: token },
    stdio: "inherit",
  });
  const code = await new Promise((resolve) => run.once("exit", resolve).once("error", () => resolve(1)));
  // Fails if a request has ended the session, because all later requests were then rejected.
  await api(url, "/jobapps/get_statuses", token);
  const errors = output().match(/.*(panicked|database query failed|internal error).*/g);
  if (errors) throw new Error(`errors in the server's log:\n${errors.slice(0, 5).join("\n")}`);
  return code;
}

// A replacement for Gmail that rejects all tokens, so that the real Gmail is not fuzzed.
const gmail = createServer((_, response) => response.writeHead(401, { "Content-Type": "application/json" }).end("{}"));
await new Promise((resolve) => gmail.listen(0, "127.0.0.1", resolve));

let server;
try {
  server = await serve(jobhax, folder, { JOBHAX_GMAIL_BASE_URL: `http://127.0.0.1:${gmail.address().port}` });
  process.exitCode = await fuzz(server);
} catch (error) {
  console.error(`Fuzzing failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await server?.stop();
  gmail.close();
  rmSync(folder, { recursive: true, force: true });
}
