// Starts the release server for a script, stops it again, and calls its API.
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

// Rate limits are turned off, because all requests of the scripts come from one address.
const UNLIMITED =
  "register=0,login_email=0,login_address=0,login_failures_per_account=0,refresh=0,email_per_recipient=0,email_per_ip=0,token_use_per_ip=0,demo=0,api=0,api_user=0";

export const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

// Starts a server without rate limits, with its data in the folder. `stop` returns its exit code.
export async function serve(jobhax, folder, environment = {}, log = join(folder, "server.log")) {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const address = environment.JOBHAX_LISTEN ?? `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const file = openSync(log, "w");
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
    stdio: ["ignore", file, file],
  });
  const ended = new Promise((resolve) => {
    server.once("exit", (code, signal) => resolve(code ?? signal)).once("error", (error) => resolve(error.message));
  });
  const output = () => readFileSync(log, "utf8");
  const stop = async () => {
    server.kill("SIGTERM");
    const killer = setTimeout(() => server.kill("SIGKILL"), 20_000);
    const code = await ended;
    clearTimeout(killer);
    return code;
  };
  const isRunning = () => server.pid !== undefined && server.exitCode === null;
  for (let attempts = 0; attempts < 240 && isRunning(); attempts += 1) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.ok) return { url, pid: server.pid, output, stop };
    await sleep(250);
  }
  if (server.pid === undefined) throw new Error(`${jobhax} does not run: build it with \`make build\``);
  await stop();
  throw new Error(`the server did not become ready:\n${output()}`);
}

// Calls an API operation and returns the response data, if any.
export async function api(url, path, token, body) {
  const response = await fetch(`${url}/api${path}`, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : (await response.json()).data;
}
