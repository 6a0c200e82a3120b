// emails.mjs jobhax folder messages: ten users import the given number of messages each. Meanwhile other users register, and one user
// repeatedly imports a small mailbox. Prints the time from a registration to the file of its confirmation email in the outbox,
// and the duration of a small import. Requires a running Postgres in the folder, with an empty database.
import { mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { api, serve } from "../serve.mjs";
import { PASSWORD, database, percentile } from "./common.mjs";

const [jobhax, folder, messages] = [resolve(process.argv[2]), process.argv[3], Number(process.argv[4])];
const IMPORTERS = 10;
const SMALL_IMPORT = 20; // messages

// Of ten messages, one confirms an application, one rejects it, and eight are unrelated.
function message(n) {
  const company = `Moss ${Math.floor(n / 10)}`;
  const [from, subject, text] = [
    [`${company} <no-reply@us.greenhouse-mail.io>`, `Thank you for applying to ${company}`,
      `Thank you for applying for the Baker position at ${company}.\nWe have received your application and will read it with care.`],
    [`${company} <no-reply@us.greenhouse-mail.io>`, `Your application to ${company}`,
      `Thank you for applying for the Baker position at ${company}.\nUnfortunately, we will not be moving forward with your application.`],
  ][n % 10] ?? ["Fern <fern@mail.example>", `Lunch ${n}`, "Shall we have lunch on Friday? The place by the river is open again."];
  const day = String((n % 10) * 3 + 1).padStart(2, "0");
  const time = new Date(n * 1000).toISOString().slice(11, 19);
  return `From someone@inbox.example Tue Jan 13 08:30:04 2026\nFrom: ${from}\nSubject: ${subject}\nMessage-ID: <${n}@mail.example>\n` +
    `Date: ${day} Jan 2026 ${time} +0000\n\n${text}\n\n`;
}

const mailbox = (first, count) => new Blob([Array.from({ length: count }, (_, n) => message(first + n)).join("")]);

const data = join(folder, "server");
mkdirSync(data);
const { url, stop } = await serve(jobhax, data, {
  DATABASE_URL: database(folder, "jobhax_login"),
  JOBHAX_MIGRATE_DATABASE_URL: database(folder, "postgres"),
});

const register = async (name) =>
  (await api(url, "/users/register", null, { email: `${name}@bench.example`, password: PASSWORD })).access_token;

const seen = new Set();
const newEmail = () =>
  readdirSync(join(data, "data/outbox")).find((name) => !seen.has(name) && name.includes("verify_email") && seen.add(name));

async function waitFor(condition) {
  for (;;) {
    const value = await condition();
    if (value) return value;
    await sleep(10);
  }
}

async function upload(token, file) {
  const body = new FormData();
  body.append("file", file, "all.mbox");
  const response = await fetch(`${url}/api/mail/import_mails`, { method: "POST", headers: { Authorization: `Bearer ${token}` }, body });
  if (!response.ok) throw new Error(`import_mails: ${response.status} ${await response.text()}`);
  return (await response.json()).data.id;
}

async function isDone(token, id) {
  const { state } = await api(url, `/mail/get_import?import_id=${id}`, token);
  if (state === "failed") throw new Error("an import failed");
  return state === "done";
}

// Repeats the action at an interval until all large imports are done, and returns the durations in seconds.
async function measure(interval, isOver, action) {
  const times = [];
  for (let n = 0; !isOver(); n += 1) {
    const start = performance.now();
    await action(n);
    times.push((performance.now() - start) / 1000);
    await sleep(Math.max(0, interval - (performance.now() - start)));
  }
  return times.sort((a, b) => a - b);
}

function report(name, times) {
  console.log(`| ${name} | ${times.length} | ${percentile(times, 0.5).toFixed(2)} | ${percentile(times, 0.95).toFixed(2)} | ${times.at(-1).toFixed(2)} |`);
}

try {
  const tokens = [];
  for (let n = 0; n < IMPORTERS; n += 1) tokens.push(await register(`importer${n}`));
  const small = await register("small");
  await waitFor(() => (newEmail(), seen.size === IMPORTERS + 1));
  const file = mailbox(0, messages);
  const start = performance.now();
  const imports = [];
  for (const token of tokens) imports.push(await upload(token, file));
  let open = IMPORTERS;
  const isOver = () => open === 0;
  const finished = tokens.map(async (token, n) => {
    while (!(await isDone(token, imports[n]))) await sleep(500);
    open -= 1;
  });
  const [emails, smallImports] = await Promise.all([
    measure(500, isOver, async (n) => {
      await register(`late${n}`);
      await waitFor(newEmail);
    }),
    measure(2000, isOver, async (n) => {
      const id = await upload(small, mailbox(n * SMALL_IMPORT, SMALL_IMPORT));
      await waitFor(() => isDone(small, id));
    }),
    ...finished,
  ]);
  const seconds = (performance.now() - start) / 1000;
  console.log(`\n${IMPORTERS} users imported ${IMPORTERS * messages} messages in ${seconds.toFixed(0)} s. Meanwhile, in seconds:\n`);
  console.log("| what | times | p50 | p95 | maximum |\n| --- | ---: | ---: | ---: | ---: |");
  report("confirmation email", emails);
  report(`import of ${SMALL_IMPORT} messages`, smallImports);
} catch (error) {
  console.error(`Benchmark failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await stop();
}
