//! `/api/metrics`.

mod get_application_count_by_month;
mod get_application_count_by_month_with_total;
mod get_count_by_jobtitle_and_statuses;
mod get_count_by_statuses;
mod get_total_application_count;
mod get_word_count;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(
            get_application_count_by_month::get_application_count_by_month
        ))
        .routes(routes!(
            get_application_count_by_month_with_total::get_application_count_by_month_with_total
        ))
        .routes(routes!(
            get_count_by_jobtitle_and_statuses::get_count_by_jobtitle_and_statuses
        ))
        .routes(routes!(get_count_by_statuses::get_count_by_statuses))
        .routes(routes!(get_total_application_count::get_total_application_count))
        .routes(routes!(get_word_count::get_word_count))
}
