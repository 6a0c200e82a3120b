//! Every tenant table × select, insert, update, delete × wrong tenant, no tenant, other owner, with plain SQL that has none of
//! the application's filters.

use service::testing::TestApp;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Row as _};
use uuid::Uuid;

/// All tenant tables except `stages`, referenced tables first, with the values of one row. $1 is the tenant, $2 the owner.
const SEEDS: &[(&str, &str)] = &[
    (
        "mailboxes",
        "(tenant_id, owner_id, id, kind, address, created_at) values ($1, $2, gen_random_uuid(), 'imap', 'a@b.c', now())",
    ),
    (
        "job_applications",
        "(tenant_id, owner_id, id, job_title, company, search_text, match_key, stage_id, stage_changed_at, apply_date, source, created_at, updated_at) \
         values ($1, $2, gen_random_uuid(), 'CANARY', 'CANARY', '', '', (select id from stages where tenant_id = $1 limit 1), now(), now(), '', now(), now())",
    ),
    (
        "application_events",
        "(tenant_id, owner_id, id, application_id, to_stage_id, occurred_at, recorded_at, cause) \
         select $1, $2, gen_random_uuid(), id, stage_id, now(), now(), 'user' from job_applications where tenant_id = $1 and owner_id = $2",
    ),
    (
        "notes",
        "(tenant_id, owner_id, id, application_id, description, created_at) \
         select $1, $2, gen_random_uuid(), id, 'CANARY', now() from job_applications where tenant_id = $1 and owner_id = $2",
    ),
    (
        "application_postings",
        "(tenant_id, owner_id, id, application_id, text, saved_at) \
         select $1, $2, gen_random_uuid(), id, 'CANARY', now() from job_applications where tenant_id = $1 and owner_id = $2 \
         on conflict do nothing",
    ),
    (
        "contacts",
        "(tenant_id, owner_id, id, name, created_at, updated_at) values ($1, $2, gen_random_uuid(), 'CANARY', now(), now())",
    ),
    (
        "contact_links",
        "(tenant_id, owner_id, id, application_id, contact_id, created_at) \
         select $1, $2, gen_random_uuid(), a.id, c.id, now() from job_applications a \
         join contacts c on c.tenant_id = a.tenant_id and c.owner_id = a.owner_id where a.tenant_id = $1 and a.owner_id = $2",
    ),
    (
        "interviews",
        "(tenant_id, owner_id, id, application_id, kind, starts_at, notes, created_at, updated_at) \
         select $1, $2, gen_random_uuid(), id, 'phone', now(), 'CANARY', now(), now() from job_applications where tenant_id = $1 and owner_id = $2",
    ),
    (
        "tasks",
        "(tenant_id, owner_id, id, kind, title, created_at, updated_at) \
         values ($1, $2, gen_random_uuid(), 'task', 'CANARY', now(), now())",
    ),
    (
        "views",
        "(tenant_id, owner_id, id, name, page, query, created_at, updated_at) \
         values ($1, $2, gen_random_uuid(), 'CANARY', 'board', '', now(), now())",
    ),
    (
        "calendar_feeds",
        "(tenant_id, owner_id, version, rotated_at) values ($1, $2, 1, now())",
    ),
    (
        "mail_messages",
        "(tenant_id, owner_id, id, mailbox_id, message_id, subject, sender, sent_at, kind, confidence, recorded_at) \
         select $1, $2, gen_random_uuid(), id, 'x', 'CANARY', '', now(), 'other', 0, now() from mailboxes where tenant_id = $1 and owner_id = $2",
    ),
    (
        "csv_imports",
        "(tenant_id, owner_id, id, state, dry_run, file_name, format, columns, created_at, updated_at) \
         values ($1, $2, gen_random_uuid(), 'done', true, 'CANARY', '{}', '[]', now(), now())",
    ),
    (
        "application_goals",
        "(tenant_id, owner_id, weekly_goal) values ($1, $2, 4)",
    ),
    (
        "files",
        "(tenant_id, owner_id, id, application_id, name, kind, media_type, bytes, sha256, created_at) \
         select $1, $2, gen_random_uuid(), id, 'CANARY', 'other', 'text/plain', 1, '', now() \
         from job_applications where tenant_id = $1 and owner_id = $2",
    ),
    (
        "application_merges",
        "(tenant_id, owner_id, id, application_id, other_id, part_ids, note_ids, mail_ids, created_at) \
         select $1, $2, gen_random_uuid(), id, id, '{}', '{}', '{}', now() from job_applications where tenant_id = $1 and owner_id = $2",
    ),
    (
        "dismissed_duplicates",
        "(tenant_id, owner_id, id, application_id, other_id, created_at) \
         select $1, $2, gen_random_uuid(), id, id, now() from job_applications where tenant_id = $1 and owner_id = $2",
    ),
    (
        "mailbox_tokens",
        "(tenant_id, owner_id, mailbox_id, access_token) \
         select $1, $2, id, 'CANARY' from mailboxes where tenant_id = $1 and owner_id = $2",
    ),
    (
        "imap_accounts",
        "(tenant_id, owner_id, mailbox_id, host, port, security, username, password) \
         select $1, $2, id, 'CANARY', 993, 'tls', 'CANARY', 'CANARY' from mailboxes where tenant_id = $1 and owner_id = $2",
    ),
    (
        "imap_folders",
        "(tenant_id, owner_id, mailbox_id, name, uid_validity, last_uid) \
         select $1, $2, id, 'CANARY', 1, 1 from mailboxes where tenant_id = $1 and owner_id = $2",
    ),
    (
        "mail_imports",
        "(tenant_id, owner_id, id, state, files, created_at, updated_at) values ($1, $2, gen_random_uuid(), 'done', '[]', now(), now())",
    ),
    (
        "import_findings",
        "(tenant_id, owner_id, import_id, id, identity, sent_at, message, is_relevant) \
         select $1, $2, id, gen_random_uuid(), 'CANARY', now(), '\"CANARY\"', true from mail_imports \
         where tenant_id = $1 and owner_id = $2",
    ),
    (
        "sender_rules",
        "(tenant_id, owner_id, id, sender, is_ignored, company, created_at) \
         values ($1, $2, gen_random_uuid(), 'a@b.c', false, 'CANARY', now())",
    ),
    (
        "idempotency_keys",
        "(tenant_id, owner_id, key_hash, fingerprint, succeeded, response, created_at, expires_at) \
         values ($1, $2, '\\x01', '\\x02', true, '\"CANARY\"', now(), now() + interval '1 day')",
    ),
    (
        // One of the workspace, no matter who adds it; $2 has to be used.
        "silence_thresholds",
        "(tenant_id, stage_kind, days) select $1, 'offer', 7 where $2::uuid is not null on conflict do nothing",
    ),
    (
        // Of the workspace, and seen by its owners, admins and coaches; $2 has to be used.
        "groups",
        "(tenant_id, id, name, name_key, created_at) select $1, gen_random_uuid(), 'CANARY', $2::text, now()",
    ),
    (
        "group_members",
        "(tenant_id, group_id, user_id) select $1, id, $2 from groups where tenant_id = $1 and name_key = $2::text",
    ),
    (
        "cohort_months",
        "(tenant_id, month, published_at) select $1, '2026-01-01', now() where $2::uuid is not null on conflict do nothing",
    ),
    (
        "cohort_entries",
        "(tenant_id, id, month, group_ids, is_active, applications, responses, screenings, interviews, offers) \
         select $1, gen_random_uuid(), '2026-01-01', '{}', true, 1, 1, 1, 1, 1 where $2::uuid is not null",
    ),
    (
        "cohort_people",
        "(tenant_id, entry_id, month, owner_id) values ($1, gen_random_uuid(), '2026-01-01', $2)",
    ),
    (
        "access_grants",
        "(tenant_id, owner_id, id, viewer_id, created_at, expires_at) values ($1, $2, gen_random_uuid(), $2, now(), now())",
    ),
    (
        "access_requests",
        "(tenant_id, owner_id, id, viewer_id, scope, state, created_at) values ($1, $2, gen_random_uuid(), $2, 'read', 'pending', now())",
    ),
    (
        "access_log",
        "(tenant_id, id, owner_id, viewer_id, hour, viewed_at) values ($1, gen_random_uuid(), $2, $2, now(), now())",
    ),
    (
        "past_viewers",
        "(tenant_id, owner_id, viewer_id) values ($1, $2, $2)",
    ),
    (
        "application_comments",
        "(tenant_id, id, owner_id, application_id, author_id, text, created_at) \
         select $1, gen_random_uuid(), $2, id, $2, 'CANARY', now() from job_applications where tenant_id = $1 and owner_id = $2",
    ),
    (
        // Of the workspace; $2 has to be used.
        "change_sequences",
        "(tenant_id, last_number) select $1, 9 where $2::uuid is not null on conflict do nothing",
    ),
    (
        "changes",
        "(tenant_id, number, id, owner_id, type, object_id, committed_at) \
         select $1, 1 + (select count(*) from changes where tenant_id = $1), gen_random_uuid(), $2, 'note.created', \
         gen_random_uuid(), now()",
    ),
    (
        "webhook_endpoints",
        "(tenant_id, owner_id, id, url, description, events, state, secret, position, created_at, updated_at) \
         values ($1, $2, gen_random_uuid(), 'https://example.org', 'CANARY', '{*}', 'enabled', '', 0, now(), now())",
    ),
    (
        "webhook_deliveries",
        "(tenant_id, owner_id, id, endpoint_id, event_id, type, order_key, number, payload, status, created_at) \
         select $1, $2, gen_random_uuid(), id, gen_random_uuid(), 'note.created', id, 1, 'CANARY', 'failed', now() \
         from webhook_endpoints where tenant_id = $1 and owner_id = $2",
    ),
    (
        "webhook_attempts",
        "(tenant_id, owner_id, id, delivery_id, attempted_at, duration_ms, response) \
         select $1, $2, gen_random_uuid(), id, now(), 1, 'CANARY' from webhook_deliveries where tenant_id = $1 and owner_id = $2",
    ),
    (
        "audit_events",
        "(tenant_id, id, actor_kind, actor_id, action, details, occurred_at) \
         values ($1, gen_random_uuid(), 'user', $2, 'signed_in', '{\"provider\": \"CANARY\"}', now())",
    ),
    (
        "transferred_rows",
        "(tenant_id, owner_id, id, source_tenant_id, source_id, application_id, source_digest, digest, copied_at) \
         select $1, $2, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), id, '', '', now() from job_applications \
         where tenant_id = $1 and owner_id = $2 limit 1",
    ),
    (
        "usage_counts",
        "(tenant_id, owner_id, quota, used) values ($1, $2, 'applications', 1) on conflict do nothing",
    ),
];

struct Fixture {
    app: TestApp,
    login: PgConnection,
    ada: (Uuid, Uuid),
    ben: (Uuid, Uuid),
    /// A member of Ada's tenant.
    cleo: (Uuid, Uuid),
}

async fn fixture(pool: PgPool) -> Fixture {
    let app = TestApp::new(pool).expect("app");
    let mut users = Vec::new();
    for name in ["ada", "ben", "cleo"] {
        let caller = app.register_user(name).await.expect("registered");
        users.push((caller.tenant.id.0, caller.user.id.0));
    }
    let (ada, ben, cleo) = (users[0], users[1], (users[0].0, users[2].1));
    sqlx::query("insert into memberships values ($1, $2, 'member', 'Cleo', now())")
        .bind(cleo.0)
        .bind(cleo.1)
        .execute(&app.owner)
        .await
        .expect("membership");
    for (tenant, user) in [ada, ben, cleo] {
        for (table, values) in SEEDS {
            let sql = format!("insert into {table} {values}");
            sqlx::query(AssertSqlSafe(sql))
                .bind(tenant)
                .bind(user)
                .execute(&app.owner)
                .await
                .expect(table);
        }
    }
    let options = app
        .owner
        .connect_options()
        .as_ref()
        .clone()
        .username("jobhax_login");
    let login = PgConnection::connect_with(&options).await.expect("login");
    Fixture {
        app,
        login,
        ada,
        ben,
        cleo,
    }
}

async fn tenant_tables(pool: &PgPool) -> Vec<String> {
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

/// Runs a statement in a transaction with this tenant context. Returns the number of rows it affected or counted, or the
/// SQLSTATE of the error.
async fn execute_in_context(login: &mut PgConnection, context: &str, sql: &str) -> Result<u64, String> {
    login.execute("begin").await.expect("begin");
    login
        .execute(AssertSqlSafe(context.to_owned()))
        .await
        .expect("context");
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

fn context((tenant, user): (Uuid, Uuid)) -> String {
    format!("select set_tenant_context('{tenant}', '{user}')")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn rows_of_other_users_are_inaccessible(pool: PgPool) {
    let mut s = fixture(pool).await;
    let tables = tenant_tables(&s.app.owner).await;
    assert_eq!(
        tables.len(),
        SEEDS.len() + 1,
        "every tenant table except stages needs a seed: {tables:?}"
    );
    let before = checksum(&s.app.owner, &tables).await;
    let other_tenant = context(s.ben);
    let other_member = context(s.cleo);
    let not_a_member = context((s.ada.0, s.ben.1)); // Ada's tenant, without a membership
    let no_tenant = "set local role jobhax_app".to_owned();
    for table in &tables {
        for (who, context) in [
            ("other tenant", &other_tenant),
            ("other member", &other_member),
            ("not a member", &not_a_member),
            ("no tenant", &no_tenant),
        ] {
            let is_shared = ["stages", "silence_thresholds", "change_sequences"].contains(&table.as_str());
            let is_of_workspace = is_shared
                || ["groups", "group_members", "cohort_months", "cohort_entries"].contains(&table.as_str());
            let shared = is_shared && matches!(who, "other member" | "not a member");
            let victim = match who {
                _ if is_of_workspace => format!("tenant_id = '{}'", s.ada.0),
                _ if table == "audit_events" => {
                    format!("tenant_id = '{}' and actor_id = '{}'", s.ada.0, s.ada.1)
                }
                _ => format!("tenant_id = '{}' and owner_id = '{}'", s.ada.0, s.ada.1),
            };
            let seen = execute_in_context(
                &mut s.login,
                context,
                &format!("select count(*) from {table} where {victim}"),
            )
            .await;
            if table.starts_with("cohort_") {
                assert_eq!(seen, Err("42501".into()), "{who} reads {table}");
            } else if !shared {
                assert_eq!(seen, Ok(0), "{who} sees {table}");
            }
            let update = format!("update {table} set tenant_id = tenant_id where {victim}");
            let updated = execute_in_context(&mut s.login, context, &update).await;
            assert!(
                matches!(&updated.as_ref().map_err(String::as_str), Ok(0) | Err("42501")),
                "{who} updates {table}: {updated:?}"
            );
            let deleted = execute_in_context(
                &mut s.login,
                context,
                &format!("delete from {table} where {victim}"),
            )
            .await;
            assert!(
                matches!(&deleted.as_ref().map_err(String::as_str), Ok(0) | Err("42501")),
                "{who} deletes {table}: {deleted:?}"
            );
            let row = format!("select to_jsonb(t)::text from {table} t where {victim} limit 1");
            let row: String = sqlx::query_scalar(AssertSqlSafe(row))
                .fetch_one(&s.app.owner)
                .await
                .expect("a row");
            let forged = row.replace('\'', "''");
            let insert = format!(
                "insert into {table} select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).* \
                 from jsonb_populate_record(null::{table}, '{forged}') r"
            );
            let inserted = execute_in_context(&mut s.login, context, &insert).await;
            assert_eq!(inserted, Err("42501".into()), "{who} inserts into {table}");
        }
        // Without a tenant context the login has no privileges on the table.
        let direct =
            execute_in_context(&mut s.login, "select 1", &format!("select count(*) from {table}")).await;
        assert_eq!(direct, Err("42501".into()), "the login reads {table}");
        if table.starts_with("cohort_") {
            let own = format!("select count(*) from {table}");
            let own = execute_in_context(&mut s.login, &context(s.ada), &own).await;
            assert_eq!(own, Err("42501".into()), "no one reads {table}");
            continue;
        }
        // Control: the owner does see the row.
        let own = execute_in_context(
            &mut s.login,
            &context(s.ada),
            &format!("select count(*) from {table} where tenant_id = '{}'", s.ada.0),
        )
        .await;
        assert!(own.expect("own rows") > 0, "ada sees her own {table}");
    }
    assert_eq!(checksum(&s.app.owner, &tables).await, before, "something changed");
}

/// The login creates the stages of a new tenant, and can do nothing else on tenant tables.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn login_inserts_stages_only_into_the_new_tenant(pool: PgPool) {
    let mut s = fixture(pool).await;
    let insert = |tenant: Uuid| {
        format!(
            "insert into stages (tenant_id, id, kind, name, position, created_at) \
             values ('{tenant}', gen_random_uuid(), 'offer', 'Offer', 9, now())"
        )
    };
    let (ada, ben) = (s.ada.0, s.ben.0);
    let new_tenant = format!("select set_new_tenant_context('{ada}')");
    let denied = Err("42501".to_owned());
    for (context, sql, expected) in [
        (new_tenant.as_str(), insert(ada), Ok(1)),
        (&new_tenant, insert(ben), denied.clone()),
        ("select 1", insert(ada), denied.clone()),
        ("set local role jobhax_app", insert(ada), denied.clone()),
        (&new_tenant, "select count(*) from stages".into(), denied.clone()),
        (&new_tenant, "update stages set name = 'x'".into(), denied.clone()),
        (&new_tenant, "delete from stages".into(), denied.clone()),
        (
            &new_tenant,
            format!("{} returning id", insert(ada)),
            denied.clone(),
        ),
        (
            &new_tenant,
            "select count(*) from job_applications".into(),
            denied,
        ),
    ] {
        let result = execute_in_context(&mut s.login, context, &sql).await;
        assert_eq!(result, expected, "{context}: {sql}");
    }
}

/// Changes are appended by the function alone, and only for oneself, or for what all members share.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn changes_of_others_cannot_be_appended(pool: PgPool) {
    let mut s = fixture(pool).await;
    let append = |tenant: Uuid, owner: Option<Uuid>| {
        let owner = owner.map_or_else(|| "null".to_owned(), |owner| owner.to_string());
        let object = Uuid::nil();
        format!(
            "select count(append_changes('{tenant}', '{{note.created}}', '{{{object}}}', '{{{owner}}}', '{{null}}'))"
        )
    };
    let (ada, ben, cleo) = (context(s.ada), context(s.ben), context(s.cleo));
    let denied = Err("42501".to_owned());
    for (who, sql, expected) in [
        (ada.as_str(), append(s.ada.0, Some(s.ada.1)), Ok(1)),
        (&ada, append(s.ada.0, None), Ok(1)),
        ("select 1", append(s.ada.0, None), Ok(1)),
        (&ben, append(s.ada.0, Some(s.ben.1)), denied.clone()),
        (&ben, append(s.ada.0, None), denied.clone()),
        (&cleo, append(s.ada.0, Some(s.ada.1)), denied.clone()),
        ("select 1", append(s.ada.0, Some(s.ada.1)), denied.clone()),
        (
            &ada,
            "insert into changes select * from changes".into(),
            denied.clone(),
        ),
        (&ada, "update change_sequences set last_number = 0".into(), denied),
    ] {
        assert_eq!(
            execute_in_context(&mut s.login, who, &sql).await,
            expected,
            "{who}: {sql}"
        );
    }
}

/// The login adds events of accounts and members, and can do nothing else with the audit log. Members add their own events only.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn audit_events_can_be_added_and_never_changed(pool: PgPool) {
    let mut s = fixture(pool).await;
    let insert = |tenant: Uuid, actor: Uuid| {
        format!(
            "insert into audit_events (tenant_id, id, actor_kind, actor_id, action, occurred_at) \
             values ('{tenant}', gen_random_uuid(), 'user', '{actor}', 'signed_in', now())"
        )
    };
    let (ada, ben, cleo) = (s.ada, s.ben, s.cleo);
    let (of_ada, of_cleo) = (context(ada), context(cleo));
    let denied = Err("42501".to_owned());
    let count = "select count(*) from audit_events".to_owned();
    let mut expected_rows = 2; // those of the fixture
    sqlx::query("delete from audit_events where action <> 'signed_in' or details = '{}'")
        .execute(&s.app.owner)
        .await
        .expect("only rows of the fixture");
    for (context, sql, expected) in [
        ("select 1", insert(ben.0, ada.1), Ok(1)),
        ("select 1", count.clone(), denied.clone()),
        (
            "select 1",
            "update audit_events set action = 'x'".into(),
            denied.clone(),
        ),
        ("select 1", "delete from audit_events".into(), denied.clone()),
        (of_ada.as_str(), insert(ada.0, ada.1), Ok(1)),
        (&of_ada, insert(ada.0, cleo.1), denied.clone()),
        (&of_ada, insert(ben.0, ada.1), denied.clone()),
        (
            &of_ada,
            "update audit_events set action = 'x'".into(),
            denied.clone(),
        ),
        (&of_ada, "delete from audit_events".into(), denied.clone()),
        (&of_ada, count.clone(), Ok(expected_rows)),
        (&of_cleo, count.clone(), Ok(1)),
    ] {
        let result = execute_in_context(&mut s.login, context, &sql).await;
        assert_eq!(result, expected, "{context}: {sql}");
    }
    // An admin sees the events of others, too.
    sqlx::query("update memberships set role = 'admin' where user_id = $1")
        .bind(cleo.1)
        .execute(&s.app.owner)
        .await
        .expect("promoted");
    expected_rows = 2;
    let seen = execute_in_context(&mut s.login, &of_cleo, &count).await;
    assert_eq!(seen, Ok(expected_rows));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn purge_deletes_only_events_and_views_older_than_400_days(pool: PgPool) {
    let mut s = fixture(pool).await;
    let events = (
        "audit_events",
        "(tenant_id, id, actor_kind, actor_id, action, occurred_at) values ($1, gen_random_uuid(), 'user', $2, 'signed_in', ",
    );
    let views = (
        "access_log",
        "(tenant_id, id, owner_id, viewer_id, hour, viewed_at) \
         select $1, gen_random_uuid(), $2, $2, t, t from (values (",
    );
    for ((table, values), end) in [(events, ")"), (views, ")) v (t)")] {
        sqlx::query(AssertSqlSafe(format!("delete from {table}")))
            .execute(&s.app.owner)
            .await
            .expect("emptied");
        for age in ["399 days 23 hours", "400 days 1 hour", "900 days"] {
            let sql = format!("insert into {table} {values} now() - interval '{age}' {end}");
            sqlx::query(AssertSqlSafe(sql))
                .bind(s.ada.0)
                .bind(s.ada.1)
                .execute(&s.app.owner)
                .await
                .expect(table);
        }
        let purge = format!("select purge_{table}(1000)");
        let denied = execute_in_context(&mut s.login, &context(s.ada), &purge).await;
        assert_eq!(denied, Err("42501".into()), "not for the role of tenants");
        let purged: i32 = sqlx::query_scalar(AssertSqlSafe(purge))
            .fetch_one(&mut s.login)
            .await
            .expect("purged");
        assert_eq!(purged, 2, "{table}");
        let left: i64 = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&s.app.owner)
            .await
            .expect("counted");
        assert_eq!(left, 1, "{table}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn row_cannot_be_moved_to_another_owner_or_tenant(pool: PgPool) {
    let mut s = fixture(pool).await;
    for set in [
        format!("tenant_id = '{}'", s.ben.0),
        format!("owner_id = '{}'", s.cleo.1),
    ] {
        let result = execute_in_context(
            &mut s.login,
            &context(s.ada),
            &format!("update job_applications set {set}"),
        )
        .await;
        assert_eq!(result, Err("42501".into()), "{set}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_or_missing_tenant_context_fails_closed(pool: PgPool) {
    let mut s = fixture(pool).await;
    let count = "select count(*) from job_applications";
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.ada), count).await,
        Ok(1)
    );
    // Settings of an earlier transaction are reset to the empty string, which matches no tenant.
    assert_eq!(
        execute_in_context(&mut s.login, "set local role jobhax_app", count).await,
        Ok(0)
    );
    let unknown = context((Uuid::from_u128(1), Uuid::from_u128(2)));
    assert_eq!(execute_in_context(&mut s.login, &unknown, count).await, Ok(0));
    let invalid = "do $$ begin set local role jobhax_app; set local app.tenant_id = 'x'; end $$";
    assert!(execute_in_context(&mut s.login, invalid, count).await.is_err());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn access_grant_allows_reading_until_it_expires(pool: PgPool) {
    let mut s = fixture(pool).await;
    let count = format!(
        "select count(*) from job_applications where owner_id = '{}'",
        s.ada.1
    );
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &count).await,
        Ok(0)
    );
    sqlx::query(
        "insert into access_grants values ($1, gen_random_uuid(), $2, $3, now(), now() + interval '1 hour')",
    )
    .bind(s.ada.0)
    .bind(s.ada.1)
    .bind(s.cleo.1)
    .execute(&s.app.owner)
    .await
    .expect("granted");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &count).await,
        Ok(0),
        "a member has no clients"
    );
    sqlx::query("update memberships set role = 'coach' where user_id = $1")
        .bind(s.cleo.1)
        .execute(&s.app.owner)
        .await
        .expect("role");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &count).await,
        Ok(1)
    );
    let comment = format!(
        "insert into application_comments (tenant_id, id, owner_id, application_id, author_id, text, created_at) \
         select tenant_id, gen_random_uuid(), owner_id, id, '{}', 'x', now() from job_applications where owner_id = '{}'",
        s.cleo.1, s.ada.1
    );
    let denied = Err("42501".to_owned());
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &comment).await,
        denied,
        "a grant to read"
    );
    sqlx::query("update access_grants set scope = 'comment' where viewer_id = $1")
        .bind(s.cleo.1)
        .execute(&s.app.owner)
        .await
        .expect("scope");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &comment).await,
        Ok(1)
    );
    let task = |assigned_by: Uuid| {
        format!(
            "insert into tasks (tenant_id, owner_id, id, kind, title, assigned_by, assigned_by_name, created_at, updated_at) \
             values ('{}', '{}', gen_random_uuid(), 'task', 'x', '{assigned_by}', 'x', now(), now())",
            s.ada.0, s.ada.1
        )
    };
    let (own_name, other_name) = (task(s.cleo.1), task(s.ada.1));
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &own_name).await,
        Ok(1)
    );
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &other_name).await,
        denied,
        "in the name of the client"
    );
    let tasks = format!("delete from tasks where owner_id = '{}'", s.ada.1);
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &tasks).await,
        Ok(0),
        "the client's own tasks"
    );
    let update = format!(
        "update job_applications set company = 'x' where owner_id = '{}'",
        s.ada.1
    );
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &update).await,
        Ok(0)
    );
    sqlx::query("update access_grants set expires_at = now() - interval '1 second'")
        .execute(&s.app.owner)
        .await
        .expect("expired");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.cleo), &count).await,
        Ok(0)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_events_are_append_only(pool: PgPool) {
    let mut s = fixture(pool).await;
    let retract = "select count(*) filter (where retract_last_event(tenant_id, id)) from job_applications";
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.ada), retract).await,
        Ok(0),
        "a creation stays"
    );
    let of_email = "insert into application_events \
        (tenant_id, owner_id, id, application_id, from_stage_id, to_stage_id, occurred_at, recorded_at, cause, mail_id) \
        select a.tenant_id, a.owner_id, gen_random_uuid(), a.id, a.stage_id, a.stage_id, now(), now() + interval '1 day', 'mail', m.id \
        from job_applications a join mail_messages m on m.tenant_id = a.tenant_id and m.owner_id = a.owner_id";
    s.app.owner.execute(of_email).await.expect("events of emails");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.ada), retract).await,
        Ok(0),
        "what an email changed by itself stays"
    );
    let decide = "update application_events set actor_id = owner_id where mail_id is not null";
    s.app.owner.execute(decide).await.expect("decided by the users");
    assert_eq!(
        execute_in_context(&mut s.login, &context(s.ada), retract).await,
        Ok(1),
        "what the user decided about an email"
    );
    for sql in [
        "update application_events set cause = 'rule'",
        "delete from application_events",
        "truncate application_events",
        "delete from job_applications",
    ] {
        assert_eq!(
            execute_in_context(&mut s.login, &context(s.ada), sql).await,
            Err("42501".into()),
            "{sql}"
        );
    }
}
