import { ApiError, isChangeOf, type JobApplication, type JobHax } from "@jobhax/client";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the export keeps between two nights. */
interface State {
  cursor: string;
  applications: JobApplication[];
}

export interface ExportResult {
  applications: number;
  /** How many changes were read; absent if all applications were. */
  changes?: number;
}

const COLUMNS = {
  id: (application: JobApplication) => application.id,
  job_title: (application: JobApplication) => application.job_title,
  company: (application: JobApplication) => application.company,
  location: (application: JobApplication) => application.location,
  stage: (application: JobApplication) => application.application_status.value,
  outcome: (application: JobApplication) => application.outcome,
  apply_date: (application: JobApplication) => application.apply_date,
  source: (application: JobApplication) => application.source,
  tags: (application: JobApplication) => application.tags.join(" "),
  url: (application: JobApplication) => application.url,
};

// A cell that starts with one of these would be a formula in a spreadsheet.
const isFormula = (text: string) => /^[=+\-@\t\r]/.test(text);

function cell(value: string | null): string {
  const text = value ?? "";
  const safe = isFormula(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function toCsv(applications: JobApplication[]): string {
  const rows = applications.map((application) => Object.values(COLUMNS).map((value) => cell(value(application))));
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** The state of the last export, with what has changed since. */
async function readChanges(jobhax: JobHax, { cursor, applications }: State): Promise<[State, number]> {
  const byId = new Map(applications.map((application) => [application.id, application]));
  const feed = jobhax.changes({ cursor, types: "jobapp.*", limit: 500 });
  let count = 0;
  for await (const change of feed) {
    if (!isChangeOf(change, "jobapp")) continue;
    count += 1;
    if (change.data) byId.set(change.data.id, change.data);
    else byId.delete(change.object_id);
  }
  return [{ cursor: feed.cursor ?? cursor, applications: [...byId.values()] }, count];
}

/** All applications, and where the feed was before they were read. */
async function readAll(jobhax: JobHax): Promise<State> {
  const { pagination } = await jobhax.getChanges({ query: { start: "now", types: "jobapp.*" } });
  const applications: JobApplication[] = [];
  for await (const application of jobhax.jobApplications({ limit: 500 })) applications.push(application);
  return { cursor: pagination.next_cursor ?? "", applications };
}

// Under another name first, so that nobody reads half of a file.
async function write(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

/** Writes `applications.json` and `applications.csv`. After the first time only the changes since the last one are read. */
export async function exportApplications(jobhax: JobHax, folder: string): Promise<ExportResult> {
  await mkdir(folder, { recursive: true });
  const stateFile = join(folder, "state.json");
  const last = await readFile(stateFile, "utf8").then((text) => JSON.parse(text) as State, () => undefined);

  let state: State;
  let changes: number | undefined;
  try {
    [state, changes] = last ? await readChanges(jobhax, last) : [await readAll(jobhax), undefined];
  } catch (error) {
    // Changes are kept for 30 days.
    if (!(error instanceof ApiError) || error.code !== "cursor_expired") throw error;
    state = await readAll(jobhax);
  }

  const sorted = state.applications.sort((a, b) => b.apply_date.localeCompare(a.apply_date) || a.id.localeCompare(b.id));
  await write(join(folder, "applications.json"), `${JSON.stringify(sorted, null, 2)}\n`);
  await write(join(folder, "applications.csv"), toCsv(sorted));
  await write(stateFile, JSON.stringify(state));
  return { applications: sorted.length, changes };
}
