//! `/api/contacts`.

mod add_contact;
mod delete_contact;
mod get_contacts;
mod link_contact;
mod unlink_contact;
mod update_contact;

use service::Services;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    OpenApiRouter::new()
        .routes(routes!(add_contact::add_contact))
        .routes(routes!(delete_contact::delete_contact))
        .routes(routes!(get_contacts::get_contacts))
        .routes(routes!(link_contact::link_contact))
        .routes(routes!(unlink_contact::unlink_contact))
        .routes(routes!(update_contact::update_contact))
}
