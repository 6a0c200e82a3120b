//! RLS-3 and the matrix: every tenant table × select, insert, update, delete × wrong tenant, unset tenant, other owner, in
//! plain SQL without any `where` of the application.

use service::testing::Bench;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Row as _};
use uuid::Uuid;

/// All tenant tables, parents first, with the values of one row besides tenant and owner.
const SEEDS: &[(&str, &str)] = &[
    (
        "mailbox",
        "(tenant_id, owner_id, id, kind, address, created_at) values ($1, $2, gen_random_uuid(), 'imap', 'a@b.c', now())",
    ),
    (
        "job_application",
        "(tenant_id, owner_id, id, job_title, company, search_text, match_key, stage_id, moved_at, apply_date, source, created_at, updated_at) \
         values ($1, $2, gen_random_uuid(), 'CANARY', 'CANARY', '', '', (select id from stage where tenant_id = $1 limit 1), now(), now(), '', now(), now())",
    ),
    (
        "application_event",
        "(tenant_id, owner_id, id, application_id, to_stage_id, occurred_at, recorded_at, cause) \
         select $1, $2, gen_random_uuid(), id, stage_id, now(), now(), 'user' from job_application where tenant_id = $1 and owner_id = $2",
    ),
    (
        "note",
        "(tenant_id, owner_id, id, application_id, description, created_at) \
         select $1, $2, gen_random_uuid(), id, 'CANARY', now() from job_application where tenant_id = $1 and owner_id = $2",
    ),
    (
        "mail_message",
        "(tenant_id, owner_id, id, mailbox_id, message_id, subject, sender, sent_at, kind, confidence, recorded_at) \
         select $1, $2, gen_random_uuid(), id, 'x', 'CANARY', '', now(), 'other', 0, now() from mailbox where tenant_id = $1 and owner_id = $2",
    ),
    (
        "mailbox_access",
        "(tenant_id, owner_id, mailbox_id, access_token) \
         select $1, $2, id, 'CANARY' from mailbox where tenant_id = $1 and owner_id = $2",
    ),
    (
        "mail_import",
        "(tenant_id, owner_id, id, state, files, created_at, updated_at) values ($1, $2, gen_random_uuid(), 'done', '[]', now(), now())",
    ),
    (
        "idempotency_key",
        "(tenant_id, owner_id, key_hash, fingerprint, made, answer, created_at, expires_at) \
         values ($1, $2, '\\x01', '\\x02', true, '\"CANARY\"', now(), now() + interval '1 day')",
    ),
    (
        "access_grant",
        "(tenant_id, owner_id, id, viewer_id, created_at, expires_at) values ($1, $2, gen_random_uuid(), $2, now(), now())",
    ),
];

struct Scene {
    bench: Bench,
    login: PgConnection,
    ada: (Uuid, Uuid),
    ben: (Uuid, Uuid),
    /// A member of Ada's workspace.
    cleo: (Uuid, Uuid),
}

async fn scene(pool: PgPool) -> Scene {
    let bench = Bench::new(pool).expect("bench");
    let mut people = Vec::new();
    for name in ["ada", "ben", "cleo"] {
        let caller = bench.person(name).await.expect("registered");
        people.push((caller.tenant.id.0, caller.user.id.0));
    }
    let (ada, ben, cleo) = (people[0], people[1], (people[0].0, people[2].1));
    sqlx::query("insert into memberships values ($1, $2, 'member', 'Cleo', now())")
        .bind(cleo.0)
        .bind(cleo.1)
        .execute(&bench.owner)
        .await
        .expect("membership");
    for (tenant, user) in [ada, ben, cleo] {
        for (table, values) in SEEDS {
            let sql = format!("insert into {table} {values}");
            sqlx::query(AssertSqlSafe(sql))
                .bind(tenant)
                .bind(user)
                .execute(&bench.owner)
                .await
                .expect(table);
        }
    }
    let options = bench
        .owner
        .connect_options()
        .as_ref()
        .clone()
        .username("jobhax_login");
    let login = PgConnection::connect_with(&options).await.expect("login");
    Scene {
        bench,
        login,
        ada,
        ben,
        cleo,
    }
}

async fn tables(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity and relname <> 'memberships'",
    )
    .fetch_all(pool)
    .await
    .expect("tables")
}

async fn checksum(pool: &PgPool, tables: &[String]) -> Vec<String> {
    let mut sums = Vec::new();
    for table in tables {
        let sql =
            format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t");
        sums.push(
            sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(pool)
                .await
                .expect("checksum"),
        );
    }
    sums
}

/// Runs a statement as one who entered so (or did not), and says how many rows it touched or returned.
async fn attempt(login: &mut PgConnection, enter: &str, sql: &str) -> Result<u64, String> {
    login.execute("begin").await.expect("begin");
    login
        .execute(AssertSqlSafe(enter.to_owned()))
        .await
        .expect("entered");
    let result = if sql.starts_with("select") {
        sqlx::query(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&mut *login)
            .await
            .map(|r| r.get::<i64, _>(0).unsigned_abs())
    } else {
        sqlx::query(AssertSqlSafe(sql.to_owned()))
            .execute(&mut *login)
            .await
            .map(|r| r.rows_affected())
    };
    login.execute("rollback").await.expect("rollback");
    result.map_err(|e| {
        e.as_database_error()
            .and_then(|d| d.code().map(std::borrow::Cow::into_owned))
            .unwrap_or_default()
    })
}

fn enter((tenant, user): (Uuid, Uuid)) -> String {
    format!("select enter('{tenant}', '{user}')")
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nobody_reaches_anybody_elses_rows(pool: PgPool) {
    let mut s = scene(pool).await;
    let tables = tables(&s.bench.owner).await;
    assert_eq!(
        tables.len(),
        SEEDS.len() + 1,
        "every tenant table but stage has a seed here: {tables:?}"
    );
    let before = checksum(&s.bench.owner, &tables).await;
    let stranger = enter(s.ben);
    let colleague = enter(s.cleo);
    let intruder = enter((s.ada.0, s.ben.1)); // names a workspace that he is not in
    let role_only = "set local role jobhax_app".to_owned();
    for table in &tables {
        for (who, enter) in [
            ("stranger", &stranger),
            ("colleague", &colleague),
            ("intruder", &intruder),
            ("unset", &role_only),
        ] {
            let shared = table == "stage" && matches!(who, "colleague" | "intruder");
            let granted = table == "access_grant" && matches!(who, "colleague" | "intruder");
            let victim = match who {
                _ if table == "stage" => format!("tenant_id = '{}'", s.ada.0),
                _ => format!("tenant_id = '{}' and owner_id = '{}'", s.ada.0, s.ada.1),
            };
            let seen = attempt(
                &mut s.login,
                enter,
                &format!("select count(*) from {table} where {victim}"),
            )
            .await;
            if !(shared || granted) {
                assert_eq!(seen, Ok(0), "{who} sees {table}");
            }
            let update = format!("update {table} set tenant_id = tenant_id where {victim}");
            let updated = attempt(&mut s.login, enter, &update).await;
            assert!(
                matches!(&updated.as_ref().map_err(String::as_str), Ok(0) | Err("42501")),
                "{who} updates {table}: {updated:?}"
            );
            let deleted = attempt(
                &mut s.login,
                enter,
                &format!("delete from {table} where {victim}"),
            )
            .await;
            assert!(
                matches!(&deleted.as_ref().map_err(String::as_str), Ok(0) | Err("42501")),
                "{who} deletes {table}: {deleted:?}"
            );
            let row = format!("select to_jsonb(t)::text from {table} t where {victim} limit 1");
            let row: String = sqlx::query_scalar(AssertSqlSafe(row))
                .fetch_one(&s.bench.owner)
                .await
                .expect("a row");
            let forged = row.replace('\'', "''");
            let insert = format!(
                "insert into {table} select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).* \
                 from jsonb_populate_record(null::{table}, '{forged}') r"
            );
            let inserted = attempt(&mut s.login, enter, &insert).await;
            assert_eq!(inserted, Err("42501".into()), "{who} inserts into {table}");
        }
        // Without entering at all, the login does not even have the table.
        let plain = attempt(&mut s.login, "select 1", &format!("select count(*) from {table}")).await;
        assert_eq!(plain, Err("42501".into()), "the login reads {table}");
        // And the matrix is not empty talk: the owner does see the row.
        let own = attempt(
            &mut s.login,
            &enter(s.ada),
            &format!("select count(*) from {table} where tenant_id = '{}'", s.ada.0),
        )
        .await;
        assert!(own.expect("own rows") > 0, "ada sees her own {table}");
    }
    assert_eq!(
        checksum(&s.bench.owner, &tables).await,
        before,
        "something changed"
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_row_cannot_be_moved_to_another_owner_or_tenant(pool: PgPool) {
    let mut s = scene(pool).await;
    for set in [
        format!("tenant_id = '{}'", s.ben.0),
        format!("owner_id = '{}'", s.cleo.1),
    ] {
        let moved = attempt(
            &mut s.login,
            &enter(s.ada),
            &format!("update job_application set {set}"),
        )
        .await;
        assert_eq!(moved, Err("42501".into()), "{set}");
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn garbage_and_leftovers_fail_closed(pool: PgPool) {
    let mut s = scene(pool).await;
    let count = "select count(*) from job_application";
    assert_eq!(attempt(&mut s.login, &enter(s.ada), count).await, Ok(1));
    // The settings of the transaction before are gone; what stays behind is the empty string, which is nobody.
    assert_eq!(
        attempt(&mut s.login, "set local role jobhax_app", count).await,
        Ok(0)
    );
    let unknown = enter((Uuid::from_u128(1), Uuid::from_u128(2)));
    assert_eq!(attempt(&mut s.login, &unknown, count).await, Ok(0));
    let garbage = "do $$ begin set local role jobhax_app; set local app.tenant_id = 'x'; end $$";
    assert!(attempt(&mut s.login, garbage, count).await.is_err());
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_grant_lets_see_and_not_change_until_it_expires(pool: PgPool) {
    let mut s = scene(pool).await;
    let count = format!(
        "select count(*) from job_application where owner_id = '{}'",
        s.ada.1
    );
    assert_eq!(attempt(&mut s.login, &enter(s.cleo), &count).await, Ok(0));
    sqlx::query(
        "insert into access_grant values ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 hour')",
    )
    .bind(s.ada.0)
    .bind(s.ada.1)
    .bind(s.cleo.1)
    .execute(&s.bench.owner)
    .await
    .expect("granted");
    assert_eq!(attempt(&mut s.login, &enter(s.cleo), &count).await, Ok(1));
    let update = format!(
        "update job_application set company = 'x' where owner_id = '{}'",
        s.ada.1
    );
    assert_eq!(attempt(&mut s.login, &enter(s.cleo), &update).await, Ok(0));
    sqlx::query("update access_grant set expires_at = now() - interval '1 second'")
        .execute(&s.bench.owner)
        .await
        .expect("expired");
    assert_eq!(attempt(&mut s.login, &enter(s.cleo), &count).await, Ok(0));
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_ledger_is_only_added_to(pool: PgPool) {
    let mut s = scene(pool).await;
    for sql in [
        "update application_event set cause = 'rule'",
        "delete from application_event",
        "truncate application_event",
        "delete from job_application",
    ] {
        assert_eq!(
            attempt(&mut s.login, &enter(s.ada), sql).await,
            Err("42501".into()),
            "{sql}"
        );
    }
}
