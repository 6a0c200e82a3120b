//! The caller is determined by the `Authorization` header only, before any other part of the request is checked.

use crate::support::{
    TestServer, fixtures,
    operations::{Operation, ValidInput},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use service::testing::PASSWORD;
use sqlx::PgPool;

fn json_body(input: &ValidInput, default: &'static str) -> String {
    input
        .body
        .clone()
        .map_or_else(|| default.to_owned(), |body| json!(body).to_string())
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn missing_credentials_win_over_any_other_defect(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ids = fixtures::user(&server, "ada").await.ids;
    let before = server.snapshot_database().await;
    for operation in Operation::all().filter(Operation::is_secured) {
        let input = operation.valid_input(&ids);
        for credentials in [
            None,
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer x.y.z"),
            Some("Basic YTpi"),
            Some("Token x"),
            Some("Bearer a b"),
        ] {
            for (content_type, body) in [
                ("application/json", json!(input.body).to_string()),
                ("text/plain", "{".repeat(1 << 20)),
            ] {
                let mut request = Request::builder()
                    .method(operation.http_method())
                    .uri(input.uri(&operation, "no_such=1"))
                    .header(header::CONTENT_TYPE, content_type);
                if let Some(credentials) = credentials {
                    request = request.header(header::AUTHORIZATION, credentials);
                }
                let request = request.body(body.into()).expect("request");
                let response = server.anonymous().send(request).await;
                let context = format!("{} {credentials:?}", operation.path);
                assert_eq!(response.header("www-authenticate"), "Bearer", "{context}");
                assert_eq!(response.expect_problem(401), "unauthorized", "{context}");
            }
        }
    }
    assert_eq!(server.snapshot_database().await, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn tokens_are_not_interchangeable(pool: PgPool) {
    let server = TestServer::new(pool);
    let input = json!({"email": "ada@example.org", "password": PASSWORD});
    let registered = server.anonymous().post("/users/register", input).await;
    let registered = registered.expect_status(201)["data"].clone();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let access_token = text(&registered["access_token"]);
    let refresh_token = text(&registered["refresh_token"]);
    let ada = server.client(&access_token);
    for company in ["Fernway", "Moss"] {
        ada.add_application(json!({"job_title": "Clerk", "company": company}))
            .await;
    }
    let page = ada.get("/jobapps/get_jobapps?limit=1").await.expect_status(200);
    let session_id: String = sqlx::query_scalar("select id::text from sessions")
        .fetch_one(&server.owner)
        .await
        .expect("session");
    for (kind, token) in [
        ("access token", access_token),
        ("refresh token", refresh_token.clone()),
        ("cursor", text(&page["pagination"]["next_cursor"])),
        ("session id", session_id),
        ("user id", text(&registered["user"]["id"])),
    ] {
        let as_bearer = server.client(&token).get("/jobapps/get_statuses").await.status;
        let expected = if kind == "access token" { 200 } else { 401 };
        assert_eq!(as_bearer, expected, "{kind} as a bearer token");
        let path = format!("/jobapps/get_jobapps?limit=1&cursor={token}");
        let as_cursor = ada.get(&path).await.status;
        let expected = if kind == "cursor" { 200 } else { 422 };
        assert_eq!(as_cursor, expected, "{kind} as a cursor");
        if kind != "refresh token" {
            let as_refresh_token = server
                .anonymous()
                .post("/users/refresh_token", json!({ "refresh_token": token }))
                .await;
            assert_eq!(
                as_refresh_token.expect_problem(401),
                "invalid_token",
                "{kind} as a refresh token"
            );
        }
    }
    // Control. Last, because it uses up the token.
    let body = json!({ "refresh_token": refresh_token });
    let refreshed = server.anonymous().post("/users/refresh_token", body).await;
    refreshed.expect_status(200);
}

/// URLs end up in logs and browser histories, so credentials in a URL are rejected, even with a valid header.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn credentials_in_the_url_are_rejected(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let token = ada.client.token();
    let before = server.snapshot_database().await;
    for operation in Operation::all().filter(Operation::is_secured) {
        let input = operation.valid_input(&ada.ids);
        for name in ["access_token", "api_key", "token", "authorization", "bearer"] {
            let request = || {
                Request::builder()
                    .method(operation.http_method())
                    .uri(input.uri(&operation, &format!("{name}={token}")))
                    .header("content-type", "application/json")
            };
            let alone = request().body(Body::from(json_body(&input, "")));
            let response = server.anonymous().send(alone.expect("request")).await;
            let context = format!("{name} of {}", operation.path);
            assert_eq!(response.header("www-authenticate"), "Bearer", "{context}");
            assert_eq!(response.expect_problem(401), "unauthorized", "{context}");
            if operation.takes_files() {
                continue;
            }
            let body = if operation.method == "get" {
                Body::empty()
            } else {
                json_body(&input, "{}").into()
            };
            let with_header = request().header("authorization", format!("Bearer {token}"));
            let response = ada.client.send(with_header.body(body).expect("request")).await;
            assert_eq!(response.invalid_fields(), [name], "{}", operation.path);
        }
    }
    assert_eq!(server.snapshot_database().await, before);
}

/// User ids in the body, or in headers that proxies might set, do not change the caller.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn caller_cannot_be_chosen_by_body_or_headers(pool: PgPool) {
    const NEW_PASSWORD: &str = "seven quiet cats herd sheep";
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let eve = server.register("eve").await;
    let id = ada.get("/users/get_profile").await.expect_status(200)["data"]["id"].clone();
    let operations = [
        ("update_profile", json!({"first_name": "Mallory"})),
        (
            "change_password",
            json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD}),
        ),
        ("revoke_session", json!({"session_id": id})),
        ("delete_user", json!({"password": PASSWORD})),
        ("export_data", json!({"password": PASSWORD})),
        ("resend_activation", json!({})),
        ("revoke_other_sessions", json!({})),
        ("logout", json!({})),
        ("forgot_password", json!({"email": "eve@example.org"})),
        (
            "reset_password",
            json!({"token": "x", "new_password": NEW_PASSWORD}),
        ),
        ("activate", json!({"token": "x"})),
    ];
    for (name, body) in operations {
        let path = format!("/users/{name}");
        for field in ["user_id", "tenant_id", "owner_id", "role"] {
            let mut body = body.clone();
            body[field] = id.clone();
            assert_eq!(eve.post(&path, body).await.invalid_fields(), [field], "{name}");
        }
        let anonymous = server.anonymous();
        for header in ["x-user-id", "x-tenant-id", "x-forwarded-user", "remote-user"] {
            let request = anonymous
                .request("POST", &path)
                .header("content-type", "application/json")
                .header(header, id.as_str().expect("id"))
                .body(Body::from("{}"));
            let response = anonymous.send(request.expect("request")).await;
            assert!([401, 422].contains(&response.status.as_u16()), "{name}");
        }
    }
    let profile = ada.get("/users/get_profile").await.expect_status(200);
    assert_eq!(profile["data"]["first_name"], "ada");
}
