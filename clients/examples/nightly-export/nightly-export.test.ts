import { createClient, type JobApplication, type Note } from "@jobhax/client";
import { newAccount, serverUrl, startDouble, startProgram } from "@jobhax/testing";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { exportApplications } from "./export.js";

async function newFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "jobhax-export-"));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

const readJson = async (folder: string) => JSON.parse(await readFile(join(folder, "applications.json"), "utf8")) as JobApplication[];
const readCsv = async (folder: string) => (await readFile(join(folder, "applications.csv"), "utf8")).trimEnd().split("\r\n");

test("first_export_has_all_applications", async (context) => {
  const folder = await newFolder(context);
  const { jobhax } = await newAccount();
  await jobhax.addJobapp({
    body: { job_title: 'Baker, "night shift"', company: "=Hearth", application_date: "2026-03-01", tags: ["remote", "bread"] },
  });
  await jobhax.addJobapp({ body: { job_title: "Potter", company: "Kiln", application_date: "2026-03-02" } });

  assert.deepEqual(await exportApplications(jobhax, folder), { applications: 2, notes: 0, changes: undefined });
  assert.deepEqual((await readJson(folder)).map(({ job_title }) => job_title), ["Potter", 'Baker, "night shift"']);
  const [header, potter, baker] = await readCsv(folder);
  assert.equal(header, "id,job_title,company,location,stage,outcome,apply_date,source,tags,url");
  assert.match(potter ?? "", /^[0-9a-f-]{36},Potter,Kiln,,Applied,,2026-03-02,Manual,,$/);
  assert.match(baker ?? "", /^[0-9a-f-]{36},"Baker, ""night shift""",'=Hearth,,Applied,,2026-03-01,Manual,/);
});

test("later_export_reads_only_what_has_changed", async (context) => {
  const folder = await newFolder(context);
  const { jobhax } = await newAccount();
  const ids: string[] = [];
  for (const job_title of ["Baker", "Potter", "Librarian"]) {
    ids.push((await jobhax.addJobapp({ body: { job_title, company: "Hearth" } })).data.id);
  }
  await exportApplications(jobhax, folder);
  assert.deepEqual(await exportApplications(jobhax, folder), { applications: 3, notes: 0, changes: 0 });

  const [baker = "", potter = ""] = ids;
  await jobhax.updateJobapp({ body: { jobapp_id: baker, outcome: "rejected" } });
  await jobhax.deleteJobapp({ body: { jobapp_id: potter } });
  await jobhax.addJobapp({ body: { job_title: "Gardener", company: "Hearth" } });
  assert.deepEqual(await exportApplications(jobhax, folder), { applications: 3, notes: 0, changes: 3 });

  const outcomes = Object.fromEntries((await readJson(folder)).map(({ job_title, outcome }) => [job_title, outcome]));
  assert.deepEqual(outcomes, { Baker: "rejected", Librarian: null, Gardener: null });

  await jobhax.restoreJobapp({ body: { jobapp_id: potter } });
  await exportApplications(jobhax, folder);
  assert.equal((await readJson(folder)).length, 4);
});

test("notes_and_names_of_stages_are_kept_up_to_date", async (context) => {
  const folder = await newFolder(context);
  const { jobhax } = await newAccount();
  const ids: string[] = [];
  for (const job_title of ["Baker", "Potter"]) {
    const { data } = await jobhax.addJobapp({ body: { job_title, company: "Hearth" } });
    await jobhax.addJobappNote({ body: { jobapp_id: data.id, description: `Called about ${job_title}` } });
    ids.push(data.id);
  }
  assert.equal((await exportApplications(jobhax, folder)).notes, 2);

  const [baker = "", potter = ""] = ids;
  await jobhax.addJobappNote({ body: { jobapp_id: baker, description: "Called again" } });
  await jobhax.deleteJobapp({ body: { jobapp_id: potter } });
  const { data: stages } = await jobhax.getStatuses();
  const applied = stages.find(({ kind }) => kind === "applied");
  assert.ok(applied);
  await jobhax.updateStatus({ body: { status_id: applied.id, name: "Sent" } });
  await exportApplications(jobhax, folder);
  const notes = JSON.parse(await readFile(join(folder, "notes.json"), "utf8")) as Note[];
  assert.deepEqual(notes.map(({ description }) => description), ["Called about Baker", "Called again"]);
  assert.deepEqual((await readJson(folder)).map(({ application_status }) => application_status.value), ["Sent"]);
});

test("export_equals_the_list", async (context) => {
  const folder = await newFolder(context);
  const { jobhax } = await newAccount();
  await exportApplications(jobhax, folder);
  for (let n = 0; n < 12; n += 1) await jobhax.addJobapp({ body: { job_title: `Baker ${n}`, company: "Hearth" } });
  await exportApplications(jobhax, folder);
  const listed = new Map<string, JobApplication>();
  for await (const application of jobhax.jobApplications()) listed.set(application.id, application);
  const exported = new Map((await readJson(folder)).map((application) => [application.id, application]));
  assert.deepEqual(exported, listed);
});

test("expired_cursor_reads_all_applications_again", async (context) => {
  const folder = await newFolder(context);
  const EXPIRED = { code: "cursor_expired", detail: "Read the lists again.", status: 410 };
  await using server = await startDouble(
    { status: 410, body: EXPIRED },
    { status: 200, body: { data: [], pagination: { next_cursor: "later", limit: 100 } } },
    { status: 200, body: { data: [], pagination: { next_cursor: null, limit: 100 } } },
  );
  // As if it had been written long ago.
  await writeFile(join(folder, "state.json"), JSON.stringify({ cursor: "old", applications: [], notes: [] }));
  const jobhax = createClient({ baseUrl: server.url, apiKey: "jhx_test" });
  jobhax.jobApplications = async function* () {};
  assert.deepEqual(await exportApplications(jobhax, folder), { applications: 0, notes: 0, changes: undefined });
  assert.equal(JSON.parse(await readFile(join(folder, "state.json"), "utf8")).cursor, "later");
});

test("program_exports_to_its_folder", async (context) => {
  const folder = await newFolder(context);
  const { apiKey, jobhax } = await newAccount(["jobapps:read", "jobapps:write"]);
  await jobhax.addJobapp({ body: { job_title: "Baker", company: "Hearth" } });
  const script = join(import.meta.dirname, "main.js");
  const environment = { JOBHAX_URL: serverUrl(), JOBHAX_API_KEY: apiKey, EXPORT_FOLDER: folder };
  const first = startProgram(script, environment);
  assert.equal(await first.ended, 0, first.output.text);
  assert.equal(first.output.text, `1 applications and 0 notes in ${folder}, all read\n`);
  const second = startProgram(script, environment);
  assert.equal(await second.ended, 0, second.output.text);
  assert.equal(second.output.text, `1 applications and 0 notes in ${folder}, 0 changes read\n`);
  assert.equal(await startProgram(script, { JOBHAX_API_KEY: "" }).ended, 2);
});
