use crate::support::TestServer;
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn profile_changes_only_the_given_fields(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let profile = ada.get("/users/get_profile").await.expect_status(200);
    assert_eq!(profile["data"]["email_verified"], false);
    let body = json!({"last_name": "Winter", "time_zone": "Europe/Berlin"});
    let changed = ada.post("/users/update_profile", body).await.expect_status(200);
    assert_eq!(changed["data"]["first_name"], "ada");
    assert_eq!(changed["data"]["last_name"], "Winter");
    assert_eq!(ada.get("/users/get_profile").await.expect_status(200), changed);
    let cleared = ada
        .post("/users/update_profile", json!({"first_name": null}))
        .await
        .expect_status(200);
    assert_eq!(cleared["data"]["first_name"], Value::Null);
    for (body, field) in [
        (json!({}), "first_name"),
        (json!({"time_zone": "Mars/Base"}), "time_zone"),
        (json!({"last_name": "a\u{0}"}), "last_name"),
        (json!({"email": "x@y.zz"}), "email"),
        (json!({"first_name": ["a"]}), "first_name"),
    ] {
        let response = ada.post("/users/update_profile", body).await;
        assert_eq!(response.invalid_fields(), [field]);
    }
}
