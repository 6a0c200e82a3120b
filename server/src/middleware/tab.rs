//! Identifies the browser tab that sent the request, so that the tab is not notified of its own changes.

use axum::{extract::Request, middleware::Next, response::Response};
use service::platform::notifier::{Tab, with_tab};

const HEADER: &str = "x-tab";

/// Handles the request on behalf of the tab in the header, if there is one.
pub async fn set_tab(request: Request, next: Next) -> Response {
    let tab = request
        .headers()
        .get(HEADER)
        .and_then(|value| value.to_str().ok())
        .and_then(Tab::parse);
    with_tab(tab, next.run(request)).await
}
