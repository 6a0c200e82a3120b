//! SQL on notes. Notes of deleted applications are invisible.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, NoteId, changes::ChangeType, jobapps::Note};
use serde::Serialize;
use sqlx::{query, query_as, query_scalar, types::Json};
use uuid::Uuid;

struct NoteRow {
    id: Uuid,
    application_id: Uuid,
    description: String,
    created_at: DateTime<Utc>,
    updated_at: Option<DateTime<Utc>>,
}

/// A note to insert.
#[derive(Debug, Serialize)]
pub(in crate::jobapps) struct NewNote {
    pub id: NoteId,
    pub application_id: JobApplicationId,
    pub description: String,
    pub created_at: DateTime<Utc>,
}

impl From<NoteRow> for Note {
    fn from(row: NoteRow) -> Self {
        Self {
            id: row.id.into(),
            jobapp_id: row.application_id.into(),
            description: row.description,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

pub(super) async fn list_notes(tx: &mut TenantTx, id: JobApplicationId) -> Result<Vec<Note>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        NoteRow,
        r#"
        select id, application_id, description, created_at, updated_at
        from notes
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3
        order by created_at desc, id desc
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Note::from).collect())
}

/// Notes of all applications after a position, by the time of their last change. No id is nil, so a position with the nil UUID is
/// before all notes of its time.
pub(super) async fn list_all(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Note>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let (after_time, after_id) = after.unzip();
    let rows = query_as!(
        NoteRow,
        r#"
        select n.id, n.application_id, n.description, n.created_at, n.updated_at
        from notes n
        join job_applications a on a.tenant_id = $1 and a.id = n.application_id and a.deleted_at is null
        where n.tenant_id = $1 and n.owner_id = $2
          and (coalesce(n.updated_at, n.created_at), n.id) > (coalesce($3::timestamptz, '-infinity'), $4::uuid)
        order by coalesce(n.updated_at, n.created_at), n.id
        limit $5
        "#,
        tenant.0,
        user.0,
        after_time,
        after_id.unwrap_or_default(),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Note::from).collect())
}

/// The caller's notes with these ids, in no particular order.
pub(crate) async fn list_by_ids(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Note>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        NoteRow,
        r#"
        select n.id, n.application_id, n.description, n.created_at, n.updated_at
        from notes n
        join job_applications a on a.tenant_id = $1 and a.id = n.application_id and a.deleted_at is null
        where n.tenant_id = $1 and n.owner_id is not distinct from $2 and n.id = any($3)
        "#,
        tenant.0,
        user.0,
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Note::from).collect())
}

/// Inserts the note. False if the application is not visible to the caller.
pub(super) async fn insert_note(tx: &mut TenantTx, note: &Note) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let inserted = query_scalar!(
        r#"
        insert into notes as n (tenant_id, owner_id, id, application_id, description, created_at)
        select a.tenant_id, a.owner_id, $4::uuid, a.id, $5::text, $6::timestamptz
        from job_applications a
        where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = $3 and a.deleted_at is null
        returning n.id
        "#,
        tenant.0,
        user.0,
        note.jobapp_id.0,
        note.id.0,
        note.description,
        note.created_at,
    )
    .fetch_optional(tx.conn())
    .await?;
    if inserted.is_some() {
        tx.record(ChangeType::NoteCreated, note.id, Some(note.jobapp_id));
    }
    Ok(inserted.is_some())
}

/// Inserts notes of applications that the transaction has added.
pub(in crate::jobapps) async fn insert_notes(tx: &mut TenantTx, notes: &[NewNote]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into notes (tenant_id, owner_id, id, application_id, description, created_at)
        select $1, $2, r.id, r.application_id, r.description, r.created_at
        from jsonb_to_recordset($3) as r (id uuid, application_id uuid, description text, created_at timestamptz)
        returning id
        "#,
        tenant.0,
        user.0,
        Json(notes) as _,
    )
    .fetch_all(tx.conn())
    .await?;
    for note in notes {
        tx.record(ChangeType::NoteCreated, note.id, Some(note.application_id));
    }
    Ok(())
}

pub(super) async fn update_note(
    tx: &mut TenantTx,
    id: NoteId,
    description: &str,
    now: DateTime<Utc>,
) -> Result<Option<Note>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        NoteRow,
        r#"
        update notes n
        set description = $4, updated_at = $5
        from job_applications a
        where n.tenant_id = $1 and n.owner_id = $2 and n.id = $3
          and a.tenant_id = $1 and a.id = n.application_id and a.deleted_at is null
        returning n.id, n.application_id, n.description, n.created_at, n.updated_at
        "#,
        tenant.0,
        user.0,
        id.0,
        description,
        now,
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(row) = &row {
        tx.record(ChangeType::NoteUpdated, id, Some(row.application_id.into()));
    }
    Ok(row.map(Note::from))
}

/// Deletes the note. False if there is no such note.
pub(super) async fn delete_note(tx: &mut TenantTx, id: NoteId) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let application = query_scalar!(
        r#"
        delete from notes n
        using job_applications a
        where n.tenant_id = $1 and n.owner_id = $2 and n.id = $3
          and a.tenant_id = $1 and a.id = n.application_id and a.deleted_at is null
        returning n.application_id
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(application) = application {
        tx.record(ChangeType::NoteDeleted, id, Some(application.into()));
    }
    Ok(application.is_some())
}
