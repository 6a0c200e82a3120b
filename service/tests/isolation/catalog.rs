//! Rules for the schema, checked in the system catalog so that they also hold for tables added later: row level security,
//! privileges of the serving roles, and what Citus requires.

use service::platform::{crypto::EncryptedColumn, db::MIGRATOR};
use sqlx::{AssertSqlSafe, PgPool};

/// Tables without row level security. Every other table must have it, forced.
const GLOBAL: &[&str] = &[
    "_sqlx_migrations",
    "api_key_usage",
    "api_keys",
    "background_jobs",
    "coaching_notifications",
    "comment_emails",
    "email_tokens",
    "former_members",
    "identities",
    "known_devices",
    "known_login_networks",
    "oauth_flows",
    "oauth_token_revocations",
    "outbound_emails",
    "rate_limits",
    "refresh_tokens",
    "removed_members",
    "sessions",
    "tenant_domains",
    "tenant_identity_providers",
    "tenant_invitations",
    "tenants",
    "users",
];
/// Replicated to all nodes on Citus, so foreign keys of tenant tables may reference them.
const REFERENCE: &[&str] = &["users", "tenants", "memberships"];
/// Functions that run with their owner's privileges; each must have a fixed search path.
const SECURITY_DEFINER: &[&str] = &[
    "append_changes", // appends changes of the tenant of the transaction and of the user, or of members; returns nothing
    "count_stale_secrets", // counts secrets that need given keys, in all tenants; returns numbers
    "delete_webhooks_of_members", // deletes webhook endpoints of members of one tenant; returns ids
    "end_grants_to",  // deletes the grants to a viewer in one tenant; returns a number
    "existing_files", // reads which of the given ids of files exist; returns ids
    "join_group", // makes a member part of a group of one tenant, if it is not full; returns its name and whether it did
    "list_stale_secret_owners", // finds who has secrets that need given keys, in all tenants; returns ids
    "list_viewers_of", // reads who sees the applications of a member, for those who see them too; returns ids
    "member_checksum", // reads what a member has in one tenant; returns a checksum
    "publish_cohort_months", // counts what the members of one tenant did; returns nothing
    "purge_access_log", // deletes views that are older than 400 days, in all tenants; returns a number
    "purge_applications", // deletes applications from the trash in all tenants; returns a number
    "purge_audit_events", // deletes events that are older than 400 days, in all tenants; returns a number
    "purge_changes", // deletes changes that are older than 30 days, in all tenants; returns a number
    "quota_usage", // counts rows of all members of the tenant of the transaction; returns numbers
    "read_cohort_entries", // reads these counts, without names, for owners, admins and coaches
    "retract_last_event", // deletes the last event of an application of the user, if the user caused or decided it; returns whether it did
];
/// Of these, what the role of tenant transactions may call.
const CALLED_BY_TENANTS: &[&str] = &[
    "append_changes",
    "list_viewers_of",
    "quota_usage",
    "retract_last_event",
];

/// Columns of bytes that are not encrypted: hashes, which no rotation of the key has to re-encrypt.
const HASHES: &[&str] = &[
    "api_keys.secret_hash",
    "audit_events.address_hash",
    "email_tokens.token_hash",
    "idempotency_keys.fingerprint",
    "idempotency_keys.key_hash",
    "known_login_networks.network_hash",
    "oauth_flows.browser_hash",
    "oauth_flows.state_hash",
    "rate_limits.key",
    "refresh_tokens.successor_hash",
    "refresh_tokens.token_hash",
    "sessions.token_hash",
    "tenant_invitations.token_hash",
];

async fn names(pool: &PgPool, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_all(pool)
        .await
        .expect("catalog")
}

fn list(names: &[&str]) -> String {
    names
        .iter()
        .map(|n| format!("'{n}'"))
        .collect::<Vec<_>>()
        .join(", ")
}

async fn assert_none(pool: &PgPool, what: &str, sql: &str) {
    let found = names(pool, sql).await;
    assert!(found.is_empty(), "{what}: {found:?}");
}

const TABLES: &str = "select c.oid, c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')";

async fn unprotected_tables(pool: &PgPool) -> Vec<String> {
    let sql = format!(
        "select t.relname::text from ({TABLES}) t join pg_class c on c.oid = t.oid \
         where not (c.relrowsecurity and c.relforcerowsecurity) and t.relname not in ({})",
        list(GLOBAL)
    );
    names(pool, &sql).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_table_forces_row_level_security_or_is_global(pool: PgPool) {
    assert_eq!(unprotected_tables(&pool).await, Vec::<String>::new());
    // The check finds an unprotected table.
    sqlx::query("alter table notes no force row level security")
        .execute(&pool)
        .await
        .expect("altered");
    assert_eq!(unprotected_tables(&pool).await, ["notes"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_tenant_table_has_one_policy_per_command(pool: PgPool) {
    let commands = "values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')";
    let sql = format!(
        "select t.relname || ' ' || cmd from ({TABLES}) t cross join ({commands}) c (cmd) \
         where t.relname not in ({}, 'memberships') \
         and (select count(*) from pg_policies p where p.tablename = t.relname and p.cmd = c.cmd and p.permissive = 'PERMISSIVE' \
              and p.roles = '{{jobhax_app}}' and p.policyname like lower(c.cmd) || '\\_%') <> 1",
        list(GLOBAL)
    );
    assert_none(&pool, "not exactly one policy", &sql).await;
    assert_none(
        &pool,
        "policy for every role",
        "select policyname::text from pg_policies where roles = '{public}'",
    )
    .await;
    let open = "select tablename || '.' || policyname from pg_policies where (qual = 'true' or with_check = 'true') and tablename <> 'memberships'";
    assert_none(&pool, "policy that is always true", open).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn serving_roles_have_only_the_required_privileges(pool: PgPool) {
    // Privileges on a database are not copied from its template.
    sqlx::raw_sql("drop schema public cascade; create schema public")
        .execute(&pool)
        .await
        .expect("empty");
    MIGRATOR.run(&pool).await.expect("migrated");
    let roles = "select rolname::text from pg_roles where rolname in ('jobhax_app', 'jobhax_login') \
                 and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolinherit or rolreplication)";
    assert_none(&pool, "role with too many attributes", roles).await;
    let powerful = "select b.rolname::text from pg_roles b where (b.rolsuper or b.rolbypassrls) \
                    and (pg_has_role('jobhax_app', b.oid, 'member') or pg_has_role('jobhax_login', b.oid, 'member'))";
    assert_none(&pool, "member of a superuser role", powerful).await;
    let table = format!(
        "select r || ' ' || p || ' ' || t.relname from ({TABLES}) t, unnest(array['jobhax_app', 'jobhax_login']) r, \
         unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']) p where has_table_privilege(r, t.oid, p)"
    );
    assert_none(&pool, "unnecessary table privilege", &table).await;
    let database = "select r || ' ' || p from unnest(array['jobhax_app', 'jobhax_login']) r, unnest(array['CREATE', 'TEMP']) p \
                    where has_database_privilege(r, current_database(), p)";
    assert_none(&pool, "unnecessary database privilege", database).await;
    let schema = "select r from unnest(array['jobhax_app', 'jobhax_login']) r where has_schema_privilege(r, 'public', 'CREATE')";
    assert_none(&pool, "may create objects in the schema", schema).await;
    let direct = format!(
        "select p || ' ' || t.relname from ({TABLES}) t, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p \
         where t.relname not in ({}, 'memberships') and has_table_privilege('jobhax_login', t.oid, p) \
         and (t.relname, p) not in (('idempotency_keys', 'DELETE'), ('stages', 'INSERT'), ('audit_events', 'INSERT'))",
        list(GLOBAL)
    );
    assert_none(
        &pool,
        "the login reaches a tenant table without a tenant context",
        &direct,
    )
    .await;
    let events = "select p from unnest(array['UPDATE', 'DELETE']) p where has_table_privilege('jobhax_app', 'application_events', p) \
                  or has_table_privilege('jobhax_app', 'audit_events', p) or has_table_privilege('jobhax_login', 'audit_events', p) \
                  union all select 'DELETE on job_applications' where has_table_privilege('jobhax_app', 'job_applications', 'DELETE')";
    assert_none(&pool, "application events can be changed", events).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn keys_of_tenant_tables_start_with_the_tenant(pool: PgPool) {
    let unique = format!(
        "select i.indexrelid::regclass::text from pg_index i join ({TABLES}) t on t.oid = i.indrelid \
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] \
         where i.indisunique and t.relname not in ({}) and a.attname <> 'tenant_id'",
        list(GLOBAL)
    );
    assert_none(&pool, "unique key that does not start with tenant_id", &unique).await;
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
    assert_none(
        &pool,
        "foreign key between tenant tables without tenant_id",
        &foreign,
    )
    .await;
    let unsupported = format!(
        "select k.conrelid::regclass || '.' || k.conname from pg_constraint k \
         join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid \
         where k.contype = 'f' and (c.relforcerowsecurity and not f.relforcerowsecurity and f.relname not in ({0}) \
           or not c.relforcerowsecurity and f.relforcerowsecurity and f.relname not in ({0}) \
           or k.confdeltype in ('n', 'd') and c.relforcerowsecurity)",
        list(REFERENCE)
    );
    assert_none(&pool, "foreign key that Citus does not support", &unsupported).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn no_table_has_a_trigger_rule_or_identity_column(pool: PgPool) {
    let triggers = "select tgrelid::regclass || '.' || tgname from pg_trigger where not tgisinternal";
    assert_none(&pool, "trigger", triggers).await;
    let functions = "select proname::text from pg_proc where pronamespace = 'public'::regnamespace \
                     and prorettype in ('trigger'::regtype, 'event_trigger'::regtype)";
    assert_none(&pool, "trigger function", functions).await;
    let identity = "select attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid \
                    where a.attidentity <> '' and c.relnamespace = 'public'::regnamespace";
    assert_none(&pool, "identity column", identity).await;
    let sequences = "select attrelid::regclass || '.' || attname from pg_attrdef d \
                     join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum \
                     where pg_get_expr(d.adbin, d.adrelid) ~ 'nextval'";
    assert_none(&pool, "default from a sequence", sequences).await;
    let rules = "select rulename::text from pg_rewrite r join pg_class c on c.oid = r.ev_class \
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')";
    assert_none(&pool, "rule", rules).await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn nothing_bypasses_row_level_security(pool: PgPool) {
    let subquery = "select tablename || '.' || policyname from pg_policies where coalesce(qual, '') ~* 'select' or coalesce(with_check, '') ~* 'select'";
    assert_none(
        &pool,
        "policy with a subquery, which Citus does not support",
        subquery,
    )
    .await;
    let views = "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and (c.relkind = 'm' \
                 or c.relkind = 'v' and not coalesce(c.reloptions::text ~ 'security_invoker=(true|on)', false))";
    assert_none(&pool, "view with its owner's privileges", views).await;
    let definers = "select p.proname::text from pg_proc p where p.prosecdef and p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) order by 1";
    assert_eq!(
        names(&pool, definers).await,
        SECURITY_DEFINER,
        "functions with their owner's privileges"
    );
    let unsafe_definers = format!(
        "select p.proname::text from pg_proc p where p.prosecdef and p.proname in ({}) \
         and (not coalesce(p.proconfig::text ~ 'search_path=pg_catalog', false) or has_function_privilege('public', p.oid, 'execute') \
           or has_function_privilege('jobhax_app', p.oid, 'execute') and p.proname not in ({}))",
        list(SECURITY_DEFINER),
        list(CALLED_BY_TENANTS)
    );
    assert_none(
        &pool,
        "security definer function without a search path or executable by everyone",
        &unsafe_definers,
    )
    .await;
    // The policies of a partitioned table do not apply to direct access to its partitions.
    let partitions = "select r || ' ' || p || ' ' || c.relname from pg_class c, unnest(array['jobhax_app', 'jobhax_login']) r, \
                      unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) p where c.relispartition and has_table_privilege(r, c.oid, p)";
    assert_none(&pool, "partition that can be accessed directly", partitions).await;
    let owner = "select tablename || '.' || policyname from pg_policies where not roles <@ '{jobhax_app,jobhax_login}' and qual not like '((deleted_at IS NOT NULL) AND (current_setting(''app.purge''%' \
                 and qual <> '(current_setting(''app.file_cleanup''::text, true) = ''on''::text)' \
                 and qual <> '(tenant_id = (NULLIF(current_setting(''app.cohort_tenant''::text, true), ''''::text))::uuid)' \
                 and qual <> '(current_setting(''app.count_usage''::text, true) = ''on''::text)' \
                 and qual <> '(current_setting(''app.append_changes''::text, true) = ''on''::text)' \
                 and qual <> '(current_setting(''app.stale_secrets''::text, true) = ''on''::text)' \
                 and not (tablename = 'application_events' and qual = '(current_setting(''app.retract_event''::text, true) = ''on''::text)') \
                 and qual <> '(current_setting(''app.revoke_webhooks''::text, true) = ''on''::text)' \
                 and not (tablename = 'access_grants' and qual = '(current_setting(''app.end_grants''::text, true) = ''on''::text)') \
                 and not (tablename in ('groups', 'group_members') and cmd = 'SELECT' and qual = '(current_setting(''app.join_group''::text, true) = ''on''::text)') \
                 and not (tablename = 'access_grants' and cmd = 'SELECT' and qual = '(current_setting(''app.list_viewers''::text, true) = ''on''::text)') \
                 and not (tablename = 'change_sequences' and qual = '(current_setting(''app.purge''::text, true) = ''on''::text)') \
                 and not (tablename = 'changes' and qual like '((committed_at <= (now() - ''30 days''::interval)) AND (current_setting(''app.purge''%') \
                 and qual <> '(current_setting(''app.checksum''::text, true) = ''on''::text)' \
                 and not (tablename in ('files', 'usage_counts') and qual = '(current_setting(''app.purge''::text, true) = ''on''::text)') \
                 and not (tablename = 'access_log' and qual like '((viewed_at <= (now() - ''400 days''::interval)) AND (current_setting(''app.purge''%') \
                 and not (tablename = 'audit_events' and qual like '((occurred_at <= (now() - ''400 days''::interval)) AND (current_setting(''app.purge''%')";
    assert_none(
        &pool,
        "policy that shows the owner more than deleted rows, which files exist and rows that are counted, listed, summed up, retracted, ended or revoked, or these to a migration",
        owner,
    )
    .await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_column_of_bytes_is_reencrypted_or_a_hash(pool: PgPool) {
    let sql = format!(
        "select t.relname || '.' || a.attname from ({TABLES}) t join pg_attribute a on a.attrelid = t.oid \
         where a.atttypid = 'bytea'::regtype and not a.attisdropped and t.relname <> '_sqlx_migrations' order by 1"
    );
    let encrypted = EncryptedColumn::ALL.map(EncryptedColumn::name);
    let mut known = [HASHES, &encrypted].concat();
    known.sort_unstable();
    assert_eq!(names(&pool, &sql).await, known);
    let counted = "select column_name from count_stale_secrets('{}') order by 1";
    let mut encrypted = encrypted.to_vec();
    encrypted.sort_unstable();
    assert_eq!(names(&pool, counted).await, encrypted, "count_stale_secrets");
}
