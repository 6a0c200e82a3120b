//! `get_posting` and `set_posting`.

use crate::support::{TestClient, TestResponse, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

async fn application(client: &TestClient) -> Value {
    let body = json!({"job_title": "Baker", "company": "Hearth"});
    client.add_application(body).await["id"].clone()
}

async fn get(client: &TestClient, id: &Value) -> TestResponse {
    let id = id.as_str().expect("an id");
    client.get(&format!("/jobapps/get_posting?jobapp_id={id}")).await
}

async fn set(client: &TestClient, id: &Value, text: &str) -> TestResponse {
    let body = json!({"jobapp_id": id, "text": text, "url": "https://example.org/baker"});
    client.post("/jobapps/set_posting", body).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn posting_is_saved_replaced_and_removed(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let id = application(&ada).await;
    assert_eq!(get(&ada, &id).await.expect_problem(404), "not_found");
    let saved = set(&ada, &id, " Baker\r\n<b>bread</b> ").await.expect_status(200);
    assert_eq!(saved["data"]["text"], "Baker\n<b>bread</b>");
    assert_eq!(get(&ada, &id).await.expect_status(200), saved);
    assert_eq!(get(&ben, &id).await.expect_problem(404), "not_found");
    assert_eq!(set(&ben, &id, "x").await.expect_problem(404), "not_found");

    server.advance_clock(chrono::TimeDelta::minutes(5));
    let same = set(&ada, &id, "Baker\n<b>bread</b>").await.expect_status(200);
    assert_eq!(same, saved, "the same again changes nothing");
    let changed = set(&ada, &id, "Cook").await.expect_status(200);
    assert_ne!(changed["data"]["saved_at"], saved["data"]["saved_at"]);
    assert_eq!(set(&ada, &id, " ").await.expect_status(200)["data"]["text"], "");
    assert_eq!(get(&ada, &id).await.expect_problem(404), "not_found");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn posting_of_the_maximum_length_is_accepted_in_every_script(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let id = application(&ada).await;
    for character in ["x", "ß", "職", "🥐"] {
        let text = character.repeat(100_000);
        let saved = set(&ada, &id, &text).await.expect_status(200);
        assert!(saved["data"]["text"] == text, "{character}");
    }
    let fields = set(&ada, &id, &"x".repeat(100_001)).await.invalid_fields();
    assert_eq!(fields, ["text"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn merge_keeps_the_posting_of_the_first_and_undo_gives_the_other_back(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    for has_own in [false, true] {
        let (first, other) = (application(&ada).await, application(&ada).await);
        set(&ada, &other, "Theirs").await.expect_status(200);
        if has_own {
            set(&ada, &first, "Mine").await.expect_status(200);
        }
        let merge = json!({"jobapp_id": first, "other_id": other});
        let merged = ada.post("/jobapps/merge_jobapps", merge).await.expect_status(200);
        let kept = get(&ada, &first).await.expect_status(200);
        assert_eq!(kept["data"]["text"], if has_own { "Mine" } else { "Theirs" });
        let undo = json!({"merge_id": merged["data"]["merge_id"]});
        ada.post("/jobapps/undo_merge", undo).await.expect_status(200);
        let returned = get(&ada, &other).await.expect_status(200);
        assert_eq!(returned["data"]["text"], "Theirs");
        assert_eq!(get(&ada, &first).await.status, if has_own { 200 } else { 404 });
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn posting_follows_its_application_into_the_trash(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let id = application(&ada).await;
    set(&ada, &id, "Baker").await.expect_status(200);
    let body = json!({"jobapp_id": id});
    assert_eq!(ada.post("/jobapps/delete_jobapp", body.clone()).await.status, 204);
    assert_eq!(get(&ada, &id).await.expect_problem(404), "not_found");
    ada.post("/jobapps/restore_jobapp", body.clone())
        .await
        .expect_status(200);
    get(&ada, &id).await.expect_status(200);
    assert_eq!(ada.post("/jobapps/delete_jobapp", body).await.status, 204);
    server.advance_clock(chrono::TimeDelta::days(31));
    service::jobapps::purge(&server.services).await.expect("purged");
    assert_eq!(server.count("select count(*) from application_postings").await, 0);
}
