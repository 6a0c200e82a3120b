//! Plain forms go back to the page that `Referer` names. Only our own pages may be named there: Leptos redirects to
//! whatever it says, with what went wrong in the address.

use axum::{
    extract::{Request, State},
    http::header::{HOST, REFERER},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// Takes the header away where it names something else; the front page stands in for it then.
pub async fn ours_only(State(public_url): State<Arc<str>>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = public_url.split("://").next().unwrap_or_default();
    let here = text(HOST).map(|host| format!("{scheme}://{host}"));
    let known = |referer: &str| {
        let below = |origin: &str| {
            referer
                .strip_prefix(origin)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        below(&public_url) || here.as_deref().is_some_and(below)
    };
    if headers.contains_key(REFERER) && !text(REFERER).is_some_and(known) {
        request.headers_mut().remove(REFERER);
    }
    next.run(request).await
}
