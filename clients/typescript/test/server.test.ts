// Against the running server.
import { ApiError, createClient, isChangeOf, pages } from "@jobhax/client";
import { newAccount, serverUrl } from "@jobhax/testing";
import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

const titles = ["Baker", "Pricing Analyst", "Gardener", "Tram Driver", "Librarian"];

async function accountWithApplications() {
  const account = await newAccount();
  for (const job_title of titles) await account.jobhax.addJobapp({ body: { job_title, company: "Hearth" } });
  return account;
}

test("packages_of_the_clients_are_downloaded_from_the_server", async () => {
  const packages = { "jobhax-client.tgz": "package/dist/index.js", "jobhax-client.crate": "src/lib.rs" };
  for (const [name, entry] of Object.entries(packages)) {
    const response = await fetch(`${serverUrl()}/downloads/${name}`);
    assert.equal(response.status, 200, name);
    assert.ok(gunzipSync(await response.arrayBuffer()).includes(entry), entry);
  }
});

test("application_that_is_added_is_read_and_changed", async () => {
  const { jobhax } = await newAccount();
  const { data: added } = await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth", tags: ["remote"] } });
  const { data: stages } = await jobhax.getStatuses();
  const interview = stages.find(({ kind }) => kind === "interview");
  assert.ok(interview);
  await jobhax.updateJobapp({ body: { jobapp_id: added.id, status_id: interview.id, version: added.version } });
  const { data: detail } = await jobhax.getJobappDetail({ query: { jobapp_id: added.id } });
  assert.equal(detail.jobapp.application_status.id, interview.id);
  assert.deepEqual(detail.jobapp.tags, ["remote"]);
  await jobhax.deleteJobapp({ body: { jobapp_id: added.id } });
  await assert.rejects(jobhax.getJobappDetail({ query: { jobapp_id: added.id } }), { code: "not_found", status: 404 });
});

test("application_with_the_same_key_is_added_once", async () => {
  const { jobhax } = await newAccount();
  const request = { body: { job_title: "Baker", company: "Hearth" }, headers: { "Idempotency-Key": "once" } };
  const { data: first } = await jobhax.addJobapp(request);
  const { data: second } = await jobhax.addJobapp(request);
  assert.equal(first.id, second.id);
});

test("iterator_reads_all_pages", async () => {
  const { jobhax } = await accountWithApplications();
  const found: (string | null)[] = [];
  for await (const { job_title } of jobhax.jobApplications({ limit: 2 })) found.push(job_title);
  assert.deepEqual(found.sort(), [...titles].sort());
});

test("pages_of_another_list_are_read", async () => {
  const { jobhax } = await newAccount(["mail:read"]);
  for await (const item of pages((cursor) => jobhax.getReview({ query: { cursor } }))) assert.fail(`nothing to review: ${item}`);
});

test("iterator_passes_filters_on", async () => {
  const { jobhax } = await accountWithApplications();
  const found: (string | null)[] = [];
  for await (const { job_title } of jobhax.jobApplications({ q: "driver" })) found.push(job_title);
  assert.deepEqual(found, ["Tram Driver"]);
});

test("invalid_input_is_an_error_with_its_fields", async () => {
  const { jobhax } = await newAccount();
  await assert.rejects(jobhax.addJobapp({ body: { job_title: "", company: "Hearth" } }), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 422);
    assert.equal(error.code, "invalid");
    assert.deepEqual(error.errors.map(({ field }) => field), ["job_title"]);
    assert.ok(error.requestId);
    return true;
  });
});

test("missing_scope_is_an_error_that_names_it", async () => {
  const { jobhax } = await newAccount(["jobapps:read"]);
  await assert.rejects(jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth" } }), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, "scope_missing");
    assert.equal(error.problem?.scope, "jobapps:write");
    return true;
  });
});

test("request_without_a_key_is_unauthorized", async () => {
  await assert.rejects(createClient({ baseUrl: serverUrl() }).getStatuses(), { code: "unauthorized", status: 401 });
});

test("key_can_come_from_a_function", async () => {
  const { apiKey } = await newAccount();
  const jobhax = createClient({ baseUrl: serverUrl(), apiKey: async () => apiKey });
  assert.equal((await jobhax.getStatuses()).data.length, 5);
});

test("file_is_uploaded_and_downloaded", async () => {
  const { jobhax } = await newAccount();
  const { data: application } = await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth" } });
  const file = new File(["Bread and more bread."], "cover letter.txt");
  const { data: added } = await jobhax.addFile({ body: { jobapp_id: application.id, kind: "cover_letter", file } });
  const content = (await jobhax.getFile({ query: { file_id: added.id }, parseAs: "text" })) as unknown;
  assert.equal(content, "Bread and more bread.");
});

test("csv_file_is_imported_without_optional_fields", async () => {
  const { jobhax } = await newAccount();
  const file = new File(["Company,Title\nHearth,Baker\n"], "applications.csv");
  const { data: started } = await jobhax.importCsv({ body: { file } });
  assert.ok(started.id);
});

test("csv_export_is_text", async () => {
  const { jobhax } = await accountWithApplications();
  assert.match(await jobhax.exportCsv(), /Pricing Analyst/);
});

test("feed_delivers_every_change_and_resumes_after_its_cursor", async () => {
  const { jobhax } = await accountWithApplications();
  const feed = jobhax.changes({ start: "oldest", types: "jobapp.*", limit: 2 });
  const seen: (string | null)[] = [];
  for await (const change of feed) if (isChangeOf(change, "jobapp")) seen.push(change.data?.job_title ?? null);
  assert.deepEqual(seen, titles);

  await jobhax.addJobapp({ body: { job_title: "Potter", company: "Kiln" } });
  const later: (string | null)[] = [];
  const resumed = jobhax.changes({ cursor: feed.cursor, types: "jobapp.*" });
  for await (const change of resumed) if (isChangeOf(change, "jobapp")) later.push(change.data?.job_title ?? null);
  assert.deepEqual(later, ["Potter"]);
});

test("interrupted_feed_repeats_its_page", async () => {
  const { jobhax } = await accountWithApplications();
  const feed = jobhax.changes({ start: "oldest", types: "jobapp.*", limit: 2 });
  const seen: string[] = [];
  for await (const { id } of feed) {
    seen.push(id);
    if (seen.length === 3) break;
  }
  const again: string[] = [];
  for await (const { id } of jobhax.changes({ cursor: feed.cursor, types: "jobapp.*" })) again.push(id);
  assert.equal(again[0], seen[2]);
  assert.equal(new Set([...seen, ...again]).size, titles.length);
});

test("followed_feed_waits_for_a_change_and_ends_with_the_signal", async () => {
  const { jobhax } = await newAccount();
  const abort = new AbortController();
  const feed = jobhax.changes({ start: "oldest", types: "jobapp.*", follow: true, signal: abort.signal });
  const adding = new Promise((resolve) => setTimeout(resolve, 300)).then(() =>
    jobhax.addJobapp({ body: { job_title: "Potter", company: "Kiln" } }),
  );
  const types: string[] = [];
  await assert.rejects(
    async () => {
      for await (const { type } of feed) {
        types.push(type);
        setTimeout(() => abort.abort(), 50);
      }
    },
    { name: "AbortError" },
  );
  await adding;
  assert.deepEqual(types, ["jobapp.created"]);
});
