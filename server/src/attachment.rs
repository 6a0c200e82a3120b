//! Streamed downloads: exports and files of applications.

use axum::{
    body::Body,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::Response,
};
use domain::routes::percent_encode;
use futures_util::stream::poll_fn;
use service::{files::Download, users::Export};

/// A response that streams the export as a file download while it is generated.
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

/// A response that downloads a file of an application. Browsers save it and never render it, whatever its type.
pub fn download(download: Download) -> Response {
    let Download { file, content } = download;
    let mut response = Response::new(Body::from_stream(content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(value) = HeaderValue::from_str(&content_disposition(&file.name)) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}

/// `Content-Disposition: attachment` with an ASCII and a UTF-8 file name (RFC 6266, RFC 8187).
fn content_disposition(name: &str) -> String {
    let ascii: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let encoded = percent_encode(name);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_a_download_is_quoted_and_encoded() {
        assert_eq!(
            content_disposition("Résumé \"1\".pdf"),
            "attachment; filename=\"R_sum_ _1_.pdf\"; filename*=UTF-8''R%C3%A9sum%C3%A9%20%221%22.pdf"
        );
    }
}
