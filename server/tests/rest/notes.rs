//! Notes on applications.

use crate::client::Api;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn notes_are_written_changed_and_removed(pool: PgPool) {
    let api = Api::new(pool);
    let (token, other) = (api.person("ada").await, api.person("ben").await);
    let added = api.add(&token, json!({"job_title": "a", "company": "b"})).await;
    let id = added["id"].as_str().expect("id");
    let body = json!({"jobapp_id": id, "description": " # Called\r\nthem \u{1f600} "});
    let note = api
        .post(&token, "/jobapps/add_jobapp_note", body.clone())
        .await
        .with(201)["data"]
        .clone();
    assert_eq!(
        (&note["description"], &note["updated_at"]),
        (&json!("# Called\nthem \u{1f600}"), &json!(null))
    );
    assert_eq!(
        api.post(&other, "/jobapps/add_jobapp_note", body)
            .await
            .problem(404),
        "not_found"
    );
    api.bench.clock.advance(chrono::TimeDelta::seconds(1));
    let second = json!({"jobapp_id": id, "description": "second"});
    api.post(&token, "/jobapps/add_jobapp_note", second)
        .await
        .with(201);
    let change = json!({"jobapp_note_id": note["id"], "description": "changed"});
    assert_eq!(
        api.post(&other, "/jobapps/update_jobapp_note", change.clone())
            .await
            .problem(404),
        "not_found"
    );
    let changed = api
        .post(&token, "/jobapps/update_jobapp_note", change)
        .await
        .with(200);
    assert!(changed["data"]["updated_at"].is_string());
    let listed = api
        .get(&token, &format!("/jobapps/get_jobapp_notes?jobapp_id={id}"))
        .await
        .with(200);
    let texts: Vec<_> = listed["data"]
        .as_array()
        .expect("notes")
        .iter()
        .map(|n| n["description"].clone())
        .collect();
    assert_eq!(texts, [json!("second"), json!("changed")]);
    assert_eq!(
        api.get(&other, &format!("/jobapps/get_jobapp_notes?jobapp_id={id}"))
            .await
            .problem(404),
        "not_found"
    );
    for text in [json!(""), json!("x".repeat(20_001)), json!("a\u{0}b"), json!(7)] {
        let body = json!({"jobapp_id": id, "description": text});
        assert_eq!(
            api.post(&token, "/jobapps/add_jobapp_note", body).await.fields(),
            ["description"]
        );
    }
    let gone = json!({"jobapp_note_id": note["id"]});
    assert_eq!(
        api.post(&other, "/jobapps/delete_jobapp_note", gone.clone())
            .await
            .problem(404),
        "not_found"
    );
    assert_eq!(
        api.post(&token, "/jobapps/delete_jobapp_note", gone.clone())
            .await
            .status,
        204
    );
    assert_eq!(
        api.post(&token, "/jobapps/delete_jobapp_note", gone)
            .await
            .problem(404),
        "not_found"
    );
}
