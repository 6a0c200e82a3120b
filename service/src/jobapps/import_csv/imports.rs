//! Progress and results of CSV imports, and the users' decisions to apply or change them.

use super::{
    PREVIEW_TTL,
    import_job::ImportCsv,
    queries::{self, LockedImport},
};
use crate::{
    Error, Services,
    background::{self, Job},
    context::{Caller, permit},
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{
    CsvImportId, ErrorCode,
    jobapps::{ConfirmCsvImportInput, CsvImport, MapCsvImportInput, file_currency, has_name, set_fields},
    mail::ImportState,
    tenants::Action,
};
use std::time::Duration;

/// Returns an import of the caller.
///
/// # Errors
/// `not_found` if the caller has no such import.
pub async fn get_csv_import(
    services: &Services,
    caller: &Caller,
    id: CsvImportId,
) -> Result<CsvImport, Error> {
    let grant = permit(caller, Action::WriteApplications)?;
    let mut tx = services.db.begin(grant).await?;
    let import = find(&mut tx, id).await?;
    tx.commit().await?;
    Ok(import)
}

async fn find(tx: &mut TenantTx, id: CsvImportId) -> Result<CsvImport, Error> {
    queries::find_import(tx, id).await?.ok_or_else(Error::not_found)
}

/// How long a preview can still be applied. `None` if the import is not a finished preview, or has expired.
pub(super) fn remaining(import: &LockedImport, now: DateTime<Utc>) -> Option<Duration> {
    if !import.dry_run || import.state != ImportState::Done {
        return None;
    }
    let age = (now - import.updated_at).to_std().unwrap_or_default();
    PREVIEW_TTL.checked_sub(age).filter(|left| !left.is_zero())
}

/// Applies a preview: queues a job that imports the file. An import that is already running, or has ended, is returned unchanged.
///
/// # Errors
/// `not_found` if the caller has no such import; `conflict` if the preview is not ready, has no column with names, or has expired.
pub async fn confirm_csv_import(
    services: &Services,
    caller: &Caller,
    input: ConfirmCsvImportInput,
) -> Result<CsvImport, Error> {
    let grant = permit(caller, Action::WriteApplications)?;
    let now = services.clock.now();
    let id = input.csv_import_id;
    let mut tx = Job::enqueue(services, grant, ImportCsv::KIND, id.0).await?;
    let is_restarted = confirm(&mut tx, input, now).await;
    finish(tx, id, is_restarted).await
}

/// Commits the transaction, including the enqueued job, if the import starts again.
async fn finish(
    mut tx: TenantTx,
    id: CsvImportId,
    is_restarted: Result<bool, Error>,
) -> Result<CsvImport, Error> {
    let result = match is_restarted {
        Ok(true) => {
            let import = find(&mut tx, id).await?;
            tx.commit().await?;
            background::wake();
            return Ok(import);
        }
        Ok(false) => find(&mut tx, id).await,
        Err(error) => Err(error),
    };
    // The rollback also removes the enqueued job.
    tx.rollback().await?;
    result
}

/// Returns false if the import is no longer a preview.
async fn confirm(tx: &mut TenantTx, input: ConfirmCsvImportInput, now: DateTime<Utc>) -> Result<bool, Error> {
    let id = input.csv_import_id;
    let locked = queries::lock_import(tx, id).await?.ok_or_else(Error::not_found)?;
    if !locked.dry_run {
        return Ok(false);
    }
    check_waiting(&locked, now)?;
    if !has_name(locked.columns.iter().map(|column| column.field)) {
        return Err(conflict(
            "Choose the column of the company or of the job title first.",
        ));
    }
    queries::restart(tx, id, false, input.fill_empty, now).await?;
    Ok(true)
}

/// Changes the mapping of a preview, and previews the file again.
///
/// # Errors
/// `invalid` for fields that don't fit the file; `not_found` if the caller has no such import; `conflict` if the preview is not
/// ready, was applied, or has expired.
pub async fn map_csv_import(
    services: &Services,
    caller: &Caller,
    input: MapCsvImportInput,
) -> Result<CsvImport, Error> {
    let grant = permit(caller, Action::WriteApplications)?;
    let now = services.clock.now();
    let id = input.csv_import_id;
    let mut tx = Job::enqueue(services, grant, ImportCsv::KIND, id.0).await?;
    let is_restarted = map(&mut tx, input, now).await;
    finish(tx, id, is_restarted).await
}

async fn map(tx: &mut TenantTx, input: MapCsvImportInput, now: DateTime<Utc>) -> Result<bool, Error> {
    let id = input.csv_import_id;
    let mut locked = queries::lock_import(tx, id).await?.ok_or_else(Error::not_found)?;
    check_waiting(&locked, now)?;
    set_fields(&mut locked.columns, &input.fields, "fields")?;
    let currency = match input.currency {
        Some(text) => file_currency(&text)?,
        None => locked.currency,
    };
    queries::set_columns(tx, id, &locked.columns, input.date_order, currency.as_deref()).await?;
    queries::restart(tx, id, true, false, now).await?;
    Ok(true)
}

fn check_waiting(import: &LockedImport, now: DateTime<Utc>) -> Result<(), Error> {
    if remaining(import, now).is_some() {
        return Ok(());
    }
    Err(conflict(match (import.dry_run, import.state) {
        (false, _) => "This file has already been imported. Choose it again to import it once more.",
        (true, ImportState::Running) => "The preview isn't ready yet. Wait until it has finished.",
        (true, _) => "This preview has expired. Choose the file again.",
    }))
}

fn conflict(detail: &str) -> Error {
    Error::api(ErrorCode::Conflict, detail)
}
