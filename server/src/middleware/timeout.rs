//! A last-resort timeout. Statements and waiting for a connection have shorter timeouts of their own.

use crate::error_response::ErrorResponse;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::{ApiError, ErrorCode};
use std::time::Duration;

/// For all requests except uploads, whose bodies have a progress timeout.
pub const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// Cancels requests that take too long; their transactions are rolled back.
pub async fn enforce_timeout(State(timeout): State<Duration>, request: Request, next: Next) -> Response {
    if is_upload(&request) {
        return next.run(request).await;
    }
    if let Ok(response) = tokio::time::timeout(timeout, next.run(request)).await {
        return response;
    }
    let mut error = ApiError::new(
        ErrorCode::Unavailable,
        "This took too long and was canceled. Nothing was changed. Please try again shortly.",
    );
    error.retry_after = Some(5);
    ErrorResponse(error).into_response()
}

fn is_upload(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with(b"multipart/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn stuck_request_is_canceled() {
        let routes = Router::new()
            .route("/fine", get(async || "fine"))
            .route("/stuck", get(std::future::pending::<()>))
            .layer(from_fn_with_state(Duration::from_millis(20), enforce_timeout));
        for (path, status) in [("/fine", 200), ("/stuck", 503)] {
            let request = Request::get(path).body(Body::empty()).expect("request");
            let response = routes.clone().oneshot(request).await.expect("infallible");
            assert_eq!(response.status(), status);
        }
    }
}
