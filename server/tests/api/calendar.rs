//! `get_feed`, `rotate_feed`, and the feed itself.

use crate::support::{TestClient, TestResponse, TestServer};
use axum::{body::Body, http::Request};
use serde_json::json;
use sqlx::PgPool;

/// The path of the caller's feed.
async fn feed_path(client: &TestClient) -> String {
    let feed = client.get("/calendar/get_feed").await.expect_status(200);
    path_of(feed["data"]["url"].as_str().expect("an address"))
}

fn path_of(url: &str) -> String {
    let start = url.find("/calendar/").expect("a path");
    url[start..].to_owned()
}

async fn read(server: &TestServer, path: &str) -> TestResponse {
    let request = Request::get(path).body(Body::empty()).expect("request");
    server.send(request).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn feed_has_interviews_and_tasks_of_its_user_only(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let body = json!({"job_title": "Baker, nights", "company": "Hearth; Co"});
    let id = ada.add_application(body).await["id"].clone();
    let interview = json!({
        "jobapp_id": id, "kind": "video", "starts_at": "2026-03-20T13:00:00Z", "ends_at": "2026-03-20T14:00:00Z",
        "place": "Room 4", "notes": "Line one\nEND:VEVENT",
    });
    let interview = ada
        .post("/interviews/add_interview", interview)
        .await
        .expect_status(201);
    for task in [
        json!({"title": "Call them", "jobapp_id": id, "due_on": "2026-03-31"}),
        json!({"title": "Someday"}),
    ] {
        ada.post("/tasks/add_task", task).await.expect_status(201);
    }
    let path = feed_path(&ada).await;
    let response = read(&server, &path).await;
    assert_eq!(response.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(response.header("cache-control"), "private, max-age=300");
    let calendar = response.text.replace("\r\n ", "");
    for line in [
        "SUMMARY:Video interview: Hearth\\; Co\\, Baker\\, nights\r\n",
        "DTSTART:20260320T130000Z\r\nDTEND:20260320T140000Z\r\n",
        "DESCRIPTION:Line one\\nEND:VEVENT\r\n",
        "SEQUENCE:0\r\n",
        "STATUS:CONFIRMED\r\n",
        "SUMMARY:Call them (Hearth\\; Co)\r\n",
        "DTSTART;VALUE=DATE:20260331\r\nDTEND;VALUE=DATE:20260401\r\n",
    ] {
        assert!(calendar.contains(line), "{line} in {calendar}");
    }
    assert_eq!(calendar.matches("BEGIN:VEVENT\r\n").count(), 2);
    let uid = format!(
        "UID:interview-{}@jobhax\r\n",
        interview["data"]["id"].as_str().expect("id")
    );
    assert!(calendar.contains(&uid));

    let cancel = json!({"interview_id": interview["data"]["id"], "cancelled": true});
    ada.post("/interviews/update_interview", cancel)
        .await
        .expect_status(200);
    let calendar = read(&server, &path).await.text;
    assert!(calendar.contains(&uid) && calendar.contains("SEQUENCE:1\r\n"));
    assert!(calendar.contains("STATUS:CANCELLED\r\n"));

    let others = read(&server, &feed_path(&ben).await).await;
    assert_eq!(
        (others.status.as_u16(), others.text.contains("VEVENT")),
        (200, false)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn feed_ends_when_its_address_is_replaced_or_its_user_deleted(pool: PgPool) {
    let server = TestServer::new(pool);
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let (first, of_ben) = (feed_path(&ada).await, feed_path(&ben).await);
    assert_eq!(feed_path(&ada).await, first);
    let rotated = ada
        .post("/calendar/rotate_feed", json!({}))
        .await
        .expect_status(200);
    let second = path_of(rotated["data"]["url"].as_str().expect("an address"));
    assert_eq!(feed_path(&ada).await, second);
    assert_eq!(read(&server, &first).await.status, 404);
    assert_eq!(read(&server, &second).await.status, 200);
    assert_eq!(read(&server, &of_ben).await.status, 200);
    server.execute("delete from memberships").await;
    assert_eq!(read(&server, &second).await.status, 404);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn feed_address_that_is_wrong_is_not_found_and_guessing_is_limited(pool: PgPool) {
    let server = TestServer::with_limits(pool, "calendar_feed=20/m");
    let ada = server.register("ada").await;
    let path = feed_path(&ada).await;
    let name = path.strip_prefix("/calendar/").expect("a name");
    let mut other = name.to_owned().into_bytes();
    other[60] = if other[60] == b'A' { b'B' } else { b'A' };
    let other = String::from_utf8(other).expect("ASCII");
    for wrong in ["x", "x.ics", ".ics", name.trim_end_matches(".ics"), &other] {
        let response = read(&server, &format!("/calendar/{wrong}")).await;
        assert_eq!(response.status, 404, "{wrong}");
    }
    let mut statuses = Vec::new();
    for _ in 0..25 {
        statuses.push(read(&server, &path).await.status.as_u16());
    }
    assert_eq!((statuses[0], statuses[24]), (200, 429));
}
