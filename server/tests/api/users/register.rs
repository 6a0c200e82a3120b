use crate::support::{TestServer, redact};
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn register_creates_a_workspace_with_default_stages(pool: PgPool) {
    let server = TestServer::new(pool);
    let body = json!({"email": "Mara@Example.org", "password": PASSWORD, "first_name": "Mara", "time_zone": "Europe/Berlin"});
    let registered = server
        .anonymous()
        .post("/users/register", body)
        .await
        .expect_status(201);
    insta::assert_json_snapshot!(redact(&registered), @r#"
    {
      "data": {
        "access_token": "[access_token]",
        "expires_in": 900,
        "refresh_token": "[refresh_token]",
        "tenant": {
          "id": "[uuid]",
          "kind": "personal",
          "name": "Mara’s search",
          "role": "owner",
          "slug": "[slug]"
        },
        "token_type": "Bearer",
        "user": {
          "email": "Mara@Example.org",
          "email_verified": false,
          "first_name": "Mara",
          "id": "[uuid]",
          "last_name": null,
          "time_zone": "Europe/Berlin"
        }
      }
    }
    "#);
    let token = registered["data"]["access_token"].as_str().expect("token");
    let stages = server
        .client(token)
        .get("/jobapps/get_statuses")
        .await
        .expect_status(200);
    insta::assert_json_snapshot!(redact(&stages), @r#"
    {
      "data": [
        {
          "color": null,
          "id": "[uuid]",
          "kind": "to_apply",
          "position": 0,
          "value": "To Apply"
        },
        {
          "color": null,
          "id": "[uuid]",
          "kind": "applied",
          "position": 1,
          "value": "Applied"
        },
        {
          "color": null,
          "id": "[uuid]",
          "kind": "screening",
          "position": 2,
          "value": "Phone Screen"
        },
        {
          "color": null,
          "id": "[uuid]",
          "kind": "interview",
          "position": 3,
          "value": "Onsite Interview"
        },
        {
          "color": null,
          "id": "[uuid]",
          "kind": "offer",
          "position": 4,
          "value": "Offer"
        }
      ]
    }
    "#);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn email_is_unique_regardless_of_case(pool: PgPool) {
    let server = TestServer::new(pool);
    server.register("ada").await;
    let again = json!({"email": "ADA@example.ORG", "password": PASSWORD});
    assert_eq!(
        server
            .anonymous()
            .post("/users/register", again)
            .await
            .expect_problem(409),
        "email_taken"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn register_names_every_invalid_field(pool: PgPool) {
    let server = TestServer::new(pool);
    let register = async |body| server.anonymous().post("/users/register", body).await;
    let body = json!({"email": "x", "password": "short", "time_zone": "Mars/Base", "first_name": "a\u{0}"});
    assert_eq!(
        register(body).await.invalid_fields(),
        ["time_zone", "email", "password", "first_name"]
    );
    // Exactly one address: no lists, no header injection, no duplicate keys.
    for email in [
        json!(["a@b.co"]),
        json!({"a": 1}),
        json!("a@b.co,c@d.co"),
        json!("a@b.co\r\nBcc: x@y.zz"),
        json!(null),
    ] {
        let body = json!({"email": email, "password": PASSWORD});
        assert_eq!(register(body).await.invalid_fields(), ["email"]);
    }
    let duplicate = r#"{"email":"a@b.co","email":"c@d.co","password":"correct horse battery staple"}"#;
    let response = server
        .anonymous()
        .post_raw("/users/register", "application/json", duplicate)
        .await;
    assert_eq!(response.invalid_fields(), ["email"]);
    assert_eq!(server.count("select count(*) from users").await, 0);
}
