import { createClient, type JobHax } from "@jobhax/client";
import { fetchWhenUp, freePort, newAccount, serverUrl, startDouble, startProgram } from "@jobhax/testing";
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { formServer } from "./form.js";

async function serveForm(context: TestContext, jobhax: JobHax): Promise<string> {
  const server = formServer(jobhax).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  context.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const keyIn = (html: string) => html.match(/name="key" value="([^"]+)"/)?.[1] ?? "";

function submit(url: string, values: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(url, { method: "POST", body: new URLSearchParams(values), headers });
}

async function titles(jobhax: JobHax): Promise<(string | null)[]> {
  const found: (string | null)[] = [];
  for await (const { job_title } of jobhax.jobApplications()) found.push(job_title);
  return found;
}

test("form_adds_an_application", async (context) => {
  const { jobhax } = await newAccount();
  const url = await serveForm(context, jobhax);
  const key = keyIn(await (await fetch(url)).text());
  const response = await submit(url, { key, job_title: "Baker", company: "Salt & Crust", location: "Leeds", url: "" });
  assert.equal(response.status, 201);
  assert.match(await response.text(), /Added Baker at Salt &#38; Crust\./);
  const { data } = await jobhax.getJobapps();
  assert.deepEqual(data.map(({ job_title, company, location, url }) => [job_title, company, location, url]), [
    ["Baker", "Salt & Crust", "Leeds", null],
  ]);
});

test("form_that_is_sent_twice_adds_one_application", async (context) => {
  const { jobhax } = await newAccount();
  const url = await serveForm(context, jobhax);
  const form = { key: keyIn(await (await fetch(url)).text()), job_title: "Baker", company: "Hearth" };
  await Promise.all([submit(url, form), submit(url, form)]);
  assert.deepEqual(await titles(jobhax), ["Baker"]);
});

test("invalid_field_is_explained_and_keeps_its_value", async (context) => {
  const { jobhax } = await newAccount();
  const url = await serveForm(context, jobhax);
  const response = await submit(url, { key: "k", job_title: "Baker", company: "Hearth", url: 'not "a" link' });
  assert.equal(response.status, 422);
  const html = await response.text();
  assert.match(html, /id="url" name="url" value="not &#34;a&#34; link" aria-invalid="true" aria-describedby="url-error"/);
  assert.match(html, /<span id="url-error">[^<]+<\/span>/);
  assert.match(html, /value="Baker"/);
  assert.deepEqual(await titles(jobhax), []);
});

test("form_of_another_site_is_refused", async (context) => {
  const { jobhax } = await newAccount();
  const url = await serveForm(context, jobhax);
  const response = await submit(url, { key: "k", job_title: "Baker", company: "Hearth" }, { Origin: "https://evil.example" });
  assert.equal(response.status, 403);
  assert.deepEqual(await titles(jobhax), []);
});

test("form_says_so_when_jobhax_cannot_be_reached", async (context) => {
  context.mock.method(console, "error", () => {});
  await using server = await startDouble("drop");
  const url = await serveForm(context, createClient({ baseUrl: server.url, apiKey: "jhx_test", retry: false }));
  const response = await submit(url, { key: "k", job_title: "Baker", company: "Hearth" });
  assert.equal(response.status, 502);
  assert.match(await response.text(), /JobHax can&#39;t be reached/);
});

test("program_serves_the_form", async (context) => {
  const { apiKey, jobhax } = await newAccount();
  const port = await freePort();
  const environment = { JOBHAX_URL: serverUrl(), JOBHAX_API_KEY: apiKey, PORT: String(port) };
  const { stop } = startProgram(join(import.meta.dirname, "main.js"), environment);
  context.after(stop);
  const url = `http://127.0.0.1:${port}/`;
  const key = keyIn(await (await fetchWhenUp(url)).text());
  assert.equal((await submit(url, { key, job_title: "Baker", company: "Hearth" })).status, 201);
  assert.deepEqual(await titles(jobhax), ["Baker"]);
});
