import { ApiError, type JobHax } from "@jobhax/client";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";

const FIELDS = { job_title: "Job title", company: "Company", location: "Location", url: "Link" };
type Field = keyof typeof FIELDS;
const names = Object.keys(FIELDS) as Field[];
const REQUIRED: Field[] = ["job_title", "company"];
const MAX_BODY_BYTES = 100_000;

interface View {
  /** Sent with the form, so that sending it twice adds one application. */
  key: string;
  values?: URLSearchParams;
  errors?: Map<string, string>;
  message?: string;
}

const escape = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function field(name: Field, { values, errors }: View): string {
  const error = errors?.get(name);
  const described = error ? ` aria-invalid="true" aria-describedby="${name}-error"` : "";
  const required = REQUIRED.includes(name) ? " required" : "";
  return `<p><label for="${name}">${FIELDS[name]}</label><br>
<input id="${name}" name="${name}" value="${escape(values?.get(name) ?? "")}"${required}${described}>
${error ? `<br><span id="${name}-error">${escape(error)}</span>` : ""}</p>`;
}

const page = (view: View) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Add an application</title>
<h1>Add an application</h1>
<p role="status">${escape(view.message ?? "")}</p>
<form method="post">
<input type="hidden" name="key" value="${escape(view.key)}">
${names.map((name) => field(name, view)).join("\n")}
<button>Add</button>
</form>
</html>`;

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8") as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_BODY_BYTES) throw new Error("the form is too large");
  }
  return new URLSearchParams(text);
}

/** Adds the application, and returns what to show next. */
async function add(jobhax: JobHax, values: URLSearchParams): Promise<View> {
  const key = values.get("key") || randomUUID();
  const value = (name: Field) => values.get(name) || null;
  const body = { job_title: values.get("job_title") ?? "", company: values.get("company") ?? "", location: value("location"), url: value("url") };
  try {
    const { data } = await jobhax.addJobapp({ body, headers: { "Idempotency-Key": key } });
    return { key: randomUUID(), message: `Added ${data.job_title} at ${data.company}.` };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // A corrected form is another request.
    const errors = new Map(error.errors.map(({ field, detail }) => [field, detail]));
    return { key: randomUUID(), values, errors, message: error.message };
  }
}

// Pages of other sites must not send this form: it acts with the API key.
const isFromHere = ({ headers }: IncomingMessage) => !headers.origin || new URL(headers.origin).host === headers.host;

/** A page with a form that adds applications. */
export function formServer(jobhax: JobHax): Server {
  return createServer(async (request, response) => {
    const show = (status: number, view: View) =>
      response.writeHead(status, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" }).end(page(view));
    try {
      if (request.method === "GET") show(200, { key: randomUUID() });
      else if (request.method !== "POST") response.writeHead(405, { Allow: "GET, POST" }).end();
      else if (!isFromHere(request)) response.writeHead(403).end();
      else {
        const view = await add(jobhax, await readForm(request));
        show(view.errors ? 422 : 201, view);
      }
    } catch (error) {
      console.error(error);
      show(502, { key: randomUUID(), message: "JobHax can't be reached. Try again later." });
    }
  });
}
