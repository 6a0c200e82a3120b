// run.mjs jobhax: starts a server with a temporary data folder and runs the tests of the clients against it. Exits with 1 if one fails.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { serve } from "../../scripts/serve.mjs";

const jobhax = resolve(process.argv[2]);
const clients = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "jobhax-clients-"));
// Run by root, Postgres runs as another user, who has to traverse this folder.
chmodSync(folder, 0o755);

function run(url, command, ...args) {
  // The tests of one runner are no part of another one that may have started this.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const child = spawn(command, args, { cwd: clients, env: { ...inherited, JOBHAX_URL: url }, stdio: "inherit" });
  return new Promise((resolve) => child.once("exit", resolve).once("error", () => resolve(1)));
}

let server;
try {
  server = await serve(jobhax, folder);
  const codes = [
    await run(server.url, "npm", "test", "--silent"),
    await run(server.url, "cargo", "test", "--quiet", "--no-default-features", "--manifest-path", "rust/Cargo.toml"),
  ];
  const errors = server.output().match(/.*(panicked|database query failed|internal error).*/g);
  if (errors) throw new Error(`errors in the server's log:\n${errors.slice(0, 5).join("\n")}`);
  if (codes.some((code) => code !== 0)) process.exitCode = 1;
} catch (error) {
  console.error(`The tests of the clients failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
