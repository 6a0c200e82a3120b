//! Conditional requests (RFC 9110 §13): adds an `ETag` to every JSON response to GET and to the documentation pages, and responds with 304
//! if the client already has the current version.
//!
//! The tags are weak, because they are computed before compression. The tag of an application starts with its version, which `If-Match`
//! compares.

use axum::{
    body::{Body, Bytes, HttpBody as _, to_bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    middleware::Next,
    response::Response,
};
use service::platform::rng::sha256;

/// Maximum size of a response with a tag. Larger responses are streamed.
const MAX_BODY_BYTES: u64 = 8 * 1024 * 1024;
/// Length of the checksum in a tag, in bytes.
const CHECKSUM_LEN: usize = 16;

/// The version of the object in a response; an extension of the response.
#[derive(Clone, Copy, Debug)]
pub struct ObjectVersion(pub i32);

/// Adds the tag, and responds with 304 if `If-None-Match` contains it.
pub async fn set_etag(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let known: Vec<HeaderValue> = request.headers().get_all(IF_NONE_MATCH).iter().cloned().collect();
    let response = next.run(request).await;
    let size = response.body().size_hint().exact();
    if response.status() != StatusCode::OK
        || !has_tag(response.headers())
        || size.is_none_or(|n| n > MAX_BODY_BYTES)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // The body has an exact size, so it is already in memory.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let tag = etag(parts.extensions.get::<ObjectVersion>().copied(), &body);
    let is_known = known.iter().any(|value| matches(value, &tag));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(ETAG, value);
    }
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_TYPE);
        parts.headers.remove(CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}

fn has_tag(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    content_type.starts_with(b"application/json") || content_type.starts_with(b"text/html")
}

fn etag(version: Option<ObjectVersion>, body: &Bytes) -> String {
    let version = version.map(|ObjectVersion(version)| format!("{version}-"));
    let checksum = hex::encode(&sha256(body)[..CHECKSUM_LEN]);
    format!("W/\"{}{checksum}\"", version.unwrap_or_default())
}

/// Whether a value of `If-None-Match` contains the tag, by weak comparison. Our tags contain no comma.
fn matches(value: &HeaderValue, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    value
        .to_str()
        .is_ok_and(|value| value.trim() == "*" || value.split(',').any(|other| opaque(other) == opaque(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_none_match_is_compared_weakly() {
        let tag = etag(Some(ObjectVersion(3)), &Bytes::from_static(b"{}"));
        assert!(tag.starts_with("W/\"3-"), "{tag}");
        let strong = tag.trim_start_matches("W/").to_owned();
        for value in [tag.clone(), strong, format!("\"x\", {tag}"), "*".into()] {
            assert!(
                matches(&HeaderValue::from_str(&value).expect("a value"), &tag),
                "{value}"
            );
        }
        for value in ["\"x\"", "", "W/\"3-\""] {
            assert!(!matches(&HeaderValue::from_static(value), &tag), "{value}");
        }
    }
}
