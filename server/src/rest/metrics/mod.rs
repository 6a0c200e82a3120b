//! `/api/metrics`.

mod get_application_count_by_month;
mod get_application_count_by_month_with_total;
mod get_count_by_jobtitle_and_statuses;
mod get_count_by_statuses;
mod get_total_application_count;
mod get_word_count;

use axum::{Router, routing::get};
use service::Services;
use std::sync::Arc;

pub(super) fn router() -> Router<Arc<Services>> {
    Router::new()
        .route(
            "/get_total_application_count",
            get(get_total_application_count::get_total_application_count),
        )
        .route(
            "/get_application_count_by_month",
            get(get_application_count_by_month::get_application_count_by_month),
        )
        .route(
            "/get_count_by_statuses",
            get(get_count_by_statuses::get_count_by_statuses),
        )
        .route(
            "/get_application_count_by_month_with_total",
            get(get_application_count_by_month_with_total::get_application_count_by_month_with_total),
        )
        .route("/get_word_count", get(get_word_count::get_word_count))
        .route(
            "/get_count_by_jobtitle_and_statuses",
            get(get_count_by_jobtitle_and_statuses::get_count_by_jobtitle_and_statuses),
        )
}
