// Runs the examples of the README.
import { newAccount, serverUrl, until } from "@jobhax/testing";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Webhook } from "standardwebhooks";

const example = (name: string) => join(import.meta.dirname, "readme", `${name}.js`);

function start(name: string, environment: Record<string, string>, cwd?: string) {
  const child = spawn(process.execPath, [example(name)], { cwd, env: { ...process.env, ...environment } });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output.text += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output, ended };
}

/** The lines that the example prints. */
async function run(name: string, apiKey: string, cwd?: string): Promise<string[]> {
  const { output, ended } = start(name, { JOBHAX_URL: serverUrl(), JOBHAX_API_KEY: apiKey }, cwd);
  assert.equal(await ended, 0, output.text);
  return output.text.trimEnd().split("\n");
}

async function newFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "jobhax-readme-"));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

test("example_of_applications_adds_and_lists", async () => {
  const { apiKey, jobhax } = await newAccount();
  await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth", application_date: "2026-03-01" } });
  assert.deepEqual(await run("applications", apiKey), ["Pricing Analyst at Hearth Homes: Applied", "Baker at Hearth: Applied"]);
});

test("example_of_changes_resumes_after_its_cursor", async (context) => {
  const folder = await newFolder(context);
  const { apiKey, jobhax } = await newAccount();
  await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth" } });
  assert.deepEqual(await run("changes", apiKey, folder), ["jobapp.created Baker"]);
  assert.ok(await readFile(join(folder, "cursor"), "utf8"));
  const { data } = await jobhax.getJobapps();
  await jobhax.deleteJobapp({ body: { jobapp_id: data[0]?.id ?? "" } });
  assert.deepEqual(await run("changes", apiKey, folder), ["jobapp.deleted deleted"]);
});

test("example_of_errors_names_the_field", async () => {
  const { apiKey } = await newAccount();
  const lines = await run("errors", apiKey);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^job_title: ./);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("example_of_webhooks_verifies_them", async (context) => {
  const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  const port = await freePort();
  const { child, output, ended } = start("webhooks", { WEBHOOK_SECRET: secret, PORT: String(port) });
  context.after(async () => {
    child.kill();
    await ended;
  });
  const at = new Date();
  const body = JSON.stringify({ type: "jobapp.created", timestamp: at.toISOString(), data: { object_id: "019a9f0c" } });
  const send = (signature: string) => {
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": String(Math.floor(at.getTime() / 1000)), "webhook-signature": signature };
    return fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body }).catch(() => undefined);
  };
  let accepted = await send(new Webhook(secret).sign("msg_1", at, body));
  for (let attempts = 0; !accepted && attempts < 100; attempts += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    accepted = await send(new Webhook(secret).sign("msg_1", at, body));
  }
  assert.equal(accepted?.status, 204);
  await until(() => output.text.includes("jobapp.created 019a9f0c"));
  assert.equal((await send("v1,bm90IHNpZ25lZA=="))?.status, 401);
});
