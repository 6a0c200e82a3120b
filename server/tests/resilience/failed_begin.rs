//! A transaction that cannot begin leaves its connection usable.

use crate::support::{TestClient, TestServer};
use axum::body::Body;
use sqlx::{Connection as _, PgPool};
use tokio::task::JoinSet;

/// More requests than connections in the pool.
const REQUESTS: usize = 12;

/// Sends all requests at the same time, so that they need all connections of the pool.
async fn statuses(client: &TestClient, is_write: bool) -> Vec<u16> {
    let mut requests = JoinSet::new();
    for n in 0..REQUESTS {
        let client = client.clone();
        requests.spawn(async move {
            let response = if is_write {
                let request = client
                    .request("POST", "/jobapps/add_jobapp")
                    .header("content-type", "application/json")
                    .header("idempotency-key", format!("key-{n}"));
                let body = Body::from(r#"{"job_title": "Baker", "company": "Fernway"}"#);
                client.send(request.body(body).expect("request")).await
            } else {
                client.get("/jobapps/get_statuses").await
            };
            response.status.as_u16()
        });
    }
    requests.join_all().await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn locked_table_makes_requests_unavailable_only_while_it_is_locked(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    assert_eq!(statuses(&ada, false).await, [200; REQUESTS]);

    // This table is read when a tenant transaction begins, and not before.
    let lock = server.lock_table("access_grants").await;
    assert_eq!(statuses(&ada, false).await, [503; REQUESTS]);
    assert_eq!(statuses(&ada, true).await, [503; REQUESTS]);
    lock.close().await.expect("unlocked");

    assert_eq!(statuses(&ada, false).await, [200; REQUESTS]);
    assert_eq!(statuses(&ada, true).await, [201; REQUESTS]);
    assert_eq!(statuses(&ada, false).await, [200; REQUESTS]);
}
