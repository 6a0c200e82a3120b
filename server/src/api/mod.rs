//! The REST API under `/api`: one adapter per operation and file. Each extracts caller and input, calls one use case of
//! `service` and converts the result.

mod docs;
mod errors;
mod jobapps;
mod mail;
mod metrics;
pub mod openapi;
mod operations;
mod response;
mod users;

use crate::error_response::{ErrorResponse, error_response};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{
        Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::Response,
};
use domain::{ApiError, ErrorCode};
use operations::operations;
use service::Services;
use std::sync::Arc;

const UNKNOWN_METHOD: &str = "This endpoint does not support this method. See the Allow header.";

/// Everything below `/api`. Unknown paths and methods get an error of the API, never an HTML page.
pub fn router() -> Router<Arc<Services>> {
    Router::from(operations())
        .merge(docs::router())
        .fallback(async || {
            error_response(
                ErrorCode::NotFound,
                "There is no such endpoint. See /api/docs for the list.",
            )
        })
        .method_not_allowed_fallback(async || error_response(ErrorCode::MethodNotAllowed, UNKNOWN_METHOD))
}

/// The operations and the documentation: method and path.
pub fn routes() -> Vec<(Method, String)> {
    let document = openapi::document();
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        methods.filter_map(|method| {
            let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).ok()?;
            Some((method, path.clone()))
        })
    });
    let docs = docs::ROUTES.map(|path| (Method::GET, format!("/api{path}")));
    operations.chain(docs).collect()
}

/// Middleware that replaces errors made by axum and its layers, such as 405 and 413, by errors of the API. Answers
/// `OPTIONS` with 204 and the `Allow` header.
pub async fn map_foreign_errors(request: Request, next: Next) -> Response {
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
    if response.extensions().get::<ErrorResponse>().is_none()
        && let Some(error) = foreign_error(&response)
    {
        response.extensions_mut().insert(ErrorResponse(error));
    }
    response
}

fn foreign_error(response: &Response) -> Option<ApiError> {
    let status = response.status();
    let is_json = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|t| t.as_bytes().ends_with(b"json"));
    let (code, detail) = match status {
        _ if !status.is_client_error() && !status.is_server_error() || is_json => return None,
        StatusCode::METHOD_NOT_ALLOWED => (ErrorCode::MethodNotAllowed, UNKNOWN_METHOD),
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
