//! Applies the preview of a CSV file.

use crate::error::AppError;
use domain::{CsvImportId, jobapps::CsvImport};
use leptos::prelude::*;

/// Applies a preview and redirects to the page of the import.
#[server(prefix = "/_fn", endpoint = "jobapps/confirm_csv_import")]
pub async fn confirm_csv_import(
    slug: String,
    csv_import_id: CsvImportId,
    #[server(default)] fill_empty: bool,
) -> Result<CsvImport, AppError> {
    use crate::server::{
        context::require_workspace,
        respond::{redirect_without_script, respond_form},
    };
    use domain::{jobapps::ConfirmCsvImportInput, routes::Route};
    let (services, caller) = require_workspace(&slug).await?;
    let page = Route::CsvImport(slug, Some(csv_import_id));
    let input = ConfirmCsvImportInput {
        csv_import_id,
        fill_empty,
    };
    let result = service::jobapps::confirm_csv_import(&services, &caller, input).await;
    let import = respond_form("jobapps/confirm_csv_import", &page, &[], result)?;
    redirect_without_script(&page);
    Ok(import)
}
