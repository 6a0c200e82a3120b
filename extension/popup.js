// The popup: shows what the page says about the job, lets the person correct it, and saves it.

import { readPosting } from "./posting.js";
import { Api, originPattern } from "./server.js";

const element = (id) => document.getElementById(id);
const form = element("form");
const TEXT_FIELDS = ["company", "job_title", "location", "url"];
const SALARY_FIELDS = ["min", "max", "currency", "period"];
let attempt = { body: "", key: "" };

// The same key for the same application, so that a second press of the button adds nothing.
function idempotencyKey(application) {
  const body = JSON.stringify(application);
  if (body !== attempt.body) attempt = { body, key: crypto.randomUUID() };
  return attempt.key;
}

function show(id, text, link) {
  element(id).replaceChildren(text);
  if (!link) return;
  const { href, label } = link;
  const anchor = Object.assign(document.createElement("a"), { href, target: "_blank", rel: "noopener", textContent: label });
  element(id).append(" ", anchor);
}

// The tab that is open, or that of the parameter `tab` where the popup is a tab of its own.
async function currentTab() {
  const id = Number(new URLSearchParams(location.search).get("tab"));
  if (id > 0) return await chrome.tabs.get(id);
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab;
}

async function readTab() {
  const tab = await currentTab();
  try {
    const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: readPosting });
    if (result) return result;
  } catch {
    // Pages of the browser itself and of its store cannot be read.
  }
  throw new Error("This page cannot be read. Open the job posting in a tab, then try again.");
}

function fill(posting) {
  for (const name of TEXT_FIELDS) form.elements[name].value = posting[name];
  for (const name of SALARY_FIELDS) {
    if (posting.salary) form.elements[name].value = posting.salary[name] ?? "";
  }
  const length = posting.text.length.toLocaleString();
  element("text-label").textContent = `Keep the text of the posting (${length} characters)`;
  element("with-text").checked = posting.text !== "";
  element("with-text").disabled = posting.text === "";
  form.hidden = false;
  form.elements[form.elements.company.value ? "job_title" : "company"].focus();
}

// What the form says, as the API takes it: an empty field is absent.
function application(posting) {
  const value = (name) => form.elements[name].value.trim();
  const entered = Object.fromEntries(TEXT_FIELDS.filter((name) => value(name)).map((name) => [name, value(name)]));
  const amount = (name) => (value(name) === "" ? null : Number(value(name)));
  const salary = { min: amount("min"), max: amount("max"), currency: value("currency").toUpperCase(), period: value("period") };
  return {
    job_title: "",
    company: "",
    ...entered,
    source: posting.source,
    ...((salary.min !== null || salary.max !== null) && { salary }),
    text: element("with-text").checked ? posting.text : "",
  };
}

function showError(error) {
  for (const input of form.querySelectorAll("input")) input.removeAttribute("aria-invalid");
  const fields = error.fields ?? [];
  for (const { field } of fields) form.elements[field.replace("salary.", "")]?.setAttribute?.("aria-invalid", "true");
  const labels = { job_title: "Job title", company: "Company", location: "Location", url: "Link" };
  const details = fields.map(({ field, detail }) => `${labels[field] ?? "Salary"}: ${detail}`);
  show("alert", details.join(" ") || error.message);
  form.querySelector('[aria-invalid="true"]')?.focus();
}

async function save(api, posting) {
  element("save").disabled = true;
  show("alert", "");
  try {
    const entered = application(posting);
    const saved = await api.save(entered, idempotencyKey(entered));
    form.hidden = true;
    show("status", `${saved.company} is in ${saved.application_status.value}.`, { href: api.link(saved), label: "Open the application" });
  } catch (error) {
    showError(error);
  } finally {
    element("save").disabled = false;
  }
}

async function start() {
  const settings = await chrome.storage.local.get(["server", "slug", "key"]);
  const isReady =
    settings.server && settings.key && (await chrome.permissions.contains({ origins: [originPattern(settings.server)] }));
  element("set-up").hidden = isReady;
  if (!isReady) return;
  const api = new Api(settings);
  const posting = await readTab();
  fill(posting);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(api, posting);
  });
  const tracked = await api.findTracked(posting);
  if (tracked) {
    const label = `${tracked.company ?? "Company unknown"}, ${tracked.job_title ?? "title unknown"}`;
    show("status", "You already track this link:", { href: api.link(tracked), label });
  }
}

for (const id of ["settings", "open-settings"]) {
  element(id).addEventListener("click", () => chrome.runtime.openOptionsPage());
}
start().catch(showError);
