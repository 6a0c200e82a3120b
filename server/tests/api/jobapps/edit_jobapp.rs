use crate::support::{TestClient, TestResponse, TestServer, redact};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::task::JoinSet;

/// Adds an application with a value in every field.
async fn add_complete(client: &TestClient) -> Value {
    let new = json!({
        "job_title": "Clerk", "company": "Fernway", "application_date": "2026-03-01", "source": "Indeed",
        "location": "Berlin", "url": "https://example.org/jobs/1", "tags": ["remote"],
        "salary": {"min": 50000, "currency": "EUR", "period": "year"}
    });
    client.add_application(new).await
}

async fn edit(client: &TestClient, application: &Value, mut fields: Value) -> TestResponse {
    fields["jobapp_id"] = application["id"].clone();
    fields["version"] = application["version"].clone();
    client.post("/jobapps/edit_jobapp", fields).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_field_can_be_changed_and_optional_ones_cleared(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = add_complete(&ada).await;
    server.advance_clock(chrono::TimeDelta::minutes(10));
    let all = json!({
        "job_title": " Senior Clerk ", "company": "Fernway & Sons", "apply_date": "2026-02-27", "source": "Referral",
        "location": "Rome", "url": "https://example.org/jobs/2", "tags": ["dream", "dream", "on-site"],
        "salary": {"min": 20, "max": 30, "currency": "GBP", "period": "hour"}
    });
    let second = edit(&ada, &first, all).await.expect_status(200)["data"].clone();
    insta::assert_json_snapshot!(redact(&second), @r#"
    {
      "application_status": {
        "color": null,
        "id": "[uuid]",
        "kind": "applied",
        "position": 1,
        "value": "Applied"
      },
      "apply_date": "2026-02-27",
      "company": "Fernway & Sons",
      "company_logo": null,
      "created_at": "2026-03-15T12:00:00Z",
      "id": "[uuid]",
      "is_rejected": false,
      "job_title": "Senior Clerk",
      "location": "Rome",
      "on_hold": false,
      "outcome": null,
      "quiet_days": null,
      "salary": {
        "currency": "GBP",
        "max": 30,
        "min": 20,
        "period": "hour"
      },
      "source": "Referral",
      "tags": [
        "dream",
        "on-site"
      ],
      "updated_at": "2026-03-15T12:10:00Z",
      "url": "https://example.org/jobs/2",
      "version": 2
    }
    "#);
    let clear = json!({"source": null, "location": null, "url": null, "salary": null, "tags": null});
    let third = edit(&ada, &second, clear).await.expect_status(200)["data"].clone();
    assert_eq!(
        json!([
            third["source"],
            third["location"],
            third["url"],
            third["salary"],
            third["tags"]
        ]),
        json!(["Manual", null, null, null, []])
    );
    assert_eq!(
        (&third["job_title"], &third["version"]),
        (&json!("Senior Clerk"), &json!(3))
    );
    // The edit is stored, the application is found by its new name, and there is no new event.
    let found = ada.get("/jobapps/get_jobapps?q=sons").await.expect_status(200);
    assert_eq!(found["data"], json!([third]));
    let id = first["id"].as_str().expect("id");
    let events = ada
        .get(&format!("/jobapps/get_status_history?jobapp_id={id}"))
        .await
        .expect_status(200);
    assert_eq!(events["data"].as_array().map(Vec::len), Some(1));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stale_version_conflicts_and_equal_values_change_nothing(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let first = add_complete(&ada).await;
    let unchanged = edit(&ada, &first, json!({"company": "Fernway"})).await;
    assert_eq!(unchanged.expect_status(200)["data"], first);
    let second = edit(&ada, &first, json!({"company": "Moss"})).await;
    let second = second.expect_status(200)["data"].clone();
    let stale = edit(&ada, &first, json!({"company": "Birch"})).await;
    assert_eq!(stale.json["current"], second);
    assert_eq!(stale.expect_problem(409), "version_conflict");

    let mut tasks = JoinSet::new();
    for n in 0..30 {
        let (ada, second) = (ada.clone(), second.clone());
        tasks.spawn(async move {
            let fields = json!({"company": format!("Company {n}")});
            edit(&ada, &second, fields).await.status.as_u16()
        });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[29]), (200, 409, 409));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_edits_name_the_fields(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let application = add_complete(&ada).await;
    let id = &application["id"];
    for (fields, invalid) in [
        (json!({}), vec!["job_title"]),
        (
            json!({"job_title": null, "company": ""}),
            vec!["job_title", "company"],
        ),
        (json!({"application_date": null}), vec!["application_date"]),
        (
            json!({"application_date": "2026-01-01", "apply_date": "2026-01-01"}),
            vec!["apply_date"],
        ),
        (json!({"apply_date": "0001-01-01"}), vec!["apply_date"]),
        (json!({"url": "javascript:alert(1)"}), vec!["url"]),
        (json!({"location": "a\u{0}b"}), vec!["location"]),
        (json!({"tags": vec!["a"; 21]}), vec!["tags"]),
        (
            json!({"salary": {"currency": "EUR", "period": "day"}}),
            vec!["salary.min"],
        ),
        (json!({"salary": 5}), vec!["salary"]),
        (json!({"status_id": id}), vec!["status_id"]),
        (json!({"owner_id": id}), vec!["owner_id"]),
        (json!({"outcome": "rejected"}), vec!["outcome"]),
    ] {
        let response = edit(&ada, &application, fields.clone()).await;
        assert_eq!(response.invalid_fields(), invalid, "{fields}");
    }
    let without_version = json!({"jobapp_id": id, "company": "Moss"});
    let response = ada.post("/jobapps/edit_jobapp", without_version).await;
    assert_eq!(response.invalid_fields(), ["version"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn foreign_unknown_and_deleted_applications_are_not_found(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let application = add_complete(&ada).await;
    let mut unknown = application.clone();
    unknown["id"] = json!("00000000-0000-0000-0000-000000000001");
    let edit_company = async |client: &TestClient, application: &Value| {
        let response = edit(client, application, json!({"company": "Moss"})).await;
        response.expect_problem(404)
    };
    assert_eq!(edit_company(&ben, &application).await, "not_found");
    assert_eq!(edit_company(&ada, &unknown).await, "not_found");
    let delete = json!({"jobapp_id": application["id"]});
    assert_eq!(ada.post("/jobapps/delete_jobapp", delete).await.status, 204);
    assert_eq!(edit_company(&ada, &application).await, "not_found");
}

/// Imports do not overwrite what the user has edited, including fields that were cleared or sent unchanged.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sent_fields_are_recorded_as_edited_by_the_user(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let application = add_complete(&ada).await;
    server
        .execute("update job_applications set user_edited_fields = '{source}'")
        .await;
    let fields = json!({"company": "Fernway", "location": null, "source": "Referral"});
    edit(&ada, &application, fields).await.expect_status(200);
    let edited: Vec<String> = sqlx::query_scalar("select unnest(user_edited_fields) from job_applications")
        .fetch_all(&server.owner)
        .await
        .expect("edited");
    assert_eq!(edited, ["company", "location", "source"]);
}
