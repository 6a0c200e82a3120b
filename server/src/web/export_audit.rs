//! `GET /w/{slug}/settings/audit/export`: downloads the events that the page shows.

use crate::{
    attachment::attachment,
    error_response::ErrorResponse,
    extract::{PageCaller, Query},
};
use axum::{Router, extract::State, response::Response, routing::get};
use domain::audit::ExportEventsInput;
use service::{Services, users};
use std::sync::Arc;

/// The path pattern.
pub const PATH: &str = "/w/{slug}/settings/audit/export";

/// The route. Needs the session layer.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new().route(PATH, get(export)).with_state(services)
}

async fn export(
    State(services): State<Arc<Services>>,
    PageCaller(caller): PageCaller,
    Query(input): Query<ExportEventsInput>,
) -> Result<Response, ErrorResponse> {
    Ok(attachment(
        users::export_audit_events(&services, &caller, input).await?,
    ))
}
