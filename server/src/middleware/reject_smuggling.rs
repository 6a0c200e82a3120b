//! Rejects ambiguous requests, and requests that exceed the server's capacity; reports why a request body could not be read.

use crate::error_response::{ErrorResponse, PROBES, error_response};
use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::{ApiError, ErrorCode};
use http_server::{BodyFailure, Overloaded, check_request};

/// `Retry-After` for requests that arrive while all connections are in use, in seconds.
const OVERLOAD_RETRY_AFTER: u32 = 2;

/// Rejects requests with ambiguous framing or host. Responds with 408 or 413 if reading the body timed out or exceeded the limit of the
/// server.
pub async fn reject_smuggling(request: Request, next: Next) -> Response {
    if let Err(error) = check_request(&request) {
        return close(error_response(ErrorCode::Malformed, &error.to_string()));
    }
    let is_probe = PROBES.contains(&request.uri().path());
    if request.extensions().get::<Overloaded>().is_some() && !is_probe {
        let mut error = ApiError::new(
            ErrorCode::Unavailable,
            "Too many connections are open at the moment. Please try again shortly.",
        );
        error.retry_after = Some(OVERLOAD_RETRY_AFTER);
        return close(ErrorResponse(error).into_response());
    }
    let failure = request.extensions().get::<BodyFailure>().cloned();
    let response = next.run(request).await;
    let Some(failure) = failure else { return response };
    if failure.timed_out() {
        return close(error_response(
            ErrorCode::RequestTimeout,
            "The request body did not arrive in time. Please send it again.",
        ));
    }
    if failure.too_large() {
        return close(error_response(
            ErrorCode::PayloadTooLarge,
            "The request body is too large.",
        ));
    }
    response
}

/// Closes the connection after the response, because the bytes that follow may be part of the rejected request.
fn close(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
