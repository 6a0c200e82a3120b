//! `add_jobapp_note`, `get_jobapp_notes`, `get_notes`, `update_jobapp_note` and `delete_jobapp_note`.

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

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn notes_of_all_applications_are_listed_in_pages_by_their_last_change(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let mut notes = Vec::new();
    for (client, company) in [(&ada, "Hearth"), (&ada, "Kiln"), (&ben, "Mill"), (&ada, "Loom")] {
        let application = client
            .add_application(json!({"job_title": "a", "company": company}))
            .await;
        server.advance_clock(chrono::TimeDelta::seconds(1));
        let body = json!({"jobapp_id": application["id"], "description": company});
        let note = client.post("/jobapps/add_jobapp_note", body).await;
        notes.push(note.expect_status(201)["data"].clone());
    }
    server.advance_clock(chrono::TimeDelta::seconds(1));
    let body = json!({"jobapp_note_id": notes[0]["id"], "description": "changed"});
    let changed = ada.post("/jobapps/update_jobapp_note", body).await;
    let changed = changed.expect_status(200)["data"]["updated_at"].clone();
    let list = async |query: &str| {
        let page = ada.get(&format!("/jobapps/get_notes?limit=2{query}")).await;
        let page = page.expect_status(200);
        let texts = page["data"].as_array().expect("notes").iter();
        let texts: Vec<String> = texts
            .map(|note| note["description"].as_str().expect("text").to_owned())
            .collect();
        let cursor = page["pagination"]["next_cursor"].as_str().map(str::to_owned);
        (texts, cursor)
    };
    let (first, cursor) = list("").await;
    assert_eq!(first, ["Kiln", "Loom"]);
    let cursor = cursor.expect("another page");
    assert_eq!(
        list(&format!("&cursor={cursor}")).await,
        (vec!["changed".to_owned()], None)
    );
    let since = format!("&updated_since={}", changed.as_str().expect("a time"));
    assert_eq!(list(&since).await, (vec!["changed".to_owned()], None));
    let other = ada
        .get(&format!("/jobapps/get_notes?cursor={cursor}{since}"))
        .await;
    assert_eq!(other.invalid_fields(), ["cursor"]);
    let foreign = ben.get(&format!("/jobapps/get_notes?cursor={cursor}")).await;
    assert_eq!(foreign.invalid_fields(), ["cursor"]);
    let early = ada
        .get("/jobapps/get_notes?updated_since=-0001-01-01T00:00:00Z")
        .await;
    assert_eq!(early.invalid_fields(), ["updated_since"]);
    let body = json!({"jobapp_id": notes[1]["jobapp_id"]});
    ada.post("/jobapps/delete_jobapp", body).await;
    assert_eq!(list("").await.0, ["Loom", "changed"]);
}
