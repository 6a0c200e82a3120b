//! `undo_mail` for decisions and dismissals.

use super::inbox::{applications, confirmation, decide, import_messages, rejection, review, undo};
use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

/// Stage, outcome, location and history of the only application.
async fn only_application(client: &TestClient) -> Value {
    let list = client.get("/jobapps/get_jobapps").await.expect_status(200);
    let id = list["data"][0]["id"]
        .as_str()
        .expect("one application")
        .to_owned();
    let detail = client
        .get(&format!("/jobapps/get_jobapp_detail?jobapp_id={id}"))
        .await
        .expect_status(200)["data"]
        .clone();
    let jobapp = &detail["jobapp"];
    json!([
        id,
        jobapp["application_status"],
        jobapp["outcome"],
        jobapp["company"],
        detail["history"],
        detail["mails"]
    ])
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_dismissal_restores_the_application_of_the_message(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(&ada, &[confirmation("one", "Baker", "5 Jan 2026 10:00:00 +0000")]).await;
    let before = only_application(&ada).await;
    let mail = before[5][0]["id"].clone();
    let dismiss = json!({ "mail_id": mail, "decision": "not_an_application" });
    decide(&ada, dismiss.clone()).await;
    assert!(applications(&ada).await.is_empty());
    // Repeating the decision does not overwrite the state to restore.
    server.advance_clock(chrono::TimeDelta::minutes(1));
    decide(&ada, dismiss).await;
    let undone = undo(&ada, &mail).await;
    assert_eq!(undone["mail"]["decision"], "automatic");
    assert_eq!(undone["jobapp"]["id"], before[0]);
    assert_eq!(only_application(&ada).await, before);
    // A restored message can itself be undone.
    assert_eq!(undo(&ada, &mail).await["mail"]["decision"], "undone");
    assert!(applications(&ada).await.is_empty());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_dismissal_restores_what_the_message_changed(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(
        &ada,
        &[
            confirmation("one", "Baker", "5 Jan 2026 10:00:00 +0000"),
            rejection("two"),
        ],
    )
    .await;
    let before = only_application(&ada).await;
    assert_eq!(before[2], "rejected");
    let mails = ada.get("/mail/get_mails?kind=rejection").await.expect_status(200);
    let mail = mails["data"][0]["id"].clone();
    server.advance_clock(chrono::TimeDelta::minutes(1));
    decide(&ada, json!({ "mail_id": mail, "decision": "not_an_application" })).await;
    assert_eq!(only_application(&ada).await[2], Value::Null);
    server.advance_clock(chrono::TimeDelta::minutes(1));
    let undone = undo(&ada, &mail).await;
    assert_eq!(undone["mail"]["decision"], "automatic");
    assert_eq!(only_application(&ada).await, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_dismissal_of_a_question_asks_it_again(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(&ada, &[rejection("three")]).await;
    let before = review(&ada).await;
    let mail = before[0]["mail"]["id"].clone();
    decide(&ada, json!({ "mail_id": mail, "decision": "not_an_application" })).await;
    assert!(review(&ada).await.is_empty());
    assert_eq!(undo(&ada, &mail).await["mail"]["decision"], "review");
    assert_eq!(review(&ada).await, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_decision_leaves_the_history_as_it_was(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    import_messages(&ada, &[rejection("three")]).await;
    let body = json!({ "job_title": "Baker", "company": "Moss", "application_date": "2026-01-05" });
    let jobapp = ada.add_application(body).await["id"].clone();
    let before = only_application(&ada).await;
    let mail = review(&ada).await[0]["mail"]["id"].clone();
    let body = json!({ "mail_id": mail, "decision": "change", "jobapp_id": jobapp });
    for _ in 0..2 {
        server.advance_clock(chrono::TimeDelta::minutes(1));
        decide(&ada, body.clone()).await;
        assert_eq!(only_application(&ada).await[2], "rejected");
        server.advance_clock(chrono::TimeDelta::minutes(1));
        assert_eq!(undo(&ada, &mail).await["mail"]["decision"], "review");
        assert_eq!(only_application(&ada).await, before);
    }
}
