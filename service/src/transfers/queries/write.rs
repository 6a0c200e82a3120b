//! Writing the copies.

use crate::{
    Error,
    platform::db::TenantTx,
    transfers::bundle::{Bundle, Row, id},
};
use chrono::{DateTime, Utc};
use domain::{TenantId, changes::ChangeType};
use serde::Serialize;
use serde_json::Value;
use sqlx::{query, types::Json};
use uuid::Uuid;

/// Inserts complete rows as rows of the user of the transaction.
macro_rules! insert {
    ($tx:expr, $rows:expr, $sql:literal) => {{
        let (tenant, user) = ($tx.tenant(), $tx.user());
        if !$rows.is_empty() {
            query!($sql, tenant.0, user.0, Json(&$rows) as _)
                .fetch_all($tx.conn())
                .await?;
        }
    }};
}

/// Inserts all rows, which have the ids of the target already, one statement for each table.
pub(in crate::transfers) async fn insert(tx: &mut TenantTx, bundle: &Bundle) -> Result<(), Error> {
    insert!(
        tx,
        bundle.applications,
        r#"
        insert into job_applications
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::job_applications, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.events,
        r#"
        insert into application_events
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::application_events, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.notes,
        r#"
        insert into notes
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::notes, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.interviews,
        r#"
        insert into interviews
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::interviews, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.tasks,
        r#"
        insert into tasks
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::tasks, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.files,
        r#"
        insert into files
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::files, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.postings,
        r#"
        insert into application_postings
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::application_postings, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.contacts,
        r#"
        insert into contacts
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::contacts, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.contact_links,
        r#"
        insert into contact_links
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::contact_links, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    insert!(
        tx,
        bundle.merges,
        r#"
        insert into application_merges
        select x.* from jsonb_array_elements($3::jsonb) r (v), jsonb_populate_record(
          null::application_merges, r.v || jsonb_build_object('tenant_id', $1::uuid, 'owner_id', $2::uuid)) x returning id
        "#
    );
    for (change_type, rows) in [
        (ChangeType::JobappCreated, &bundle.applications),
        (ChangeType::NoteCreated, &bundle.notes),
        (ChangeType::InterviewCreated, &bundle.interviews),
        (ChangeType::TaskCreated, &bundle.tasks),
        (ChangeType::FileCreated, &bundle.files),
        (ChangeType::ContactCreated, &bundle.contacts),
    ] {
        let is_listed = |row: &&Row| row.get("deleted_at").is_none_or(Value::is_null);
        for row in rows.iter().filter(is_listed) {
            if let Some(object) = id(row, "id") {
                tx.record(change_type, object, id(row, "application_id").map(Into::into));
            }
        }
    }
    Ok(())
}

/// A new row of `transferred_rows`.
#[derive(Clone, Debug, Default, Serialize)]
pub(in crate::transfers) struct NewTransferRow {
    pub id: Uuid,
    pub source_id: Uuid,
    pub application_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub task_id: Option<Uuid>,
    pub source_digest: String,
    pub digest: String,
}

/// Records copies. A repeated copy replaces the earlier one.
pub(in crate::transfers) async fn insert_transferred(
    tx: &mut TenantTx,
    source: TenantId,
    rows: &[NewTransferRow],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into transferred_rows
          (tenant_id, owner_id, source_tenant_id, id, source_id, application_id, contact_id, task_id, source_digest, digest, copied_at)
        select $1, $2, $3::uuid, r.id, r.source_id, r.application_id, r.contact_id, r.task_id, r.source_digest, r.digest,
          $5::timestamptz
        from jsonb_to_recordset($4) as r (id uuid, source_id uuid, application_id uuid, contact_id uuid, task_id uuid,
          source_digest text, digest text)
        on conflict (tenant_id, owner_id, source_tenant_id, source_id) do update set
          application_id = excluded.application_id, contact_id = excluded.contact_id, task_id = excluded.task_id,
          source_digest = excluded.source_digest, digest = excluded.digest, copied_at = excluded.copied_at
        "#,
        tenant.0,
        user.0,
        source.0,
        Json(rows) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
