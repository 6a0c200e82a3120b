//! Error responses: problem details (RFC 9457) for API clients, a short page for browsers.
//!
//! Handlers and middleware return [`ErrorResponse`], which has a status but no body. [`render`], a middleware near the edge, writes the
//! body, because it knows the request id and whether the client is a browser.

use axum::{
    body::Body,
    extract::{OriginalUri, Request},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{ApiError, ErrorCode, FieldError, jobapps::JobApplication, quotas::QuotaUsage, scopes::Scope};
use html_escape::encode_text;
use serde::Serialize;
use tower_http::request_id::RequestId;
use utoipa::ToSchema;

/// Health probes: they never get HTML, and are answered even when all connections are in use.
pub const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// An error as a response.
#[derive(Clone, Debug)]
pub struct ErrorResponse(pub ApiError);

impl From<ApiError> for ErrorResponse {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<service::Error> for ErrorResponse {
    fn from(error: service::Error) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ErrorResponse {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Creates an error response with this code.
pub fn error_response(code: ErrorCode, detail: &str) -> Response {
    ErrorResponse(ApiError::new(code, detail)).into_response()
}

fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Problem details of an error (RFC 9457). `code` is stable and meant for programs, `detail` is written for users.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
#[serde(deny_unknown_fields)]
pub struct ProblemDetails<'a> {
    /// Link to the documentation of the code.
    #[serde(rename = "type")]
    kind: String,
    /// Short title, the same for every occurrence of the code.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// The problem and what to do.
    detail: &'a str,
    /// Error code.
    code: ErrorCode,
    /// The invalid fields, if the code is `invalid`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    /// The current state of the object, if the code is `version_conflict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<JobApplication>)]
    current: Option<&'a serde_json::Value>,
    /// The exceeded quota, if the code is `quota_exceeded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<QuotaUsage>,
    /// The scope that the API key needs, if the code is `scope_missing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    /// Id of the request, for support.
    #[schema(required)]
    request_id: Option<&'a str>,
}

/// Middleware that writes the bodies of error responses. Responses to `HEAD` have no body.
pub async fn render(request: Request, next: Next) -> Response {
    let as_page = wants_page(&request);
    let is_head = request.method() == Method::HEAD;
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map(str::to_owned);
    let mut response = next.run(request).await;
    let Some(ErrorResponse(error)) = response.extensions_mut().remove::<ErrorResponse>() else {
        return response;
    };
    let (content_type, body) = if as_page {
        (
            "text/html; charset=utf-8",
            page(&error, id.as_deref()).into_bytes(),
        )
    } else {
        ("application/problem+json", document(&error, id.as_deref()))
    };
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if error.code.status() == 401 {
        headers
            .entry(WWW_AUTHENTICATE)
            .or_insert(HeaderValue::from_static("Bearer"));
    }
    if let Some(scope) = error.scope {
        // RFC 6750 section 3.1
        let challenge = format!(
            "Bearer error=\"insufficient_scope\", scope=\"{}\"",
            scope.as_str()
        );
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
    }
    if let Some(seconds) = error.retry_after {
        headers.entry(RETRY_AFTER).or_insert(seconds.into());
    }
    *response.status_mut() = status(&error);
    *response.body_mut() = if is_head { Body::empty() } else { body.into() };
    response
}

fn document(error: &ApiError, request_id: Option<&str>) -> Vec<u8> {
    let details = ProblemDetails {
        kind: format!("/api/docs/problems#{}", error.code.as_str()),
        title: error.code.title(),
        status: error.code.status(),
        detail: &error.detail,
        code: error.code,
        errors: &error.errors,
        current: error.current.as_ref(),
        quota: error.quota,
        scope: error.scope,
        request_id,
    };
    serde_json::to_vec(&details).unwrap_or_default()
}

fn page(error: &ApiError, request_id: Option<&str>) -> String {
    let title = encode_text(error.code.title());
    let detail = encode_text(&error.detail);
    let request_id = encode_text(request_id.unwrap_or_default());
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title} · JobHax</title></head><body><main><h1>{title}</h1><p>{detail}</p>\
         <p>Reference: <code>{request_id}</code></p><p><a href=\"/\">Go to the home page</a></p></main></body></html>"
    )
}

/// Whether a browser navigates to a page. The API and the probes never respond with HTML.
pub fn wants_page(request: &Request) -> bool {
    let path = path(request);
    !is_at_or_below(path, "/api") && accepts_html(request.headers()) && !PROBES.contains(&path)
}

/// The full path of the request, also inside a nested router.
fn path(request: &Request) -> &str {
    request
        .extensions()
        .get::<OriginalUri>()
        .map_or_else(|| request.uri().path(), |uri| uri.path())
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .any(|v| v.to_str().is_ok_and(|v| v.contains("text/html")))
}

/// Whether the path is `parent` or below it.
pub fn is_at_or_below(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_escapes_markup_in_detail() {
        let error = ApiError::new(ErrorCode::NotFound, "no <script>alert(1)</script> here");
        assert!(page(&error, Some("id-1")).contains("no &lt;script&gt;"));
    }

    #[test]
    fn path_with_the_same_prefix_is_not_below() {
        assert!(is_at_or_below("/api", "/api") && is_at_or_below("/api/x", "/api"));
        assert!(!is_at_or_below("/apix", "/api") && !is_at_or_below("/", "/api"));
    }
}
