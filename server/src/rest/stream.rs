//! Answers that are written while they are sent.

use axum::{
    body::Body,
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::Response,
};
use futures_util::stream::poll_fn;
use service::users::Export;

/// The export as a file to keep.
pub fn attachment(export: Export) -> Response {
    let mut pieces = export.pieces;
    let body = Body::from_stream(poll_fn(move |context| pieces.poll_recv(context)));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let disposition = format!("attachment; filename=\"{}\"", export.file_name);
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
