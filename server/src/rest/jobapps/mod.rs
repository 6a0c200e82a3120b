//! `/api/jobapps`.

mod add_jobapp;
mod add_jobapp_note;
mod delete_jobapp;
mod delete_jobapp_note;
mod get_jobapp_detail;
mod get_jobapp_notes;
mod get_jobapps;
mod get_status_history;
mod get_statuses;
mod update_jobapp;
mod update_jobapp_note;

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
        .route("/delete_jobapp", post(delete_jobapp::delete_jobapp))
        .route("/get_jobapp_detail", get(get_jobapp_detail::get_jobapp_detail))
        .route("/get_jobapp_notes", get(get_jobapp_notes::get_jobapp_notes))
        .route("/add_jobapp_note", post(add_jobapp_note::add_jobapp_note))
        .route(
            "/update_jobapp_note",
            post(update_jobapp_note::update_jobapp_note),
        )
        .route(
            "/delete_jobapp_note",
            post(delete_jobapp_note::delete_jobapp_note),
        )
}
