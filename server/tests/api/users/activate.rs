use super::emailed_token;
use crate::support::TestServer;
use serde_json::json;
use sqlx::PgPool;

/// Mail scanners open links, so a GET request must not use up the token.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn verification_token_is_used_by_the_first_post_only(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let profile = ada.get("/users/get_profile").await.expect_status(200);
    let user_id = profile["data"]["id"].as_str().expect("id");
    let token = emailed_token(&server, "verify_email", user_id).await;
    let anonymous = server.anonymous();
    for _ in 0..2 {
        let opened = anonymous.get(&format!("/users/activate?token={token}")).await;
        assert_eq!(opened.expect_problem(405), "method_not_allowed");
    }
    let activate = async |token: &str| anonymous.post("/users/activate", json!({ "token": token })).await;
    assert_eq!(activate(&token).await.status, 204);
    assert_eq!(activate(&token).await.expect_problem(410), "link_expired");
    let profile = ada.get("/users/get_profile").await.expect_status(200);
    assert_eq!(profile["data"]["email_verified"], true);
    let resend = ada.post("/users/resend_activation", json!({})).await;
    assert_eq!(resend.status, 204);
    for invalid in [String::new(), "x".repeat(201)] {
        assert_eq!(activate(&invalid).await.invalid_fields(), ["token"]);
    }
}
