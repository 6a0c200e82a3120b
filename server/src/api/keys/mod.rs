//! `/api/keys`.

mod add_key;
mod get_keys;
mod get_usage;
mod revoke_key;
mod update_key;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(add_key::add_key))
        .routes(routes!(get_keys::get_keys))
        .routes(routes!(get_usage::get_usage))
        .routes(routes!(revoke_key::revoke_key))
        .routes(routes!(update_key::update_key))
}
