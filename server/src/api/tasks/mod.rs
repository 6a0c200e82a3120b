//! `/api/tasks`.

mod add_task;
mod delete_task;
mod get_tasks;
mod update_task;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(add_task::add_task))
        .routes(routes!(delete_task::delete_task))
        .routes(routes!(get_tasks::get_tasks))
        .routes(routes!(update_task::update_task))
}
