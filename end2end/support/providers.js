// Providers to sign in with and to read mail from, each in a process of its own: those of the Rust tests.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { createInterface } from "node:readline";

const folder = new URL("../../server/tests/mock-provider/", import.meta.url);

// Starts one; browsers are sent back to `callback`. It ends with `stop`, or with us. What it complains of goes to the log.
export async function provider(program, callback, log) {
  const stdio = ["pipe", "pipe", openSync(log, "w")];
  const process = spawn("node", [program, callback], { cwd: folder, stdio });
  for await (const url of createInterface({ input: process.stdout })) {
    return { url, stop: () => process.stdin.end() };
  }
  throw new Error("The provider did not start: run `scripts/setup test`.");
}
