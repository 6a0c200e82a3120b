//! The Prometheus endpoint `GET /metrics`, on a separate address; off by default. Labels never contain text from clients: unknown methods
//! and unmatched routes each share one label value.

use crate::{
    config::ConfigError,
    middleware::metrics::{REQUEST_DURATION, REQUESTS_IN_FLIGHT, REQUESTS_TOTAL},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use service::{Services, background};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// Upper bounds of the duration histogram, in seconds.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Timeout of the query that measures the job queue.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// Installs the recorder. Without it, recording a metric does nothing.
///
/// # Errors
/// [`ConfigError`] if a recorder is installed already.
pub fn install() -> Result<PrometheusHandle, ConfigError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(REQUEST_DURATION.into()), &BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|e| ConfigError {
            name: "JOBHAX_METRICS_LISTEN",
            detail: format!("cannot install the metrics recorder: {e}"),
        })?;
    describe();
    Ok(handle)
}

fn describe() {
    use metrics::{describe_counter as counter, describe_gauge as gauge, describe_histogram as histogram};
    counter!(
        REQUESTS_TOTAL,
        "HTTP requests handled, by method, route and status."
    );
    histogram!(
        REQUEST_DURATION,
        "Seconds from request headers to response headers, by method and route."
    );
    gauge!(REQUESTS_IN_FLIGHT, "HTTP requests in flight.");
    gauge!("jobhax_pool_connections", "Database connections, used or idle.");
    gauge!("jobhax_pool_waiting", "Tasks waiting for a database connection.");
    counter!("jobhax_transactions_total", "Database transactions started.");
    gauge!(
        "jobhax_jobs",
        "Background jobs of all servers: queued, scheduled or running."
    );
    gauge!(
        "jobhax_job_oldest_seconds",
        "How long the oldest due job has been waiting."
    );
    counter!("jobhax_jobs_failed_total", "Failed job attempts.");
    counter!("jobhax_messages_read_total", "Messages parsed from imports.");
    counter!(
        "jobhax_rate_limited_total",
        "Requests rejected by a rate limit, by limit."
    );
    counter!(
        "jobhax_sign_in_failures_total",
        "Sign-in attempts with an unknown email address or a wrong password."
    );
}

/// The route `GET /metrics`.
pub fn router(handle: PrometheusHandle, services: Arc<Services>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .with_state((handle, services))
}

async fn metrics(State((handle, services)): State<(PrometheusHandle, Arc<Services>)>) -> Response {
    collect(&services).await;
    handle.run_upkeep();
    let content_type = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, content_type)], handle.render()).into_response()
}

/// Updates the gauges that are measured when metrics are requested.
async fn collect(services: &Services) {
    let pool = services.db.pool_state();
    metrics::gauge!("jobhax_pool_connections", "state" => "idle").set(pool.idle);
    metrics::gauge!("jobhax_pool_connections", "state" => "used").set(pool.used);
    metrics::gauge!("jobhax_pool_waiting").set(pool.waiting);
    metrics::counter!("jobhax_transactions_total").absolute(services.db.transactions());
    let depth = timeout(QUERY_TIMEOUT, background::queue_depth(services)).await;
    // Report NaN rather than a stale value or zero when the query fails.
    let (queued, scheduled, running, oldest) =
        depth
            .ok()
            .and_then(Result::ok)
            .map_or((f64::NAN, f64::NAN, f64::NAN, f64::NAN), |depth| {
                (
                    f64::from(depth.queued),
                    f64::from(depth.scheduled),
                    f64::from(depth.running),
                    depth.oldest_seconds,
                )
            });
    metrics::gauge!("jobhax_jobs", "state" => "queued").set(queued);
    metrics::gauge!("jobhax_jobs", "state" => "scheduled").set(scheduled);
    metrics::gauge!("jobhax_jobs", "state" => "running").set(running);
    metrics::gauge!("jobhax_job_oldest_seconds").set(oldest);
}
