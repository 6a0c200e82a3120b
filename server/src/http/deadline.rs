//! A request that is not answered after this time is given up: what it began is undone, and its client hears of it.
//! Statements and waits for connections have shorter times of their own; this is for what nobody thought of.

use super::problem::failure;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header::CONTENT_TYPE},
    middleware::Next,
    response::Response,
};
use domain::{ApiError, ErrorCode};
use std::time::Duration;
use tokio::time::timeout;

/// For all requests but uploads, whose bodies have a watch of their own.
pub const DEADLINE: Duration = Duration::from_mins(1);

/// The middleware.
pub async fn enforce(State(deadline): State<Duration>, request: Request, next: Next) -> Response {
    if is_upload(&request) {
        return next.run(request).await;
    }
    if let Ok(answer) = timeout(deadline, next.run(request)).await {
        return answer;
    }
    let mut error = ApiError::new(
        ErrorCode::Unavailable,
        "This took too long and was given up; nothing was changed. Try again shortly.",
    );
    error.retry_after = Some(5);
    failure(error)
}

fn is_upload(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with(b"multipart/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn what_never_ends_is_ended() {
        let routes = Router::new()
            .route("/fine", get(async || "fine"))
            .route("/stuck", get(std::future::pending::<()>))
            .layer(from_fn_with_state(Duration::from_millis(20), enforce));
        for (path, status) in [("/fine", 200), ("/stuck", 503)] {
            let request = Request::get(path).body(Body::empty()).expect("request");
            let answer = routes.clone().oneshot(request).await.expect("infallible");
            assert_eq!(answer.status(), status);
        }
    }
}
