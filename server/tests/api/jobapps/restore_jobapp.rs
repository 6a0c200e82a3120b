use crate::support::{TestClient, TestServer};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;

const METRICS: [&str; 6] = [
    "get_total_application_count",
    "get_application_count_by_month",
    "get_application_count_by_month_with_total",
    "get_count_by_statuses",
    "get_word_count",
    "get_count_by_jobtitle_and_statuses",
];

/// The responses of all operations that list or count applications.
async fn lists_and_metrics(client: &TestClient) -> Vec<Value> {
    let mut responses = Vec::new();
    for path in METRICS.map(|m| format!("/metrics/{m}")) {
        responses.push(client.get(&path).await.expect_status(200));
    }
    for sort in ["apply_date", "updated_at", "company"] {
        let list = client.get(&format!("/jobapps/get_jobapps?sort={sort}")).await;
        let ids = list.expect_status(200)["data"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|r| r["id"].clone())
            .collect();
        responses.push(ids);
    }
    responses
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn deleted_application_is_not_counted_and_is_restored_completely(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let empty = lists_and_metrics(&ada).await;
    let new = json!({"job_title": "Clerk", "company": "Fernway", "application_date": "2026-03-01"});
    let added = ada.add_application(new).await;
    let id = added["id"].as_str().expect("id").to_owned();
    let reference = json!({"jobapp_id": id});
    let offer = json!({"jobapp_id": id, "status_id": ada.stage_id("offer").await});
    ada.post("/jobapps/update_jobapp", offer).await.expect_status(200);
    let note = json!({"jobapp_id": id, "description": "x"});
    ada.post("/jobapps/add_jobapp_note", note)
        .await
        .expect_status(201);
    let detail = format!("/jobapps/get_jobapp_detail?jobapp_id={id}");
    let before = ada.get(&detail).await.expect_status(200)["data"].clone();
    let with_application = lists_and_metrics(&ada).await;
    for (n, (with, without)) in with_application.iter().zip(&empty).enumerate() {
        assert_ne!(with, without, "control: response {n} depends on applications");
    }

    let deleted = ada.post("/jobapps/delete_jobapp", reference.clone()).await;
    assert_eq!(deleted.status, 204);
    assert_eq!(lists_and_metrics(&ada).await, empty);
    server.advance_clock(TimeDelta::days(30) - TimeDelta::seconds(1));
    // The access token has expired in the meantime.
    let ada = server.login("ada").await;
    let restored = ada
        .post("/jobapps/restore_jobapp", reference.clone())
        .await
        .expect_status(200)["data"]
        .clone();
    let after = ada.get(&detail).await.expect_status(200)["data"].clone();
    assert_eq!(restored, after["jobapp"]);
    assert_eq!(
        (&after["history"], &after["notes"]),
        (&before["history"], &before["notes"])
    );
    assert_eq!(
        (&restored["version"], &restored["updated_at"]),
        (&json!(4), &json!("2026-04-14T11:59:59Z"))
    );
    // Restoring it again changes nothing.
    let again = ada
        .post("/jobapps/restore_jobapp", reference)
        .await
        .expect_status(200);
    assert_eq!(again["data"], restored);
}

/// After thirty days the application can no longer be restored, even before the purge has run. The purge then deletes its rows.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_deleted_thirty_days_ago_cannot_be_restored(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let restore = "/jobapps/restore_jobapp";
    let mut references = Vec::new();
    for company in ["Fernway", "Moss"] {
        let added = ada
            .add_application(json!({"job_title": "Clerk", "company": company}))
            .await;
        let note = json!({"jobapp_id": added["id"], "description": "x"});
        ada.post("/jobapps/add_jobapp_note", note)
            .await
            .expect_status(201);
        references.push(json!({"jobapp_id": added["id"]}));
    }
    let ben = server.register("ben").await;
    let foreign = ben.post(restore, references[0].clone()).await;
    assert_eq!(foreign.expect_problem(404), "not_found");
    let unknown = json!({"jobapp_id": "00000000-0000-0000-0000-000000000001"});
    assert_eq!(ada.post(restore, unknown).await.expect_problem(404), "not_found");

    ada.post("/jobapps/delete_jobapp", references[0].clone()).await;
    server.advance_clock(TimeDelta::hours(1));
    let ada = server.login("ada").await;
    ada.post("/jobapps/delete_jobapp", references[1].clone()).await;
    let row_counts = async || -> Vec<i64> {
        sqlx::query_scalar(
            "select count(*) from job_applications union all select count(*) from application_events \
             union all select count(*) from notes",
        )
        .fetch_all(&server.owner)
        .await
        .expect("counts")
    };
    let purge = async || {
        service::jobapps::purge(&server.services).await.expect("purged");
    };
    server.advance_clock(TimeDelta::days(30) - TimeDelta::minutes(30));
    let ada = server.login("ada").await;
    let expired = ada.post(restore, references[0].clone()).await;
    assert_eq!(expired.expect_problem(404), "not_found");
    assert_eq!(row_counts().await, [2, 2, 2]);
    purge().await;
    assert_eq!(row_counts().await, [1, 1, 1]);
    ada.post(restore, references[1].clone()).await.expect_status(200);
    server.advance_clock(TimeDelta::days(365));
    purge().await;
    assert_eq!(
        row_counts().await,
        [1, 1, 1],
        "an application that is not deleted stays"
    );
}
