use crate::client::{Api, redacted};
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn registering_makes_a_person_with_a_furnished_workspace(pool: PgPool) {
    let api = Api::new(pool);
    let body = json!({"email": "Mara@Example.org", "password": PASSWORD, "first_name": "Mara", "time_zone": "Europe/Berlin"});
    let made = api.post("", "/users/register", body).await.with(201);
    insta::assert_json_snapshot!(redacted(&made), @r#"
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
    let token = made["data"]["access_token"].as_str().expect("token");
    let stages = api.get(token, "/jobapps/get_statuses").await.with(200);
    insta::assert_json_snapshot!(redacted(&stages), @r#"
    {
      "data": [
        {
          "id": "[uuid]",
          "kind": "to_apply",
          "position": 0,
          "value": "To Apply"
        },
        {
          "id": "[uuid]",
          "kind": "applied",
          "position": 1,
          "value": "Applied"
        },
        {
          "id": "[uuid]",
          "kind": "screening",
          "position": 2,
          "value": "Phone Screen"
        },
        {
          "id": "[uuid]",
          "kind": "interview",
          "position": 3,
          "value": "Onsite Interview"
        },
        {
          "id": "[uuid]",
          "kind": "offer",
          "position": 4,
          "value": "Offer"
        }
      ]
    }
    "#);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_address_is_taken_whatever_its_case(pool: PgPool) {
    let api = Api::new(pool);
    api.person("ada").await;
    let again = json!({"email": "ADA@example.ORG", "password": PASSWORD});
    assert_eq!(
        api.post("", "/users/register", again).await.problem(409),
        "email_taken"
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn registering_names_every_wrong_field(pool: PgPool) {
    let api = Api::new(pool);
    let body = json!({"email": "x", "password": "short", "time_zone": "Mars/Base", "first_name": "a\u{0}"});
    assert_eq!(
        api.post("", "/users/register", body).await.fields(),
        ["time_zone", "email", "password", "first_name"]
    );
    // PW-10: one value, one address.
    for email in [
        json!(["a@b.co"]),
        json!({"a": 1}),
        json!("a@b.co,c@d.co"),
        json!("a@b.co\r\nBcc: x@y.zz"),
        json!(null),
    ] {
        let body = json!({"email": email, "password": PASSWORD});
        assert_eq!(api.post("", "/users/register", body).await.fields(), ["email"]);
    }
    let twice = r#"{"email":"a@b.co","email":"c@d.co","password":"correct horse battery staple"}"#;
    assert_eq!(
        api.post_text("", "/users/register", "application/json", twice)
            .await
            .fields(),
        ["email"]
    );
    let people: i64 = sqlx::query_scalar("select count(*) from users")
        .fetch_one(&api.bench.owner)
        .await
        .expect("count");
    assert_eq!(people, 0);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer(pool: PgPool) {
    let api = Api::new(pool);
    api.person("ada").await;
    let wrong = api
        .post(
            "",
            "/users/login",
            json!({"email": "ada@example.org", "password": "wrong wrong wrong"}),
        )
        .await;
    let unknown = api
        .post(
            "",
            "/users/login",
            json!({"email": "eve@example.org", "password": "wrong wrong wrong"}),
        )
        .await;
    assert_eq!((wrong.status, &wrong.body), (unknown.status, &unknown.body));
    assert_eq!(wrong.problem(401), "invalid_credentials");
    let right = json!({"email": "ADA@example.org", "password": PASSWORD});
    assert!(api.post("", "/users/login", right).await.with(200)["data"]["refresh_token"].is_string());
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn logging_out_ends_the_token_at_once(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    assert_eq!(
        api.post_text(&token, "/users/logout", "application/json", "")
            .await
            .status,
        204
    );
    let after = api.get(&token, "/jobapps/get_statuses").await;
    assert_eq!(after.headers["www-authenticate"], "Bearer");
    assert_eq!(after.problem(401), "unauthorized");
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn refreshing_rotates(pool: PgPool) {
    let api = Api::new(pool);
    api.person("ada").await;
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let first = api.post("", "/users/login", login).await.with(200);
    let token = json!({"refresh_token": first["data"]["refresh_token"]});
    let second = api
        .post("", "/users/refresh_token", token.clone())
        .await
        .with(200);
    assert_ne!(first["data"]["refresh_token"], second["data"]["refresh_token"]);
    assert_eq!(
        api.post("", "/users/refresh_token", token).await.problem(401),
        "invalid_token"
    );
}
