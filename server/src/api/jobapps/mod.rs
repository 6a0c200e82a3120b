//! `/api/jobapps`.

mod add_jobapp;
mod add_jobapp_note;
mod add_status;
mod bulk_update;
mod confirm_csv_import;
mod delete_jobapp;
mod delete_jobapp_note;
mod delete_status;
mod dismiss_duplicate;
mod edit_jobapp;
mod export_csv;
mod get_csv_import;
mod get_duplicates;
mod get_jobapp_detail;
mod get_jobapp_notes;
mod get_jobapps;
mod get_notes;
mod get_posting;
mod get_silence_thresholds;
mod get_status_history;
mod get_statuses;
mod get_today;
mod import_csv;
mod map_csv_import;
mod merge_jobapps;
mod order_statuses;
mod restore_jobapp;
mod set_posting;
mod split_jobapp;
mod undo_merge;
mod update_jobapp;
mod update_jobapp_note;
mod update_silence_thresholds;
mod update_status;

use crate::extract::LARGE_BODY_LIMIT;
use axum::extract::DefaultBodyLimit;
use service::Services;
use std::sync::Arc;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    // The size of an upload is limited while it is written to disk.
    let uploads = routes!(import_csv::import_csv).layer(DefaultBodyLimit::disable());
    let postings = routes!(set_posting::set_posting).layer(DefaultBodyLimit::max(LARGE_BODY_LIMIT));
    OpenApiRouter::new()
        .routes(routes!(add_jobapp::add_jobapp))
        .routes(routes!(add_jobapp_note::add_jobapp_note))
        .routes(routes!(add_status::add_status))
        .routes(routes!(bulk_update::bulk_update))
        .routes(routes!(confirm_csv_import::confirm_csv_import))
        .routes(routes!(delete_jobapp::delete_jobapp))
        .routes(routes!(delete_jobapp_note::delete_jobapp_note))
        .routes(routes!(delete_status::delete_status))
        .routes(routes!(dismiss_duplicate::dismiss_duplicate))
        .routes(routes!(edit_jobapp::edit_jobapp))
        .routes(routes!(export_csv::export_csv))
        .routes(routes!(get_csv_import::get_csv_import))
        .routes(routes!(get_duplicates::get_duplicates))
        .routes(routes!(get_jobapp_detail::get_jobapp_detail))
        .routes(routes!(get_jobapp_notes::get_jobapp_notes))
        .routes(routes!(get_jobapps::get_jobapps))
        .routes(routes!(get_notes::get_notes))
        .routes(routes!(get_posting::get_posting))
        .routes(routes!(get_silence_thresholds::get_silence_thresholds))
        .routes(routes!(get_status_history::get_status_history))
        .routes(routes!(get_statuses::get_statuses))
        .routes(routes!(get_today::get_today))
        .routes(uploads)
        .routes(routes!(map_csv_import::map_csv_import))
        .routes(routes!(merge_jobapps::merge_jobapps))
        .routes(routes!(order_statuses::order_statuses))
        .routes(routes!(restore_jobapp::restore_jobapp))
        .routes(postings)
        .routes(routes!(split_jobapp::split_jobapp))
        .routes(routes!(undo_merge::undo_merge))
        .routes(routes!(update_jobapp::update_jobapp))
        .routes(routes!(update_jobapp_note::update_jobapp_note))
        .routes(routes!(update_silence_thresholds::update_silence_thresholds))
        .routes(routes!(update_status::update_status))
}
