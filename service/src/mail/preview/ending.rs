//! The end of a preview: it is ready to be applied, expires, or is discarded.

use super::effects::Preview;
use crate::{
    Error,
    mail::queries::{
        findings, imports, mailboxes, messages,
        previews::{self, LockedImport},
    },
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    ImportId,
    mail::{ImportError, ImportState},
};
use std::time::Duration;

/// How long a preview can be applied.
pub const PREVIEW_TTL: Duration = Duration::from_hours(1);

/// Stores the findings of a preview in the caller's transaction, and commits it. If `found` is `None`, the preview failed because
/// it has too many messages. Stores nothing if the user has cancelled it.
pub async fn store(
    mut tx: TenantTx,
    id: ImportId,
    found: Option<Preview>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if let Some(preview) = found {
        if !previews::finish_preview(&mut tx, id, &preview.counts, now).await? {
            return Ok(());
        }
        findings::set_effects(&mut tx, id, &preview.effects).await?;
    } else {
        let error = ImportError {
            file: "preview".into(),
            position: 0,
            detail: "There are too many emails about applications to preview. Nothing was imported. Import them without a preview."
                .into(),
        };
        imports::end_import(&mut tx, id, ImportState::Failed, &[error], now).await?;
        findings::delete(&mut tx, id).await?;
        mailboxes::discard_preview(&mut tx, id).await?;
    }
    tx.commit().await
}

/// Discards a preview that was not applied in time.
pub async fn discard_expired(tx: &mut TenantTx, id: ImportId, now: DateTime<Utc>) -> Result<(), Error> {
    match previews::lock_import(tx, id).await? {
        Some(import) if import.dry_run && import.state == ImportState::Done => discard(tx, id, now).await,
        _ => Ok(()),
    }
}

/// Ends an import without finishing it. If it is the preview of a mailbox, the mailbox is not synced until the user asks for it.
pub async fn discard(tx: &mut TenantTx, id: ImportId, now: DateTime<Utc>) -> Result<(), Error> {
    previews::cancel(tx, id, now).await?;
    findings::delete(tx, id).await?;
    // Unmatched messages have had no effect, and a later import of the same file has to treat them as new.
    messages::delete_unmatched(tx, id.into()).await?;
    mailboxes::discard_preview(tx, id).await
}

/// How long a preview can still be applied. `None` if the import is not a finished preview, or has expired.
pub async fn remaining_time(
    tx: &mut TenantTx,
    id: ImportId,
    now: DateTime<Utc>,
) -> Result<Option<Duration>, Error> {
    let locked = previews::lock_import(tx, id).await?;
    Ok(locked.and_then(|locked| remaining(&locked, now)))
}

/// Like [`remaining_time`], for an import whose row is locked.
pub fn remaining(import: &LockedImport, now: DateTime<Utc>) -> Option<Duration> {
    if !import.dry_run || import.state != ImportState::Done {
        return None;
    }
    let age = (now - import.updated_at).to_std().unwrap_or_default();
    PREVIEW_TTL.checked_sub(age).filter(|left| !left.is_zero())
}
