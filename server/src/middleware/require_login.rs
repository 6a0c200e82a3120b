//! Redirects to the sign-in page when a page of a workspace is requested without a session. This must happen before the
//! response starts: a redirect from inside a page that is being streamed would be lost.

use crate::{
    error_response::{ErrorResponse, is_at_or_below},
    extract::{
        accepts_events,
        page_caller::{session_unavailable, signed_out},
    },
};
use app::server::session;
use axum::{
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use domain::routes::Route;
use tower_sessions::Session;

/// Requires a signed-in user for paths below `/w/`.
pub async fn require_login(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_at_or_below(path, "/w") || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    let user = match request.extensions().get::<Session>() {
        Some(session) => session::user_id(session).await,
        None => Ok(None),
    };
    match user {
        Ok(Some(_)) => next.run(request).await,
        // Tells an event source not to reconnect (HTML, server-sent events). A redirect to a page would not.
        Ok(None) if accepts_events(request.headers()) => StatusCode::NO_CONTENT.into_response(),
        Ok(None) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            let next = Route::parse(path).map(|page| page.to_string());
            Redirect::to(&Route::SignIn(next).to_string()).into_response()
        }
        Ok(None) => ErrorResponse(signed_out()).into_response(),
        Err(error) => ErrorResponse(session_unavailable(error)).into_response(),
    }
}
