//! `POST /api/jobapps/confirm_csv_import`.

use crate::{
    api::{
        errors,
        response::{Accepted, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{ConfirmCsvImportInput, CsvImport};
use service::{Services, jobapps};
use std::sync::Arc;

/// Apply the preview of a CSV file
///
/// Imports the file of an import with `dry_run`, in the background; `get_csv_import` returns the progress. A preview can be applied
/// for an hour. Repeating the request changes nothing.
#[utoipa::path(
    post, path = "/confirm_csv_import", tag = "jobapps",
    request_body(content = ConfirmCsvImportInput, example = json!({ "csv_import_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "fill_empty": true })),
    responses(
        (status = 202, description = "The import, running.", body = Envelope<CsvImport>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn confirm_csv_import(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<ConfirmCsvImportInput>,
) -> Result<Accepted<CsvImport>, ErrorResponse> {
    Ok(Accepted(
        jobapps::confirm_csv_import(&services, &caller, input).await?,
    ))
}
