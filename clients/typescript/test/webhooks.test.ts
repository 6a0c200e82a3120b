import { verifyWebhook, WebhookVerificationError } from "@jobhax/client";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";

const SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const CHANGE = { id: "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", type: "jobapp.created", data: null };
const BODY = JSON.stringify({ type: "jobapp.created", timestamp: "2026-11-27T17:00:00Z", data: CHANGE });

function signed(body: string, at = new Date()): Record<string, string> {
  const id = "msg_1";
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(SECRET).sign(id, at, body),
  };
}

test("signed_webhook_is_returned", () => {
  const event = verifyWebhook(signed(BODY), BODY, SECRET);
  assert.equal(event.type, "jobapp.created");
  assert.equal(event.data.id, CHANGE.id);
});

test("headers_of_fetch_and_of_node_are_read", () => {
  const headers = signed(BODY);
  verifyWebhook(new Headers(headers), BODY, SECRET);
  verifyWebhook({ ...headers, "set-cookie": ["a", "b"], host: undefined }, BODY, SECRET);
  const upperCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
  verifyWebhook(upperCase, BODY, SECRET);
});

test("changed_body_is_rejected", () => {
  assert.throws(() => verifyWebhook(signed(BODY), BODY.replace("created", "deleted"), SECRET), WebhookVerificationError);
});

test("other_secret_is_rejected", () => {
  assert.throws(() => verifyWebhook(signed(BODY), BODY, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), WebhookVerificationError);
});

test("old_webhook_is_rejected", () => {
  const anHourAgo = new Date(Date.now() - 3_600_000);
  assert.throws(() => verifyWebhook(signed(BODY, anHourAgo), BODY, SECRET), WebhookVerificationError);
});

test("missing_signature_is_rejected", () => {
  assert.throws(() => verifyWebhook({}, BODY, SECRET), WebhookVerificationError);
});
