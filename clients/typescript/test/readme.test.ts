// Runs the examples of the README.
import { fetchWhenUp, freePort, newAccount, serverUrl, startProgram, until } from "@jobhax/testing";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Webhook } from "standardwebhooks";

const example = (name: string) => join(import.meta.dirname, "readme", `${name}.js`);

/** The lines that the example prints. */
async function run(name: string, apiKey: string, cwd?: string): Promise<string[]> {
  const { output, ended } = startProgram(example(name), { JOBHAX_URL: serverUrl(), JOBHAX_API_KEY: apiKey }, cwd);
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

test("example_of_webhooks_verifies_them", async (context) => {
  const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  const port = await freePort();
  const { output, stop } = startProgram(example("webhooks"), { WEBHOOK_SECRET: secret, PORT: String(port) });
  context.after(stop);
  const at = new Date();
  const body = JSON.stringify({ type: "jobapp.created", timestamp: at.toISOString(), data: { object_id: "019a9f0c" } });
  const send = async (signature: string) => {
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": String(Math.floor(at.getTime() / 1000)), "webhook-signature": signature };
    const { status } = await fetchWhenUp(`http://127.0.0.1:${port}/`, { method: "POST", headers, body });
    return status;
  };
  assert.equal(await send(new Webhook(secret).sign("msg_1", at, body)), 204);
  await until(() => output.text.includes("jobapp.created 019a9f0c"));
  assert.equal(await send("v1,bm90IHNpZ25lZA=="), 401);
});
