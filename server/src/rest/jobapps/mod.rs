//! `/api/jobapps`.

mod add_jobapp;
mod get_jobapps;
mod get_status_history;
mod get_statuses;
mod update_jobapp;

use axum::{
    Router,
    routing::{get, post},
};
use service::Services;
use std::sync::Arc;

pub(super) fn router() -> Router<Arc<Services>> {
    Router::new()
        .route("/get_jobapps", get(get_jobapps::get_jobapps))
        .route("/get_statuses", get(get_statuses::get_statuses))
        .route("/get_status_history", get(get_status_history::get_status_history))
        .route("/add_jobapp", post(add_jobapp::add_jobapp))
        .route("/update_jobapp", post(update_jobapp::update_jobapp))
}
