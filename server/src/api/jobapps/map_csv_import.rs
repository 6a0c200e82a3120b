//! `POST /api/jobapps/map_csv_import`.

use crate::{
    api::{
        errors,
        response::{Accepted, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, JsonBody},
};
use axum::extract::State;
use domain::jobapps::{CsvImport, MapCsvImportInput};
use service::{Services, jobapps};
use std::sync::Arc;

/// Map the columns of a CSV file
///
/// Previews the file of an import with `dry_run` again, with other fields for its columns or another order of day and month in its
/// dates.
#[utoipa::path(
    post, path = "/map_csv_import", tag = "jobapps",
    request_body(content = MapCsvImportInput, example = json!({ "csv_import_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "fields": ["company", "job_title", null, "apply_date"] })),
    responses(
        (status = 202, description = "The import, running.", body = Envelope<CsvImport>),
        errors::Conflict,
        errors::NotFound,
    ),
)]
pub(super) async fn map_csv_import(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    JsonBody(input): JsonBody<MapCsvImportInput>,
) -> Result<Accepted<CsvImport>, ErrorResponse> {
    Ok(Accepted(
        jobapps::map_csv_import(&services, &caller, input).await?,
    ))
}
