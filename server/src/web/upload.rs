//! `POST /w/{slug}/import/upload`: mail files from the import page. A script gets the import as JSON, a plain form is
//! sent on to the page of the import.

use crate::{http::problem::failure, rest::mail::receive};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{StatusCode, header::ACCEPT},
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use domain::{
    ApiError, ErrorCode, SessionId, UserId,
    mail::Import,
    routes::{Route, WorkspacePage},
};
use service::{
    Error, Services,
    users::{self, SESSION_KEY, USER_KEY},
};
use std::sync::Arc;
use tower_sessions::Session;

/// The route. Goes inside the layers of sessions and forgery protection, and outside those that limit bodies: an upload
/// has a limit of its own, counted while it goes to disk.
pub fn router<S: Clone + Send + Sync + 'static>(services: Arc<Services>) -> Router<S> {
    Router::new()
        .route(
            "/w/{slug}/import/upload",
            post(upload).layer(DefaultBodyLimit::disable()),
        )
        .with_state(services)
}

async fn upload(
    State(services): State<Arc<Services>>,
    Path(slug): Path<String>,
    session: Session,
    request: Request,
) -> Response {
    let accept = request
        .headers()
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let for_script = accept.contains("application/json");
    match take(&services, &slug, &session, request).await {
        Ok(import) if for_script => (StatusCode::ACCEPTED, Json(import)).into_response(),
        Ok(import) => {
            let page = Route::Workspace(slug, WorkspacePage::Import);
            Redirect::to(&format!("{page}?import={}", import.id)).into_response()
        }
        Err(error) => failure(error.into()),
    }
}

async fn take(services: &Services, slug: &str, session: &Session, request: Request) -> Result<Import, Error> {
    let user = session.get::<UserId>(USER_KEY).await.map_err(away)?;
    let user =
        user.ok_or_else(|| ApiError::new(ErrorCode::Unauthorized, "You are signed out. Sign in to go on."))?;
    let id = session.get::<SessionId>(SESSION_KEY).await.map_err(away)?;
    let id = id.unwrap_or_else(|| uuid::Uuid::nil().into());
    let caller = users::caller_of_page(services, user, id, slug).await?;
    receive(services, &caller, None, request).await
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn away(error: tower_sessions::session::Error) -> Error {
    tracing::warn!(%error, "the session could not be read");
    let mut api = ApiError::new(
        ErrorCode::Unavailable,
        "The session could not be read. Try again shortly.",
    );
    api.retry_after = Some(2);
    api.into()
}
