//! `/api/docs/problems`: what each code of a failure means. The `type` of a problem document points here.

use super::{LOADS, guarded};
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
    guarded(
        &format!("script-src 'none'; {LOADS}"),
        include_str!("problems.html").replace("{rows}", &rows),
    )
}
