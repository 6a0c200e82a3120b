//! Numbers for whoever operates the server: `GET /metrics` in the format of Prometheus, at an address of its own, off by
//! default. No label holds what callers write: methods and routes are those that there are, everything else is one.

mod requests;

pub use requests::observe;

use crate::start::StartError;
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use service::{Services, jobs};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

const DURATION: &str = "jobhax_http_request_duration_seconds";
/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Looking at the queue takes no longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Begins to count. Until then, and where nobody asks for it, counting does nothing.
///
/// # Errors
/// [`StartError::Setting`] when something counts already.
pub fn start() -> Result<PrometheusHandle, StartError> {
    let problem = |e: &dyn std::fmt::Display| StartError::Setting {
        name: "JOBHAX_METRICS_LISTEN",
        detail: format!("nothing can be counted: {e}"),
    };
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(DURATION.into()), &BOUNDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|e| problem(&e))?;
    describe();
    Ok(handle)
}

fn describe() {
    use metrics::{describe_counter as counter, describe_gauge as gauge, describe_histogram as histogram};
    counter!(
        "jobhax_http_requests_total",
        "Requests answered, by method, route and status."
    );
    histogram!(
        DURATION,
        "Seconds from a request's head to its answer's, by method and route."
    );
    gauge!("jobhax_http_requests_in_flight", "Requests at work.");
    gauge!(
        "jobhax_pool_connections",
        "Connections to the database, in use or idle."
    );
    gauge!(
        "jobhax_pool_waiting",
        "Pieces of work that wait for a connection."
    );
    counter!("jobhax_transactions_total", "Transactions begun.");
    gauge!(
        "jobhax_jobs",
        "Background work, queued, for later or running, of all servers together."
    );
    gauge!(
        "jobhax_job_oldest_seconds",
        "How long the oldest background work has been due."
    );
    counter!(
        "jobhax_jobs_failed_total",
        "Background work that failed, to be tried again or given up."
    );
    counter!("jobhax_mails_read_total", "Mails read from imports.");
    counter!("jobhax_rate_limited_total", "Requests refused, by limit.");
    counter!(
        "jobhax_sign_in_failures_total",
        "Tries to sign in with a wrong password or address."
    );
}

/// The one route.
pub fn router(handle: PrometheusHandle, services: Arc<Services>) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .with_state((handle, services))
}

async fn show(State((handle, services)): State<(PrometheusHandle, Arc<Services>)>) -> Response {
    look(&services).await;
    handle.run_upkeep();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], handle.render()).into_response()
}

/// What is not counted as it happens is looked at when somebody asks.
async fn look(services: &Services) {
    let pool = services.db.pool_state();
    metrics::gauge!("jobhax_pool_connections", "state" => "idle").set(pool.idle);
    metrics::gauge!("jobhax_pool_connections", "state" => "used").set(pool.used);
    metrics::gauge!("jobhax_pool_waiting").set(pool.waiting);
    metrics::counter!("jobhax_transactions_total").absolute(services.db.transactions());
    let backlog = timeout(PATIENCE, jobs::backlog(services)).await;
    // What is not known is not shown as if it were.
    let (queued, later, running, oldest) =
        backlog
            .ok()
            .and_then(Result::ok)
            .map_or((f64::NAN, f64::NAN, f64::NAN, f64::NAN), |b| {
                (
                    f64::from(b.queued),
                    f64::from(b.later),
                    f64::from(b.running),
                    b.oldest_seconds,
                )
            });
    metrics::gauge!("jobhax_jobs", "state" => "queued").set(queued);
    metrics::gauge!("jobhax_jobs", "state" => "later").set(later);
    metrics::gauge!("jobhax_jobs", "state" => "running").set(running);
    metrics::gauge!("jobhax_job_oldest_seconds").set(oldest);
}
