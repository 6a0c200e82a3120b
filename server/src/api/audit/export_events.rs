//! `GET /api/audit/export_events`.

use crate::{
    attachment::attachment,
    error_response::ErrorResponse,
    extract::{BearerAuth, Query},
};
use axum::{extract::State, response::Response};
use domain::audit::ExportEventsInput;
use service::{Services, users};
use std::sync::Arc;

/// Export the audit log as CSV
///
/// The events that `get_events` lists with the same filters, as UTF-8 with a byte order mark, for spreadsheets. The export is an
/// event itself. The document is streamed: if the connection breaks, it is incomplete.
#[utoipa::path(
    get, path = "/export_events", tag = "audit",
    params(ExportEventsInput),
    responses(
        (status = 200, description = "The document, as a download.", content_type = "text/csv", body = String,
            headers(("Content-Disposition" = String, description = "`attachment` with a file name."))),
    ),
)]
pub(super) async fn export_events(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    Query(input): Query<ExportEventsInput>,
) -> Result<Response, ErrorResponse> {
    Ok(attachment(
        users::export_audit_events(&services, &caller, input).await?,
    ))
}
