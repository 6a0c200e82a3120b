import { createClient, type Change, type ChangeType } from "@jobhax/client";
import { fetchWhenUp, freePort, newAccount, serverUrl, startDouble, startProgram, until } from "@jobhax/testing";
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { messageFor } from "./messages.js";
import { followChanges, TYPES, webhookServer } from "./notifier.js";

const SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const textOf = ({ body }: { body: string }) => JSON.parse(body).text as string;

test("changes_of_the_feed_are_posted_to_slack", async () => {
  await using slack = await startDouble({ status: 200, body: "ok" });
  const { jobhax } = await newAccount();
  const abort = new AbortController();
  const cursors: string[] = [];
  const { pagination } = await jobhax.getChanges({ query: { start: "now", types: TYPES } });
  const following = followChanges(jobhax, slack.url, {
    cursor: pagination.next_cursor,
    save: async (cursor) => void cursors.push(cursor),
    signal: abort.signal,
  });

  const { data: application } = await jobhax.addJobapp({ body: { job_title: "Baker", company: "Salt & Crust" } });
  const { data: stages } = await jobhax.getStatuses();
  const interview = stages.find(({ kind }) => kind === "interview");
  await jobhax.updateJobapp({ body: { jobapp_id: application.id, status_id: interview?.id } });
  await jobhax.editJobapp({ body: { jobapp_id: application.id, version: application.version + 1, location: "Leeds" } });
  await jobhax.updateJobapp({ body: { jobapp_id: application.id, outcome: "rejected" } });
  await until(() => slack.requests.length === 3 && cursors.length > 0);
  abort.abort();
  await assert.rejects(following, { name: "AbortError" });

  assert.deepEqual(slack.requests.map(textOf), [
    ":memo: Applied: *Baker at Salt &amp; Crust*",
    ":arrow_right: *Baker at Salt &amp; Crust* went from Applied to Onsite Interview",
    ":checkered_flag: *Baker at Salt &amp; Crust*: rejected in Onsite Interview",
  ]);
});

test("expired_cursor_starts_with_new_changes", async () => {
  await using slack = await startDouble({ status: 200, body: "ok" });
  const change = await newApplication();
  await using server = await startDouble(
    { status: 410, body: { code: "cursor_expired", detail: "Read the lists again.", status: 410 } },
    { status: 200, body: { data: [change], pagination: { next_cursor: "next", limit: 100 } } },
  );
  const abort = new AbortController();
  const save = async (cursor: string) => {
    assert.equal(cursor, "next");
    abort.abort();
  };
  const jobhax = createClient({ baseUrl: server.url, apiKey: "jhx_test" });
  await assert.rejects(followChanges(jobhax, slack.url, { cursor: "old", save, signal: abort.signal }), { name: "AbortError" });
  assert.match(server.requests[0]?.path ?? "", /cursor=old/);
  assert.match(server.requests[1]?.path ?? "", /start=now/);
  assert.deepEqual(slack.requests.map(textOf), [":memo: Applied: *Baker at Hearth*"]);
});

/** A change as JobHax has sent it for a new application. */
async function newApplication(): Promise<Change> {
  const { jobhax } = await newAccount();
  await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth" } });
  const { data } = await jobhax.getChanges({ query: { types: "jobapp.created" } });
  assert.ok(data[0]);
  return data[0];
}

function signed(change: Change, secret: string): RequestInit {
  const body = JSON.stringify({ type: change.type, timestamp: change.at, data: change });
  const at = new Date();
  const headers = {
    "Content-Type": "application/json",
    "webhook-id": change.id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(change.id, at, body),
  };
  return { method: "POST", headers, body };
}

async function deliver(slackUrl: string, change: Change, secret = SECRET): Promise<number> {
  const server = webhookServer(SECRET, slackUrl).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/`, signed(change, secret));
    return status;
  } finally {
    server.close();
  }
}

test("webhook_is_posted_to_slack", async () => {
  await using slack = await startDouble({ status: 200, body: "ok" });
  assert.equal(await deliver(slack.url, await newApplication()), 204);
  assert.deepEqual(slack.requests.map(textOf), [":memo: Applied: *Baker at Hearth*"]);
});

test("webhook_with_another_signature_is_rejected", async () => {
  await using slack = await startDouble({ status: 200, body: "ok" });
  assert.equal(await deliver(slack.url, await newApplication(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), 401);
  assert.equal(slack.requests.length, 0);
});

test("webhook_is_refused_while_slack_is_down", async () => {
  await using slack = await startDouble({ status: 500 });
  assert.equal(await deliver(slack.url, await newApplication()), 502);
});

test("change_of_another_kind_has_no_message", async () => {
  const change = await newApplication();
  assert.equal(messageFor({ ...change, type: "note.created", data: null }), undefined);
  // A type that a newer server knows.
  assert.equal(messageFor({ ...change, type: "jobapp.archived" as ChangeType }), undefined);
});

const program = join(import.meta.dirname, "main.js");

test("quick_moves_have_a_message_each", async () => {
  const { jobhax } = await newAccount();
  const { data: application } = await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth" } });
  const { data: stages } = await jobhax.getStatuses();
  for (const kind of ["screening", "offer"]) {
    const status_id = stages.find((stage) => stage.kind === kind)?.id;
    await jobhax.updateJobapp({ body: { jobapp_id: application.id, status_id } });
  }
  const { data: changes } = await jobhax.getChanges({ query: { types: "jobapp.moved" } });
  const nameOf = (wanted: string) => stages.find(({ kind }) => kind === wanted)?.value;
  assert.deepEqual(changes.map(messageFor), [
    `:arrow_right: *Baker at Hearth* went from Applied to ${nameOf("screening")}`,
    `:arrow_right: *Baker at Hearth* went from ${nameOf("screening")} to ${nameOf("offer")}`,
  ]);
});

test("program_receives_webhooks", async (context) => {
  await using slack = await startDouble({ status: 200, body: "ok" });
  const port = await freePort();
  const { stop } = startProgram(program, { SLACK_URL: slack.url, WEBHOOK_SECRET: SECRET, PORT: String(port) });
  context.after(stop);
  const { status } = await fetchWhenUp(`http://127.0.0.1:${port}/`, signed(await newApplication(), SECRET));
  assert.equal(status, 204);
  assert.equal(slack.requests.length, 1);
});

test("program_follows_the_feed_and_resumes_after_its_cursor", async (context) => {
  await using slack = await startDouble({ status: 200, body: "ok" });
  const folder = await mkdtemp(join(tmpdir(), "jobhax-slack-"));
  context.after(() => rm(folder, { recursive: true }));
  const { apiKey, jobhax } = await newAccount();
  const { pagination } = await jobhax.getChanges({ query: { start: "now", types: TYPES } });
  const file = join(folder, "slack-notifier.cursor");
  await writeFile(file, pagination.next_cursor);
  const environment = { SLACK_URL: slack.url, JOBHAX_URL: serverUrl(), JOBHAX_API_KEY: apiKey };
  const { stop } = startProgram(program, environment, folder);
  context.after(stop);
  await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth" } });
  await until(() => slack.requests.length === 1);
  await stop();

  await jobhax.addJobapp({ body: { job_title: "Potter", company: "Kiln" } });
  const again = startProgram(program, environment, folder);
  context.after(again.stop);
  await until(() => slack.requests.some((request) => textOf(request).includes("Potter")));
});
