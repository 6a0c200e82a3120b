// webhooks.mjs jobhax psql folder: measures webhooks with a receiver that responds immediately: events per second, read latency
// during 10,000 events per minute, and 1,000 endpoints. Requires a running Postgres in the folder, with an empty database.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { api, freePort, serve } from "../serve.mjs";
import { PASSWORD, database, percentile } from "./common.mjs";

const [jobhax, psqlPath, folder] = [resolve(process.argv[2]), ...process.argv.slice(3, 5)];
const USERS = 50;
const ENDPOINTS = 20; // of each user, the most that are allowed
const APPLICATIONS = 100; // of each user
const READS_PER_SECOND = 50;
const WRITE_INTERVAL = 100; // milliseconds
const WRITE_SIZE = 17; // changes of one request: 10,200 per minute
const PHASE = 15_000; // milliseconds of reading
const CHANGES_PER_SECOND = 5; // in the workspace with 1,000 endpoints

const psql = (sql) => execFileSync(psqlPath, ["-h", folder, "-U", "postgres", "-XqAt", "-c", sql], { encoding: "utf8" }).trim();
const data = join(folder, "server");
mkdirSync(data);

// The received deliveries: count per event, and the time of the last one.
const received = { count: 0, lastAt: 0, listener: null };
const receiverPort = await freePort();
const receiver = createServer((request, response) => {
  request.resume().on("end", () => {
    received.count += 1;
    received.lastAt = performance.now();
    received.listener?.(request.url);
    response.end();
  });
}).listen(receiverPort, "127.0.0.1");

const { url, stop, pid } = await serve(jobhax, data, {
  DATABASE_URL: database(folder, "jobhax_login"),
  JOBHAX_MIGRATE_DATABASE_URL: database(folder, "postgres"),
  JOBHAX_WEBHOOK_ALLOWED_ORIGINS: `http://127.0.0.1:${receiverPort}`,
});

async function addUser(name, tenant) {
  const credentials = { email: `${name}@bench.example`, password: PASSWORD, tenant };
  const { access_token: token } = await api(url, tenant ? "/users/login" : "/users/register", null, credentials);
  const statuses = await api(url, "/jobapps/get_statuses", token);
  return { name, token, statuses: statuses.map((status) => status.id), applications: [], next: 0, rounds: 0 };
}

async function addApplications(user, count) {
  const input = (n) => ({ company: `Moss ${n}`, job_title: "Baker" });
  const add = async (n) => (await api(url, "/jobapps/add_jobapp", user.token, input(n))).id;
  for (let n = 0; n < count; n += 10) {
    user.applications.push(...(await Promise.all(Array.from({ length: 10 }, (_, i) => add(n + i)))));
  }
}

async function addEndpoints(user, count) {
  for (let n = 0; n < count; n += 1) {
    const input = { url: `http://127.0.0.1:${receiverPort}/${user.name}/${n}`, events: ["*"] };
    await api(url, "/webhooks/add_endpoint", user.token, input);
  }
}

// Moves the user's next applications to another stage, which causes one event per application.
async function move(user, count) {
  const ids = user.applications.slice(user.next, user.next + count);
  const stage = user.statuses[2 + (user.rounds % 2)];
  user.next += ids.length;
  if (user.next === user.applications.length) [user.next, user.rounds] = [0, user.rounds + 1];
  const { updated } = await api(url, "/jobapps/bulk_update", user.token, { jobapp_ids: ids, status_id: stage });
  return updated.length;
}

const WAIT = 300_000;
async function waitForDeliveries(expected) {
  const end = performance.now() + WAIT;
  while (received.count < expected) {
    if (performance.now() > end) throw new Error(`received ${received.count} of ${expected} deliveries`);
    await sleep(5);
  }
}

async function waitForSilence() {
  for (let before = -1; before !== received.count; await sleep(1500)) before = received.count;
}

// Events per second from the first change to the last delivery.
async function measureRate(users, rounds, size) {
  await waitForSilence();
  received.count = 0;
  const start = performance.now();
  let events = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const user of users) events += await move(user, size);
  }
  const committed = performance.now();
  await waitForDeliveries(events);
  return { events, perSecond: events / ((received.lastAt - start) / 1000), writing: (committed - start) / 1000 };
}

// Latencies of a steady stream of reads, in milliseconds, while `write` is called at its interval.
async function measureReads(reader, write) {
  await waitForSilence();
  const latencies = [];
  const end = performance.now() + PHASE;
  const writes = (async () => {
    for (let n = 0; write && performance.now() < end; n += 1) {
      const next = performance.now() + WRITE_INTERVAL;
      await write(n);
      await sleep(Math.max(0, next - performance.now()));
    }
  })();
  const open = [];
  for (let n = 0, start = performance.now(); performance.now() < end; n += 1) {
    const began = performance.now();
    open.push(api(url, "/jobapps/get_jobapps?limit=20", reader.token).then(() => latencies.push(performance.now() - began)));
    await sleep(Math.max(0, start + ((n + 1) * 1000) / READS_PER_SECOND - performance.now()));
  }
  await Promise.all([...open, writes]);
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}

const cpuSeconds = () => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const transactions = () => Number(psql("select xact_commit + xact_rollback from pg_stat_database where datname = 'postgres'"));

// One change per user, which all endpoints of the user receive.
async function measureFanOut(users) {
  await waitForSilence();
  received.count = 0;
  const [before, cpu, start] = [transactions(), cpuSeconds(), performance.now()];
  for (const user of users) await move(user, 1);
  await waitForDeliveries(users.length * ENDPOINTS);
  const seconds = (received.lastAt - start) / 1000;
  await waitForSilence();
  await sleep(1000);
  return { seconds, transactions: transactions() - before, cpu: cpuSeconds() - cpu };
}

// How long a change takes to reach the last endpoint of its user, with a few changes per second.
async function measureDelays(users) {
  await waitForSilence();
  const [delays, open] = [[], new Map()];
  received.listener = (path) => {
    const name = path.split("/")[1];
    const change = open.get(name);
    if (!change) return;
    change.deliveries += 1;
    if (change.deliveries < ENDPOINTS) return;
    delays.push(performance.now() - change.start);
    open.delete(name);
  };
  const start = performance.now();
  let changes = 0;
  for (; performance.now() - start < PHASE; changes += 1) {
    const user = users[changes % users.length];
    if (!open.has(user.name)) {
      open.set(user.name, { start: performance.now(), deliveries: 0 });
      await move(user, 1);
    }
    await sleep(Math.max(0, start + ((changes + 1) * 1000) / CHANGES_PER_SECOND - performance.now()));
  }
  const end = performance.now() + WAIT;
  while (open.size > 0 && performance.now() < end) await sleep(20);
  received.listener = null;
  return { changes: delays.length, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99) };
}

const digits = (value, n = 0) => value.toFixed(n);

try {
  const plain = await addUser("plain");
  await addApplications(plain, APPLICATIONS);
  const users = [];
  for (let n = 0; n < USERS; n += 1) users.push(await addUser(`user${n}`));
  for (const user of users) await addApplications(user, APPLICATIONS);

  console.log("\n| what | result |\n| --- | ---: |");
  await addEndpoints(users[0], 1);
  const one = await measureRate([users[0]], 20, APPLICATIONS);
  console.log(`| one endpoint, ${one.events} events | ${digits(one.perSecond)} events/s |`);
  for (const user of users.slice(1)) await addEndpoints(user, 1);
  const many = await measureRate(users, 2, APPLICATIONS);
  console.log(`| ${USERS} endpoints of ${USERS} users, ${many.events} events | ${digits(many.perSecond)} events/s |`);

  const writers = [];
  for (let n = 0; n < 10; n += 1) {
    const writer = await addUser(`silent${n}`);
    await addApplications(writer, APPLICATIONS);
    writers.push(writer);
  }
  const reads = [
    ["reads alone", await measureReads(plain)],
    ["reads beside 10,200 changes/minute without endpoints", await measureReads(plain, (n) => move(writers[n % 10], WRITE_SIZE))],
    ["reads beside 10,200 changes/minute that are sent to endpoints", await measureReads(plain, (n) => move(users[n % USERS], WRITE_SIZE))],
  ];
  for (const [what, { p50, p99 }] of reads) console.log(`| ${what} | p50 ${digits(p50, 1)} ms, p99 ${digits(p99, 1)} ms |`);

  for (const user of users) await addEndpoints(user, ENDPOINTS - 1);
  const apart = await measureFanOut(users);
  console.log(`| 1,000 endpoints in ${USERS} workspaces: ${USERS} changes, 1,000 deliveries | ${digits(apart.seconds, 1)} s, ` +
    `${apart.transactions} transactions, ${digits(apart.cpu, 1)} s of processor |`);

  const { id, slug } = await api(url, "/tenants/add_tenant", users[0].token, { name: "Moss Center", slug: "moss-center" });
  psql(`insert into memberships (tenant_id, user_id, role, display_name, joined_at)
    select '${id}', u.id, 'member', 'Member', now() from users u where u.email like 'user%@bench.example' on conflict do nothing`);
  const members = [];
  for (let n = 0; n < USERS; n += 1) members.push(await addUser(`user${n}`, slug));
  for (const member of members) {
    await addApplications(member, 20);
    await addEndpoints(member, ENDPOINTS);
  }
  const together = await measureFanOut(members);
  console.log(`| 1,000 endpoints in one workspace: ${USERS} changes, 1,000 deliveries | ${digits(together.seconds, 1)} s, ` +
    `${together.transactions} transactions, ${digits(together.cpu, 1)} s of processor |`);
  const delays = await measureDelays(members);
  console.log(`| the same, ${CHANGES_PER_SECOND} changes/s: time until all 20 endpoints of the user have a change | ` +
    `p50 ${digits(delays.p50 / 1000, 2)} s, p99 ${digits(delays.p99 / 1000, 2)} s |`);
} catch (error) {
  console.error(`Benchmark failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await stop();
  receiver.close();
}
