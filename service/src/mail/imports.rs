//! Progress and results of imports, and the users' decisions to apply or cancel them.

use super::{
    import_job::ImportMail,
    preview,
    queries::{imports, previews},
};
use crate::{
    Error, Services,
    background::{self, Job},
    context::{Caller, permit},
};
use domain::{
    ErrorCode, ImportId,
    mail::{Import, ImportState},
    tenants::Action,
};

/// Returns an import of the caller.
///
/// # Errors
/// `not_found` if the caller has no such import.
pub async fn get_import(services: &Services, caller: &Caller, id: ImportId) -> Result<Import, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    let import = imports::find_import(&mut tx, id).await?;
    tx.commit().await?;
    import.ok_or_else(Error::not_found)
}

/// Applies a preview: queues a job that applies its findings. An import that is being applied already, or was, is returned
/// unchanged.
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
        (true, ImportState::Done) if preview::remaining(&locked, now).is_some() => {
            previews::start_applying(&mut tx, id, now).await?;
        }
        (true, _) => {
            return Err(conflict(
                "This preview was discarded or has expired. Import the email again.",
            ));
        }
        (false, ImportState::Cancelled) => return Err(conflict("This import was cancelled.")),
        (false, _) => {
            let import = imports::find_import(&mut tx, id).await?;
            // The rollback also removes the enqueued job.
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

/// Cancels an import. A running import stops before its next batch and keeps what it has imported. A preview is discarded. An
/// import that has ended is returned unchanged.
///
/// # Errors
/// `not_found` if the caller has no such import.
pub async fn cancel_import(services: &Services, caller: &Caller, id: ImportId) -> Result<Import, Error> {
    let mut tx = services.db.begin(permit(caller, Action::ImportMail)?).await?;
    let locked = previews::lock_import(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    if locked.state == ImportState::Running || (locked.dry_run && locked.state == ImportState::Done) {
        preview::discard(&mut tx, id, services.clock.now()).await?;
    }
    let import = imports::find_import(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    tx.commit().await?;
    Ok(import)
}

fn conflict(detail: &str) -> Error {
    Error::api(ErrorCode::Conflict, detail)
}
