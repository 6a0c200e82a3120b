//! `/api/interviews`.

use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

const ADD: &str = "/interviews/add_interview";
const UPDATE: &str = "/interviews/update_interview";
const DELETE: &str = "/interviews/delete_interview";

async fn application(client: &TestClient) -> Value {
    let body = json!({"job_title": "Baker", "company": "Hearth"});
    client.add_application(body).await["id"].clone()
}

async fn add(client: &TestClient, id: &Value, starts_at: &str) -> Value {
    let body = json!({"jobapp_id": id, "kind": "video", "starts_at": starts_at});
    client.post(ADD, body).await.expect_status(201)["data"].clone()
}

async fn starts(client: &TestClient, query: &str) -> Vec<String> {
    let list = client.get(&format!("/interviews/get_interviews{query}")).await;
    let list = list.expect_status(200);
    let rows = list["data"].as_array().expect("interviews");
    rows.iter()
        .map(|row| row["starts_at"].as_str().expect("a time").to_owned())
        .collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interviews_are_added_listed_updated_and_deleted(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let id = application(&ada).await;
    let body = json!({
        "jobapp_id": id, "kind": "onsite", "starts_at": "2026-12-01T14:00:00+01:00", "ends_at": "2026-12-01T15:00:00+01:00",
        "time_zone": "Europe/Berlin", "place": " Torstr. 12 ", "notes": "Ask for\r\nAda",
    });
    assert_eq!(ben.post(ADD, body.clone()).await.expect_problem(404), "not_found");
    let interview = ada.post(ADD, body).await.expect_status(201)["data"].clone();
    assert_eq!(interview["starts_at"], "2026-12-01T13:00:00Z");
    assert_eq!(
        (&interview["place"], &interview["notes"]),
        (&json!("Torstr. 12"), &json!("Ask for\nAda"))
    );
    assert_eq!(
        (&interview["mail_id"], &interview["cancelled_at"]),
        (&Value::Null, &Value::Null)
    );
    add(&ada, &id, "2026-11-30T09:00:00Z").await;

    assert_eq!(
        starts(&ada, "").await,
        ["2026-11-30T09:00:00Z", "2026-12-01T13:00:00Z"]
    );
    assert_eq!(
        starts(&ada, "?from=2026-12-01T13:00:00Z").await,
        ["2026-12-01T13:00:00Z"]
    );
    assert_eq!(
        starts(&ada, "?to=2026-12-01T13:00:00Z").await,
        ["2026-11-30T09:00:00Z"]
    );
    let of_application = format!("?jobapp_id={}", id.as_str().expect("id"));
    assert_eq!(starts(&ada, &of_application).await.len(), 2);
    // The id of another user's application is a filter that matches nothing.
    assert_eq!(starts(&ben, &of_application).await, [""; 0]);
    assert_eq!(starts(&ben, "").await, [""; 0]);

    let body = json!({"interview_id": interview["id"], "starts_at": "2026-12-02T13:00:00Z", "place": null, "cancelled": true});
    assert_eq!(
        ben.post(UPDATE, body.clone()).await.expect_problem(404),
        "not_found"
    );
    let updated = ada.post(UPDATE, body).await.expect_status(200)["data"].clone();
    assert_eq!(
        (&updated["ends_at"], &updated["place"], &updated["time_zone"]),
        (
            &json!("2026-12-02T14:00:00Z"),
            &Value::Null,
            &json!("Europe/Berlin")
        )
    );
    assert!(updated["cancelled_at"].is_string());

    let body = json!({"interview_id": interview["id"]});
    assert_eq!(
        ben.post(DELETE, body.clone()).await.expect_problem(404),
        "not_found"
    );
    assert_eq!(ada.post(DELETE, body.clone()).await.status, 204);
    assert_eq!(ada.post(DELETE, body).await.expect_problem(404), "not_found");
    assert_eq!(starts(&ada, "").await, ["2026-11-30T09:00:00Z"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interview_with_invalid_fields_is_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let id = application(&ada).await;
    let body = json!({
        "jobapp_id": id, "kind": "video", "starts_at": "2100-01-01T00:00:00Z", "time_zone": "Mars/Base",
        "place": "x".repeat(501), "notes": "a\u{0}",
    });
    let fields = ada.post(ADD, body).await.invalid_fields();
    assert_eq!(fields, ["starts_at", "time_zone", "place", "notes"]);
    let interview = add(&ada, &id, "2026-12-01T13:00:00Z").await;
    let early = json!({"interview_id": interview["id"], "ends_at": "2026-12-01T12:00:00Z"});
    assert_eq!(ada.post(UPDATE, early).await.invalid_fields(), ["ends_at"]);
    let nothing = json!({"interview_id": interview["id"]});
    assert_eq!(ada.post(UPDATE, nothing).await.invalid_fields(), ["kind"]);
    let range = ada
        .get("/interviews/get_interviews?from=0001-01-01T00:00:00Z")
        .await;
    assert_eq!(range.invalid_fields(), ["from"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interviews_follow_their_application(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let (id, other) = (application(&ada).await, application(&ada).await);
    add(&ada, &id, "2026-12-01T13:00:00Z").await;
    let interview = add(&ada, &other, "2026-12-02T13:00:00Z").await;
    let of = |id: &Value| format!("?jobapp_id={}", id.as_str().expect("id"));

    let merge = json!({"jobapp_id": id, "other_id": other});
    let merged = ada.post("/jobapps/merge_jobapps", merge).await.expect_status(200);
    assert_eq!(starts(&ada, &of(&id)).await.len(), 2);
    let undo = json!({"merge_id": merged["data"]["merge_id"]});
    ada.post("/jobapps/undo_merge", undo).await.expect_status(200);
    assert_eq!(starts(&ada, &of(&other)).await, ["2026-12-02T13:00:00Z"]);

    ada.post("/jobapps/delete_jobapp", json!({"jobapp_id": other}))
        .await
        .expect_status(204);
    assert_eq!(starts(&ada, "").await, ["2026-12-01T13:00:00Z"]);
    let update = json!({"interview_id": interview["id"], "kind": "phone"});
    assert_eq!(ada.post(UPDATE, update).await.expect_problem(404), "not_found");
    ada.post("/jobapps/restore_jobapp", json!({"jobapp_id": other}))
        .await
        .expect_status(200);
    assert_eq!(starts(&ada, &of(&other)).await.len(), 1);
    ada.post("/jobapps/delete_jobapp", json!({"jobapp_id": other}))
        .await
        .expect_status(204);
    server.advance_clock(chrono::TimeDelta::days(31));
    service::jobapps::purge(&server.services).await.expect("purged");
    assert_eq!(server.count("select count(*) from interviews").await, 1);
}
