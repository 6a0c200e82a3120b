//! `GET /w/{slug}/applications/export`: downloads the applications that the table shows.

use crate::{
    attachment::attachment,
    error_response::ErrorResponse,
    extract::{PageCaller, Query},
};
use axum::{Router, extract::State, response::Response, routing::get};
use domain::jobapps::ExportApplicationsInput;
use service::{Services, jobapps};
use std::sync::Arc;

/// The path pattern.
pub const PATH: &str = "/w/{slug}/applications/export";

/// The route. Needs the session layer.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new().route(PATH, get(export)).with_state(services)
}

async fn export(
    State(services): State<Arc<Services>>,
    PageCaller(caller): PageCaller,
    Query(input): Query<ExportApplicationsInput>,
) -> Result<Response, ErrorResponse> {
    Ok(attachment(jobapps::export_csv(&services, &caller, input)?))
}
