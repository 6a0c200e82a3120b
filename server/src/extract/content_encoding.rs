//! Bodies are never decompressed, which rules out decompression bombs.

use axum::http::{HeaderMap, header::CONTENT_ENCODING};
use domain::{ApiError, ErrorCode};

/// Rejects a compressed body.
///
/// # Errors
/// `unsupported_media_type`.
pub fn reject_encoded_body(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_plain = |value: &[u8]| value.is_empty() || value.eq_ignore_ascii_case(b"identity");
    if headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|value| is_plain(value.as_bytes()))
    {
        return Ok(());
    }
    Err(ApiError::new(
        ErrorCode::UnsupportedMediaType,
        "Send the body uncompressed, without Content-Encoding.",
    ))
}
