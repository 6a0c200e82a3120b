// The mock OAuth providers of the Rust tests, each in its own process.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { createInterface } from "node:readline";

const folder = new URL("../../server/tests/mock-provider/", import.meta.url);

// Starts a provider that redirects browsers to `callback`. It runs until `stop` is called or this process ends.
export async function startProvider(script, callback, log) {
  const stdio = ["pipe", "pipe", openSync(log, "w")];
  const process = spawn("node", [script, callback], { cwd: folder, stdio });
  for await (const url of createInterface({ input: process.stdout })) {
    return { url, stop: () => process.stdin.end() };
  }
  throw new Error("The provider did not start: run `scripts/setup test`.");
}
