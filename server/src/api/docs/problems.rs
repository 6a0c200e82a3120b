//! `/api/docs/problems`: the meaning of each error code. The `type` of problem details links to it.

use super::{CSP, html};
use axum::response::Response;
use domain::ErrorCode;
use std::fmt::Write as _;

pub(super) async fn page() -> Response {
    let mut rows = String::new();
    for code in ErrorCode::ALL {
        let (name, status, title) = (code.as_str(), code.status(), code.title());
        let _ = write!(
            rows,
            "<tr id=\"{name}\"><td><code>{name}</code></td><td>{status}</td><td>{title}.</td></tr>"
        );
    }
    html(
        &format!("script-src 'none'; {CSP}"),
        include_str!("problems.html").replace("{rows}", &rows),
    )
}
