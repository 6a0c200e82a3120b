//! Turns a panic in a handler into an error response and a log line.

use crate::error_response::error_response;
use axum::response::Response;
use domain::ErrorCode;
use std::any::Any;

/// The response to a request whose handler panicked.
#[expect(
    clippy::needless_pass_by_value,
    reason = "signature required by CatchPanicLayer"
)]
pub fn panic_response(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(message = message.unwrap_or_default(), "handler panicked");
    error_response(
        ErrorCode::Internal,
        "Something went wrong on our side, and nothing was changed. Please try again.",
    )
}
