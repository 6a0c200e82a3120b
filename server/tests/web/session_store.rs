//! Responses to browsers when the session store or the database fails.

use crate::support::{TestServer, credentials_form};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};
use std::time::Duration;
use tokio::time::sleep;

/// Locks a table until the returned connection is closed.
async fn lock(server: &TestServer, table: &str, mode: &str) -> PgConnection {
    let options = server.owner.connect_options();
    let mut conn = PgConnection::connect_with(&options).await.expect("connection");
    let lock = format!("begin; lock table {table} in {mode} mode");
    conn.execute(AssertSqlSafe(lock)).await.expect("locked");
    conn
}

/// Page requests whose statements wait for the lock until they time out.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unavailable_page_says_when_to_retry(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    for table in ["sessions", "memberships", "stages"] {
        let conn = lock(&server, table, "access exclusive").await;
        let page = server.get_page(&cookie, &board).await;
        assert_eq!(page.status, 503, "{table}: {}", page.text);
        let seconds: u32 = page.header("retry-after").parse().expect("seconds");
        assert!((1..60).contains(&seconds), "{table}: {seconds}");
        conn.close().await.expect("unlocked");
        assert_eq!(server.get_page(&cookie, &board).await.status, 200, "{table}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn session_that_cannot_be_saved_is_unavailable(pool: PgPool) {
    let server = TestServer::new(pool);
    server.register_on_page("ada").await;
    let form = credentials_form("ada@example.org");
    let conn = lock(&server, "sessions", "exclusive").await;
    let response = server.submit_form("", "/_fn/auth/sign_in", &form).await;
    assert_eq!(
        (response.status.as_u16(), response.header("retry-after")),
        (503, "2")
    );
    assert_eq!(response.session_cookie(), None);
    conn.close().await.expect("unlocked");
    assert_eq!(
        server.submit_form("", "/_fn/auth/sign_in", &form).await.status,
        303
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn account_deleted_before_its_session_is_saved_is_unauthorized(pool: PgPool) {
    let server = TestServer::new(pool);
    server.register_on_page("ada").await;
    let mut conn = lock(&server, "sessions", "exclusive").await;
    let sign_in = {
        let server = server.clone();
        let form = credentials_form("ada@example.org");
        tokio::spawn(async move { server.submit_form("", "/_fn/auth/sign_in", &form).await })
    };
    // Wait until the request is blocked by the lock.
    sleep(Duration::from_millis(1500)).await;
    conn.execute("delete from users; commit").await.expect("deleted");
    let response = sign_in.await.expect("no panic");
    assert_eq!(response.status, 401, "{}", response.text);
    assert_eq!(response.session_cookie(), None);
    assert!(response.text.contains("has been deleted"), "{}", response.text);
}
