//! `/api/views`.

mod add_view;
mod delete_view;
mod get_views;
mod update_view;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(add_view::add_view))
        .routes(routes!(delete_view::delete_view))
        .routes(routes!(get_views::get_views))
        .routes(routes!(update_view::update_view))
}
