//! Without JavaScript, Leptos redirects a submitted form to the page in the `Referer` header, with the error in the URL.
//! Only our own pages may be the target.

use axum::{
    extract::{Request, State},
    http::header::{HOST, REFERER},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// Removes a `Referer` that is not below the public URL or the request's host. Leptos then redirects to `/`.
pub async fn strip_foreign_referer(
    State(public_url): State<Arc<str>>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = public_url.split("://").next().unwrap_or_default();
    let request_origin = text(HOST).map(|host| format!("{scheme}://{host}"));
    let is_own = |referer: &str| {
        let is_below = |origin: &str| {
            referer
                .strip_prefix(origin)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        is_below(&public_url) || request_origin.as_deref().is_some_and(is_below)
    };
    if headers.contains_key(REFERER) && !text(REFERER).is_some_and(is_own) {
        request.headers_mut().remove(REFERER);
    }
    next.run(request).await
}
