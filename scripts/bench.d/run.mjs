// run.mjs jobhax postgres-bin folder seconds: fills the database unless it is filled already, measures each endpoint (the server,
// pgbench twice, the server again), and prints a table. Requires a running Postgres in the folder.
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { api, serve } from "../serve.mjs";
import { PASSWORD, database, percentile } from "./common.mjs";

const [jobhax, programs, folder, seconds] = [resolve(process.argv[2]), ...process.argv.slice(3, 5), Number(process.argv[5])];
const here = new URL(".", import.meta.url).pathname;
const CONNECTIONS = 32;
const POOL = 16; // size of the server's connection pool (`server/src/cli/serve.rs`); pgbench gets as many connections
const PGBENCH_ONLY = 8; // applications of each user that only pgbench moves
const USERS = 100;
const LIST = "/jobapps/get_jobapps?limit=100";
const METRICS = [
  "get_total_application_count", "get_application_count_by_month", "get_application_count_by_month_with_total",
  "get_count_by_statuses", "get_word_count", "get_count_by_jobtitle_and_statuses",
];
// The measured endpoints: name, request kind for the load generator, path, and whether single-client latency is compared as well.
const ENDPOINTS = [
  ["get_jobapps?limit=100", "get", LIST, false],
  ["get_jobapp_detail", "detail", "/jobapps/get_jobapp_detail", false],
  ["update_jobapp", "update", "/jobapps/update_jobapp", false],
  ...METRICS.map((name) => [name, "get", `/metrics/${name}`, true]),
];

const PSQL = [join(programs, "psql"), ["-h", folder, "-U", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1"]];
const psql = (...args) => execFileSync(PSQL[0], [...PSQL[1], ...args], { encoding: "utf8", maxBuffer: 1 << 28 });

async function signIn({ url }) {
  const users = [];
  const filled = psql("-c", "select to_regclass('bench_filled') is not null").trim() === "t";
  for (let n = 0; n < USERS; n += 1) {
    const credentials = { email: `user${n}@bench.example`, password: PASSWORD };
    const { access_token: token } = await api(url, filled ? "/users/login" : "/users/register", null, credentials);
    users.push({ token });
  }
  if (!filled) {
    console.log("    filling the database: a million applications and their events");
    // Asynchronous, so that Node.js notices connections that the server closes in the meantime and does not reuse them.
    await promisify(execFile)(PSQL[0], [...PSQL[1], "-f", join(here, "fill.sql")]);
  }
  for (const user of users) {
    const stages = await api(url, "/jobapps/get_statuses", user.token);
    user.stages = [stages[2].id, stages[3].id];
    const page = await api(url, LIST, user.token);
    user.applications = page.map((application) => application.id);
  }
  return users;
}

// The SQL statements of the same request by many users, captured from the database's log: for each request, a list of statements
// with their parameter values.
async function captureStatements({ url }, users, [, kind, path]) {
  const log = join(folder, "log/statements.json");
  const logStatements = async (what) => {
    psql("-c", `alter system set log_statement = '${what}'`, "-c", "select pg_reload_conf()");
    await sleep(400);
  };
  // Updates are spread over enough rows that clients rarely wait for each other's locks. Reads use other applications than updates,
  // because updated applications accumulate many events.
  const range = kind === "update" ? [0, PGBENCH_ONLY] : [-1];
  const targets = users.flatMap((user) => user.applications.slice(...range).map((application) => [user, application]));
  const send = async ([user, application], round) => {
    if (kind === "get") return api(url, path, user.token);
    if (kind === "detail") return api(url, `${path}?jobapp_id=${application}`, user.token);
    return api(url, path, user.token, { jobapp_id: application, status_id: user.stages[round] });
  };
  for (const target of targets) await send(target, 0);
  await logStatements("all");
  const before = readFileSync(log).length;
  for (const target of targets) await send(target, 1);
  await logStatements("none");
  const requests = [];
  const open = new Map();
  for (const line of readFileSync(log).subarray(before).toString("utf8").split("\n").filter(Boolean)) {
    const { user: role, session_id: session, message, detail } = JSON.parse(line);
    const [, sql] = message?.match(/^(?:statement|execute [^:]*): ([^]*)$/) ?? [];
    if (role !== "jobhax_login" || !sql) continue;
    if (sql.includes("set_tenant_context('")) {
      const values = [...sql.matchAll(/'[^']*'/g)].map(([value]) => value);
      const context = sql.replace(/; *begin[^;]*$/, "").replaceAll(values[0], "$1").replaceAll(values[1], "$2");
      open.set(session, [{ sql: context, values }]);
      requests.push(open.get(session));
    } else if (open.has(session)) {
      const values = [];
      for (const [, n, value] of (detail ?? "").matchAll(/\$(\d+) = ('(?:[^']|'')*'|NULL)/g)) values[n - 1] = value;
      open.get(session).push({ sql, values });
      if (/^(commit|rollback)/i.test(sql)) open.delete(session);
    }
  }
  if (requests.length !== targets.length) throw new Error(`found ${requests.length} of ${targets.length} requests in the log`);
  return requests;
}

// One pgbench script for all requests. Each run uses the parameter values of a random request. Statements that the server pipelines
// are pipelined here, too.
function script(requests) {
  const statements = requests[0].map(({ sql, values }, at) => {
    // An inserted row needs a new id in each run.
    const [, newId] = sql.match(/insert into application_events[^]*?select tenant_id, owner_id, \$(\d+)/) ?? [];
    const parameter = (_, n) => {
      if (n === newId) return "gen_random_uuid()";
      const all = requests.map((request) => quoted(request[at].values[n - 1]));
      if (all.every((value) => value === all[0])) return all[0];
      return `(array[${all}])[:n]::${typeOf(values[n - 1])}`;
    };
    return `${sql.replace(/\$(\d+)/g, parameter).replace(/\s+/g, " ").trim()};`;
  });
  const [setContext, ...rest] = statements;
  const lines = [`\\set n random(1, ${requests.length})`, "\\startpipeline", "begin;", setContext, "\\endpipeline", ...rest];
  const path = join(folder, "script.sql");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const typeOf = (value) =>
  /^'[0-9a-f]{8}-/.test(value) ? "uuid" : /^'\d{4}-\d\d-\d\d /.test(value) ? "timestamptz" : /^'\d{4}-/.test(value) ? "date" : "text";

// Escapes colons, because pgbench would parse them as the start of a variable.
const quoted = (value = "NULL") =>
  value.includes(":") ? `E${value.replaceAll("\\", "\\\\").replaceAll(":", "\\x3a")}` : value;

function pgbench(requests, connections, time) {
  const logs = join(folder, "latencies");
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs);
  const output = execFileSync(
    join(programs, "pgbench"),
    ["-h", folder, "-U", "jobhax_login", "-n", "-M", "prepared", "-c", connections, "-j", Math.min(2, connections), "-T", time,
      "-l", "-f", script(requests), "postgres"],
    { cwd: logs, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  const [, failed] = output.match(/number of failed transactions: (\d+)/) ?? [];
  if (failed !== "0") throw new Error(`pgbench: ${output}`);
  const latencies = readdirSync(logs)
    .flatMap((name) => readFileSync(join(logs, name), "utf8").split("\n").filter(Boolean))
    .map((line) => Number(line.split(" ")[2]) / 1000)
    .sort((a, b) => a - b);
  return { rate: Number(output.match(/tps = ([\d.]+)/)[1]), p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

const ticks = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return Number(fields[11]) + Number(fields[12]);
};
const resident = (pid) => Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) / 1024;

async function wrk({ url, pid }, [, kind, path], connections, time, round) {
  let maxResident = 0;
  const [ticksBefore, start] = [ticks(pid), performance.now()];
  const sampler = setInterval(() => (maxResident = Math.max(maxResident, resident(pid))), 100);
  // load.lua assigns even applications to one thread and odd ones to the other, so there are at most two threads.
  const threads = Math.min(2, connections);
  const load = spawn("wrk", ["-t", threads, "-c", connections, "-d", `${time}s`, "-s", join(here, "load.lua"), url, "--",
    kind, `/api${path}`, join(folder, "users.txt"), round]);
  let output = "";
  for (const stream of [load.stdout, load.stderr]) stream.on("data", (bytes) => (output += bytes));
  await new Promise((resolve) => load.once("exit", resolve));
  clearInterval(sampler);
  const [, rate, p50, p99, errors] = output.match(/RESULT (\S+) (\S+) (\S+) (\d+)/) ?? [];
  if (errors !== "0") throw new Error(`wrk at ${path}: ${output}`);
  const cores = (ticks(pid) - ticksBefore) / 100 / ((performance.now() - start) / 1000);
  return { rate: Number(rate), p50: Number(p50), p99: Number(p99), cores, maxResident };
}

// The server and pgbench are measured twice each, the server first and last, so that the order favors neither. Each run starts after
// a checkpoint.
async function compare(server, endpoint, requests, [clients, pool], time) {
  const runs = { server: [], pgbench: [] };
  const half = Math.ceil(time / 2);
  for (const [subject, round] of [["server", 0], ["pgbench"], ["pgbench"], ["server", 1]]) {
    psql("-c", "checkpoint");
    runs[subject].push(
      subject === "server" ? await wrk(server, endpoint, clients, half, round) : pgbench(requests, pool, half),
    );
  }
  const average = ([a, b]) => Object.fromEntries(Object.keys(a).map((key) => [key, (a[key] + b[key]) / 2]));
  return [average(runs.server), average(runs.pgbench)];
}

const server = await serve(jobhax, folder, {
  DATABASE_URL: database(folder, "jobhax_login"),
  JOBHAX_MIGRATE_DATABASE_URL: database(folder, "postgres"),
  JOBHAX_WORKERS: "0",
});
try {
  if (!existsSync("/proc/self/stat")) throw new Error("the benchmark reads CPU and memory from /proc and runs only on Linux");
  const users = await signIn(server);
  writeFileSync(
    join(folder, "users.txt"),
    users.map((user) => `${[user.token, ...user.stages, ...user.applications.slice(PGBENCH_ONLY)].join(" ")}\n`).join(""),
  );
  console.log(`\n| endpoint | requests/s | p50 ms | p99 ms | pgbench/s | p50 ms | p99 ms | ratio | round trips | server cores | server MiB |`);
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
  const single = [];
  for (const endpoint of ENDPOINTS) {
    const requests = await captureStatements(server, users, endpoint);
    const roundTrips = Math.max(...requests.map((statements) => statements.length));
    const [measured, limit] = await compare(server, endpoint, requests, [CONNECTIONS, POOL], seconds);
    const row = [
      measured.rate.toFixed(0), measured.p50.toFixed(1), measured.p99.toFixed(1), limit.rate.toFixed(0), limit.p50.toFixed(1),
      limit.p99.toFixed(1), (measured.rate / limit.rate).toFixed(2), roundTrips, measured.cores.toFixed(2), measured.maxResident.toFixed(0),
    ];
    console.log(`| \`${endpoint[0]}\` | ${row.join(" | ")} |`);
    if (endpoint[3]) single.push([endpoint[0], ...(await compare(server, endpoint, requests, [1, 1], 6))]);
  }
  console.log("\n| single client | p50 ms | p50 ms of the SQL | ratio |\n| --- | ---: | ---: | ---: |");
  for (const [name, measured, limit] of single) {
    console.log(`| \`${name}\` | ${measured.p50.toFixed(2)} | ${limit.p50.toFixed(2)} | ${(measured.p50 / limit.p50).toFixed(2)} |`);
  }
} catch (error) {
  console.error(`Benchmark failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
