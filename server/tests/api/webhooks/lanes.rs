//! Lanes of background workers: slow endpoints do not delay others.

use super::{add, add_application};
use crate::support::{Answer, TestServer, WebhookReceiver};
use service::{background::Workers, jobapps::announce_changes};
use sqlx::PgPool;
use std::time::{Duration, Instant};

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn endpoints_that_do_not_answer_slow_down_no_other(pool: PgPool) {
    let (bad, good) = (WebhookReceiver::start().await, WebhookReceiver::start().await);
    bad.answer(&[Answer::Hang]);
    let server = TestServer::with_webhook_receivers(pool, &[&bad, &good]);
    let services = server.services.clone();
    let announcer = tokio::spawn(async move { announce_changes(&services).await });
    let workers = Workers::start(&server.services, 1);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    for _ in 0..6 {
        add(&ada, &bad, &["jobapp.created"]).await;
    }
    add(&ben, &good, &["jobapp.created"]).await;
    for n in 0..15 {
        add_application(&ada, &format!("Hanging {n}")).await;
    }
    while bad.take().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let started = Instant::now();
    add_application(&ben, "Quick").await;
    let received = good.next().await;
    assert_eq!(received.len(), 1);
    // Shorter than the timeout of the slow endpoints.
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "{:?}",
        started.elapsed()
    );
    announcer.abort();
    workers.stop(Duration::from_millis(100)).await;
}
