import { ApiError, createClient } from "@jobhax/client";
import { startDouble, type Reply } from "@jobhax/testing";
import assert from "node:assert/strict";
import { test } from "node:test";

const OK: Reply = { status: 200, body: { data: [] } };
const CREATED: Reply = { status: 201, body: { data: { id: "1" } } };
const limited = (retryAfter?: string): Reply => ({
  status: 429,
  headers: { "Content-Type": "application/problem+json", ...(retryAfter && { "Retry-After": retryAfter }) },
  body: { code: "rate_limited", detail: "Wait.", status: 429 },
});
const UNAVAILABLE: Reply = { status: 503, headers: { "Retry-After": "0" }, body: { code: "unavailable", detail: "Wait.", status: 503 } };
const APPLICATION = { job_title: "Baker", company: "Hearth" };
const client = (baseUrl: string) => createClient({ baseUrl, apiKey: "jhx_test", retry: { delay: 1 } });

test("request_refused_with_429_and_503_is_repeated", async () => {
  await using server = await startDouble(limited("0"), UNAVAILABLE, OK);
  const { data } = await client(server.url).getStatuses();
  assert.deepEqual(data, []);
  assert.equal(server.requests.length, 3);
  assert.equal(server.requests[2]?.headers.authorization, "Bearer jhx_test");
});

test("retry_after_in_seconds_is_honored", async () => {
  await using server = await startDouble(limited("1"), OK);
  const start = performance.now();
  await client(server.url).getStatuses();
  assert.ok(performance.now() - start >= 1000);
});

test("retry_after_as_date_is_honored", async () => {
  await using server = await startDouble(limited(new Date(Date.now() + 2000).toUTCString()), OK);
  const start = performance.now();
  await client(server.url).getStatuses();
  // Dates have whole seconds.
  assert.ok(performance.now() - start >= 900);
});

test("retry_after_beyond_the_longest_wait_is_an_error_at_once", async () => {
  await using server = await startDouble(limited("3600"));
  const start = performance.now();
  await assert.rejects(client(server.url).getStatuses(), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, "rate_limited");
    assert.equal(error.retryAfter, 3600);
    return true;
  });
  assert.equal(server.requests.length, 1);
  assert.ok(performance.now() - start < 5000);
});

test("retries_end_after_the_last_attempt", async () => {
  await using server = await startDouble(UNAVAILABLE);
  await assert.rejects(client(server.url).getStatuses(), { code: "unavailable", status: 503 });
  assert.equal(server.requests.length, 4);
});

test("retry_false_sends_a_request_once", async () => {
  await using server = await startDouble(UNAVAILABLE, OK);
  await assert.rejects(createClient({ baseUrl: server.url, retry: false }).getStatuses(), { status: 503 });
  assert.equal(server.requests.length, 1);
});

test("request_that_creates_has_the_same_key_and_body_in_every_attempt", async () => {
  await using server = await startDouble("drop", UNAVAILABLE, CREATED);
  await client(server.url).addJobapp({ body: APPLICATION });
  const keys = new Set(server.requests.map(({ headers }) => headers["idempotency-key"]));
  assert.equal(server.requests.length, 3);
  assert.equal(keys.size, 1);
  assert.match(String([...keys][0]), /^[0-9a-f]{32}$/);
  for (const { body } of server.requests) assert.deepEqual(JSON.parse(body), APPLICATION);
});

test("two_requests_have_different_keys", async () => {
  await using server = await startDouble(CREATED);
  const jobhax = client(server.url);
  await jobhax.addJobapp({ body: APPLICATION });
  await jobhax.addJobapp({ body: APPLICATION });
  assert.notEqual(server.requests[0]?.headers["idempotency-key"], server.requests[1]?.headers["idempotency-key"]);
});

test("key_of_the_caller_is_kept", async () => {
  await using server = await startDouble(CREATED);
  await client(server.url).addJobapp({ body: APPLICATION, headers: { "Idempotency-Key": "mine" } });
  assert.equal(server.requests[0]?.headers["idempotency-key"], "mine");
});

test("key_is_sent_below_a_path_of_the_host", async () => {
  await using server = await startDouble(CREATED);
  await client(`${server.url}/jobs/`).addJobapp({ body: APPLICATION });
  assert.equal(server.requests[0]?.path, "/jobs/api/jobapps/add_jobapp");
  assert.ok(server.requests[0]?.headers["idempotency-key"]);
});

test("post_without_a_key_is_not_repeated_when_the_connection_breaks", async () => {
  await using server = await startDouble("drop", CREATED);
  await assert.rejects(client(server.url).addKey({ body: { name: "n8n", scopes: ["jobapps:read"] } }), TypeError);
  assert.equal(server.requests.length, 1);
  assert.equal(server.requests[0]?.headers["idempotency-key"], undefined);
});

test("abort_ends_the_wait_before_a_retry", async () => {
  await using server = await startDouble(limited("30"));
  const signal = AbortSignal.timeout(100);
  const start = performance.now();
  await assert.rejects(client(server.url).getStatuses({ signal }), { name: "TimeoutError" });
  assert.ok(performance.now() - start < 5000);
});

test("response_that_is_no_problem_is_an_error_with_an_unknown_code", async () => {
  await using server = await startDouble({ status: 502, headers: { "Content-Type": "text/html" }, body: "<h1>Bad gateway</h1>" });
  await assert.rejects(client(server.url).getStatuses(), { name: "ApiError", status: 502, code: "unknown" });
});
