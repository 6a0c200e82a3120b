import type { Change, ChangeType } from "@jobhax/client";
import { newAccount, startDouble, until } from "@jobhax/testing";
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
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
    cursor: pagination.next_cursor ?? undefined,
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
    ":arrow_right: *Baker at Salt &amp; Crust* is now in Onsite Interview",
    ":checkered_flag: *Baker at Salt &amp; Crust*: rejected",
  ]);
});

/** A change as JobHax has sent it for a new application. */
async function newApplication(): Promise<Change> {
  const { jobhax } = await newAccount();
  await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth" } });
  const { data } = await jobhax.getChanges({ query: { types: "jobapp.created" } });
  assert.ok(data[0]);
  return data[0];
}

async function deliver(slackUrl: string, change: Change, secret = SECRET): Promise<number> {
  const server = webhookServer(SECRET, slackUrl).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const body = JSON.stringify({ type: change.type, timestamp: change.at, data: change });
  const at = new Date();
  const headers = {
    "Content-Type": "application/json",
    "webhook-id": change.id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(change.id, at, body),
  };
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body });
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
