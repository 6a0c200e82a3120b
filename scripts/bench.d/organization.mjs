// organization.mjs jobhax psql folder: measures requests in an organization of 10,000 members: its lists, the clients of a coach,
// cohort metrics, and the board of one member. Requires a running Postgres in the folder, with an empty database.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { api, serve } from "../serve.mjs";
import { PASSWORD, database, percentile } from "./common.mjs";

const [jobhax, psqlPath, folder] = [resolve(process.argv[2]), ...process.argv.slice(3, 5)];
const MEMBERS = 10_000;
const APPLICATIONS = 30; // of each member
const CLIENTS = 200; // of the coach
const GROUP = 1000; // members of a group, the most that are allowed
const REPETITIONS = 30;

const psql = (sql) =>
  execFileSync(psqlPath, ["-h", folder, "-U", "postgres", "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-"], { input: sql, encoding: "utf8" });
const data = join(folder, "server");
mkdirSync(data);
const { url, stop } = await serve(jobhax, data, {
  DATABASE_URL: database(folder, "jobhax_login"),
  JOBHAX_MIGRATE_DATABASE_URL: database(folder, "postgres"),
  JOBHAX_MAX_MEMBERS: String(MEMBERS + 10),
});

// Members with a year of applications and their events. The first members are clients of the coach.
const fill = (tenant, coach) => `
set session_replication_role = replica; -- skips foreign key checks
create temporary table m as select gen_random_uuid() as id, n from generate_series(1, ${MEMBERS}) n;
insert into users (id, email, email_normalized, created_at) select id, n || '@m.example', n || '@m.example', now() from m;
insert into memberships (tenant_id, user_id, role, display_name, joined_at)
  select '${tenant}', id, 'member', 'Person ' || n, now() - interval '400 days' from m;
insert into access_grants (tenant_id, id, owner_id, viewer_id, created_at)
  select '${tenant}', gen_random_uuid(), id, '${coach}', now() from m where n <= ${CLIENTS};
create temporary table s as
  select array_agg(id order by position) as ids, array_agg(kind order by position) as kinds from stages where tenant_id = '${tenant}';
insert into job_applications (tenant_id, owner_id, id, job_title, company, search_text, match_key, stage_id, stage_changed_at, apply_date,
  source, outcome, created_at, updated_at)
  select '${tenant}', m.id, gen_random_uuid(), 'Baker', 'Company ' || n.n, 'baker company ' || n.n, 'company ' || n.n,
    s.ids[2 + n.n % 3], now() - n.n * interval '12 days', current_date - n.n * 12, 'LinkedIn', case n.n % 4 when 0 then 'rejected' end,
    now() - n.n * interval '12 days', now() - n.n * interval '11 days'
  from m cross join s cross join generate_series(1, ${APPLICATIONS}) n;
insert into application_events (tenant_id, owner_id, id, application_id, to_stage_id, occurred_at, recorded_at, cause, actor_id)
  select tenant_id, owner_id, gen_random_uuid(), id, stage_id, created_at, created_at, 'api', owner_id
  from job_applications where tenant_id = '${tenant}';
reset session_replication_role;
vacuum analyze;`;

async function time(action) {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function measure(name, action) {
  const first = await time(action);
  const times = [];
  for (let n = 0; n < REPETITIONS; n += 1) times.push(await time(action));
  const [p50, p99] = [0.5, 0.99].map((p) => percentile(times, p).toFixed(1));
  console.log(`| ${name} | ${first.toFixed(0)} | ${p50} | ${p99} |`);
}

try {
  const register = (name) => api(url, "/users/register", null, { email: `${name}@bench.example`, password: PASSWORD });
  const signIn = (name, tenant) => api(url, "/users/login", null, { email: `${name}@bench.example`, password: PASSWORD, tenant });
  const owner = await register("owner");
  const { user: coach } = await register("coach");
  const { id, slug } = await api(url, "/tenants/add_tenant", owner.access_token, { name: "Moss Center", slug: "moss-center" });
  psql(`insert into memberships (tenant_id, user_id, role, display_name, joined_at) values ('${id}', '${coach.id}', 'coach', 'Coach', now())`);
  psql(fill(id, coach.id));
  const token = (await signIn("owner", slug)).access_token;
  const coachToken = (await signIn("coach", slug)).access_token;
  const get = (path, as = token) => () => api(url, path, as);
  const { data: [member] } = await (
    await fetch(`${url}/api/tenants/get_members?q=Person%204711`, { headers: { Authorization: `Bearer ${token}` } })
  ).json();

  console.log(`\n${MEMBERS} members with ${APPLICATIONS} applications each, milliseconds:\n`);
  console.log("| what | first | p50 | p99 |\n| --- | ---: | ---: | ---: |");
  await measure("page of 50 members", get("/tenants/get_members?limit=50"));
  await measure("search for a member", get("/tenants/get_members?q=Person%204711"));
  await measure(`clients of a coach (${CLIENTS})`, get("/coaching/get_clients", coachToken));
  await measure("cohort metrics of everybody, twelve months", get("/metrics/get_cohort"));
  await measure("audit log", get("/audit/get_events"));
  await measure(`a group of ${GROUP} members`, async () => {
    const group = await api(url, "/tenants/add_group", token, { name: `Group ${Math.random()}` });
    const ids = psql(`select user_id from memberships where tenant_id = '${id}' limit ${GROUP}`).trim().split("\n");
    await api(url, "/tenants/set_group_members", token, { group_id: group.id, user_ids: ids });
    await api(url, "/tenants/delete_group", token, { group_id: group.id });
  });
  await measure("change of a role", async () => {
    for (const role of ["coach", "member"]) await api(url, "/tenants/update_member", token, { user_id: member.user_id, role });
  });
  await measure("own applications", get("/jobapps/get_jobapps?limit=100"));
} catch (error) {
  console.error(`Benchmark failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await stop();
}
