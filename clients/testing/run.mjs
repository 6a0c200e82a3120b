// run.mjs jobhax: starts a server with a temporary data folder and runs the tests of the clients against it. Exits with 1 if one fails.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { api, serve } from "../../scripts/serve.mjs";

const jobhax = resolve(process.argv[2]);
const clients = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "jobhax-clients-"));
// Run by root, Postgres runs as another user, who has to traverse this folder.
chmodSync(folder, 0o755);

/** An API key for the examples in the documentation of the crate. */
async function newKey(url) {
  const credentials = { email: "documentation@example.org", password: "quiet otters read maps at dusk" };
  const { access_token: token } = await api(url, "/users/register", null, credentials);
  const key = await api(url, "/keys/add_key", token, { name: "Documentation", scopes: ["jobapps:read", "jobapps:write"] });
  return key.secret;
}

/** The output of a command, which is also printed; nothing if it has failed. */
async function run(env, command, ...args) {
  const child = spawn(command, args, { cwd: clients, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise((resolve) => child.once("close", resolve).once("error", () => resolve(1)));
  // Without colors.
  return code === 0 ? output.replaceAll(/\x1b\[[0-9;]*m/g, "") : "";
}

const count = (output, pattern) => [...output.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0);

let server;
try {
  server = await serve(jobhax, folder);
  const env = { JOBHAX_URL: server.url, JOBHAX_API_KEY: await newKey(server.url) };
  // Plain HTTP is enough, and TLS takes long to build.
  const cargo = ["test", "--quiet", "--locked", "--no-default-features", "--manifest-path", "rust/Cargo.toml"];
  const typeScript = count(await run(env, "npm", "test", "--silent"), /^\S* ?pass (\d+)$/gm);
  const rust = count(await run(env, "cargo", ...cargo), /^test result: ok\. (\d+) passed/gm);
  const errors = server.output().match(/.*(panicked|database query failed|internal error).*/g);
  if (errors) throw new Error(`errors in the server's log:\n${errors.slice(0, 5).join("\n")}`);
  if (typeScript === 0 || rust === 0) throw new Error("see above");
  console.log(`${typeScript} TypeScript tests and ${rust} Rust tests passed`);
} catch (error) {
  console.error(`The tests of the clients failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
