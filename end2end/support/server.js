// Starts the built server on a free port with a data folder of its own, where it brings up its own Postgres; stops it
// and removes the folder when the tests are over.
import { spawn } from "node:child_process";
import { chmodSync, createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = new URL("../..", import.meta.url).pathname;
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const START_SECONDS = 60;

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

export default async function start() {
  const data = mkdtempSync(join(tmpdir(), "jobhax-end2end-"));
  // Started by root, Postgres runs as somebody else, who must be able to pass through.
  chmodSync(data, 0o755);
  const address = `127.0.0.1:${await freePort()}`;
  mkdirSync(join(root, "end2end/test-results"), { recursive: true });
  const log = createWriteStream(join(root, "end2end/test-results/server.log"));

  const { DATABASE_URL: _, ...inherited } = process.env;
  const server = spawn(join(target, "release/jobhax"), ["serve"], {
    cwd: data,
    env: {
      ...inherited,
      JOBHAX_LISTEN: address,
      JOBHAX_DATA_DIR: join(data, "data"),
      // All tests come from one address.
      JOBHAX_LIMITS: "register=0,login_address=0,demo=0,mail_address=0,reset=0",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  server.stdout.pipe(log, { end: false });
  server.stderr.pipe(log, { end: false });
  const ended = new Promise((resolve) => {
    server.once("exit", (code, signal) => resolve(code ?? signal));
    server.once("error", (error) => resolve(error.message));
  });

  const url = `http://${address}`;
  const ready = async () => {
    for (let tries = 0; tries < START_SECONDS * 4; tries += 1) {
      if (server.exitCode !== null || server.pid === undefined) break;
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await sleep(250);
    }
    server.kill("SIGKILL");
    const why = server.pid === undefined ? "run `make build` first" : "end2end/test-results/server.log says why";
    throw new Error(`The server did not become ready: ${why}.`);
  };
  await ready();
  process.env.JOBHAX_URL = url;
  process.env.JOBHAX_DATA = join(data, "data");

  return async () => {
    server.kill("SIGTERM");
    const killer = setTimeout(() => server.kill("SIGKILL"), 20_000);
    const how = await ended;
    clearTimeout(killer);
    log.end();
    rmSync(data, { recursive: true, force: true });
    if (how !== 0) throw new Error(`The server did not stop cleanly: ${how}.`);
  };
}
