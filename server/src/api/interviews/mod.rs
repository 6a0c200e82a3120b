//! `/api/interviews`.

mod add_interview;
mod delete_interview;
mod get_interviews;
mod update_interview;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(add_interview::add_interview))
        .routes(routes!(delete_interview::delete_interview))
        .routes(routes!(get_interviews::get_interviews))
        .routes(routes!(update_interview::update_interview))
}
