//! `scripts/distribute.sql`, run on plain Postgres with stand-ins for the functions of Citus: what it refuses, and that it loses
//! nothing of the schema. That Citus accepts it can only be tried on a cluster.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};
use std::{fs, path::Path};

/// A table is "distributed" into one shard with the same protection.
const STAND_INS: &str = r"
create table pg_dist_partition (logicalrelid regclass, partmethod text);
create table pg_dist_shard (logicalrelid regclass, shardid bigint);
create table pg_dist_placement (shardid bigint);
create table truncated (name regclass);
create function create_reference_table(p regclass) returns void language sql as $$ insert into pg_dist_partition values (p, 'n') $$;
create function create_distributed_table(p regclass, p_column text, colocate_with text default null, shard_count int default null)
returns void language plpgsql as $$
begin
  if exists (select from pg_constraint where contype = 'f' and conrelid = p) then
    raise exception '% has foreign keys', p;
  end if;
  if p <> 'stages'::regclass and colocate_with is distinct from 'public.stages' then
    raise exception '% is not colocated', p;
  end if;
  insert into pg_dist_partition values (p, 'h');
  insert into pg_dist_shard values (p, p::oid::bigint);
  insert into pg_dist_placement values (p::oid::bigint);
  execute format('create table %I (like %s)', p || '_102008', p);
  perform protect_tenant_table((p || '_102008')::regclass, 'tenant', 'admin');
end $$;
create function run_command_on_all_nodes(p text) returns table (nodeid int, success boolean, result text) language plpgsql as $$
begin
  execute p into result;
  nodeid := 1;
  success := true;
  return next;
end $$;
create function truncate_local_data_after_distributing_table(p regclass) returns void language sql as
  $$ insert into truncated values (p) $$;
";

const FOREIGN_KEYS: &str = "select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint \
                            where contype = 'f' and convalidated order by 1";

/// The script without the lines that only psql understands.
fn script() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/distribute.sql");
    let text = fs::read_to_string(path).expect("script");
    let lines = text.lines().filter(|l| !l.trim_start().starts_with('\\'));
    lines.collect::<Vec<_>>().join("\n").replace(":shard_count", "32")
}

async fn run(pool: &PgPool, sql: &str) -> Result<(), String> {
    let mut conn = PgConnection::connect_with(&pool.connect_options())
        .await
        .expect("connection");
    let result = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut conn)
        .await;
    let _ = conn.close().await; // ends a failed transaction
    result.map(|_| ()).map_err(|e| e.to_string())
}

async fn list(pool: &PgPool, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(pool).await.expect("rows")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn database_without_citus_or_with_connected_server_is_refused(pool: PgPool) {
    let before = list(&pool, FOREIGN_KEYS).await;
    let refused = run(&pool, &script()).await.expect_err("refused");
    assert!(refused.contains("citus is not installed"), "{refused}");
    run(&pool, STAND_INS).await.expect("stand-ins");
    let login = pool.connect_options().as_ref().clone().username("jobhax_login");
    let server = PgPool::connect_with(login).await.expect("login");
    let refused = run(&pool, &script()).await.expect_err("refused");
    assert!(refused.contains("stop every server first"), "{refused}");
    server.close().await;
    let old = "create function lock_old() returns void language plpgsql as \
               $$ begin perform from public.memberships for key share; end $$; \
               create function list_old() returns setof notes language plpgsql as $$ begin end $$";
    run(&pool, old).await.expect("functions of an older version");
    let refused = run(&pool, &script()).await.expect_err("refused");
    assert!(refused.contains("list_old, lock_old"), "{refused}");
    assert_eq!(list(&pool, FOREIGN_KEYS).await, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn distributing_keeps_foreign_keys_and_happens_once(pool: PgPool) {
    let before = list(&pool, FOREIGN_KEYS).await;
    run(&pool, STAND_INS).await.expect("stand-ins");
    run(&pool, &script()).await.expect("distributed");
    let after = list(&pool, FOREIGN_KEYS).await;
    assert_eq!(after, before);
    let replicated = "select logicalrelid::text from pg_dist_partition where partmethod = 'n' order by 1";
    assert_eq!(list(&pool, replicated).await, ["memberships", "tenants", "users"]);
    let missing = "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity \
                   and relname !~ '_102008$' and oid not in (select name from truncated)";
    assert_eq!(list(&pool, missing).await, Vec::<String>::new());
    // Later migrations distribute their tables.
    let later = "create table reminders (tenant_id uuid, id uuid, owner_id uuid); select mark_tenant_table('reminders')";
    run(&pool, later).await.expect("later");
    let marked =
        "select logicalrelid::text from pg_dist_partition where logicalrelid = 'reminders'::regclass";
    assert_eq!(list(&pool, marked).await, ["reminders"]);

    let refused = run(&pool, &script()).await.expect_err("refused");
    assert!(refused.contains("distributed already"), "{refused}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unprotected_shard_fails_the_check(pool: PgPool) {
    run(&pool, STAND_INS).await.expect("stand-ins");
    let unprotected = script().replace(
        "commit;\n\n-- 8",
        "alter table notes_102008 no force row level security; commit;\n\n-- 8",
    );
    let failed = run(&pool, &unprotected).await.expect_err("failed");
    assert!(
        failed.contains("shards are under forced row level security"),
        "{failed}"
    );
}
