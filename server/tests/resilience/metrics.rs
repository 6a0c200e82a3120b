//! Prometheus metrics on a separate listener.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir, logged_address,
    raw_http::{RawRequest, get, post, register, status_with_token},
};
use serde_json::json;

/// The value of a metric with these labels.
fn metric_value(text: &str, metric: &str) -> Option<f64> {
    text.lines()
        .find_map(|line| line.strip_prefix(metric)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn metrics_are_served_on_their_own_address_only() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let mut environment = cluster.environment();
    environment.push(("JOBHAX_METRICS_LISTEN", "127.0.0.1:0".into()));
    let server = ServerProcess::start(&dir, &environment).await;
    let log = server.log();
    let metrics = logged_address(&log, "metrics").unwrap_or_else(|| panic!("no address: {log}"));
    let token = register(server.address, "ada").await;
    for _ in 0..3 {
        status_with_token(server.address, &token).await;
    }
    let wrong = json!({"email": "ada@example.org", "password": "wrong wrong wrong"});
    post(server.address, "/api/users/login", "", &wrong)
        .await
        .expect("response");
    for n in 0..50 {
        RawRequest::new(&format!("MADE{n}"), &format!("/api/CANARY/{n}"))
            .send(server.address)
            .await
            .expect("response");
    }
    let response = get(metrics, "/metrics").await.expect("response");
    assert_eq!(response.status, 200);
    assert!(response.head.contains("text/plain"), "{}", response.head);
    let text = response.body;
    let labels = "{method=\"GET\",route=\"/api/jobapps/get_statuses\",status=\"200\"}";
    for (metric, expected) in [
        (format!("jobhax_http_requests_total{labels}"), 3.0),
        ("jobhax_sign_in_failures_total".into(), 1.0),
        ("jobhax_http_requests_in_flight".into(), 0.0),
        ("jobhax_pool_waiting".into(), 0.0),
        ("jobhax_jobs{state=\"queued\"}".into(), 0.0),
        ("jobhax_jobs{state=\"scheduled\"}".into(), 0.0),
        ("jobhax_jobs{state=\"running\"}".into(), 0.0),
        ("jobhax_job_oldest_seconds".into(), 0.0),
    ] {
        assert_eq!(
            metric_value(&text, &metric),
            Some(expected),
            "{metric} in\n{text}"
        );
    }
    let bucket = "jobhax_http_request_duration_seconds_bucket{method=\"GET\",route=\"/api/jobapps/get_statuses\",le=\"+Inf\"}";
    assert_eq!(metric_value(&text, bucket), Some(3.0), "{text}");
    for (metric, minimum) in [
        ("jobhax_transactions_total", 4.0),
        ("jobhax_pool_connections{state=\"idle\"}", 1.0),
    ] {
        assert!(
            metric_value(&text, metric).is_some_and(|n| n >= minimum),
            "{metric} in\n{text}"
        );
    }
    // Unknown methods and paths do not become labels, because clients could create any number of them.
    assert!(!text.contains("CANARY") && !text.contains("MADE"), "{text}");
    assert!(text.contains("method=\"other\""), "{text}");

    for (address, path) in [(server.address, "/metrics"), (metrics, "/")] {
        let response = get(address, path).await.expect("response");
        assert_eq!(response.status, 404, "{address}{path}");
    }
}
