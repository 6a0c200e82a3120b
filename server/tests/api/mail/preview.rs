//! Previews: `dry_run`, `get_import_findings`, `confirm_import` and `cancel_import`.

use super::{form, import, upload};
use crate::support::{TestClient, TestServer};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;

fn message(id: &str, date: &str, subject: &str, text: &str) -> String {
    format!(
        "From: Moss <no-reply@us.greenhouse-mail.io>\r\nSubject: {subject}\r\nMessage-ID: <{id}@mail.example>\r\n\
         Date: {date}\r\n\r\n{text}\r\n"
    )
}

fn confirmation(id: &str, title: &str, date: &str) -> String {
    let text = format!(
        "Thank you for applying for the {title} position at Moss. We have received your application."
    );
    message(id, date, "Thank you for applying to Moss", &text)
}

fn rejection(id: &str, title: &str) -> String {
    let text = format!(
        "Thank you for your interest in the {title} position at Moss. After careful consideration we have decided not to move \
         forward with your application."
    );
    message(id, "9 Jan 2026 10:00:00 +0000", "Your application to Moss", &text)
}

fn newsletter() -> String {
    message(
        "news",
        "7 Jan 2026 10:00:00 +0000",
        "Flowers of the season",
        "How to keep them fresh.",
    )
}

/// Three confirmations, a rejection of one of these applications, a rejection without a job title, and a newsletter.
fn mailbox() -> [String; 6] {
    [
        confirmation("baker", "Baker", "5 Jan 2026 10:00:00 +0000"),
        confirmation("cook", "Cook", "6 Jan 2026 10:00:00 +0000"),
        confirmation("waiter", "Waiter", "6 Jan 2026 11:00:00 +0000"),
        rejection("no", "Baker"),
        message(
            "unclear",
            "10 Jan 2026 10:00:00 +0000",
            "Your application to Moss",
            "Thank you for your interest in Moss. After careful consideration we have decided not to move forward with your \
             application. We wish you all the best.",
        ),
        newsletter(),
    ]
}

fn parts(messages: &[String]) -> Vec<(&'static str, &'static str, &str)> {
    messages.iter().map(|m| ("file", "a.eml", m.as_str())).collect()
}

async fn preview(client: &TestClient, messages: &[String]) -> Value {
    let mut parts = parts(messages);
    parts.insert(0, ("dry_run", "", "true"));
    import(client, &parts).await
}

async fn findings(client: &TestClient, import: &Value) -> Vec<Value> {
    let id = import["id"].as_str().expect("id");
    let page = client
        .get(&format!("/mail/get_import_findings?import_id={id}"))
        .await;
    page.expect_status(200)["data"]
        .as_array()
        .expect("a list")
        .clone()
}

async fn decide(client: &TestClient, path: &str, import: &Value, status: u16) -> Value {
    let body = json!({ "import_id": import["id"] });
    let response = client.post(path, body).await.expect_status(status);
    client.server.run_jobs().await;
    response
}

async fn get(client: &TestClient, import: &Value) -> Value {
    let id = import["id"].as_str().expect("id");
    let import = client.get(&format!("/mail/get_import?import_id={id}")).await;
    import.expect_status(200)["data"].clone()
}

/// The applications and messages of a user, without ids.
async fn state(client: &TestClient) -> (Vec<Value>, Vec<Value>) {
    let list = async |path: &str, fields: &[&str]| {
        let list = client.get(path).await.expect_status(200);
        let mut rows: Vec<Value> = list["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|row| fields.iter().map(|field| row[field].clone()).collect())
            .collect();
        rows.sort_by_key(Value::to_string);
        rows
    };
    let applications = list(
        "/jobapps/get_jobapps",
        &["job_title", "company", "outcome", "apply_date", "source"],
    );
    let messages = list("/mail/get_mails", &["subject", "sent_at", "kind", "decision"]);
    (applications.await, messages.await)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn preview_shows_what_an_import_would_do_and_changes_nothing(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let preview = preview(&ada, &mailbox()).await;
    assert_eq!(
        (&preview["state"], &preview["dry_run"]),
        (&json!("done"), &json!(true))
    );
    let counts = [
        "messages_seen",
        "applications_created",
        "applications_updated",
        "mails_in_review",
        "mails_ignored",
    ];
    assert_eq!(
        counts.map(|count| preview[count].as_i64()),
        [6, 3, 1, 1, 1].map(Some)
    );
    assert_eq!(state(&ada).await, (vec![], vec![]), "nothing is stored");

    let findings = findings(&ada, &preview).await;
    let actions: Vec<_> = findings
        .iter()
        .map(|f| (f["action"].as_str().expect("action"), f["job_title"].as_str()))
        .collect();
    assert_eq!(
        actions,
        [
            ("review", None),
            ("update", Some("Baker")),
            ("ignore", None),
            ("create", Some("Waiter")),
            ("create", Some("Cook")),
            ("create", Some("Baker")),
        ],
        "newest first"
    );
    assert_eq!(findings[1]["jobapp_id"], json!(null), "the preview would add it");
    let words = findings[1]["explanation"]["words"].as_array().expect("words");
    assert!(
        words
            .iter()
            .any(|w| w["text"].as_str().is_some_and(|t| t.contains("not to move"))),
        "{words:?}"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn confirmed_preview_equals_an_import(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let direct = import(&ben, &parts(&mailbox())).await;
    let found = preview(&ada, &mailbox()).await;
    let confirmed = decide(&ada, "/mail/confirm_import", &found, 202).await;
    assert_eq!(
        (&confirmed["data"]["state"], &confirmed["data"]["dry_run"]),
        (&json!("running"), &json!(false))
    );
    assert_eq!(state(&ada).await, state(&ben).await);
    let mut done = get(&ada, &found).await;
    assert_eq!(done["id"], found["id"]);
    done["id"] = direct["id"].clone();
    assert_eq!(done, direct, "the same counts");

    let again = decide(&ada, "/mail/confirm_import", &found, 202).await;
    assert_eq!(again["data"]["state"], "done");
    assert_eq!(
        state(&ada).await,
        state(&ben).await,
        "a second time changes nothing"
    );
    assert!(findings(&ada, &found).await.is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn message_that_arrives_before_the_confirmation_is_applied_once(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = preview(&ada, &mailbox()).await;
    import(&ada, &parts(&mailbox()[..3])).await;
    let second = preview(&ada, &mailbox()).await;
    assert_eq!(findings(&ada, &second).await.len(), 3, "two are known");
    for found in [&second, &first] {
        decide(&ada, "/mail/confirm_import", found, 202).await;
        let done = get(&ada, found).await;
        let counts = (&done["applications_created"], &done["messages_seen"]);
        assert_eq!(counts, (&json!(0), &json!(6)));
    }
    let (applications, messages) = state(&ada).await;
    assert_eq!((applications.len(), messages.len()), (3, 6));
    let last = get(&ada, &first).await;
    assert_eq!(last["mails_ignored"], json!(6));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn discarded_or_expired_preview_cannot_be_applied(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let discarded = preview(&ada, &mailbox()).await;
    for _ in 0..2 {
        let cancelled = decide(&ada, "/mail/cancel_import", &discarded, 200).await;
        assert_eq!(cancelled["data"]["state"], "cancelled");
    }
    let expired = preview(&ada, &mailbox()).await;
    assert_eq!(findings(&ada, &expired).await.len(), 6);
    server.clock.advance(TimeDelta::minutes(61));
    let ada = server.login("ada").await;
    for found in [&discarded, &expired] {
        let error = decide(&ada, "/mail/confirm_import", found, 409).await;
        assert_eq!(error["code"], "conflict");
    }
    // Make the job due that ends previews after an hour.
    sqlx::query("update background_jobs set run_at = now()")
        .execute(&server.owner)
        .await
        .expect("jobs");
    server.run_jobs().await;
    assert_eq!(get(&ada, &expired).await["state"], "cancelled");
    assert_eq!(server.count("select count(*) from import_findings").await, 0);
    assert_eq!(
        server
            .count("select count(*) from background_jobs where kind = 'import_mail'")
            .await,
        0
    );
    assert_eq!(state(&ada).await, (vec![], vec![]));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn cancelled_import_changes_nothing_and_can_be_repeated(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let started = upload(&ada, form(&parts(&mailbox()))).await.expect_status(202)["data"].clone();
    let cancelled = decide(&ada, "/mail/cancel_import", &started, 200).await;
    assert_eq!(cancelled["data"]["state"], "cancelled");
    assert_eq!(state(&ada).await, (vec![], vec![]));
    let done = import(&ada, &parts(&mailbox())).await;
    assert_eq!(done["applications_created"], 3);
    let late = decide(&ada, "/mail/cancel_import", &done, 200).await;
    assert_eq!(late["data"]["state"], "done", "it has ended already");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_dry_run_is_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let body = form(&[("dry_run", "", "maybe"), ("file", "a.eml", &newsletter())]);
    let error = upload(&ada, body).await.expect_status(422);
    assert_eq!(error["errors"][0]["field"], "dry_run");
    assert_eq!(
        server
            .count("select count(*) from mail_imports where state <> 'uploading'")
            .await,
        0
    );
}
