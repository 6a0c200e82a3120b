//! Background activity stops while an account is locked, and continues afterwards. Mailboxes are tested in `imap`.

use crate::support::{TestClient, TestServer, WebhookReceiver};
use axum::{body::Body, http::Request};
use serde_json::json;
use service::admin;
use sqlx::PgPool;

/// The response status of the calendar feed at this address.
async fn feed_status(server: &TestServer, path: &str) -> u16 {
    let request = Request::get(path).body(Body::empty()).expect("request");
    server.send(request).await.status.as_u16()
}

async fn run_due(server: &TestServer) {
    server
        .execute("update background_jobs set run_at = now() where kind = 'deliver_webhooks'")
        .await;
    server.run_jobs().await;
}

async fn add_application(client: &TestClient, company: &str) {
    client
        .add_application(json!({"company": company, "job_title": "Analyst"}))
        .await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn webhooks_and_calendar_feed_of_a_locked_account_stop_and_continue_without_loss(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = server.register("ada").await;
    let ben = server.register("ben").await;
    for client in [&ada, &ben] {
        let body = json!({"url": receiver.url(), "events": ["jobapp.created"]});
        client
            .post("/webhooks/add_endpoint", body)
            .await
            .expect_status(201);
    }
    let feed = ada.get("/calendar/get_feed").await.expect_status(200);
    let feed = feed["data"]["url"].as_str().expect("an address").to_owned();
    let feed = &feed[feed.find("/calendar/").expect("a path")..];
    assert_eq!(feed_status(&server, feed).await, 200);
    let user = ada.get("/users/get_profile").await.expect_status(200)["data"]["id"].clone();
    let user = user.as_str().expect("id").parse().expect("id");

    // When the account is locked, one event is pending and another one is not collected yet.
    run_due(&server).await;
    add_application(&ada, "Acme").await;
    admin::lock_user(&server.services, user).await.expect("locked");
    add_application(&ben, "Birch").await;
    for _ in 0..3 {
        run_due(&server).await;
    }
    let received: Vec<String> = receiver
        .take()
        .iter()
        .map(|webhook| webhook.body.clone())
        .collect();
    assert_eq!(received.len(), 1, "only the one of ben: {received:?}");
    assert_eq!(feed_status(&server, feed).await, 404);

    admin::unlock_user(&server.services, user)
        .await
        .expect("unlocked");
    // The job has become due without a request.
    server.run_jobs().await;
    let received = receiver.take();
    assert_eq!(received.len(), 1);
    assert_eq!(feed_status(&server, feed).await, 200);
    run_due(&server).await;
    assert!(receiver.take().is_empty(), "once");
}
