//! The requests that an endpoint receives, and their signatures.

use super::{add, add_application, deliveries, move_application, register, run, text, types};
use crate::support::{TestServer, Webhook, WebhookReceiver};
use chrono::TimeDelta;
use serde_json::json;
use service::platform::clock::{Clock as _, SystemClock};
use sqlx::PgPool;
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// Verifies a request with the published package of one language. Returns the event type, or nothing if the signature is invalid.
fn verify(program: &str, script: &str, secret: &str, webhook: &Webhook) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mock-provider");
    let mut process = Command::new(program)
        .args([script, secret])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("installed by `scripts/setup test`");
    let input = webhook.to_verify().to_string();
    process
        .stdin
        .take()
        .expect("stdin")
        .write_all(input.as_bytes())
        .expect("written");
    let output = process.wait_with_output().expect("output");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() || errors.contains("WebhookVerificationError"),
        "{program}: {errors}"
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn verify_with_all(secret: &str, webhook: &Webhook) -> [String; 2] {
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools/python/bin/python");
    [
        verify("node", "verify-webhook.mjs", secret, webhook),
        verify(python, "verify_webhook.py", secret, webhook),
    ]
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn event_is_the_change_of_the_feed_with_a_signature_that_published_packages_accept(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    // The packages only accept signatures that are at most five minutes old.
    server.advance_clock(SystemClock.now() - server.now());
    let ada = register(&server, "ada").await;
    add_application(&ada, "Before").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    let application = add_application(&ada, "Söhne & Co.").await;
    move_application(&ada, &application, "interview").await;
    run(&server).await;
    let received = receiver.take();
    assert_eq!(types(&received), ["jobapp.created"]);
    let webhook = &received[0];
    assert_eq!(webhook.header("content-type"), "application/json");
    let feed = ada
        .get("/changes/get_changes?types=jobapp.created")
        .await
        .expect_status(200);
    let change = feed["data"]
        .as_array()
        .expect("changes")
        .last()
        .expect("change")
        .clone();
    assert_eq!(webhook.id(), text(&change["id"]));
    assert_eq!(webhook.json()["data"], change);
    assert_eq!(webhook.json()["timestamp"], change["at"]);
    assert_eq!(change["data"]["company"], "Söhne & Co.");
    let secret = text(&hook["secret"]);
    assert_eq!(
        verify_with_all(secret, webhook),
        ["jobapp.created", "jobapp.created"]
    );

    let other = add(&ada, &receiver, &["task.*"]).await;
    assert_eq!(verify_with_all(text(&other["secret"]), webhook), ["", ""]);
    let mut tampered = webhook.clone();
    tampered.body = tampered.body.replace("Söhne", "Sohne");
    assert_eq!(verify_with_all(secret, &tampered), ["", ""]);
    let mut renamed = webhook.clone();
    renamed.headers.insert("webhook-id", "1".parse().expect("value"));
    assert_eq!(verify_with_all(secret, &renamed), ["", ""]);

    let log = deliveries(&ada, &hook).await;
    assert_eq!((log.len(), text(&log[0]["status"])), (1, "delivered"));
    assert_eq!(log[0]["payload"], webhook.body);
    assert_eq!(log[0]["attempts"][0]["status_code"], 204);
    assert_eq!(log[0]["attempts"].as_array().map(Vec::len), Some(1));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn both_secrets_sign_for_a_day_after_a_rotation(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    server.advance_clock(SystemClock.now() - server.now());
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["jobapp.*"]).await;
    let rotate = json!({"endpoint_id": hook["endpoint"]["id"]});
    let rotated = ada
        .post("/webhooks/rotate_secret", rotate)
        .await
        .expect_status(200)["data"]
        .clone();
    assert_ne!(rotated["secret"], hook["secret"]);
    add_application(&ada, "During").await;
    run(&server).await;
    let during = receiver.take().remove(0);
    for secret in [&hook["secret"], &rotated["secret"]] {
        assert_eq!(
            verify_with_all(text(secret), &during),
            ["jobapp.created", "jobapp.created"]
        );
    }
    server.advance_clock(TimeDelta::hours(24));
    add_application(&ada, "After").await;
    run(&server).await;
    let after = receiver.take().remove(0);
    assert_eq!(after.header("webhook-signature").split(' ').count(), 1);
    assert_eq!(during.header("webhook-signature").split(' ').count(), 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn endpoint_gets_events_of_its_user_and_of_what_all_share_alone(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let (ada, ben) = (register(&server, "ada").await, register(&server, "ben").await);
    add(&ada, &receiver, &["*"]).await;
    add_application(&ben, "Of Ben").await;
    ada.post(
        "/jobapps/add_status",
        json!({"name": "Trial day", "kind": "interview"}),
    )
    .await
    .expect_status(201);
    run(&server).await;
    let received = types(&receiver.take());
    assert!(received.contains(&"stage.created".to_owned()));
    assert!(
        received.iter().all(|name| name.starts_with("stage.")),
        "{received:?}"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn test_event_is_sent_whatever_the_endpoint_gets(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    let hook = add(&ada, &receiver, &["task.created"]).await;
    let body = json!({"endpoint_id": hook["endpoint"]["id"]});
    let pending = ada.post("/webhooks/send_test", body).await.expect_status(200)["data"].clone();
    assert_eq!(text(&pending["status"]), "pending");
    server.run_jobs().await;
    let received = receiver.take();
    assert_eq!(types(&received), ["webhook.test"]);
    assert_eq!(received[0].json()["data"]["endpoint_id"], hook["endpoint"]["id"]);
    assert_eq!(received[0].id(), text(&pending["event_id"]));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn quick_moves_are_sent_with_the_stages_of_each(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = register(&server, "ada").await;
    add(&ada, &receiver, &["jobapp.moved", "jobapp.closed"]).await;
    let application = add_application(&ada, "Hearth").await;
    move_application(&ada, &application, "screening").await;
    move_application(&ada, &application, "interview").await;
    let body = json!({"jobapp_id": application["id"], "outcome": "rejected"});
    ada.post("/jobapps/update_jobapp", body).await.expect_status(200);
    run(&server).await;
    let received = receiver.take();
    assert_eq!(
        types(&received),
        ["jobapp.moved", "jobapp.moved", "jobapp.closed"]
    );
    let kinds = received.iter().map(|webhook| {
        let data = webhook.json()["data"].clone();
        assert_eq!(
            data["data"]["application_status"]["kind"], "interview",
            "as it is now"
        );
        let transition = &data["transition"];
        let kinds = [
            &transition["from_status"]["kind"],
            &transition["to_status"]["kind"],
        ];
        let kinds = kinds.map(|kind| text(kind).to_owned());
        (kinds, transition["to_outcome"].clone())
    });
    let kinds: Vec<_> = kinds.collect();
    let expected = [
        (["applied", "screening"], json!(null)),
        (["screening", "interview"], json!(null)),
        (["interview", "interview"], json!("rejected")),
    ];
    assert_eq!(
        kinds,
        expected.map(|(kinds, outcome)| (kinds.map(ToOwned::to_owned), outcome))
    );
}
