//! Applies a preview, or cancels an import.

use crate::{
    Error, Services,
    background::{self, Job},
    context::{Caller, permit},
    mail::{
        import_job::ImportMail,
        preview::effects::Preview,
        queries::{
            findings, imports, mailboxes, messages,
            previews::{self, LockedImport},
        },
    },
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    ErrorCode, ImportId,
    mail::{Import, ImportError, ImportState},
    tenants::Action,
};
use std::time::Duration;

/// How long a preview waits to be applied.
pub const PREVIEW_TTL: Duration = Duration::from_hours(1);

/// Applies a preview: a job does what it found. An import that is being applied already, or was, is returned as it is.
///
/// # Errors
/// `not_found` if the caller has no such import; `conflict` if the preview is not ready, was discarded, or has expired.
pub async fn confirm_import(services: &Services, caller: &Caller, id: ImportId) -> Result<Import, Error> {
    let grant = permit(caller, Action::ImportMail)?;
    let now = services.clock.now();
    let mut tx = Job::enqueue(services, grant, ImportMail::KIND, id.0).await?;
    let locked = previews::lock_import(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    match (locked.dry_run, locked.state) {
        (true, ImportState::Running) => {
            return Err(conflict(
                "The preview isn't ready yet. Wait until it has finished.",
            ));
        }
        (true, ImportState::Done) if remaining(&locked, now).is_some() => {
            previews::start_applying(&mut tx, id, now).await?;
        }
        (true, _) => {
            return Err(conflict(
                "This preview was discarded or has expired. Import the email again.",
            ));
        }
        (false, ImportState::Cancelled) => return Err(conflict("This import was canceled.")),
        (false, _) => {
            let import = imports::find_import(&mut tx, id).await?;
            // Without the job.
            tx.rollback().await?;
            return import.ok_or_else(Error::not_found);
        }
    }
    let import = imports::find_import(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    tx.commit().await?;
    background::wake();
    Ok(import)
}

/// Cancels an import. One that is running stops before its next batch, and what it has done stays; a preview is discarded. An
/// import that has ended is returned as it is.
///
/// # Errors
/// `not_found` if the caller has no such import.
pub async fn cancel_import(services: &Services, caller: &Caller, id: ImportId) -> Result<Import, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    let locked = previews::lock_import(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    if locked.state == ImportState::Running || (locked.dry_run && locked.state == ImportState::Done) {
        discard(&mut tx, id, services.clock.now()).await?;
    }
    let import = imports::find_import(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    tx.commit().await?;
    Ok(import)
}

/// Stores what a preview found, in the caller's transaction, and commits it. Without a result the preview failed because it has
/// too many messages. Stores nothing if the user has canceled it.
pub async fn store(
    mut tx: TenantTx,
    id: ImportId,
    found: Option<Preview>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if let Some(preview) = found {
        findings::set_effects(&mut tx, id, &preview.effects).await?;
        previews::finish_preview(&mut tx, id, &preview.counts, now).await?;
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

/// Ends an import without what is not done yet. A mailbox that it previews is read only when the user asks for it.
pub async fn discard(tx: &mut TenantTx, id: ImportId, now: DateTime<Utc>) -> Result<(), Error> {
    previews::cancel(tx, id, now).await?;
    findings::delete(tx, id).await?;
    // They are not done, and a later import of the same file has to find them new.
    messages::delete_unmatched(tx, id.into()).await?;
    mailboxes::discard_preview(tx, id).await
}

/// Whether an import only previews, and its state.
pub async fn find_state(tx: &mut TenantTx, id: ImportId) -> Result<Option<(bool, ImportState)>, Error> {
    let locked = previews::lock_import(tx, id).await?;
    Ok(locked.map(|import| (import.dry_run, import.state)))
}

/// How long a preview that is ready still waits to be applied; `None` if the import is no such preview, or expired.
pub async fn remaining_time(
    tx: &mut TenantTx,
    id: ImportId,
    now: DateTime<Utc>,
) -> Result<Option<Duration>, Error> {
    let locked = previews::lock_import(tx, id).await?;
    Ok(locked.and_then(|locked| remaining(&locked, now)))
}

fn remaining(import: &LockedImport, now: DateTime<Utc>) -> Option<Duration> {
    if !import.dry_run || import.state != ImportState::Done {
        return None;
    }
    let age = (now - import.updated_at).to_std().unwrap_or_default();
    PREVIEW_TTL.checked_sub(age).filter(|left| !left.is_zero())
}

fn conflict(detail: &str) -> Error {
    Error::api(ErrorCode::Conflict, detail)
}
