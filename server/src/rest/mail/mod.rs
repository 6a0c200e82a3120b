//! `/api/mail`.

mod get_import;
mod import_mails;
mod receive;

pub use receive::receive;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use service::Services;
use std::sync::Arc;

pub(super) fn router() -> Router<Arc<Services>> {
    // Uploads have a limit of their own, counted while they go to disk.
    let uploads = post(import_mails::import_mails).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/import_mails", uploads)
        .route("/get_import", get(get_import::get_import))
}
