//! Request metrics.

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;

/// Histogram of request durations.
pub const REQUEST_DURATION: &str = "jobhax_http_request_duration_seconds";
/// Counter of handled requests.
pub const REQUESTS_TOTAL: &str = "jobhax_http_requests_total";
/// Gauge of requests in flight.
pub const REQUESTS_IN_FLIGHT: &str = "jobhax_http_requests_in_flight";

/// Route label of requests that match no route.
const NO_ROUTE: &str = "(none)";

/// Counts a request as in flight until the guard is dropped.
struct InFlightGuard;

impl InFlightGuard {
    fn new() -> Self {
        metrics::gauge!(REQUESTS_IN_FLIGHT).increment(1);
        Self
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        metrics::gauge!(REQUESTS_IN_FLIGHT).decrement(1);
    }
}

/// Records number, duration and concurrency of requests.
pub async fn record_metrics(request: Request, next: Next) -> Response {
    let method = method_label(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(NO_ROUTE, MatchedPath::as_str)
        .to_owned();
    let start = Instant::now();
    let in_flight = InFlightGuard::new();
    let response = next.run(request).await;
    drop(in_flight);
    let status = response.status().as_str().to_owned();
    metrics::histogram!(REQUEST_DURATION, "method" => method, "route" => route.clone())
        .record(start.elapsed().as_secs_f64());
    metrics::counter!(REQUESTS_TOTAL, "method" => method, "route" => route, "status" => status).increment(1);
    response
}

/// The method as a label. Clients can send any method name, so non-standard ones share one label value.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
