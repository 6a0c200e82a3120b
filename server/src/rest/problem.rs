//! Failures as problem documents (RFC 9457).

use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{ApiError, ErrorCode, FieldError, jobapps::JobApplication};
use serde::Serialize;
use tower_http::request_id::RequestId;
use utoipa::ToSchema;

/// An error on its way out. [`render`] writes the document, because only it knows the request's id.
#[derive(Clone, Debug)]
pub struct Problem(pub ApiError);

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<service::Error> for Problem {
    fn from(error: service::Error) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = status(&self.0).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A failure (RFC 9457). `code` is stable and for programs, `detail` is for people.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
#[serde(deny_unknown_fields)]
pub(super) struct Document<'a> {
    /// Where the code is explained.
    #[serde(rename = "type")]
    kind: String,
    /// A short title, the same for every occurrence.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened and what to do.
    detail: &'a str,
    /// What went wrong.
    code: ErrorCode,
    /// The fields that are wrong, where the code is `invalid`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    /// The object as it stands now, where the code is `version_conflict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<&'a JobApplication>,
    /// Names this very request, should you ask us about it.
    #[schema(required)]
    request_id: Option<&'a str>,
}

/// The problem document as a response.
pub fn response(error: &ApiError, request_id: Option<&str>) -> Response {
    let document = Document {
        kind: format!("/api/docs/problems#{}", error.code.as_str()),
        title: error.code.title(),
        status: error.code.status(),
        detail: &error.detail,
        code: error.code,
        errors: &error.errors,
        current: error.current.as_deref(),
        request_id,
    };
    let body = serde_json::to_vec(&document).unwrap_or_default();
    let mut response = (status(error), body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if error.code.status() == 401 {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = error.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// Writes problem documents, also for refusals that did not come from us, and answers OPTIONS.
pub async fn render(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map(str::to_owned);
    let method = request.method().clone();
    let mut answer = next.run(request).await;
    answer
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if method == Method::OPTIONS && answer.status() == StatusCode::METHOD_NOT_ALLOWED {
        *answer.status_mut() = StatusCode::NO_CONTENT;
        *answer.body_mut() = Body::empty();
        answer.headers_mut().remove(CONTENT_TYPE);
        answer.headers_mut().remove(CONTENT_LENGTH);
        return answer;
    }
    let Some(error) = problem_of(&mut answer) else {
        return answer;
    };
    let mut rendered = response(&error, id.as_deref());
    for (name, value) in answer.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    if method == Method::HEAD {
        *rendered.body_mut() = Body::empty();
    }
    rendered
}

fn problem_of(answer: &mut Response) -> Option<ApiError> {
    if let Some(Problem(error)) = answer.extensions_mut().remove::<Problem>() {
        return Some(error);
    }
    let json = answer
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|t| t.as_bytes().ends_with(b"json"));
    let (code, detail) = match answer.status() {
        status if !status.is_client_error() && !status.is_server_error() || json => return None,
        StatusCode::METHOD_NOT_ALLOWED => (
            ErrorCode::MethodNotAllowed,
            "This endpoint takes another method; Allow names it.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            ErrorCode::PayloadTooLarge,
            "The body is larger than this endpoint takes.",
        ),
        StatusCode::REQUEST_TIMEOUT => (ErrorCode::RequestTimeout, "The request took too long to arrive."),
        StatusCode::NOT_FOUND => (ErrorCode::NotFound, "There is nothing here."),
        StatusCode::SERVICE_UNAVAILABLE => (
            ErrorCode::Unavailable,
            "Not available for the moment. Try again shortly.",
        ),
        status if status.is_client_error() => (ErrorCode::Malformed, "The request could not be read."),
        _ => (ErrorCode::Internal, "This is our fault; nothing was changed."),
    };
    Some(ApiError::new(code, detail))
}
