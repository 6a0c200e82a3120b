use crate::support::TestServer;
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn wrong_password_and_unknown_email_get_the_same_response(pool: PgPool) {
    let server = TestServer::new(pool);
    server.register("ada").await;
    let login = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        server.anonymous().post("/users/login", body).await
    };
    let wrong = login("ada@example.org", "wrong wrong wrong").await;
    let unknown = login("eve@example.org", "wrong wrong wrong").await;
    assert_eq!(wrong.comparable(), unknown.comparable());
    assert_eq!(wrong.expect_problem(401), "invalid_credentials");
    let right = login("ADA@example.org", PASSWORD).await.expect_status(200);
    assert!(right["data"]["refresh_token"].is_string());
}
