//! `/api/tasks`.

use crate::support::{TestClient, TestServer};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use sqlx::PgPool;

const ADD: &str = "/tasks/add_task";
const UPDATE: &str = "/tasks/update_task";
const DELETE: &str = "/tasks/delete_task";

async fn application(client: &TestClient) -> Value {
    let body = json!({"job_title": "Baker", "company": "Hearth"});
    client.add_application(body).await["id"].clone()
}

/// The date this many days from today.
fn day(server: &TestServer, days: i64) -> NaiveDate {
    let today = server.now().date_naive();
    let n = Days::new(days.unsigned_abs());
    if days < 0 { today - n } else { today + n }
}

async fn add(client: &TestClient, title: &str, due_on: Option<NaiveDate>) -> Value {
    let body = json!({"title": title, "due_on": due_on});
    client.post(ADD, body).await.expect_status(201)["data"].clone()
}

async fn titles(client: &TestClient, query: &str) -> Vec<String> {
    let list = client.get(&format!("/tasks/get_tasks{query}")).await;
    let list = list.expect_status(200);
    let rows = list["data"].as_array().expect("tasks");
    rows.iter()
        .map(|row| row["title"].as_str().expect("a title").to_owned())
        .collect()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn tasks_are_added_listed_updated_and_deleted(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let id = application(&ada).await;
    let body = json!({"title": " Call them ", "kind": "follow_up", "jobapp_id": id, "due_on": "2026-12-01"});
    assert_eq!(ben.post(ADD, body.clone()).await.expect_problem(404), "not_found");
    let task = ada.post(ADD, body).await.expect_status(201)["data"].clone();
    assert_eq!(
        (&task["title"], &task["kind"], &task["due_on"]),
        (&json!("Call them"), &json!("follow_up"), &json!("2026-12-01"))
    );
    let general = add(&ada, "Update the CV", None).await;
    assert_eq!(
        (&general["jobapp_id"], &general["kind"]),
        (&Value::Null, &json!("task"))
    );
    assert_eq!(titles(&ada, "").await, ["Call them", "Update the CV"]);
    let of_application = format!("?jobapp_id={}", id.as_str().expect("id"));
    assert_eq!(titles(&ada, &of_application).await, ["Call them"]);
    // The id of another user's application is a filter that matches nothing.
    assert_eq!(titles(&ben, &of_application).await, [""; 0]);

    let done = json!({"task_id": task["id"], "done": true, "due_on": null});
    assert_eq!(
        ben.post(UPDATE, done.clone()).await.expect_problem(404),
        "not_found"
    );
    let updated = ada.post(UPDATE, done).await.expect_status(200)["data"].clone();
    assert!(updated["done_at"].is_string() && updated["due_on"].is_null());
    assert_eq!(titles(&ada, "?state=done").await, ["Call them"]);
    assert_eq!(titles(&ada, "?state=open").await, ["Update the CV"]);
    let theirs = json!({"task_id": general["id"], "jobapp_id": application(&ben).await});
    assert_eq!(ada.post(UPDATE, theirs).await.expect_problem(404), "not_found");

    let body = json!({"task_id": task["id"]});
    assert_eq!(
        ben.post(DELETE, body.clone()).await.expect_problem(404),
        "not_found"
    );
    assert_eq!(ada.post(DELETE, body.clone()).await.status, 204);
    assert_eq!(ada.post(DELETE, body).await.expect_problem(404), "not_found");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn tasks_are_due_by_the_day_in_the_time_zone_of_the_user(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    add(&ada, "tomorrow", Some(day(&server, 1))).await;
    add(&ada, "today", Some(day(&server, 0))).await;
    let late = add(&ada, "yesterday", Some(day(&server, -1))).await;
    add(&ada, "someday", None).await;
    assert_eq!(
        titles(&ada, "?state=open").await,
        ["yesterday", "today", "tomorrow", "someday"]
    );
    assert_eq!(titles(&ada, "?state=overdue").await, ["yesterday"]);
    assert_eq!(titles(&ada, "?state=today").await, ["today"]);
    let snooze = json!({"task_id": late["id"], "snoozed_until": day(&server, 1)});
    ada.post(UPDATE, snooze).await.expect_status(200);
    assert_eq!(titles(&ada, "?state=overdue").await, [""; 0]);

    // It is noon in UTC, but already the next day in this time zone.
    let zone = json!({"time_zone": "Pacific/Kiritimati"});
    ada.post("/users/update_profile", zone).await.expect_status(200);
    assert_eq!(titles(&ada, "?state=overdue").await, ["today"]);
    let mut today = titles(&ada, "?state=today").await;
    today.sort(); // Both are due on that day.
    assert_eq!(today, ["tomorrow", "yesterday"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn task_with_invalid_fields_is_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let body = json!({"title": "x".repeat(201), "due_on": "1969-12-31"});
    assert_eq!(ada.post(ADD, body).await.invalid_fields(), ["title", "due_on"]);
    let task = add(&ada, "Call", None).await;
    let nothing = json!({"task_id": task["id"]});
    assert_eq!(ada.post(UPDATE, nothing).await.invalid_fields(), ["title"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn tasks_follow_their_application(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let (id, other) = (application(&ada).await, application(&ada).await);
    let task = json!({"title": "Call", "jobapp_id": other});
    ada.post(ADD, task).await.expect_status(201);
    let of = |id: &Value| format!("?jobapp_id={}", id.as_str().expect("id"));
    let merge = json!({"jobapp_id": id, "other_id": other});
    let merged = ada.post("/jobapps/merge_jobapps", merge).await.expect_status(200);
    assert_eq!(titles(&ada, &of(&id)).await, ["Call"]);
    let undo = json!({"merge_id": merged["data"]["merge_id"]});
    ada.post("/jobapps/undo_merge", undo).await.expect_status(200);
    assert_eq!(titles(&ada, &of(&other)).await, ["Call"]);
    let delete = json!({"jobapp_id": other});
    assert_eq!(ada.post("/jobapps/delete_jobapp", delete).await.status, 204);
    assert_eq!(titles(&ada, "").await, [""; 0]);
    server.advance_clock(chrono::TimeDelta::days(31));
    service::jobapps::purge(&server.services).await.expect("purged");
    assert_eq!(server.count("select count(*) from tasks").await, 0);
}
