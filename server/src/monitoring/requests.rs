//! Counts requests, as they come and go.

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;

/// Stands for the route where none matched.
const NONE: &str = "(none)";

/// A request at work; no longer one when dropped, however it ended.
struct AtWork;

impl AtWork {
    fn begin() -> Self {
        metrics::gauge!("jobhax_http_requests_in_flight").increment(1);
        Self
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        metrics::gauge!("jobhax_http_requests_in_flight").decrement(1);
    }
}

/// The middleware.
pub async fn observe(request: Request, next: Next) -> Response {
    let method = name(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(NONE, MatchedPath::as_str)
        .to_owned();
    let began = Instant::now();
    let at_work = AtWork::begin();
    let answer = next.run(request).await;
    drop(at_work);
    let status = answer.status().as_str().to_owned();
    metrics::histogram!(super::DURATION, "method" => method, "route" => route.clone())
        .record(began.elapsed().as_secs_f64());
    metrics::counter!("jobhax_http_requests_total", "method" => method, "route" => route, "status" => status)
        .increment(1);
    answer
}

/// Anybody can make up a method; only these are counted by name.
fn name(method: &Method) -> &'static str {
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
