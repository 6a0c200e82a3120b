//! Managing endpoints.

use super::{ADD, LIST, add, add_application, deliveries, endpoint, run, text, types};
use crate::support::{AuditEvents, TestServer, WebhookReceiver};
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn endpoint_is_added_listed_changed_and_deleted(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let log = AuditEvents::record();
    let added = add(&ada, &receiver, &["jobapp.*"]).await;
    assert!(log.take().contains("webhook_added"));
    assert!(text(&added["secret"]).starts_with("whsec_"));
    assert_eq!(added["endpoint"]["state"], "enabled");
    let emails = "select count(*) from outbound_emails where kind = 'webhook_added'";
    assert_eq!(server.count(emails).await, 1);
    let list = ada.get(LIST).await.expect_status(200);
    assert_eq!(list["data"], json!([added["endpoint"]]));
    assert_eq!(ben.get(LIST).await.expect_status(200)["data"], json!([]));
    // The secret is stored encrypted.
    let secret = text(&added["secret"]).trim_start_matches("whsec_").to_owned();
    let plain =
        format!("select count(*) from webhook_endpoints where position('{secret}'::bytea in secret) > 0");
    assert_eq!(server.count(&plain).await, 0);

    let id = &added["endpoint"]["id"];
    let update = json!({"endpoint_id": id, "events": ["task.*"], "description": "Tasks"});
    let path = "/webhooks/update_endpoint";
    assert_eq!(
        ben.post(path, update.clone()).await.expect_problem(404),
        "not_found"
    );
    let changed = ada.post(path, update.clone()).await.expect_status(200)["data"].clone();
    assert_eq!(
        (&changed["events"], &changed["description"]),
        (&json!(["task.*"]), &json!("Tasks"))
    );
    assert_eq!(ada.post(path, update).await.expect_status(200)["data"], changed);
    add_application(&ada, "Acme").await;
    ada.post(
        "/tasks/add_task",
        json!({"title": "Call", "due_on": "2026-03-20"}),
    )
    .await
    .expect_status(201);
    run(&server).await;
    assert_eq!(types(&receiver.take()), ["task.created"]);

    let delete = json!({"endpoint_id": id});
    let path = "/webhooks/delete_endpoint";
    assert_eq!(
        ben.post(path, delete.clone()).await.expect_problem(404),
        "not_found"
    );
    add_application(&ada, "Other").await;
    run(&server).await;
    ada.post(path, delete.clone()).await.expect_status(204);
    assert_eq!(ada.post(path, delete).await.expect_problem(404), "not_found");
    let left = "select (select count(*) from webhook_deliveries) + (select count(*) from background_jobs
      where kind = 'deliver_webhooks')";
    assert_eq!(server.count(left).await, 0);
    let events = ada.get("/audit/get_events").await.expect_status(200);
    let mut actions: Vec<&str> = events["data"]
        .as_array()
        .expect("events")
        .iter()
        .map(|event| text(&event["action"]))
        .filter(|action| action.starts_with("webhook"))
        .collect();
    actions.sort_unstable();
    assert_eq!(actions, ["webhook_added", "webhook_deleted", "webhook_updated"]);
    let unnamed = "select count(*) from audit_events where action like 'webhook%' and coalesce(details->>'name', '') = ''";
    assert_eq!(server.count(unnamed).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_input_is_rejected_with_every_field(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    for url in [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://user:secret@example.com/",
        "https://jobs.example.org:444/",
        "http://test-app/api",
        "x",
        "",
    ] {
        let body = json!({"url": url, "events": ["*"]});
        assert_eq!(ada.post(ADD, body).await.invalid_fields(), ["url"], "{url}");
    }
    for url in ["", "https://localhost/"] {
        let body = json!({"url": url, "events": ["jobapp"], "description": "x".repeat(201)});
        assert_eq!(
            ada.post(ADD, body).await.invalid_fields(),
            ["url", "events[0]", "description"]
        );
    }
    assert_eq!(server.count("select count(*) from webhook_endpoints").await, 0);
    let recover = |since: &str| json!({"endpoint_id": uuid::Uuid::nil(), "since": since});
    for since in ["2026-02-01T00:00:00Z", "2027-01-01T00:00:00Z"] {
        let response = ada.post("/webhooks/recover", recover(since)).await;
        assert_eq!(response.invalid_fields(), ["since"]);
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn key_manages_endpoints_for_events_that_it_may_read(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = server.register("ada").await;
    let scopes = json!({"name": "Hooks", "scopes": ["webhooks:manage", "jobapps:read"]});
    let made = ada.post("/keys/add_key", scopes).await.expect_status(201);
    let key = server.client(text(&made["data"]["secret"]));
    let hook = add(&key, &receiver, &["jobapp.*", "task.created"]).await;
    for events in [
        json!(["*"]),
        json!(["mail.decided"]),
        json!(["jobapp.*", "member.*"]),
    ] {
        let body = json!({"url": receiver.url(), "events": events});
        assert_eq!(key.post(ADD, body).await.expect_problem(403), "scope_missing");
        let update = json!({"endpoint_id": hook["endpoint"]["id"], "events": events});
        let response = key.post("/webhooks/update_endpoint", update).await;
        assert_eq!(response.expect_problem(403), "scope_missing");
    }
    // A key cannot redirect an endpoint whose events it may not read.
    let all = add(&ada, &receiver, &["*"]).await;
    let update = json!({"endpoint_id": all["endpoint"]["id"], "url": format!("{}other", receiver.origin)});
    let response = key.post("/webhooks/update_endpoint", update).await;
    assert_eq!(response.expect_problem(403), "scope_missing");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn disabled_endpoint_gets_nothing_and_the_number_of_endpoints_is_limited(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = server.register("ada").await;
    let hook = add(&ada, &receiver, &["*"]).await;
    let id = &hook["endpoint"]["id"];
    let update = json!({"endpoint_id": id, "enabled": false});
    ada.post("/webhooks/update_endpoint", update)
        .await
        .expect_status(200);
    assert_eq!(endpoint(&ada).await["state"], "disabled");
    add_application(&ada, "Acme").await;
    run(&server).await;
    assert!(receiver.take().is_empty());
    assert_eq!(deliveries(&ada, &hook).await, [] as [Value; 0]);
    for _ in 1..20 {
        add(&ada, &receiver, &["*"]).await;
    }
    let body = json!({"url": receiver.url(), "events": ["*"]});
    assert_eq!(ada.post(ADD, body).await.expect_problem(409), "quota_exceeded");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn log_is_paged_and_filtered(pool: PgPool) {
    let receiver = WebhookReceiver::start().await;
    let server = TestServer::with_webhook_receivers(pool, &[&receiver]);
    let ada = server.register("ada").await;
    let hook = add(&ada, &receiver, &["jobapp.created"]).await;
    for _ in 0..5 {
        add_application(&ada, "Acme").await;
    }
    run(&server).await;
    let path = format!(
        "/webhooks/get_deliveries?endpoint_id={}&limit=2",
        text(&hook["endpoint"]["id"])
    );
    let mut ids = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = ada.get(&format!("{path}{cursor}")).await.expect_status(200);
        let data = page["data"].as_array().expect("deliveries");
        ids.extend(data.iter().map(|delivery| text(&delivery["id"]).to_owned()));
        match page["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 5);
    let failed = ada.get(&format!("{path}&status=failed")).await.expect_status(200);
    assert_eq!(failed["data"], json!([]));
    let mixed = ada.get(&format!("{path}&status=failed{cursor}")).await;
    assert_eq!(mixed.invalid_fields(), ["cursor"]);
}
