//! Answers to what was no request: too large a head, broken lines. The parser answers those by itself, with a bare
//! status line; they leave here like every other failure, with an id, a log line, a document and the usual headers.

use super::{headers, request_id::Ids};
use axum::http::StatusCode;
use domain::ErrorCode;
use serde_json::json;
use std::{fmt::Write as _, sync::Arc};

/// Writes the whole answer for a status.
pub type Writer = Arc<dyn Fn(StatusCode) -> Vec<u8> + Send + Sync>;

/// Makes the writer of such answers.
pub fn writer(ids: Ids, https: headers::Https) -> Writer {
    Arc::new(move |status| {
        let id = ids.next();
        tracing::info!(%id, status = status.as_u16(), "refused what was no request");
        answer(status, &id, https)
    })
}

fn answer(status: StatusCode, id: &str, https: headers::Https) -> Vec<u8> {
    let code = ErrorCode::Malformed;
    let body = json!({
        "type": format!("/api/docs/problems#{}", code.as_str()),
        "title": code.title(),
        "status": status.as_u16(),
        "detail": detail(status),
        "code": code,
        "request_id": id,
    })
    .to_string();
    let mut text = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers::usual(https) {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(
        text,
        "x-request-id: {id}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    text.into_bytes()
}

fn detail(status: StatusCode) -> &'static str {
    match status {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            "The headers are larger than this server takes. Send fewer or shorter ones."
        }
        StatusCode::URI_TOO_LONG => "The address is longer than this server takes. Send the data in a body.",
        _ => "This is not an HTTP request that can be read.",
    }
}

/// The status, when these bytes are an answer that the parser gave by itself. All of ours carry an id.
pub fn status_of(bytes: &[u8]) -> Option<StatusCode> {
    let code = bytes.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    let bare = bytes.ends_with(b"\r\n\r\n") && !bytes.windows(14).any(|w| w == b"\r\nx-request-id");
    StatusCode::from_bytes(code)
        .ok()
        .filter(|status| bare && status.is_client_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_parsers_own_answers_from_ours() {
        let own = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(status_of(own), Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        let ours = answer(StatusCode::BAD_REQUEST, "id", headers::Https(true));
        assert_eq!(status_of(&ours), None);
        assert_eq!(
            status_of(b"HTTP/1.1 404 Not Found\r\nx-request-id: a\r\ncontent-length: 0\r\n\r\n"),
            None
        );
        assert_eq!(status_of(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), None);
        let text = String::from_utf8(ours).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a body");
        assert!(
            head.contains("strict-transport-security: ")
                && head.contains("content-security-policy: default-src 'none'")
        );
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(
            (body["status"].as_u64(), body["request_id"].as_str()),
            (Some(400), Some("id"))
        );
    }
}
