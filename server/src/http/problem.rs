//! Failures as answers: a problem document (RFC 9457) for programs, a short page for browsers.
//!
//! Whoever fails hands out [`failure`]: the status and the error, no body yet. The body is written once, at the edge,
//! where the request's id is known and whether a browser asked.

use crate::rest::problem::{self as document, Problem};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::ApiError;
use tower_http::request_id::RequestId;

/// An answer that says what went wrong. Its body is written by [`render`].
pub fn failure(error: ApiError) -> Response {
    Problem(error).into_response()
}

/// Writes the bodies of failures, for whoever asked.
pub async fn render(request: Request, next: Next) -> Response {
    let for_people = wants_page(&request);
    let head = request.method() == Method::HEAD;
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map(str::to_owned);
    let mut answer = next.run(request).await;
    let Some(Problem(error)) = answer.extensions_mut().remove::<Problem>() else {
        return answer;
    };
    let mut rendered = document::response(&error, id.as_deref());
    if for_people {
        rendered.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        *rendered.body_mut() = Body::from(page(&error, id.as_deref().unwrap_or_default()));
    }
    for (name, value) in answer.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    if head {
        *rendered.body_mut() = Body::empty();
    }
    rendered
}

fn page(error: &ApiError, request_id: &str) -> String {
    let title = escape(error.code.title());
    let detail = escape(&error.detail);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title} · JobHax</title></head><body><main><h1>{title}</h1><p>{detail}</p>\
         <p>Should you ask us about it, name <code>{request_id}</code>.</p><p><a href=\"/\">To the start page</a></p>\
         </main></body></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Whether a browser asked for a page. The API and server functions always answer for programs.
pub fn wants_page(request: &Request) -> bool {
    let path = request.uri().path();
    !is_below(path, "/api") && accepts_html(request.headers()) && !matches!(path, "/healthz" | "/readyz")
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|v| v.to_str().is_ok_and(|v| v.contains("text/html")))
}

/// Whether the path is this one or lies below it.
pub fn is_below(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_carry_no_markup_of_others() {
        let error = ApiError::new(domain::ErrorCode::NotFound, "no <script>alert(1)</script> here");
        assert!(page(&error, "id-1").contains("no &lt;script&gt;"));
    }

    #[test]
    fn below_is_not_beside() {
        assert!(is_below("/api", "/api") && is_below("/api/x", "/api"));
        assert!(!is_below("/apix", "/api") && !is_below("/", "/api"));
    }
}
