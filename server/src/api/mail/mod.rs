//! `/api/mail`.

mod cancel_import;
mod confirm_import;
mod connect_imap;
mod decide_mail;
mod disconnect_mailbox;
mod get_import;
mod get_import_findings;
mod get_mail;
mod get_mailboxes;
mod get_mails;
mod get_review;
mod import_mails;
mod sync_mailbox;
mod undo_mail;

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
        .routes(routes!(get_import_findings::get_import_findings))
        .routes(routes!(confirm_import::confirm_import))
        .routes(routes!(cancel_import::cancel_import))
        .routes(routes!(get_mails::get_mails))
        .routes(routes!(get_mail::get_mail))
        .routes(routes!(get_review::get_review))
        .routes(routes!(decide_mail::decide_mail))
        .routes(routes!(undo_mail::undo_mail))
        .routes(routes!(get_mailboxes::get_mailboxes))
        .routes(routes!(connect_imap::connect_imap))
        .routes(routes!(sync_mailbox::sync_mailbox))
        .routes(routes!(disconnect_mailbox::disconnect_mailbox))
}
