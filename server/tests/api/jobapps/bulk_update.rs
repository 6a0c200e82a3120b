//! Changing many applications at once.

use crate::support::{TestClient, TestServer};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;

async fn add(client: &TestClient, companies: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for company in companies {
        let added = client
            .add_application(json!({ "job_title": "Clerk", "company": company, "tags": ["a"] }))
            .await;
        ids.push(added["id"].as_str().expect("id").to_owned());
    }
    ids
}

async fn bulk(client: &TestClient, body: Value) -> Value {
    client.post("/jobapps/bulk_update", body).await.expect_status(200)["data"].clone()
}

async fn detail(client: &TestClient, id: &str) -> Value {
    let path = format!("/jobapps/get_jobapp_detail?jobapp_id={id}");
    client.get(&path).await.expect_status(200)["data"].clone()
}

/// An event without its ids, so that events can be compared.
fn comparable(event: &Value) -> Value {
    let mut event = event.clone();
    event["id"] = Value::Null;
    event
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn bulk_update_changes_like_single_updates(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let ids = add(&ada, &["Fernway", "Moss", "Birch"]).await;
    let offer = ada.stage_id("offer").await;
    server.advance_clock(TimeDelta::minutes(1));
    let single = json!({ "jobapp_id": ids[0], "status_id": offer, "outcome": "accepted" });
    ada.post("/jobapps/update_jobapp", single)
        .await
        .expect_status(200);
    let result = bulk(
        &ada,
        json!({
            "jobapp_ids": [ids[1], ids[0], ids[1], "00000000-0000-0000-0000-000000000001"],
            "status_id": offer, "outcome": "accepted",
        }),
    )
    .await;
    assert_eq!(
        result,
        json!({ "updated": [ids[1]], "unchanged": [ids[0]], "not_found": ["00000000-0000-0000-0000-000000000001"] })
    );
    let (one, other) = (detail(&ada, &ids[0]).await, detail(&ada, &ids[1]).await);
    for field in [
        "application_status",
        "outcome",
        "is_rejected",
        "updated_at",
        "version",
    ] {
        assert_eq!(one["jobapp"][field], other["jobapp"][field], "{field}");
    }
    let events = |detail: &Value| {
        let history = detail["history"].as_array().expect("history");
        history.iter().map(comparable).collect::<Vec<_>>()
    };
    assert_eq!(events(&one), events(&other));
    assert_eq!(events(&one).len(), 2);
    assert_eq!(
        detail(&ada, &ids[2]).await["history"]
            .as_array()
            .expect("history")
            .len(),
        1
    );

    let tags = json!({ "jobapp_ids": ids, "add_tags": ["b", "a"], "outcome": null });
    assert_eq!(bulk(&ada, tags.clone()).await["updated"], json!(ids));
    let after = detail(&ada, &ids[1]).await;
    assert_eq!(after["jobapp"]["tags"], json!(["a", "b"]));
    assert_eq!(after["jobapp"]["outcome"], Value::Null);
    assert_eq!(after["history"].as_array().expect("history").len(), 3);
    assert_eq!(
        detail(&ada, &ids[2]).await["history"]
            .as_array()
            .expect("history")
            .len(),
        1
    );
    assert_eq!(bulk(&ada, tags).await["unchanged"], json!(ids));

    let delete = json!({ "jobapp_ids": [ids[0], ids[1]], "delete": true });
    assert_eq!(
        bulk(&ada, delete.clone()).await["updated"],
        json!([ids[0], ids[1]])
    );
    assert_eq!(bulk(&ada, delete).await["not_found"], json!([ids[0], ids[1]]));
    let list = ada.get("/jobapps/get_jobapps").await.expect_status(200);
    assert_eq!(list["data"].as_array().expect("rows").len(), 1);
    let restored = ada
        .post("/jobapps/restore_jobapp", json!({ "jobapp_id": ids[1] }))
        .await
        .expect_status(200);
    assert_eq!(restored["data"]["tags"], json!(["a", "b"]));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn bulk_update_foreign_stage_changes_nothing(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let ids = add(&ada, &["Fernway"]).await;
    let before = server.snapshot_database().await;
    let body = json!({ "jobapp_ids": ids, "status_id": ben.stage_id("offer").await });
    let response = ada.post("/jobapps/bulk_update", body).await;
    assert_eq!(response.expect_problem(404), "not_found");
    let foreign = json!({ "jobapp_ids": ids, "delete": true });
    assert_eq!(bulk(&ben, foreign).await["not_found"], json!(ids));
    for (body, field) in [
        (json!({ "jobapp_ids": [], "delete": true }), "jobapp_ids"),
        (
            json!({ "jobapp_ids": vec![&ids[0]; 501], "delete": true }),
            "jobapp_ids",
        ),
        (json!({ "jobapp_ids": ids }), "status_id"),
        (json!({ "jobapp_ids": ids, "add_tags": [" "] }), "add_tags[0]"),
        (
            json!({ "jobapp_ids": ids, "add_tags": ["x"], "remove_tags": ["x"] }),
            "remove_tags",
        ),
        (
            json!({ "jobapp_ids": ids, "outcome": "ghosted", "delete": true }),
            "delete",
        ),
    ] {
        let response = ada.post("/jobapps/bulk_update", body).await;
        assert_eq!(response.invalid_fields(), [field]);
    }
    assert_eq!(server.snapshot_database().await, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn bulk_update_full_history_is_unchanged(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let ids = add(&ada, &["Fernway", "Moss"]).await;
    sqlx::query(
        "insert into application_events (tenant_id, owner_id, id, application_id, to_stage_id, occurred_at, recorded_at, cause)
         select tenant_id, owner_id, gen_random_uuid(), id, stage_id, created_at, created_at, 'user'
         from job_applications cross join generate_series(1, 1000) where company = 'Fernway'",
    )
    .execute(&server.owner)
    .await
    .expect("inserted");
    let result = bulk(&ada, json!({ "jobapp_ids": ids, "outcome": "rejected" })).await;
    assert_eq!(
        result,
        json!({ "updated": [ids[1]], "unchanged": [ids[0]], "not_found": [] })
    );
    assert_eq!(detail(&ada, &ids[0]).await["jobapp"]["outcome"], Value::Null);
}
