//! `GET /api/jobapps/export_csv`.

use crate::{
    attachment::attachment,
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{extract::State, response::Response};
use domain::jobapps::ExportApplicationsInput;
use service::{Services, jobapps};
use std::sync::Arc;

/// Export applications as CSV
///
/// The applications that `get_jobapps` lists with the same filters, as UTF-8 with a byte order mark, for spreadsheets. Tags are
/// separated by `; `. With `history`, a last column has one line for each event: time, outcome or `open`, and stage. A cell that
/// begins with a character that a spreadsheet takes for a formula (`=`, `+`, `-`, `@`, a tab) has an apostrophe before it, and so
/// has one that begins with an apostrophe. The document is streamed: if the connection breaks, it is incomplete.
#[utoipa::path(
    get, path = "/export_csv", tag = "jobapps",
    params(ExportApplicationsInput),
    responses(
        (status = 200, description = "The document, as a download.", content_type = "text/csv", body = String,
            headers(("Content-Disposition" = String, description = "`attachment` with a file name."))),
    ),
)]
pub(super) async fn export_csv(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ExportApplicationsInput>,
) -> Result<Response, ErrorResponse> {
    Ok(attachment(jobapps::export_csv(&services, &caller, input)?))
}
