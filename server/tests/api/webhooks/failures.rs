//! Endpoints that do not accept events.

use super::{add, add_application, count_by_id, deliveries, endpoint, register, run, text, types};
use crate::support::{Answer, TestServer, WebhookReceiver};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::PgPool;

/// The number of emails of this kind that were sent.
fn count_emails(server: &TestServer) -> usize {
    let outbox = std::fs::read_dir(server.data_dir().join("outbox")).expect("outbox");
    let names = outbox.map(|file| file.expect("file").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains("webhook_disabled")).count()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn failed_delivery_is_retried_by_the_schedule_with_the_same_id_and_then_given_up(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Status(500)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    add_application(&ada, "Acme").await;
    let mut received = Vec::new();
    let mut waits = Vec::new();
    loop {
        run(&server).await;
        received.extend(receiver.take());
        let delivery = deliveries(&ada, &hook).await.remove(0);
        let Some(next) = delivery["next_attempt_at"].as_str() else {
            assert_eq!(delivery["status"], "failed");
            break;
        };
        let next: DateTime<Utc> = next.parse().expect("time");
        let wait = next - server.now();
        waits.push(wait.num_seconds());
        // Nothing is sent before the attempt is due.
        server.advance_clock(wait - TimeDelta::milliseconds(5));
        run(&server).await;
        assert!(receiver.take().is_empty());
        server.advance_clock(TimeDelta::milliseconds(5));
    }
    let schedule = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];
    assert_eq!(
        (waits.len(), received.len()),
        (schedule.len(), schedule.len() + 1)
    );
    for (wait, planned) in waits.iter().zip(schedule) {
        assert!(
            (planned..=planned + planned / 10).contains(wait),
            "{wait} for {planned}"
        );
    }
    assert_eq!(count_by_id(&received).len(), 1);
    let timestamps: Vec<&str> = received
        .iter()
        .map(|webhook| webhook.header("webhook-timestamp"))
        .collect();
    assert!(timestamps.is_sorted() && timestamps[0] != timestamps[1]);
    let delivery = deliveries(&ada, &hook).await.remove(0);
    let attempts = delivery["attempts"].as_array().expect("attempts");
    assert_eq!(attempts.len(), 8);
    assert_eq!(attempts[0]["status_code"], 500);
    assert_eq!(attempts[0]["response"], "answer 500 Internal Server Error");

    receiver.answer(&[]);
    let redeliver = json!({"delivery_id": delivery["id"]});
    ada.post("/webhooks/redeliver", redeliver)
        .await
        .expect_status(200);
    server.advance_clock(TimeDelta::minutes(5));
    run(&server).await;
    assert_eq!(receiver.take()[0].id(), received[0].id());
    assert_eq!(deliveries(&ada, &hook).await[0]["status"], "delivered");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn endpoint_is_disabled_after_five_days_of_failures_and_recovers_what_it_missed(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Status(503)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    let started = server.now();
    add_application(&ada, "First").await;
    run(&server).await;
    while server.now() - started < TimeDelta::hours(119) {
        server.advance_clock(TimeDelta::hours(10));
        add_application(&ada, "Another").await;
        run(&server).await;
        if server.now() - started < TimeDelta::days(5) {
            assert_eq!(endpoint(&ada).await["state"], "enabled");
        }
    }
    assert_eq!(endpoint(&ada).await["state"], "failing");
    run(&server).await;
    assert_eq!(count_emails(&server), 1);
    let events = ada.get("/audit/get_events?limit=1").await.expect_status(200);
    assert_eq!(events["data"][0]["action"], "webhook_disabled");
    assert_eq!(events["data"][0]["actor"]["kind"], "system");
    assert!(
        deliveries(&ada, &hook)
            .await
            .iter()
            .all(|delivery| delivery["status"] == "failed")
    );
    receiver.take();

    receiver.answer(&[]);
    add_application(&ada, "While disabled").await;
    run(&server).await;
    let id = &hook["endpoint"]["id"];
    let test = ada.post("/webhooks/send_test", json!({"endpoint_id": id})).await;
    assert_eq!(test.expect_problem(409), "conflict");
    ada.post(
        "/webhooks/update_endpoint",
        json!({"endpoint_id": id, "enabled": true}),
    )
    .await
    .expect_status(200);
    run(&server).await;
    assert!(receiver.take().is_empty());
    let recover = json!({"endpoint_id": id, "since": started});
    ada.post("/webhooks/recover", recover.clone())
        .await
        .expect_status(200);
    run(&server).await;
    let counts = count_by_id(&receiver.take());
    let all = ada.get("/jobapps/get_jobapps").await.expect_status(200);
    assert_eq!(counts.len(), all["data"].as_array().map_or(0, Vec::len));
    assert!(counts.values().all(|count| *count == 1));
    // Events that were delivered are not sent again.
    ada.post("/webhooks/recover", recover).await.expect_status(200);
    run(&server).await;
    assert!(receiver.take().is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn recovery_sends_nothing_of_before_the_endpoint(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    add_application(&ada, "Before").await;
    let hour_ago = server.now() - TimeDelta::hours(1);
    sqlx::query("update changes set committed_at = $1")
        .bind(hour_ago)
        .execute(&server.owner)
        .await
        .expect("earlier changes");
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    add_application(&ada, "After").await;
    let recover = json!({"endpoint_id": hook["endpoint"]["id"], "since": hour_ago});
    ada.post("/webhooks/recover", recover).await.expect_status(200);
    run(&server).await;
    let sent = receiver.take();
    assert_eq!(sent.len(), 1, "only what happened after it was added");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn endpoint_that_is_gone_is_disabled_at_once(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Status(410)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    add(&ada, &receiver, &["*"]).await;
    add_application(&ada, "Acme").await;
    run(&server).await;
    assert_eq!(endpoint(&ada).await["state"], "gone");
    assert_eq!(count_emails(&server), 1);
    add_application(&ada, "Other").await;
    run(&server).await;
    assert_eq!((receiver.take().len(), count_emails(&server)), (1, 1));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn failing_endpoint_gets_one_request_at_a_time_and_everything_once_it_works(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Status(500)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    add(&ada, &receiver, &["jobapp.created"]).await;
    for _ in 0..30 {
        add_application(&ada, "Acme").await;
    }
    run(&server).await;
    assert_eq!(receiver.take().len(), 10);
    for _ in 0..4 {
        server.advance_clock(TimeDelta::minutes(6));
        run(&server).await;
        assert_eq!(receiver.take().len(), 1);
    }
    receiver.answer(&[]);
    server.advance_clock(TimeDelta::minutes(6));
    run(&server).await;
    assert_eq!(count_by_id(&receiver.take()).len(), 30);
    assert_eq!(endpoint(&ada).await["failing_since"], Value::Null);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn retry_after_pauses_the_endpoint(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Later(1200), Answer::Status(200)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    add_application(&ada, "Acme").await;
    run(&server).await;
    let next = text(&deliveries(&ada, &hook).await[0]["next_attempt_at"]).to_owned();
    let next: DateTime<Utc> = next.parse().expect("a time");
    assert!((next - server.now()).num_seconds() >= 1199, "{next}");
    server.advance_clock(TimeDelta::seconds(1190));
    run(&server).await;
    assert_eq!(receiver.take().len(), 1);
    server.advance_clock(TimeDelta::seconds(10));
    run(&server).await;
    assert_eq!(receiver.take().len(), 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn delivery_that_is_made_during_a_pause_is_due_after_it(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Later(1200)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    add_application(&ada, "Acme").await;
    run(&server).await;
    server.advance_clock(TimeDelta::seconds(60));
    add_application(&ada, "Other").await;
    run(&server).await;
    let made = deliveries(&ada, &hook).await;
    assert_eq!(made.len(), 2);
    for delivery in &made {
        let next: DateTime<Utc> = text(&delivery["next_attempt_at"]).parse().expect("a time");
        assert!((next - server.now()).num_seconds() >= 1139, "{next}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn what_a_user_sends_during_a_pause_is_tried_at_once(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Later(1200)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    add_application(&ada, "Acme").await;
    run(&server).await;
    let first = receiver.take().remove(0);
    server.advance_clock(TimeDelta::seconds(60));
    // An event that was not requested explicitly waits for the end of the pause.
    add_application(&ada, "Other").await;
    run(&server).await;
    assert!(receiver.take().is_empty());

    let redelivered = deliveries(&ada, &hook).await.pop().expect("a delivery");
    let redeliver = json!({"delivery_id": redelivered["id"]});
    let delivery = ada
        .post("/webhooks/redeliver", redeliver)
        .await
        .expect_status(200);
    let next: DateTime<Utc> = text(&delivery["data"]["next_attempt_at"])
        .parse()
        .expect("a time");
    assert!(next <= server.now(), "{next}");
    run(&server).await;
    let sent = receiver.take();
    assert_eq!((sent.len(), sent[0].id()), (1, first.id()));

    let test = json!({"endpoint_id": hook["endpoint"]["id"]});
    ada.post("/webhooks/send_test", test).await.expect_status(200);
    run(&server).await;
    assert_eq!(types(&receiver.take()), ["webhook.test"]);
    run(&server).await;
    assert!(
        receiver.take().is_empty(),
        "the failure pauses the endpoint again"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn redirects_are_not_followed_and_long_responses_are_cut(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    receiver.answer(&[Answer::Redirect, Answer::Body(5_000_000)]);
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    add_application(&ada, "Acme").await;
    run(&server).await;
    assert!(receiver.take().iter().all(|webhook| webhook.path == "/hook"));
    assert_eq!(
        deliveries(&ada, &hook).await[0]["attempts"][0]["status_code"],
        307
    );
    server.advance_clock(TimeDelta::seconds(6));
    run(&server).await;
    assert_eq!(types(&receiver.take()), ["jobapp.created"]);
    let delivery = deliveries(&ada, &hook).await.remove(0);
    assert_eq!(text(&delivery["status"]), "delivered");
    assert_eq!(text(&delivery["attempts"][0]["response"]).len(), 1000);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn address_that_is_not_public_is_never_called(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::new(pool);
    let ada = register(&server, "ada").await;
    let body = json!({"url": "https://hooks.example.org/x", "events": ["*"]});
    let hook = ada.post(super::ADD, body).await.expect_status(201)["data"].clone();
    // Bypass the check when the endpoint is created.
    let sql = format!("update webhook_endpoints set url = '{}'", receiver.url());
    server.execute(&sql).await;
    add_application(&ada, "Acme").await;
    run(&server).await;
    assert!(receiver.take().is_empty());
    let delivery = deliveries(&ada, &hook).await.remove(0);
    assert_eq!(delivery["attempts"][0]["status_code"], Value::Null);
    assert!(text(&delivery["attempts"][0]["error"]).contains("https"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn deliveries_are_deleted_after_thirty_days(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    add_application(&ada, "Acme").await;
    run(&server).await;
    server.advance_clock(TimeDelta::days(30));
    run(&server).await;
    assert_eq!(deliveries(&ada, &hook).await.len(), 1);
    server.advance_clock(TimeDelta::seconds(1));
    run(&server).await;
    assert_eq!(deliveries(&ada, &hook).await.len(), 0);
    assert_eq!(server.count("select count(*) from webhook_attempts").await, 0);
}
