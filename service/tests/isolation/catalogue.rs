//! RLS-1, RLS-2, RLS-5, RLS-7, RLS-8, RLS-9, RLS-11, and the rules that keep the schema ready for Citus: read from the catalogue, so that a
//! new table cannot forget them.

use sqlx::{AssertSqlSafe, PgPool};

/// Tables without row level security. Everything else must have it, forced.
const GLOBAL: &[&str] = &[
    "_sqlx_migrations",
    "job",
    "letter",
    "mail_link",
    "known_agent",
    "users",
    "identities",
    "tenants",
    "sessions",
    "refresh_tokens",
    "rate_limit",
    "login_place",
    "sign_in_flows",
    "revocations",
];
/// Replicated to all nodes on Citus: foreign keys of tenant tables may go there.
const REFERENCE: &[&str] = &["users", "tenants", "memberships"];
/// Functions that work with their owner's rights, each with a pinned search path.
const DEFINERS: &[&str] = &[
    "purge_applications", // removes for good what was deleted long ago, in whichever workspace; answers a number
];
/// Tables that tell servers of what was revoked. Tenant tables take no triggers, for Citus' sake.
const TELLING: &[&str] = &["sessions", "users", "memberships", "tenants"];

async fn names(pool: &PgPool, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_all(pool)
        .await
        .expect("catalogue")
}

fn list(names: &[&str]) -> String {
    names
        .iter()
        .map(|n| format!("'{n}'"))
        .collect::<Vec<_>>()
        .join(", ")
}

async fn none(pool: &PgPool, what: &str, sql: &str) {
    let found = names(pool, sql).await;
    assert!(found.is_empty(), "{what}: {found:?}");
}

const TABLES: &str = "select c.oid, c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')";

async fn unforced(pool: &PgPool) -> Vec<String> {
    let sql = format!(
        "select t.relname::text from ({TABLES}) t join pg_class c on c.oid = t.oid \
         where not (c.relrowsecurity and c.relforcerowsecurity) and t.relname not in ({})",
        if GLOBAL.is_empty() {
            "''".into()
        } else {
            list(GLOBAL)
        }
    );
    names(pool, &sql).await
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_table_is_forced_or_on_the_list(pool: PgPool) {
    assert_eq!(unforced(&pool).await, Vec::<String>::new());
    // The check has teeth.
    sqlx::query("alter table note no force row level security")
        .execute(&pool)
        .await
        .expect("mutation");
    assert_eq!(unforced(&pool).await, ["note"]);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_tenant_table_has_one_policy_for_each_command(pool: PgPool) {
    let commands = "values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')";
    let sql = format!(
        "select t.relname || ' ' || cmd from ({TABLES}) t cross join ({commands}) c (cmd) \
         where t.relname not in ({}, 'memberships') \
         and (select count(*) from pg_policies p where p.tablename = t.relname and p.cmd = c.cmd and p.permissive = 'PERMISSIVE' \
              and p.roles = '{{jobhax_app}}') <> 1",
        list(GLOBAL)
    );
    none(&pool, "not exactly one policy", &sql).await;
    none(
        &pool,
        "policy for everybody",
        "select policyname::text from pg_policies where roles = '{public}'",
    )
    .await;
    let open = "select tablename || '.' || policyname from pg_policies where (qual = 'true' or with_check = 'true') and tablename <> 'memberships'";
    none(&pool, "policy that is always true", open).await;
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_working_roles_can_only_work(pool: PgPool) {
    let roles = "select rolname::text from pg_roles where rolname in ('jobhax_app', 'jobhax_login') \
                 and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolinherit or rolreplication)";
    none(&pool, "role with too many rights", roles).await;
    let strong = "select b.rolname::text from pg_roles b where (b.rolsuper or b.rolbypassrls) \
                  and (pg_has_role('jobhax_app', b.oid, 'member') or pg_has_role('jobhax_login', b.oid, 'member'))";
    none(&pool, "member of a strong role", strong).await;
    let rights = format!(
        "select r || ' ' || p || ' ' || t.relname from ({TABLES}) t, unnest(array['jobhax_app', 'jobhax_login']) r, \
         unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']) p where has_table_privilege(r, t.oid, p)"
    );
    none(&pool, "table right that nobody needs", &rights).await;
    let database = "select r || ' ' || p from unnest(array['jobhax_app', 'jobhax_login']) r, unnest(array['CREATE', 'TEMP']) p \
                    where has_database_privilege(r, current_database(), p)";
    none(&pool, "database right that nobody needs", database).await;
    let schema = "select r from unnest(array['jobhax_app', 'jobhax_login']) r where has_schema_privilege(r, 'public', 'CREATE')";
    none(&pool, "may create in the schema", schema).await;
    let direct = format!(
        "select p || ' ' || t.relname from ({TABLES}) t, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p \
         where t.relname not in ({}, 'memberships') and has_table_privilege('jobhax_login', t.oid, p) \
         and (t.relname, p) <> ('idempotency_key', 'DELETE')",
        list(GLOBAL)
    );
    none(
        &pool,
        "the login reaches a tenant table without entering",
        &direct,
    )
    .await;
    let ledger = "select p from unnest(array['UPDATE', 'DELETE']) p where has_table_privilege('jobhax_app', 'application_event', p) \
                  union all select 'DELETE of what it hangs on' where has_table_privilege('jobhax_app', 'job_application', 'DELETE')";
    none(&pool, "the ledger can be changed", ledger).await;
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn keys_begin_with_the_tenant(pool: PgPool) {
    let unique = format!(
        "select i.indexrelid::regclass::text from pg_index i join ({TABLES}) t on t.oid = i.indrelid \
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] \
         where i.indisunique and t.relname not in ({}) and a.attname <> 'tenant_id'",
        list(GLOBAL)
    );
    none(&pool, "unique key that does not begin with tenant_id", &unique).await;
    let foreign = format!(
        "select k.conrelid::regclass || '.' || k.conname from pg_constraint k join ({TABLES}) t on t.oid = k.conrelid \
         join pg_class f on f.oid = k.confrelid \
         where k.contype = 'f' and t.relname not in ({}) \
         and f.relname not in ({}) \
         and ((select attname from pg_attribute where attrelid = k.conrelid and attnum = k.conkey[1]) <> 'tenant_id' \
           or (select attname from pg_attribute where attrelid = k.confrelid and attnum = k.confkey[1]) <> 'tenant_id')",
        list(GLOBAL),
        list(&["users", "tenants"]),
    );
    none(
        &pool,
        "foreign key between tenant tables without the tenant",
        &foreign,
    )
    .await;
    let outside = format!(
        "select k.conrelid::regclass || '.' || k.conname from pg_constraint k \
         join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid \
         where k.contype = 'f' and (c.relforcerowsecurity and not f.relforcerowsecurity and f.relname not in ({0}) \
           or not c.relforcerowsecurity and f.relforcerowsecurity and f.relname not in ({0}) \
           or k.confdeltype in ('n', 'd') and c.relforcerowsecurity)",
        list(REFERENCE)
    );
    none(&pool, "foreign key that Citus refuses", &outside).await;
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nothing_that_citus_refuses_and_nothing_that_goes_around(pool: PgPool) {
    let triggers = format!(
        "select tgrelid::regclass || '.' || tgname from pg_trigger where not tgisinternal \
         and not (tgfoid = 'tell_revoked'::regproc and tgrelid::regclass::text in ({}))",
        list(TELLING)
    );
    none(&pool, "trigger", &triggers).await;
    let quiet = names(
        &pool,
        "select tgrelid::regclass::text from pg_trigger where not tgisinternal group by tgrelid having count(*) = 2 order by 1",
    )
    .await;
    assert_eq!(
        quiet.len(),
        TELLING.len(),
        "each tells of changes and of ends: {quiet:?}"
    );
    none(&pool, "identity column", "select attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attidentity <> '' and c.relnamespace = 'public'::regnamespace").await;
    let rules = "select rulename::text from pg_rewrite r join pg_class c on c.oid = r.ev_class \
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')";
    none(&pool, "rule", rules).await;
    let subquery = "select tablename || '.' || policyname from pg_policies where coalesce(qual, '') ~* 'select' or coalesce(with_check, '') ~* 'select'";
    none(&pool, "policy with a subquery", subquery).await;
    let views = "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and (c.relkind = 'm' \
                 or c.relkind = 'v' and not coalesce(c.reloptions::text ~ 'security_invoker=(true|on)', false))";
    none(&pool, "view with its owner's rights", views).await;
    let definers = "select p.proname::text from pg_proc p where p.prosecdef and p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)";
    assert_eq!(
        names(&pool, definers).await,
        DEFINERS,
        "functions with their owner's rights"
    );
    // RLS-8: a part of a table has no policies of its own, so nobody may reach it past its whole.
    let parts = "select r || ' ' || p || ' ' || c.relname from pg_class c, unnest(array['jobhax_app', 'jobhax_login']) r, \
                 unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p where c.relispartition and has_table_privilege(r, c.oid, p)";
    none(&pool, "part of a table that can be reached past it", parts).await;
    let loose = format!(
        "select p.proname::text from pg_proc p where p.prosecdef and p.proname in ({}) \
         and (not coalesce(p.proconfig::text ~ 'search_path=pg_catalog', false) or has_function_privilege('public', p.oid, 'execute') \
           or has_function_privilege('jobhax_app', p.oid, 'execute'))",
        list(DEFINERS)
    );
    none(
        &pool,
        "such a function without a search path, or for everybody",
        &loose,
    )
    .await;
    let owners = "select tablename || '.' || policyname from pg_policies where not roles <@ '{jobhax_app,jobhax_login}' and qual <> '(deleted_at IS NOT NULL)'";
    none(
        &pool,
        "policy that shows the owner more than what is deleted",
        owners,
    )
    .await;
}
