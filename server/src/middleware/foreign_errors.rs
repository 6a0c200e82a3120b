//! Converts responses that axum, Leptos and their layers create themselves to our format.

use crate::error_response::ErrorResponse;
use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderValue, Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION},
    },
    middleware::Next,
    response::Response,
};
use domain::{ApiError, ErrorCode};

/// Maximum length of a redirect target. Some proxies reject longer headers.
const MAX_LOCATION_LEN: usize = 2048;

/// Replaces errors such as 405 and 413 by our own. Responds to `OPTIONS` with 204 and the `Allow` header. Shortens redirect targets.
pub async fn map_foreign_responses(request: Request, next: Next) -> Response {
    let is_options = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    if is_options && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        *response.status_mut() = StatusCode::NO_CONTENT;
        *response.body_mut() = Body::empty();
        response.extensions_mut().remove::<ErrorResponse>();
        response.headers_mut().remove(CONTENT_TYPE);
        response.headers_mut().remove(CONTENT_LENGTH);
        return response;
    }
    shorten_location(&mut response);
    if response.extensions().get::<ErrorResponse>().is_none()
        && let Some(error) = foreign_error(&response)
    {
        response.extensions_mut().insert(ErrorResponse(error));
    }
    response
}

/// Removes the query of a redirect target that is too long.
fn shorten_location(response: &mut Response) {
    let Some(location) = response.headers().get(LOCATION) else {
        return;
    };
    if location.len() <= MAX_LOCATION_LEN {
        return;
    }
    let path = location
        .as_bytes()
        .split(|byte| *byte == b'?')
        .next()
        .unwrap_or_default();
    let path = Some(path).filter(|path| !path.is_empty() && path.len() <= MAX_LOCATION_LEN);
    let short = path.and_then(|path| HeaderValue::from_bytes(path).ok());
    let short = short.unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, short);
}

fn foreign_error(response: &Response) -> Option<ApiError> {
    let status = response.status();
    let has_own_body = response.headers().get(CONTENT_TYPE).is_some_and(|value| {
        let value = value.as_bytes();
        value.ends_with(b"json") || value.starts_with(b"text/html")
    });
    let (code, detail) = match status {
        _ if !status.is_client_error() && !status.is_server_error() || has_own_body => return None,
        // Responses for static files, which clients expect unchanged.
        StatusCode::PRECONDITION_FAILED | StatusCode::RANGE_NOT_SATISFIABLE => return None,
        StatusCode::METHOD_NOT_ALLOWED => (
            ErrorCode::MethodNotAllowed,
            "This address does not support this method. See the Allow header.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            ErrorCode::PayloadTooLarge,
            "The body is too large for this endpoint.",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            ErrorCode::RequestTimeout,
            "The request did not arrive in time. Please send it again.",
        ),
        StatusCode::NOT_FOUND => (ErrorCode::NotFound, "Not found."),
        StatusCode::SERVICE_UNAVAILABLE => (
            ErrorCode::Unavailable,
            "Temporarily unavailable. Please try again shortly.",
        ),
        _ if status.is_client_error() => (ErrorCode::Malformed, "The request is not valid."),
        _ => (
            ErrorCode::Internal,
            "Something went wrong on our side, and nothing was changed. Please try again.",
        ),
    };
    Some(ApiError::new(code, detail))
}
