//! All routes have the same deadline, and no content type extends it.

use crate::support::{FORM, TestServer, workspace_slug};
use axum::{
    body::Body,
    http::{Method, Request},
};
use sqlx::PgPool;
use std::time::Duration;
use tokio::{task::JoinSet, time::Instant};

const TIMEOUT: Duration = Duration::from_secs(1);
/// Shorter than the lock timeout of the database, which would end requests without a deadline.
const LIMIT: Duration = Duration::from_secs(4);
/// Requests that use the database and therefore wait for the lock.
const MIN_TIMED_OUT: usize = 45;

fn request(method: &Method, path: &str, cookie: &str, token: &str) -> Request<Body> {
    let content_type = if path.starts_with("/api") {
        "application/json"
    } else if path.starts_with("/_fn") {
        FORM
    } else {
        "multipart/form-data; boundary=x"
    };
    Request::builder()
        .method(method)
        .uri(path)
        .header("cookie", cookie)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", content_type)
        .header("sec-fetch-site", "same-origin")
        .body(Body::from("{}"))
        .expect("request")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_route_responds_within_the_deadline(pool: PgPool) {
    let server = TestServer::with_request_timeout(pool, TIMEOUT);
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let token = server.login("ada").await.token().to_owned();
    let lock = server.lock_table("sessions, memberships, users").await;
    let mut requests = JoinSet::new();
    for (method, pattern) in server::app::routes() {
        let path = pattern.replace("{slug}", slug).replace("{provider}", "google");
        let request = request(&method, &path, &cookie, &token);
        let server = server.clone();
        requests.spawn(async move {
            let start = Instant::now();
            let response = server.send(request).await;
            (
                format!("{method} {pattern}"),
                response.status.as_u16(),
                start.elapsed(),
                response.text,
            )
        });
    }
    let responses = requests.join_all().await;
    drop(lock);
    let late: Vec<_> = responses
        .iter()
        .filter(|(.., elapsed, _)| *elapsed > LIMIT)
        .collect();
    assert!(late.is_empty(), "{late:#?}");
    let timed_out = responses
        .iter()
        .filter(|(_, status, _, text)| *status == 503 && text.contains("took too long"));
    let timed_out: Vec<_> = timed_out.map(|(route, ..)| route).collect();
    let pages = timed_out.iter().filter(|route| !route.contains("/api/")).count();
    assert!(timed_out.len() >= MIN_TIMED_OUT && pages > 10, "{timed_out:#?}");
}
