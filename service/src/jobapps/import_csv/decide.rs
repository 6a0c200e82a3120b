//! Progress and results of CSV imports, and what users decide about them.

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
    jobapps::{ConfirmCsvImportInput, CsvImport, MapCsvImportInput, has_name, set_fields},
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

/// How long a preview still waits to be applied; `None` if it is none, or does not wait any more.
pub(super) fn remaining(import: &LockedImport, now: DateTime<Utc>) -> Option<Duration> {
    let is_waiting = import.dry_run && import.state == ImportState::Done;
    let waited = (now - import.updated_at).to_std().unwrap_or_default();
    PREVIEW_TTL.checked_sub(waited).filter(|_| is_waiting)
}

/// Applies a preview: a job imports the file. An import that is running already, or has ended, is returned as it is.
///
/// # Errors
/// `not_found` if the caller has no such import; `conflict` if the preview is not ready, has no column with names, or has expired.
pub async fn confirm_csv_import(
    services: &Services,
    caller: &Caller,
    input: ConfirmCsvImportInput,
) -> Result<CsvImport, Error> {
    let ConfirmCsvImportInput {
        csv_import_id: id,
        fill_empty,
    } = input;
    let grant = permit(caller, Action::WriteApplications)?;
    let now = services.clock.now();
    let mut tx = Job::enqueue(services, grant, ImportCsv::KIND, id.0).await?;
    let locked = queries::lock_import(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    if !locked.dry_run {
        let import = find(&mut tx, id).await?;
        // Without the job.
        tx.rollback().await?;
        return Ok(import);
    }
    check_waiting(&locked, now)?;
    if !has_name(locked.columns.iter().map(|column| column.field)) {
        return Err(conflict(
            "Choose the column of the company or of the job title first.",
        ));
    }
    queries::restart(&mut tx, id, false, fill_empty, now).await?;
    let import = find(&mut tx, id).await?;
    tx.commit().await?;
    background::wake();
    Ok(import)
}

/// Changes what the columns of a preview contain, and previews the file again.
///
/// # Errors
/// `invalid` for fields that don't fit the file; `not_found` if the caller has no such import; `conflict` if the preview is not
/// ready, was applied, or has expired.
pub async fn map_csv_import(
    services: &Services,
    caller: &Caller,
    input: MapCsvImportInput,
) -> Result<CsvImport, Error> {
    let id = input.csv_import_id;
    let grant = permit(caller, Action::WriteApplications)?;
    let now = services.clock.now();
    let mut tx = Job::enqueue(services, grant, ImportCsv::KIND, id.0).await?;
    let mut locked = queries::lock_import(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    check_waiting(&locked, now)?;
    set_fields(&mut locked.columns, &input.fields, "fields")?;
    queries::set_columns(&mut tx, id, &locked.columns, input.date_order).await?;
    queries::restart(&mut tx, id, true, false, now).await?;
    let import = find(&mut tx, id).await?;
    tx.commit().await?;
    background::wake();
    Ok(import)
}

fn check_waiting(import: &LockedImport, now: DateTime<Utc>) -> Result<(), Error> {
    if remaining(import, now).is_some() {
        return Ok(());
    }
    Err(conflict(match (import.dry_run, import.state) {
        (false, _) => "This file was imported already. Choose it again to import it once more.",
        (true, ImportState::Running) => "The preview isn't ready yet. Wait until it has finished.",
        (true, _) => "This preview has expired. Choose the file again.",
    }))
}

fn conflict(detail: &str) -> Error {
    Error::api(ErrorCode::Conflict, detail)
}
