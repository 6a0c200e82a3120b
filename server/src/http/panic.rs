//! A panic while answering is one failed answer and one log line, nothing more.

use super::problem::failure;
use axum::response::Response;
use domain::{ApiError, ErrorCode};
use std::any::Any;

/// Makes the answer.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub fn answer(panic: Box<dyn Any + Send>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(said = said.unwrap_or("nothing"), "panic while answering");
    failure(ApiError::new(
        ErrorCode::Internal,
        "This is our fault; nothing was changed. Try again, and tell us if it stays.",
    ))
}
