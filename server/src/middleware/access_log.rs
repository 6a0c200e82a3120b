//! One log line per request.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use service::context::ClientInfo;
use tokio::time::Instant;

/// Logged instead of the path when no route matches, such as for a static file or an unknown path.
const NO_ROUTE: &str = "(no route)";

/// Logs method, route, status, duration and client address; never query, headers or body.
pub async fn log_request(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    // Log the route, because the path contains the names of workspaces.
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(NO_ROUTE, MatchedPath::as_str)
        .to_owned();
    let address = request.extensions().get::<ClientInfo>().map(ClientInfo::ip);
    let address = address.map(tracing::field::display);
    let start = Instant::now();
    let response = next.run(request).await;
    let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    if is_noise(&path, status) {
        tracing::debug!(%method, %path, status, ms, address, "request handled");
    } else {
        tracing::info!(%method, %path, status, ms, address, "request handled");
    }
    response
}

/// Probes and static files are requested often and rarely of interest.
fn is_noise(path: &str, status: u16) -> bool {
    matches!(path, "/healthz" | "/readyz") || (path == NO_ROUTE && status < 400)
}
