//! `/api/mail`.

mod disconnect_mailbox;
mod get_import;
mod get_mailboxes;
mod import_mails;

use axum::extract::DefaultBodyLimit;
use service::Services;
use std::sync::Arc;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    // The size of an upload is limited while it is written to disk.
    let uploads = routes!(import_mails::import_mails).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(uploads)
        .routes(routes!(get_import::get_import))
        .routes(routes!(get_mailboxes::get_mailboxes))
        .routes(routes!(disconnect_mailbox::disconnect_mailbox))
}
