// run.mjs jobhax postgres-programs folder seconds: fills the database once, then measures endpoint by endpoint: the server,
// pgbench twice, the server again, and prints a table. The Postgres of the folder runs already.
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { api, serve } from "../serve.mjs";

const [jobhax, programs, folder, seconds] = [resolve(process.argv[2]), ...process.argv.slice(3, 5), Number(process.argv[5])];
const here = new URL(".", import.meta.url).pathname;
const CONNECTIONS = 32;
const POOL = 16; // what the server keeps to Postgres (`server/src/cli/serve.rs`), and so what pgbench gets
const UNTOUCHED = 8; // applications of each person that only pgbench moves
const PEOPLE = 100;
const PASSWORD = "quiet otters read maps at dusk";
const LIST = "/jobapps/get_jobapps?limit=100";
const METRICS = [
  "get_total_application_count", "get_application_count_by_month", "get_application_count_by_month_with_total",
  "get_count_by_statuses", "get_word_count", "get_count_by_jobtitle_and_statuses",
];
// What is measured: name, how the load generator asks, path, whether one person's wait is compared too.
const ENDPOINTS = [
  ["get_jobapps?limit=100", "get", LIST, false],
  ["get_jobapp_detail", "detail", "/jobapps/get_jobapp_detail", false],
  ["update_jobapp", "update", "/jobapps/update_jobapp", false],
  ...METRICS.map((name) => [name, "get", `/metrics/${name}`, true]),
];

const login = (name) => `postgres://${name}@localhost/postgres?host=${encodeURIComponent(folder)}`;
const PSQL = [join(programs, "psql"), ["-h", folder, "-U", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1"]];
const psql = (...said) => execFileSync(PSQL[0], [...PSQL[1], ...said], { encoding: "utf8", maxBuffer: 1 << 28 });

async function people({ url }) {
  const found = [];
  const filled = psql("-c", "select to_regclass('bench_filled') is not null").trim() === "t";
  for (let n = 0; n < PEOPLE; n += 1) {
    const who = { email: `person${n}@bench.example`, password: PASSWORD };
    const { access_token: token } = await api(url, filled ? "/users/login" : "/users/register", null, who);
    found.push({ token });
  }
  if (!filled) {
    console.log("    filling: a million applications and their ledger");
    // Not blocking, or a connection that the server closes meanwhile would be used again.
    await promisify(execFile)(PSQL[0], [...PSQL[1], "-f", join(here, "fill.sql")]);
  }
  for (const person of found) {
    const stages = await api(url, "/jobapps/get_statuses", person.token);
    person.stages = [stages[2].id, stages[3].id];
    const page = await api(url, LIST, person.token);
    person.applications = page.map((application) => application.id);
  }
  return found;
}

// The statements of the same request by many people, as the database heard them: for each request a list of statements,
// each with the values of its parameters.
async function heard({ url }, everybody, [, how, path]) {
  const log = join(folder, "log/statements.json");
  const listen = async (what) => {
    psql("-c", `alter system set log_statement = '${what}'`, "-c", "select pg_reload_conf()");
    await sleep(400);
  };
  // Changing the same few rows would measure waiting for one another. What pgbench changes grows a long ledger, so it is not
  // what is read.
  const some = how === "update" ? [0, UNTOUCHED] : [-1];
  const asking = everybody.flatMap((person) => person.applications.slice(...some).map((application) => [person, application]));
  const ask = async ([person, application], again) => {
    if (how === "get") return api(url, path, person.token);
    if (how === "detail") return api(url, `${path}?jobapp_id=${application}`, person.token);
    return api(url, path, person.token, { jobapp_id: application, status_id: person.stages[again] });
  };
  for (const who of asking) await ask(who, 0);
  await listen("all");
  const before = readFileSync(log).length;
  for (const who of asking) await ask(who, 1);
  await listen("none");
  const requests = [];
  const open = new Map();
  for (const line of readFileSync(log).subarray(before).toString("utf8").split("\n").filter(Boolean)) {
    const { user, session_id: session, message, detail } = JSON.parse(line);
    const [, sql] = message?.match(/^(?:statement|execute [^:]*): ([^]*)$/) ?? [];
    if (user !== "jobhax_login" || !sql) continue;
    if (sql.includes("enter('")) {
      const values = [...sql.matchAll(/'[^']*'/g)].map(([value]) => value);
      open.set(session, [{ sql: sql.replace("begin;", "").replace(values[0], "$1").replace(values[1], "$2"), values }]);
      requests.push(open.get(session));
    } else if (open.has(session)) {
      const values = [];
      for (const [, n, value] of (detail ?? "").matchAll(/\$(\d+) = ('(?:[^']|'')*'|NULL)/g)) values[n - 1] = value;
      open.get(session).push({ sql, values });
      if (/^(commit|rollback)/i.test(sql)) open.delete(session);
    }
  }
  if (requests.length !== asking.length) throw new Error(`${requests.length} of ${asking.length} requests were heard`);
  return requests;
}

// The requests as one script, which takes the values of one of them each time. What the server sends as one message is one
// message here.
function script(requests) {
  const statements = requests[0].map(({ sql, values }, at) => {
    // A new row needs a new id with each run.
    const [, made] = sql.match(/insert into application_event[^]*?select tenant_id, owner_id, \$(\d+)/) ?? [];
    const written = (_, n) => {
      if (n === made) return "gen_random_uuid()";
      const all = requests.map((request) => quoted(request[at].values[n - 1]));
      if (all.every((value) => value === all[0])) return all[0];
      return `(array[${all}])[:n]::${kind(values[n - 1])}`;
    };
    return `${sql.replace(/\$(\d+)/g, written).replace(/\s+/g, " ").trim()};`;
  });
  const [enter, ...rest] = statements;
  const lines = [`\\set n random(1, ${requests.length})`, "\\startpipeline", "begin;", enter, "\\endpipeline", ...rest];
  const path = join(folder, "script.sql");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const kind = (value) =>
  /^'[0-9a-f]{8}-/.test(value) ? "uuid" : /^'\d{4}-\d\d-\d\d /.test(value) ? "timestamptz" : /^'\d{4}-/.test(value) ? "date" : "text";

// What follows a colon would be a variable of pgbench.
const quoted = (value = "NULL") =>
  value.includes(":") ? `E${value.replaceAll("\\", "\\\\").replaceAll(":", "\\x3a")}` : value;

function pgbench(requests, connections, time) {
  const place = join(folder, "latencies");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  const said = execFileSync(
    join(programs, "pgbench"),
    ["-h", folder, "-U", "jobhax_login", "-n", "-M", "prepared", "-c", connections, "-j", Math.min(2, connections), "-T", time,
      "-l", "-f", script(requests), "postgres"],
    { cwd: place, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  const [, failed] = said.match(/number of failed transactions: (\d+)/) ?? [];
  if (failed !== "0") throw new Error(`pgbench: ${said}`);
  const waits = readdirSync(place)
    .flatMap((name) => readFileSync(join(place, name), "utf8").split("\n").filter(Boolean))
    .map((line) => Number(line.split(" ")[2]) / 1000)
    .sort((a, b) => a - b);
  const share = (part) => waits[Math.min(waits.length - 1, Math.floor(waits.length * part))];
  return { rate: Number(said.match(/tps = ([\d.]+)/)[1]), p50: share(0.5), p99: share(0.99) };
}

const ticks = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return Number(fields[11]) + Number(fields[12]);
};
const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;

async function wrk({ url, pid }, [, how, path], connections, time, turn) {
  let most = 0;
  const [begun, since] = [ticks(pid), performance.now()];
  const watch = setInterval(() => (most = Math.max(most, resident(pid))), 100);
  // The script gives even applications to one thread and odd ones to the other, so there are never more than two.
  const threads = Math.min(2, connections);
  const load = spawn("wrk", ["-t", threads, "-c", connections, "-d", `${time}s`, "-s", join(here, "load.lua"), url, "--",
    how, `/api${path}`, join(folder, "people.txt"), turn]);
  let said = "";
  for (const stream of [load.stdout, load.stderr]) stream.on("data", (bytes) => (said += bytes));
  await new Promise((resolve) => load.once("exit", resolve));
  clearInterval(watch);
  const [, rate, p50, p99, errors] = said.match(/RESULT (\S+) (\S+) (\S+) (\d+)/) ?? [];
  if (errors !== "0") throw new Error(`wrk at ${path}: ${said}`);
  const cores = (ticks(pid) - begun) / 100 / ((performance.now() - since) / 1000);
  return { rate: Number(rate), p50: Number(p50), p99: Number(p99), cores, most };
}

// Twice each, the server first and last, so that neither gains by its place; each begins with nothing left to be written.
async function compare(server, endpoint, requests, [clients, pool], time) {
  const runs = { ours: [], limit: [] };
  const half = Math.ceil(time / 2);
  for (const [whose, turn] of [["ours", 0], ["limit"], ["limit"], ["ours", 1]]) {
    psql("-c", "checkpoint");
    runs[whose].push(whose === "ours" ? await wrk(server, endpoint, clients, half, turn) : pgbench(requests, pool, half));
  }
  const both = ([a, b]) => Object.fromEntries(Object.keys(a).map((key) => [key, (a[key] + b[key]) / 2]));
  return [both(runs.ours), both(runs.limit)];
}

const server = await serve(jobhax, folder, {
  DATABASE_URL: login("jobhax_login"),
  JOBHAX_MIGRATE_DATABASE_URL: login("postgres"),
  JOBHAX_WORKERS: "0",
});
try {
  if (!existsSync("/proc/self/stat")) throw new Error("CPU and memory are read from /proc, which only Linux has");
  const everybody = await people(server);
  writeFileSync(
    join(folder, "people.txt"),
    everybody.map((person) => `${[person.token, ...person.stages, ...person.applications.slice(UNTOUCHED)].join(" ")}\n`).join(""),
  );
  console.log(`\n| endpoint | requests/s | p50 ms | p99 ms | pgbench/s | p50 ms | p99 ms | ratio | round trips | server cores | server MiB |`);
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  const alone = [];
  for (const endpoint of ENDPOINTS) {
    const requests = await heard(server, everybody, endpoint);
    const trips = Math.max(...requests.map((statements) => statements.length));
    const [ours, limit] = await compare(server, endpoint, requests, [CONNECTIONS, POOL], seconds);
    const row = [
      ours.rate.toFixed(0), ours.p50.toFixed(1), ours.p99.toFixed(1), limit.rate.toFixed(0), limit.p50.toFixed(1),
      limit.p99.toFixed(1), (ours.rate / limit.rate).toFixed(2), trips, ours.cores.toFixed(2), ours.most.toFixed(0),
    ];
    console.log(`| \`${endpoint[0]}\` | ${row.join(" | ")} |`);
    if (endpoint[3]) alone.push([endpoint[0], ...(await compare(server, endpoint, requests, [1, 1], 6))]);
  }
  console.log("\n| one person alone | p50 ms | p50 ms of the SQL | ratio |\n| --- | ---: | ---: | ---: |");
  for (const [name, ours, limit] of alone) {
    console.log(`| \`${name}\` | ${ours.p50.toFixed(2)} | ${limit.p50.toFixed(2)} | ${(ours.p50 / limit.p50).toFixed(2)} |`);
  }
} catch (error) {
  console.error(`Bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
