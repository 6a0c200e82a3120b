use super::NEW_PASSWORD;
use crate::support::TestServer;
use serde_json::{Value, json};
use service::testing::PASSWORD;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_password_revokes_all_other_sessions(pool: PgPool) {
    let server = TestServer::new(pool);
    let other = server.register("ada").await;
    let current = server.login("ada").await;
    let change = async |current_password: Value| {
        let body = json!({"current_password": current_password, "new_password": NEW_PASSWORD});
        current.post("/users/change_password", body).await
    };
    assert_eq!(
        change(json!("wrong wrong wrong")).await.invalid_fields(),
        ["current_password"]
    );
    assert_eq!(
        change(Value::Null).await.expect_problem(403),
        "reauthentication_required"
    );
    assert_eq!(change(json!(PASSWORD)).await.status, 204);
    assert_eq!(
        other.get("/users/get_profile").await.expect_problem(401),
        "unauthorized"
    );
    current.get("/users/get_profile").await.expect_status(200);
}
