//! Parts of the schema that a transfer depends on.

use crate::fixture::COPIED;
use sqlx::PgPool;

/// Tables that refer to applications and are not copied.
const NOT_COPIED: [&str; 5] = [
    "access_log",
    "application_comments",
    "dismissed_duplicates",
    "mail_messages",    // stay with their mailbox
    "transferred_rows", // of the target
];

/// Columns of the copied tables that hold ids, all of which `Bundle::remap` replaces, or which mean the same everywhere.
const ID_COLUMNS: [&str; 32] = [
    "application_events.actor_id",
    "application_events.application_id",
    "application_events.from_stage_id",
    "application_events.id",
    "application_events.mail_id",
    "application_events.to_stage_id",
    "application_merges.application_id",
    "application_merges.contact_link_ids",
    "application_merges.file_ids",
    "application_merges.id",
    "application_merges.interview_ids",
    "application_merges.mail_ids",
    "application_merges.note_ids",
    "application_merges.other_id",
    "application_merges.part_ids",
    "application_merges.posting_ids",
    "application_merges.task_ids",
    "application_postings.application_id",
    "application_postings.id",
    "contact_links.application_id",
    "contact_links.contact_id",
    "contact_links.id",
    "contacts.id",
    "files.application_id",
    "files.id",
    "interviews.application_id",
    "interviews.id",
    "interviews.mail_id",
    "job_applications.id",
    "job_applications.merged_into",
    "job_applications.stage_id",
    "notes.application_id",
];
const MORE_ID_COLUMNS: [&str; 4] = [
    "notes.id",
    "tasks.application_id",
    "tasks.assigned_by",
    "tasks.id",
];

async fn names(pool: &PgPool, sql: &'static str, tables: Vec<&str>) -> Vec<String> {
    let tables: Vec<String> = tables.into_iter().map(ToOwned::to_owned).collect();
    sqlx::query_scalar(sql)
        .bind(tables)
        .fetch_all(pool)
        .await
        .expect("catalog")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_table_that_refers_to_applications_is_copied_or_listed(pool: PgPool) {
    let mut known: Vec<&str> = COPIED.map(|(table, _)| table).to_vec();
    known.extend(NOT_COPIED);
    let missing = names(
        &pool,
        "select distinct c.relname::text from pg_constraint k join pg_class c on c.oid = k.conrelid \
         where k.contype = 'f' and k.confrelid = 'job_applications'::regclass and c.relname <> all($1) order by 1",
        known,
    )
    .await;
    assert!(missing.is_empty(), "decide whether a transfer copies {missing:?}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_id_in_a_copied_table_is_known(pool: PgPool) {
    let found = names(
        &pool,
        "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid \
         where c.relname = any($1) and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped \
           and a.atttypid in ('uuid'::regtype, 'uuid[]'::regtype) and a.attname not in ('tenant_id', 'owner_id') order by 1",
        COPIED.map(|(table, _)| table).to_vec(),
    )
    .await;
    let mut known: Vec<&str> = ID_COLUMNS.into_iter().chain(MORE_ID_COLUMNS).collect();
    known.sort_unstable();
    assert_eq!(found, known, "map a new one in Bundle::remap");
}
