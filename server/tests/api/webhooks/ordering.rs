//! Every committed change is delivered, in order per application, even when workers crash.

use super::{add, add_application, count_by_id, move_application, register, run, types};
use crate::support::{Answer, TestServer, WebhookReceiver};
use chrono::TimeDelta;
use serde_json::json;
use service::background::run_until_idle;
use sqlx::PgPool;
use std::{collections::HashSet, time::Duration};
use tokio::time::timeout;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn events_of_one_application_wait_for_the_first_and_others_do_not(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Status(500), Answer::Status(200)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    add(&ada, &receiver, &["jobapp.*"]).await;
    let application = add_application(&ada, "Acme").await;
    run(&server).await;
    assert_eq!(types(&receiver.take()), ["jobapp.created"]);
    move_application(&ada, &application, "screening").await;
    move_application(&ada, &application, "interview").await;
    run(&server).await;
    assert!(receiver.take().is_empty());
    server.advance_clock(TimeDelta::seconds(6));
    run(&server).await;
    assert_eq!(
        types(&receiver.take()),
        ["jobapp.created", "jobapp.moved", "jobapp.moved"]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn event_that_is_rejected_again_and_again_holds_up_its_application_for_minutes_alone(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    add(&ada, &receiver, &["jobapp.*"]).await;
    let application = add_application(&ada, "Acme").await;
    receiver.answer(&[
        Answer::Status(400),
        Answer::Status(400),
        Answer::Status(400),
        Answer::Status(200),
    ]);
    run(&server).await;
    move_application(&ada, &application, "screening").await;
    for wait in [
        TimeDelta::seconds(6),
        TimeDelta::minutes(6),
        TimeDelta::minutes(6),
    ] {
        server.advance_clock(wait);
        run(&server).await;
    }
    assert_eq!(
        types(&receiver.take()),
        [
            "jobapp.created",
            "jobapp.created",
            "jobapp.created",
            "jobapp.moved",
            "jobapp.created"
        ]
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_committed_change_is_sent_and_no_other_with_concurrent_writers_and_killed_workers(
    pool: PgPool,
) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    add(&ada, &receiver, &["*"]).await;
    let writer = |name: &'static str| {
        let ada = ada.clone();
        async move {
            for n in 0..15 {
                let application = add_application(&ada, &format!("{name} {n}")).await;
                // Rejected within the transaction, so nothing is committed.
                let note = json!({"jobapp_id": application["id"], "description": ""});
                ada.post("/jobapps/add_jobapp_note", note)
                    .await
                    .expect_status(422);
                move_application(&ada, &application, "screening").await;
            }
        }
    };
    let killer = async {
        for n in 0..12_u64 {
            server
                .execute("update background_jobs set run_at = now(), lease_until = null where kind = 'deliver_webhooks'")
                .await;
            // Drop the worker at an arbitrary point.
            let _ = timeout(
                Duration::from_millis(20 + 17 * n),
                run_until_idle(&server.services),
            )
            .await;
        }
    };
    tokio::join!(writer("a"), writer("b"), writer("c"), killer);
    server
        .execute("update background_jobs set lease_until = null where kind = 'deliver_webhooks'")
        .await;
    for _ in 0..3 {
        run(&server).await;
        server.advance_clock(TimeDelta::minutes(6));
    }
    let received: HashSet<String> = count_by_id(&receiver.take()).into_keys().collect();
    let feed = ada.get("/changes/get_changes?limit=500").await.expect_status(200);
    let changes = feed["data"].as_array().expect("changes");
    assert_eq!(changes.len(), 90);
    let committed: HashSet<String> = changes
        .iter()
        .map(|change| super::text(&change["id"]).to_owned())
        .collect();
    assert_eq!(received, committed);
}
