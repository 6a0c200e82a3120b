use crate::support::TestServer;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::task::JoinSet;

const UPDATE: &str = "/jobapps/update_jobapp";

fn minimal() -> Value {
    json!({"job_title": "a", "company": "b"})
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn update_to_the_current_state_adds_no_event(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let application = ada.add_application(minimal()).await;
    for mut command in [
        json!({"status_id": application["application_status"]["id"]}),
        json!({"outcome": null}),
        json!({"rejected": false}),
    ] {
        command["jobapp_id"] = application["id"].clone();
        let unchanged = ada.post(UPDATE, command).await.expect_status(200);
        assert_eq!(unchanged["data"], application);
    }
    let id = application["id"].as_str().expect("id");
    let events = ada
        .get(&format!("/jobapps/get_status_history?jobapp_id={id}"))
        .await
        .expect_status(200);
    assert_eq!(events["data"].as_array().map(Vec::len), Some(1));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stale_version_conflicts_and_returns_the_current_state(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let application = ada.add_application(minimal()).await;
    let reject = json!({"jobapp_id": application["id"], "rejected": true, "version": 1});
    ada.post(UPDATE, reject.clone()).await.expect_status(200);
    let stale = ada.post(UPDATE, reject).await;
    let current = &stale.json["current"];
    assert_eq!(
        (&current["version"], &current["outcome"]),
        (&json!(2), &json!("rejected"))
    );
    assert_eq!(stale.expect_problem(409), "version_conflict");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_updates_of_one_version_only_one_succeeds(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let application = ada.add_application(minimal()).await;
    let offer = ada.stage_id("offer").await;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let ada = ada.clone();
        let command = json!({"jobapp_id": application["id"], "status_id": offer, "version": 1});
        tasks.spawn(async move { ada.post(UPDATE, command).await.status.as_u16() });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 409, 409));
    assert_eq!(server.count("select count(*) from application_events").await, 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_updates_name_the_field(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let application = ada.add_application(minimal()).await;
    let id = &application["id"];
    for (command, field) in [
        (json!({"jobapp_id": id}), "status_id"),
        (
            json!({"jobapp_id": id, "rejected": true, "outcome": "ghosted"}),
            "rejected",
        ),
        (
            json!({"jobapp_id": id, "rejected": true, "outcome": "accepted"}),
            "rejected",
        ),
        (json!({"jobapp_id": "x", "rejected": true}), "jobapp_id"),
        (json!({"jobapp_id": id, "outcome": "lost"}), "outcome"),
        (
            json!({"jobapp_id": id, "rejected": true, "owner_id": id}),
            "owner_id",
        ),
        (json!({"rejected": true}), "jobapp_id"),
    ] {
        let response = ada.post(UPDATE, command.clone()).await;
        assert_eq!(response.invalid_fields(), [field], "{command}");
    }
    // Times in the future (beyond the tolerated clock skew), and a date that does not exist.
    for occurred_at in [
        "2026-03-15T12:06:00Z",
        "2026-03-15T13:00:00Z",
        "2026-02-29T12:00:00Z",
        "9999-12-31T23:59:59Z",
    ] {
        let command = json!({"jobapp_id": id, "outcome": "ghosted", "occurred_at": occurred_at});
        let mut fields = ada.post(UPDATE, command).await.invalid_fields();
        fields.dedup();
        assert_eq!(fields, ["occurred_at"], "{occurred_at}");
    }
    // Before the application was sent. Its first event is at midnight of the apply date in the user's time zone.
    let dated = json!({"job_title": "a", "company": "b", "apply_date": "2026-03-10"});
    let dated = ada.add_application(dated).await;
    let mut command =
        json!({"jobapp_id": dated["id"], "outcome": "ghosted", "occurred_at": "2026-03-09T23:59:59Z"});
    assert_eq!(
        ada.post(UPDATE, command.clone()).await.invalid_fields(),
        ["occurred_at"]
    );
    command["occurred_at"] = "2026-03-10T00:00:00Z".into();
    ada.post(UPDATE, command).await.expect_status(200);
    let unknown = json!({"jobapp_id": "00000000-0000-0000-0000-000000000001", "rejected": true});
    assert_eq!(ada.post(UPDATE, unknown).await.expect_problem(404), "not_found");
}
