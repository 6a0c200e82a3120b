//! `POST /w/{slug}/import/upload`: uploads mail files from the import page. A script gets the import as JSON; a plain form is redirected to
//! the page of the import.

use crate::{error_response::ErrorResponse, extract::PageCaller, multipart::receive_mail_files};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{StatusCode, header::ACCEPT},
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use domain::routes::{Route, WorkspacePage};
use service::Services;
use std::sync::Arc;

/// The path pattern.
pub const PATH: &str = "/w/{slug}/import/upload";

/// The route. Needs the session layer and CSRF protection, and must be outside the layers that limit bodies: the size of
/// an upload is limited while it is written to disk.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new()
        .route(PATH, post(upload).layer(DefaultBodyLimit::disable()))
        .with_state(services)
}

async fn upload(
    State(services): State<Arc<Services>>,
    PageCaller(caller): PageCaller,
    request: Request,
) -> Result<Response, ErrorResponse> {
    let accepts_json = request
        .headers()
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    let import = Box::pin(receive_mail_files(&services, &caller, None, request)).await?;
    if accepts_json {
        return Ok((StatusCode::ACCEPTED, Json(import)).into_response());
    }
    if import.dry_run {
        return Ok(Redirect::to(&Route::Import(caller.tenant.slug, import.id).to_string()).into_response());
    }
    let page = Route::Workspace(caller.tenant.slug, WorkspacePage::Import);
    Ok(Redirect::to(&format!("{page}?import={}", import.id)).into_response())
}
