//! `/api/webhooks`.

mod add_endpoint;
mod delete_endpoint;
mod get_deliveries;
mod get_endpoints;
mod recover;
mod redeliver;
mod rotate_secret;
mod send_test;
mod update_endpoint;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(get_endpoints::get_endpoints))
        .routes(routes!(add_endpoint::add_endpoint))
        .routes(routes!(update_endpoint::update_endpoint))
        .routes(routes!(delete_endpoint::delete_endpoint))
        .routes(routes!(rotate_secret::rotate_secret))
        .routes(routes!(send_test::send_test))
        .routes(routes!(get_deliveries::get_deliveries))
        .routes(routes!(redeliver::redeliver))
        .routes(routes!(recover::recover))
}
