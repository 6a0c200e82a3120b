//! Usage counts of API keys.

use super::keys::{STATUSES, add, client_of, list};
use crate::support::TestServer;
use chrono::TimeDelta;
use serde_json::json;
use service::{keys, wiring};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn requests_are_counted_by_key_day_and_status(pool: PgPool) {
    let server = TestServer::new(pool);
    let services = &server.services;
    let (ada, ben) = (server.register("ada").await, server.register("ben").await);
    let used = add(&ada, &["jobapps:read"]).await;
    server.advance_clock(TimeDelta::seconds(1));
    let unused = add(&ada, &["jobapps:read"]).await;
    let key = client_of(&server, &used);
    for _ in 0..3 {
        key.get(STATUSES).await.expect_status(200);
    }
    key.get("/mail/get_mailboxes").await.expect_status(403);
    keys::flush_usage(services).await.expect("flushed");
    keys::flush_usage(services).await.expect("nothing to flush");
    let last_used = list(&ada).await[1]["last_used_at"].clone();
    assert!(last_used.is_string());
    server.advance_clock(TimeDelta::seconds(30));
    key.get(STATUSES).await.expect_status(200);
    keys::flush_usage(services).await.expect("flushed");
    assert_eq!(list(&ada).await[1]["last_used_at"], last_used, "within a minute");

    let usage = ada.get("/keys/get_usage").await.expect_status(200)["data"].clone();
    let day = server.now().format("%Y-%m-%d").to_string();
    assert_eq!(
        usage,
        json!([
            {"key_id": unused["id"], "name": "Export", "days": []},
            {"key_id": used["id"], "name": "Export", "days": [
                {"day": day, "status_2xx": 4, "status_3xx": 0, "status_4xx": 1, "status_5xx": 0}
            ]},
        ])
    );
    let of_ben = ben.get("/keys/get_usage").await.expect_status(200);
    assert_eq!(of_ben["data"], json!([]));

    // The key is revoked before the next batch is written, so the request is not counted.
    key.get(STATUSES).await.expect_status(200);
    ada.post("/keys/revoke_key", json!({"key_id": used["id"]}))
        .await
        .expect_status(204);
    keys::flush_usage(services).await.expect("flushed");
    assert_eq!(server.count("select count(*) from api_key_usage").await, 0);
    let key = client_of(&server, &add(&ada, &["jobapps:read"]).await);
    key.get(STATUSES).await.expect_status(200);
    keys::flush_usage(services).await.expect("flushed");
    server.advance_clock(TimeDelta::days(29));
    wiring::delete_expired(services).await.expect("cleaned up");
    assert_eq!(server.count("select count(*) from api_key_usage").await, 1);
    server.advance_clock(TimeDelta::days(1));
    wiring::delete_expired(services).await.expect("cleaned up");
    assert_eq!(server.count("select count(*) from api_key_usage").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn usage_of_a_locked_key_is_written_with_the_next_batch(pool: PgPool) {
    let server = TestServer::new(pool);
    let services = &server.services;
    let ada = server.register("ada").await;
    let key = client_of(&server, &add(&ada, &["jobapps:read"]).await);
    key.get(STATUSES).await.expect_status(200);
    let mut lock = PgConnection::connect_with(&server.owner.connect_options())
        .await
        .expect("connection");
    lock.execute("begin").await.expect("begun");
    sqlx::query("select id from api_keys for update")
        .fetch_all(&mut lock)
        .await
        .expect("locked");
    keys::flush_usage(services).await.expect("does not wait");
    assert_eq!(server.count("select count(*) from api_key_usage").await, 0);
    lock.execute("rollback").await.expect("unlocked");
    keys::flush_usage(services).await.expect("flushed");
    assert_eq!(
        server
            .count("select sum(requests)::bigint from api_key_usage")
            .await,
        1
    );
}
