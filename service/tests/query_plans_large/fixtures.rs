//! Inserts a million applications, and a hundred thousand messages, events and notes. To be fast, it creates indexes
//! afterwards and disables foreign key checks.

use sqlx::PgPool;

const USERS: &str = "
    with u as (
      insert into users (id, email, email_normalized, created_at)
      select gen_random_uuid(), n || '@x.yz', n || '@x.yz', now() from generate_series(1, 999) n returning id
    ), t as (
      insert into tenants (id, slug, name, kind, created_at) select id, id::text, '', 'personal', now() from u returning id
    ), m as (
      insert into memberships select id, id, 'owner', '', now() from t returning tenant_id
    )
    insert into stages select tenant_id, gen_random_uuid(), 'applied', 'x', n, now() from m cross join generate_series(0, 4) n;
    insert into mailboxes (tenant_id, owner_id, id, kind, address, created_at)
      select tenant_id, user_id, gen_random_uuid(), 'gmail', 'a@b.c', now() from memberships";
const APPLICATIONS: &str = "
    insert into job_applications (tenant_id, owner_id, id, job_title, company, search_text, match_key, stage_id, stage_changed_at,
      apply_date, source, outcome, created_at, updated_at)
    select m.tenant_id, m.user_id, gen_random_uuid(), 'Analyst ' || n, 'Company ' || n, 'analyst company ' || n,
      'company ' || n, s.ids[n % 5 + 1], timestamptz '2026-03-01' - n * interval '1 hour', date '2026-03-01' - n,
      case n % 4 when 0 then 'Indeed' else 'LinkedIn' end, case n % 7 when 0 then 'rejected' end,
      now(), timestamptz '2026-03-01' - n * interval '1 minute'
    from memberships m
    join (select tenant_id, array_agg(id order by position) as ids from stages group by tenant_id) s using (tenant_id)
    cross join generate_series(1, 1000) n";
const MESSAGES: &str = "
    insert into mail_messages (tenant_id, owner_id, id, mailbox_id, message_id, subject, sender, sent_at, kind, confidence, recorded_at)
    select b.tenant_id, b.owner_id, gen_random_uuid(), b.id, n::text, 's', 'a', timestamptz '2026-03-01' - n * interval '1 hour',
      'other', 0, now()
    from mailboxes b cross join generate_series(1, 100) n";
const EVENTS_AND_NOTES: &str = "
    insert into application_events (tenant_id, owner_id, id, application_id, to_stage_id, occurred_at, recorded_at, cause)
    select tenant_id, owner_id, gen_random_uuid(), id, stage_id, now(), now(), 'api'
    from job_applications where apply_date > '2025-11-21';
    insert into notes (tenant_id, owner_id, id, application_id, description, created_at)
    select tenant_id, owner_id, gen_random_uuid(), id, 'n', now() from job_applications where apply_date > '2025-11-21'";

/// Inserts the same number of rows for each user, including those that exist already.
pub async fn insert(owner: &PgPool) {
    let mut conn = owner.acquire().await.expect("connection");
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "select indexname::text, indexdef from pg_indexes \
         where tablename in ('job_applications', 'mail_messages') and indexname not like '%_pkey' \
           and indexname not in (select conname::text from pg_constraint)",
    )
    .fetch_all(&mut *conn)
    .await
    .expect("indexes");
    let drops = indexes.iter().map(|(name, _)| format!("drop index {name}"));
    let creates = indexes.iter().map(|(_, create)| create.clone());
    let settings = "set session_replication_role = replica; set maintenance_work_mem = '256MB'";
    let inserts = [USERS, settings, APPLICATIONS, MESSAGES, EVENTS_AND_NOTES].map(str::to_owned);
    let end = ["reset session_replication_role", "analyze"].map(str::to_owned);
    for sql in drops.chain(inserts).chain(creates).chain(end) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone()))
            .execute(&mut *conn)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from job_applications")
        .fetch_one(&mut *conn)
        .await
        .expect("count");
    assert_eq!(rows, 1_000_000);
}
