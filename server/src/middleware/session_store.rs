//! Reports errors that occur when the session layer saves the session after the handler.

use crate::error_response::ErrorResponse;
use axum::{
    extract::Request,
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use service::auth::with_store_error;

/// Replaces the empty 500 response of the session layer by the error of the store: the database is unavailable, or the account was deleted
/// after the handler signed the user in.
pub async fn report_store_error(request: Request, next: Next) -> Response {
    let (response, error) = with_store_error(next.run(request)).await;
    let is_of_session_layer = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && response.headers().get(CONTENT_TYPE).is_none()
        && response.extensions().get::<ErrorResponse>().is_none();
    match error {
        Some(error) if is_of_session_layer => ErrorResponse(error).into_response(),
        _ => response,
    }
}
