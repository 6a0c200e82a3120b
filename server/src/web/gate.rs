//! Who may see the pages of a workspace: nobody who is not signed in. Decided before the first byte of a page goes
//! out; a redirect from inside a page that already streams would be lost.

use crate::http::problem::{failure, is_below};
use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use domain::{ApiError, ErrorCode, UserId, routes::Route};
use service::users::USER_KEY;
use tower_sessions::Session;

/// The middleware.
pub async fn signed_in(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_below(path, "/w") {
        return next.run(request).await;
    }
    let known = match request.extensions().get::<Session>() {
        Some(session) => session.get::<UserId>(USER_KEY).await,
        None => Ok(None),
    };
    match known {
        Ok(Some(_)) => next.run(request).await,
        Ok(None) if matches!(*request.method(), Method::GET | Method::HEAD) => {
            Redirect::to(&Route::SignIn(Some(path.to_owned())).to_string()).into_response()
        }
        Ok(None) => failure(ApiError::new(
            ErrorCode::Unauthorized,
            "You are signed out. Sign in to go on.",
        )),
        Err(error) => {
            tracing::warn!(%error, "the session could not be read");
            let mut error = ApiError::new(
                ErrorCode::Unavailable,
                "The database is away for the moment. Try again shortly.",
            );
            error.retry_after = Some(2);
            failure(error)
        }
    }
}
