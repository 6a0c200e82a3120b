use crate::support::TestServer;
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn refresh_token_is_replaced_at_each_use(pool: PgPool) {
    let server = TestServer::new(pool);
    server.register("ada").await;
    let anonymous = server.anonymous();
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let first = anonymous.post("/users/login", login).await.expect_status(200);
    let token = json!({"refresh_token": first["data"]["refresh_token"]});
    let refresh = async || anonymous.post("/users/refresh_token", token.clone()).await;
    let second = refresh().await.expect_status(200);
    assert_ne!(first["data"]["refresh_token"], second["data"]["refresh_token"]);
    assert_eq!(refresh().await.expect_problem(401), "invalid_token");
}
