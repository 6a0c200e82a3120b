//! `add_jobapp_note`, `get_jobapp_notes`, `update_jobapp_note` and `delete_jobapp_note`.

use crate::support::TestServer;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn notes_are_added_listed_updated_and_deleted(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let application = ada
        .add_application(json!({"job_title": "a", "company": "b"}))
        .await;
    let id = application["id"].as_str().expect("id");
    let not_found = async |path: &str, body| {
        let response = ben.post(path, body).await;
        assert_eq!(response.expect_problem(404), "not_found", "{path}");
    };

    let add = "/jobapps/add_jobapp_note";
    let body = json!({"jobapp_id": id, "description": " # Called\r\nthem \u{1f600} "});
    let note = ada.post(add, body.clone()).await.expect_status(201)["data"].clone();
    assert_eq!(
        (&note["description"], &note["updated_at"]),
        (&json!("# Called\nthem \u{1f600}"), &json!(null))
    );
    not_found(add, body).await;
    for invalid in [json!(""), json!("x".repeat(20_001)), json!("a\u{0}b"), json!(7)] {
        let body = json!({"jobapp_id": id, "description": invalid});
        assert_eq!(ada.post(add, body).await.invalid_fields(), ["description"]);
    }
    server.advance_clock(chrono::TimeDelta::seconds(1));
    let second = json!({"jobapp_id": id, "description": "second"});
    ada.post(add, second).await.expect_status(201);

    let update = "/jobapps/update_jobapp_note";
    let body = json!({"jobapp_note_id": note["id"], "description": "changed"});
    not_found(update, body.clone()).await;
    let updated = ada.post(update, body).await.expect_status(200);
    assert!(updated["data"]["updated_at"].is_string());

    let list = format!("/jobapps/get_jobapp_notes?jobapp_id={id}");
    let notes = ada.get(&list).await.expect_status(200);
    let texts: Vec<_> = notes["data"]
        .as_array()
        .expect("notes")
        .iter()
        .map(|n| n["description"].clone())
        .collect();
    assert_eq!(texts, [json!("second"), json!("changed")]);
    assert_eq!(ben.get(&list).await.expect_problem(404), "not_found");

    let delete = "/jobapps/delete_jobapp_note";
    let body = json!({"jobapp_note_id": note["id"]});
    not_found(delete, body.clone()).await;
    assert_eq!(ada.post(delete, body.clone()).await.status, 204);
    assert_eq!(ada.post(delete, body).await.expect_problem(404), "not_found");
}
