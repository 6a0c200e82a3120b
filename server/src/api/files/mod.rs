//! `/api/files`.

mod add_file;
mod delete_file;
mod get_file;
mod get_files;

use axum::extract::DefaultBodyLimit;
use service::Services;
use std::sync::Arc;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

pub(super) fn router() -> OpenApiRouter<Arc<Services>> {
    // The form reader limits the size, so that the error can name the limit.
    let uploads = routes!(add_file::add_file).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(get_files::get_files))
        .routes(uploads)
        .routes(routes!(get_file::get_file))
        .routes(routes!(delete_file::delete_file))
}
