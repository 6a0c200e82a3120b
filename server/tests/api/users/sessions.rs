use crate::support::TestServer;
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sessions_are_listed_and_revoked(pool: PgPool) {
    let server = TestServer::new(pool);
    let first = server.register("ada").await;
    let eve = server.register("eve").await;
    let current = server.login("ada").await;
    let list = current.get("/users/get_sessions").await.expect_status(200);
    let sessions = list["data"].as_array().expect("list");
    assert_eq!(sessions.len(), 2);
    let other = sessions
        .iter()
        .find(|s| s["current"] == false)
        .expect("the other session");
    let body = json!({"session_id": other["id"]});
    let path = "/users/revoke_session";
    assert_eq!(
        eve.post(path, body.clone()).await.expect_problem(404),
        "not_found"
    );
    assert_eq!(current.post(path, body.clone()).await.status, 204);
    assert_eq!(current.post(path, body).await.expect_problem(404), "not_found");
    assert_eq!(
        first.get("/users/get_profile").await.expect_problem(401),
        "unauthorized"
    );
    server.login("ada").await;
    let revoked = current.post_empty("/users/revoke_other_sessions").await;
    assert_eq!(revoked.status, 204);
    let left = current.get("/users/get_sessions").await.expect_status(200);
    assert_eq!(left["data"].as_array().expect("list").len(), 1);
}
