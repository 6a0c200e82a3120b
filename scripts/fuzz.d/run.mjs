// run.mjs jobhax schemathesis: serves from a data folder of its own, makes a person with a few objects, lets schemathesis
// at it, and stops. Its exit code is that of schemathesis.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { api, serve } from "../serve.mjs";

const [jobhax, schemathesis] = process.argv.slice(2).map((path) => resolve(path));
const here = new URL(".", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "jobhax-fuzz-"));
// Started by root, Postgres runs as somebody else, who must be able to pass through.
chmodSync(folder, 0o755);

async function fuzz({ url, said }) {
  // Not the password of the examples: requests made from those must not change or delete this person.
  const person = { email: "fuzz@example.org", password: "quiet otters read maps at dusk" };
  const { access_token: token } = await api(url, "/users/register", null, person);
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
  // Whatever ended the person's session would have made the rest of the run a row of refusals.
  await api(url, "/jobapps/get_statuses", token);
  const noise = said().match(/.*(panicked|refused a statement|internal error).*/g);
  if (noise) throw new Error(`the server's log tells of faults:\n${noise.slice(0, 5).join("\n")}`);
  return code;
}

// Instead of Gmail, which may be out of reach and must not be fuzzed: no token is good.
const gmail = createServer((_, answer) => answer.writeHead(401, { "Content-Type": "application/json" }).end("{}"));
await new Promise((resolve) => gmail.listen(0, "127.0.0.1", resolve));

let server;
try {
  server = await serve(jobhax, folder, { JOBHAX_GMAIL_BASE_URL: `http://127.0.0.1:${gmail.address().port}` });
  process.exitCode = await fuzz(server);
} catch (error) {
  console.error(`Fuzzing: ${error.message}`);
  process.exitCode = 1;
} finally {
  await server?.stop();
  gmail.close();
  rmSync(folder, { recursive: true, force: true });
}
