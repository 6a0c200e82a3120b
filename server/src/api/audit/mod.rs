//! `/api/audit`.

mod export_events;
mod get_events;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(export_events::export_events))
        .routes(routes!(get_events::get_events))
}
