//! `/api/calendar`.

mod get_feed;
mod rotate_feed;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(get_feed::get_feed))
        .routes(routes!(rotate_feed::rotate_feed))
}
