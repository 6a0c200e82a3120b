// run.mjs jobhax schemathesis: serves from a data folder of its own, makes a person with a few objects, lets schemathesis
// at it, and stops. Its exit code is that of schemathesis.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [jobhax, schemathesis] = process.argv.slice(2).map((path) => resolve(path));
const here = new URL(".", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "jobhax-fuzz-"));
// Started by root, Postgres runs as somebody else, who must be able to pass through.
chmodSync(folder, 0o755);

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const { DATABASE_URL: _, ...inherited } = process.env;
const address = `127.0.0.1:${await freePort()}`;
const url = `http://${address}`;
const log = openSync(join(folder, "server.log"), "w");
const server = spawn(jobhax, ["serve"], {
  cwd: folder,
  env: {
    ...inherited,
    JOBHAX_LISTEN: address,
    JOBHAX_DATA_DIR: join(folder, "data"),
    JOBHAX_LOG: "warn",
    // All requests come from one address.
    JOBHAX_LIMITS: "register=0,login_email=0,login_address=0,login_account=0,refresh=0,mail=0,mail_address=0,reset=0,demo=0,api=0",
  },
  stdio: ["ignore", log, log],
});
const ended = new Promise((resolve) => server.once("exit", resolve).once("error", resolve));

async function ready() {
  for (let tries = 0; tries < 240 && server.exitCode === null; tries += 1) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(250);
  }
  throw new Error(`the server did not become ready:\n${readFileSync(join(folder, "server.log"), "utf8")}`);
}

async function api(path, token, body) {
  const answer = await fetch(`${url}/api${path}`, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).data;
}

async function fuzz() {
  // Not the password of the examples: requests made from those must not change or delete this person.
  const person = { email: "fuzz@example.org", password: "quiet otters read maps at dusk" };
  const { access_token: token } = await api("/users/register", null, person);
  const stages = (await api("/jobapps/get_statuses", token)).map((stage) => stage.id);
  const [jobapps, notes] = [[], []];
  for (let n = 0; n < 40; n += 1) {
    const { id } = await api("/jobapps/add_jobapp", token, { job_title: `Baker ${n}`, company: "Hearth" });
    jobapps.push(id);
    notes.push((await api("/jobapps/add_jobapp_note", token, { jobapp_id: id, description: "Hello" })).id);
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
  const noise = readFileSync(join(folder, "server.log"), "utf8").match(/.*(panicked|refused a statement|internal error).*/g);
  if (noise) throw new Error(`the server's log tells of faults:\n${noise.slice(0, 5).join("\n")}`);
  return code;
}

try {
  await ready();
  process.exitCode = await fuzz();
} catch (error) {
  console.error(`Fuzzing: ${error.message}`);
  process.exitCode = 1;
} finally {
  server.kill("SIGTERM");
  const killer = setTimeout(() => server.kill("SIGKILL"), 20_000);
  await ended;
  clearTimeout(killer);
  rmSync(folder, { recursive: true, force: true });
}
