//! `/api/metrics`.

mod get_application_count_by_month;
mod get_application_count_by_month_with_total;
mod get_cohort;
mod get_count_by_jobtitle_and_statuses;
mod get_count_by_statuses;
mod get_flow;
mod get_funnel;
mod get_pace;
mod get_response_rates;
mod get_response_times;
mod get_total_application_count;
mod get_word_count;
mod query;
mod set_goal;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(get_cohort::get_cohort))
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
        .routes(routes!(get_flow::get_flow))
        .routes(routes!(get_funnel::get_funnel))
        .routes(routes!(get_pace::get_pace))
        .routes(routes!(get_response_rates::get_response_rates))
        .routes(routes!(get_response_times::get_response_times))
        .routes(routes!(get_total_application_count::get_total_application_count))
        .routes(routes!(get_word_count::get_word_count))
        .routes(routes!(query::query))
        .routes(routes!(set_goal::set_goal))
}
