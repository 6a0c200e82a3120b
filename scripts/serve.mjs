// Starts the built server for a script and stops it again.
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

// All requests come from one address.
const UNLIMITED =
  "register=0,login_email=0,login_address=0,login_failures_per_account=0,refresh=0,email_per_recipient=0,email_per_ip=0,token_use_per_ip=0,demo=0,api=0";

export const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

// Serves from the folder, without limits, until `stop` is called, which tells how the server ended: 0 is well.
export async function serve(jobhax, folder, environment = {}, log = join(folder, "server.log")) {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const address = environment.JOBHAX_LISTEN ?? `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const output = openSync(log, "w");
  const server = spawn(jobhax, ["serve"], {
    cwd: folder,
    env: {
      ...inherited,
      JOBHAX_LISTEN: address,
      JOBHAX_DATA_DIR: join(folder, "data"),
      JOBHAX_LOG: "warn",
      JOBHAX_LIMITS: UNLIMITED,
      ...environment,
    },
    stdio: ["ignore", output, output],
  });
  const ended = new Promise((resolve) => {
    server.once("exit", (code, signal) => resolve(code ?? signal)).once("error", (error) => resolve(error.message));
  });
  const said = () => readFileSync(log, "utf8");
  const stop = async () => {
    server.kill("SIGTERM");
    const killer = setTimeout(() => server.kill("SIGKILL"), 20_000);
    const how = await ended;
    clearTimeout(killer);
    return how;
  };
  const runs = () => server.pid !== undefined && server.exitCode === null;
  for (let tries = 0; tries < 240 && runs(); tries += 1) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return { url, pid: server.pid, said, stop };
    await sleep(250);
  }
  if (server.pid === undefined) throw new Error(`${jobhax} does not run: build it by \`make build\``);
  await stop();
  throw new Error(`the server did not become ready:\n${said()}`);
}

// Calls an endpoint and gives its data.
export async function api(url, path, token, body) {
  const answer = await fetch(`${url}/api${path}`, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).data;
}
