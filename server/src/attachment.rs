//! Exports as streamed downloads.

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

/// A response that downloads the export as a file while it is being written.
pub fn attachment(export: Export) -> Response {
    let mut chunks = export.chunks;
    let body = Body::from_stream(poll_fn(move |context| chunks.poll_recv(context)));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(export.media_type));
    let disposition = format!("attachment; filename=\"{}\"", export.file_name);
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
