//! Transitions of previews: finished, applied and cancelled.

use super::imports::parse_state;
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{ImportId, mail::ImportState};
use sqlx::query;

/// An import that its user is applying or cancelling. Its row is locked.
pub struct LockedImport {
    pub state: ImportState,
    pub dry_run: bool,
    /// Time of the last change. For a preview, this is when it was ready.
    pub updated_at: DateTime<Utc>,
}

pub async fn lock_import(tx: &mut TenantTx, id: ImportId) -> Result<Option<LockedImport>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select state, dry_run, updated_at from mail_imports
        where tenant_id = $1 and owner_id = $2 and id = $3 and state <> 'uploading'
        for update
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(LockedImport {
            state: parse_state(&r.state)?,
            dry_run: r.dry_run,
            updated_at: r.updated_at,
        })
    })
    .transpose()
}

/// The counts of a preview.
#[derive(Debug, Default)]
pub struct PreviewCounts {
    pub ignored: i64,
    pub created: i64,
    pub updated: i64,
}

/// Finishes a running preview, which can then be applied. Returns false if the user has cancelled it.
pub async fn finish_preview(
    tx: &mut TenantTx,
    id: ImportId,
    counts: &PreviewCounts,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let done = query!(
        r#"
        update mail_imports set state = 'previewed', byte_count = 0, mails_ignored = mails_ignored + $3,
          applications_created = $4, applications_updated = $5, updated_at = $6
        where tenant_id = $1 and id = $2 and state = 'running'
        "#,
        tenant.0,
        id.0,
        counts.ignored,
        counts.created,
        counts.updated,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Turns a preview into a running import that applies its findings.
pub async fn start_applying(tx: &mut TenantTx, id: ImportId, now: DateTime<Utc>) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        r#"
        update mail_imports i set state = 'running', phase = 'storing', dry_run = false, updated_at = $3,
          applications_created = 0, applications_updated = 0,
          mails_ignored = mails_ignored - (
            select count(*) from import_findings f
            where f.tenant_id = $1 and f.import_id = $2 and f.is_relevant and f.action = 'ignore')
        where i.tenant_id = $1 and i.id = $2
        "#,
        tenant.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends an import that the user has cancelled, or a preview that was not applied.
pub async fn cancel(tx: &mut TenantTx, id: ImportId, now: DateTime<Utc>) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        "update mail_imports set state = 'cancelled', byte_count = 0, updated_at = $3 where tenant_id = $1 and id = $2",
        tenant.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
