import { ApiError, isChangeOf, pages, type Change, type JobApplication, type JobHax, type Note } from "@jobhax/client";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the export keeps between two nights. */
interface State {
  cursor: string;
  applications: JobApplication[];
  notes: Note[];
}

export interface ExportResult {
  applications: number;
  notes: number;
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

/** What is exported, and the stages, whose names are in the applications. A cursor is valid only with the same types. */
const TYPES = "jobapp.*,note.*,stage.*";

const byId = <T extends { id: string }>(objects: T[]) => new Map(objects.map((object) => [object.id, object]));

function apply(change: Change, applications: Map<string, JobApplication>, notes: Map<string, Note>): void {
  if (isChangeOf(change, "jobapp")) {
    if (change.data) {
      applications.set(change.data.id, change.data);
    } else {
      applications.delete(change.object_id);
      for (const note of notes.values()) if (note.jobapp_id === change.object_id) notes.delete(note.id);
    }
  } else if (isChangeOf(change, "note")) {
    if (change.data) notes.set(change.data.id, change.data);
    else notes.delete(change.object_id);
  } else if (isChangeOf(change, "stage") && change.data) {
    // A stage that is renamed changes no application.
    for (const application of applications.values()) {
      if (application.application_status.id === change.data.id) application.application_status = change.data;
    }
  }
}

/** The state of the last export, with what has changed since. */
async function readChanges(jobhax: JobHax, state: State): Promise<[State, number]> {
  const [applications, notes] = [byId(state.applications), byId(state.notes)];
  const feed = jobhax.changes({ cursor: state.cursor, types: TYPES, limit: 500 });
  let count = 0;
  for await (const change of feed) {
    apply(change, applications, notes);
    count += 1;
  }
  return [{ cursor: feed.cursor ?? state.cursor, applications: [...applications.values()], notes: [...notes.values()] }, count];
}

/** All applications and notes, and where the feed was before they were read. */
async function readAll(jobhax: JobHax): Promise<State> {
  const { pagination } = await jobhax.getChanges({ query: { start: "now", types: TYPES } });
  const applications: JobApplication[] = [];
  for await (const application of jobhax.jobApplications({ limit: 500 })) applications.push(application);
  const notes = new Map<string, Note>();
  // A note that changes meanwhile is read twice; the later page has the later text.
  for await (const note of pages((cursor) => jobhax.getNotes({ query: { cursor, limit: 500 } }))) notes.set(note.id, note);
  return { cursor: pagination.next_cursor, applications, notes: [...notes.values()] };
}

// Under another name first, so that nobody reads half of a file.
async function write(path: string, content: string): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

/** Writes `applications.json`, `applications.csv` and `notes.json`. After the first time only the changes since the last one are read. */
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
  const notes = state.notes.sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id));
  await write(join(folder, "notes.json"), `${JSON.stringify(notes, null, 2)}\n`);
  await write(stateFile, JSON.stringify(state));
  return { applications: sorted.length, notes: notes.length, changes };
}
