//! Rejects ambiguous requests and reports timeouts of request bodies.

use crate::error_response::error_response;
use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use domain::ErrorCode;
use http_server::{BodyTimeout, check_request};

/// Rejects requests with ambiguous framing or host. Turns any response into 408 if reading the body timed out.
pub async fn reject_smuggling(request: Request, next: Next) -> Response {
    if let Err(error) = check_request(&request) {
        return close(error_response(ErrorCode::Malformed, &error.to_string()));
    }
    let body_timeout = request.extensions().get::<BodyTimeout>().cloned();
    let response = next.run(request).await;
    if body_timeout.is_some_and(|timeout| timeout.has_elapsed()) {
        return close(error_response(
            ErrorCode::RequestTimeout,
            "The request body did not arrive in time. Please send it again.",
        ));
    }
    response
}

/// Closes the connection after the response, because what follows on it may be part of the rejected request.
fn close(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
