//! SQL of the limits.

use crate::{Error, platform::db::TenantTx};
use domain::JobApplicationId;
use sqlx::query;

/// The notes of a user, and the notes of one application among them.
pub(super) struct NoteUsage {
    pub application_notes: i64,
    pub application_bytes: i64,
    pub notes: i64,
    pub bytes: i64,
}

/// The number and size of the user's notes, and of the notes of this application, if given.
pub(super) async fn note_usage(tx: &mut TenantTx, id: Option<JobApplicationId>) -> Result<NoteUsage, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select
          count(*) filter (where application_id = $3) as "application_notes!",
          coalesce(sum(octet_length(description)) filter (where application_id = $3), 0) as "application_bytes!",
          count(*) as "notes!",
          coalesce(sum(octet_length(description)), 0) as "bytes!"
        from notes where tenant_id = $1 and owner_id = $2
        "#,
        tenant.0,
        user.0,
        id.map(|id| id.0),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(NoteUsage {
        application_notes: row.application_notes,
        application_bytes: row.application_bytes,
        notes: row.notes,
        bytes: row.bytes,
    })
}
