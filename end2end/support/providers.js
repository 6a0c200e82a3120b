// The provider that the Rust tests sign in with, in a process of its own.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { createInterface } from "node:readline";

const folder = new URL("../../server/tests/provider/", import.meta.url);

// Starts it; browsers are sent back to `callback`. It ends with `stop`, or with us. What it complains of goes to the log.
export async function provider(callback, log) {
  const stdio = ["pipe", "pipe", openSync(log, "w")];
  const process = spawn("node", ["provider.mjs", callback], { cwd: folder, stdio });
  for await (const issuer of createInterface({ input: process.stdout })) {
    return { issuer, stop: () => process.stdin.end() };
  }
  throw new Error("The provider did not start: run `scripts/setup test`.");
}
