use super::{NEW_PASSWORD, emailed_token};
use crate::support::{TestResponse, TestServer};
use serde_json::{Value, json};
use service::testing::PASSWORD;
use sqlx::PgPool;

fn header_names(response: &TestResponse) -> Vec<String> {
    let mut names: Vec<String> = response.headers.keys().map(ToString::to_string).collect();
    names.sort();
    names
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reset_password_works_once_and_revokes_sessions(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let profile = ada.get("/users/get_profile").await.expect_status(200);
    let forgot = async |email: &str| {
        let body = json!({ "email": email });
        server.anonymous().post("/users/forgot_password", body).await
    };
    let known = forgot("ADA@example.org").await;
    let unknown = forgot("eve@example.org").await;
    assert_eq!(
        (known.status, &known.text, header_names(&known)),
        (unknown.status, &unknown.text, header_names(&unknown)),
        "the response does not reveal whether the account exists"
    );
    assert_eq!(known.status, 204);

    let user_id = profile["data"]["id"].as_str().expect("id");
    let token = emailed_token(&server, "reset_password", user_id).await;
    let reset = async |password: &str| {
        let body = json!({"token": token, "new_password": password});
        server.anonymous().post("/users/reset_password", body).await
    };
    assert_eq!(reset("password1234").await.invalid_fields(), ["new_password"]);
    assert_eq!(reset(NEW_PASSWORD).await.status, 204);
    assert_eq!(reset(NEW_PASSWORD).await.expect_problem(410), "link_expired");

    let old_session = ada.get("/users/get_profile").await;
    assert_eq!(old_session.expect_problem(401), "unauthorized");
    let login = async |password: &str| {
        let body = json!({"email": "ada@example.org", "password": password});
        server.anonymous().post("/users/login", body).await
    };
    assert_eq!(login(PASSWORD).await.expect_problem(401), "invalid_credentials");
    let user = login(NEW_PASSWORD).await.expect_status(200)["data"]["user"].clone();
    assert_eq!(
        user["email_verified"],
        Value::Bool(true),
        "the email reached its owner"
    );
}
