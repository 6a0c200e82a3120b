//! Rows of two members of a tenant and of another tenant, in every tenant table, and statements in the context of one of them.

use service::testing::TestApp;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Row as _};
use uuid::Uuid;

/// All tenant tables except `stages`, referenced tables first, with the values of one row. $1 is the tenant, $2 the owner.
pub const SEEDS: &[(&str, &str)] = &[
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

pub struct Fixture {
    pub app: TestApp,
    pub login: PgConnection,
    pub ada: (Uuid, Uuid),
    pub ben: (Uuid, Uuid),
    /// A member of Ada's tenant.
    pub cleo: (Uuid, Uuid),
}

pub async fn fixture(pool: PgPool) -> Fixture {
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

pub async fn tenant_tables(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity and relname <> 'memberships'",
    )
    .fetch_all(pool)
    .await
    .expect("tables")
}

pub async fn checksum(pool: &PgPool, tables: &[String]) -> Vec<String> {
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
pub async fn execute_in_context(login: &mut PgConnection, context: &str, sql: &str) -> Result<u64, String> {
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

pub fn context((tenant, user): (Uuid, Uuid)) -> String {
    format!("select set_tenant_context('{tenant}', '{user}')")
}
