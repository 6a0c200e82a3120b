//! Every statement of `.sqlx` and every function of the schema has a form that Citus accepts, because the other tests run on plain
//! Postgres.

use crate::citus_rules::{ALL_TENANTS, REFERENCE, generic_plan_violations, tokens, violations};
use serde_json::Value;
use sqlx::PgPool;
use std::{collections::BTreeSet, fs, path::Path};

async fn tenant_tables(pool: &PgPool) -> BTreeSet<String> {
    let names: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity",
    )
    .fetch_all(pool)
    .await
    .expect("tables");
    names
        .into_iter()
        .filter(|n| !REFERENCE.contains(&n.as_str()))
        .collect()
}

/// The statements of the `query` macros.
fn statements() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.sqlx");
    let mut statements = Vec::new();
    for entry in fs::read_dir(folder).expect(".sqlx") {
        let text = fs::read_to_string(entry.expect("entry").path()).expect("text");
        let described: Value = serde_json::from_str(&text).expect("JSON");
        statements.push(described["query"].as_str().expect("query").to_owned());
    }
    assert!(statements.len() >= 100, "only {} statements", statements.len());
    statements
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_statement_has_a_form_that_citus_accepts(pool: PgPool) {
    let tables = tenant_tables(&pool).await;
    assert!(tables.len() >= 10, "{tables:?}");
    let mut refused = Vec::new();
    for statement in statements().iter().filter(|s| !ALL_TENANTS.contains(&s.as_str())) {
        for violation in violations(statement, &tables) {
            refused.push(format!("{violation}: {statement}"));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_function_has_a_form_that_citus_accepts(pool: PgPool) {
    let functions: Vec<(String, String, String, bool, bool)> = sqlx::query_as(
        "select p.proname::text, l.lanname::text, p.prosrc, p.pronargs > 0, \
         coalesce(p.proconfig::text ~ 'plan_cache_mode=force_generic_plan', false) \
         from pg_proc p join pg_language l on l.oid = p.prolang where p.pronamespace = 'public'::regnamespace",
    )
    .fetch_all(&pool)
    .await
    .expect("functions");
    assert!(functions.len() >= 5, "{functions:?}");
    let tables = tenant_tables(&pool).await;
    for (name, language, body, has_arguments, has_generic_plan) in functions {
        let tokens = tokens(&body);
        let reads = tokens
            .iter()
            .any(|t| matches!(t.as_str(), "from" | "into" | "update"));
        assert!(
            language != "sql" || !has_arguments || !reads,
            "{name}: Citus cannot plan a function of language sql with arguments; use plpgsql"
        );
        for statement in body.split(';') {
            let found = match name.as_str() {
                // Sent to every node on purpose.
                "count_stale_secrets"
                | "list_stale_secret_owners"
                | "purge_access_log"
                | "purge_applications"
                | "purge_audit_events"
                | "purge_changes" => Vec::new(),
                _ => violations(statement, &tables),
            };
            assert!(found.is_empty(), "{name}: {found:?}: {statement}");
            if has_generic_plan {
                let found = generic_plan_violations(statement, &tables);
                assert!(
                    found.is_empty(),
                    "{name}: Citus cannot plan {found:?} without the values of the parameters: {statement}"
                );
            }
        }
    }
}

/// `undistribute_table` replaces a table and drops what depends on the type of the old one.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn no_function_depends_on_the_type_of_a_table(pool: PgPool) {
    let dependent: Vec<String> = sqlx::query_scalar(
        "select p.proname || ' ' || t.typname from pg_proc p \
         join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.refclassid = 'pg_type'::regclass \
         join pg_type t on t.oid = d.refobjid join pg_class c on c.oid = t.typrelid \
         where p.pronamespace = 'public'::regnamespace and c.relkind in ('r', 'p')",
    )
    .fetch_all(&pool)
    .await
    .expect("functions");
    assert_eq!(dependent, Vec::<String>::new());
}

#[test]
fn every_refused_form_is_found() {
    let tables: BTreeSet<String> = ["notes", "job_applications", "stages", "application_events"]
        .map(str::to_owned)
        .into();
    for (refused, sql) in [
        (
            "subquery in the RETURNING",
            "with before as (select 1 as n from known_devices where user_id = $1) \
             insert into known_devices (user_id) values ($1) returning (select n from before)",
        ),
        (
            "subquery in the VALUES",
            "insert into sessions (id, n) values ($1, (select 1))",
        ),
        (
            "without an alias of the target",
            "insert into notes (tenant_id, id) select a.tenant_id, $2 from job_applications a where a.tenant_id = $1 returning id",
        ),
        (
            "outer join",
            "select s.id from stages s left join stages t on t.tenant_id = $1 and t.id = $2 where s.tenant_id = $1",
        ),
        (
            "neither RETURNING nor ON CONFLICT",
            "insert into stages (tenant_id, id) select $1, i from unnest($2::uuid[]) i",
        ),
        (
            "wrong number of rows",
            "insert into stages (tenant_id, id) select $1, i from unnest($2::uuid[]) i on conflict do nothing",
        ),
        (
            "function in DO UPDATE SET",
            "insert into notes (tenant_id) values ($1) on conflict (tenant_id) do update set updated_at = now() returning id",
        ),
        (
            "function in RETURNING",
            "update notes set description = $2 where tenant_id = $1 returning now()",
        ),
        (
            "volatile function",
            "update notes set updated_at = clock_timestamp() where tenant_id = $1",
        ),
        (
            "without a condition",
            "select a.id from job_applications a where a.id = $1",
        ),
        (
            "without a condition",
            "select a.id from job_applications a join notes n on n.id = a.id where a.tenant_id = $1",
        ),
        ("without a condition", "delete from notes where id = $1"),
        (
            "sent to every node",
            "select a.id from job_applications a join notes n on n.tenant_id = a.tenant_id and a.tenant_id = n.tenant_id",
        ),
        (
            "same for all tenants",
            "select t.id from tenants t left join notes n on n.tenant_id = t.id where n.tenant_id = $1",
        ),
        (
            "row lock",
            "perform from public.memberships m where m.tenant_id = p_tenant and m.user_id = p_user for key share",
        ),
        (
            "row lock",
            "select 1 from users u join sessions s on s.user_id = u.id for share",
        ),
        ("row lock", "select 1 from tenants where id = $1 for update"),
        ("set_config", "select set_config('app.tenant_id', $1, true)"),
        (
            "merge",
            "merge into notes n using stages s on s.tenant_id = $1 and n.tenant_id = $1 when matched then delete",
        ),
    ] {
        let found = violations(sql, &tables);
        assert!(found.iter().any(|f| f.contains(refused)), "{refused}: {found:?}");
    }
    for accepted in [
        "with n as (insert into notes (tenant_id) values ($1) returning id) select id from n",
        "insert into notes as n (tenant_id) select a.tenant_id from job_applications a where a.tenant_id = $1 returning n.id",
        "select s.id from stages s left join stages t on t.tenant_id = $1 and t.id = coalesce($2, 'x') where s.tenant_id = $1",
        "insert into notes (tenant_id) values ($1) on conflict (tenant_id) do update set n = coalesce(excluded.n, notes.n)",
        "update notes set updated_at = now() where tenant_id = $1",
        "select 1 from users where id = $1 for update",
        "select 1 from sessions s join users u on u.id = s.user_id for share of s",
    ] {
        assert_eq!(violations(accepted, &tables), Vec::<String>::new(), "{accepted}");
    }
}

#[test]
fn statement_that_needs_the_values_of_its_parameters_is_found() {
    let tables: BTreeSet<String> = ["notes", "stages"].map(str::to_owned).into();
    for refused in [
        "v_ids := v_ids || array(select n.id from public.notes n where n.tenant_id = p_tenant)",
        "perform from public.notes n join public.stages s using (tenant_id) where n.tenant_id = p_tenant",
        "perform from public.notes n, public.stages s where n.tenant_id = p_tenant",
        "perform from public.notes n where n.tenant_id = p_tenant and exists (select from public.stages)",
        "perform from public.notes n where n.tenant_id = p_tenant or n.id = v_id",
        "perform from public.notes n where n.id = v_id",
    ] {
        assert!(!generic_plan_violations(refused, &tables).is_empty(), "{refused}");
    }
    for accepted in [
        "select array_agg(n.id) into v_ids from public.notes n where n.tenant_id = p_tenant",
        "update public.notes n set a = r.a, b = r.b where n.tenant_id = p_tenant and n.id = r.id",
        "for v_id in select distinct x.id from unnest(v_ids) as x (id) order by x.id loop \
         return query select n.* from public.notes n where n.tenant_id = p_tenant and n.id = v_id for update",
        "v_ids := v_ids || v_found",
    ] {
        assert_eq!(
            generic_plan_violations(accepted, &tables),
            Vec::<&str>::new(),
            "{accepted}"
        );
    }
}
