//! AT-39, TK-11: each kind of token opens its own door and no other, and none opens one from the address.

use crate::{
    client::Api,
    operations::Operation,
    scene::{self, stored},
};
use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use service::testing::PASSWORD;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn each_kind_of_token_opens_only_its_own_door(pool: PgPool) {
    let api = Api::new(pool);
    let input = json!({"email": "ada@example.org", "password": PASSWORD});
    let made = api.post("", "/users/register", input).await.with(201)["data"].clone();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let access = text(&made["access_token"]);
    for company in ["Fernway", "Moss"] {
        api.add(&access, json!({"job_title": "Clerk", "company": company}))
            .await;
    }
    let page = api.get(&access, "/jobapps/get_jobapps?limit=1").await.with(200);
    let session: String = sqlx::query_scalar("select id::text from sessions")
        .fetch_one(&api.bench.owner)
        .await
        .expect("session");
    let kinds = [
        ("access", access.clone()),
        ("refresh", text(&made["refresh_token"])),
        ("cursor", text(&page["pagination"]["next_cursor"])),
        ("session", session),
        ("person", text(&made["user"]["id"])),
    ];
    for (kind, token) in &kinds {
        let bearer = api.get(token, "/jobapps/get_statuses").await.status.as_u16();
        assert_eq!(bearer == 200, *kind == "access", "{kind} as a bearer: {bearer}");
        assert!([200, 401].contains(&bearer), "{kind} as a bearer: {bearer}");
        let cursor = api
            .get(&access, &format!("/jobapps/get_jobapps?limit=1&cursor={token}"))
            .await
            .status
            .as_u16();
        assert_eq!(cursor == 200, *kind == "cursor", "{kind} as a cursor: {cursor}");
        assert!([200, 422].contains(&cursor), "{kind} as a cursor: {cursor}");
        if *kind != "refresh" {
            let exchanged = api
                .post("", "/users/refresh_token", json!({ "refresh_token": token }))
                .await;
            assert_eq!(
                exchanged.problem(401),
                "invalid_token",
                "{kind} as a refresh token"
            );
        }
    }
    // The control, last because it is used up.
    let refresh = json!({ "refresh_token": kinds[1].1 });
    api.post("", "/users/refresh_token", refresh).await.with(200);
}

/// TK-11: addresses end up in logs and histories, so nothing is taken from there: not instead of the header, and not beside
/// it either.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn tk_11_no_credentials_in_addresses(pool: PgPool) {
    let api = Api::new(pool);
    let ada = scene::person(&api, "ada").await;
    let before = stored(&api).await;
    for operation in Operation::all().filter(Operation::is_secured) {
        let good = operation.good(&ada.ids);
        for name in ["access_token", "api_key", "token", "authorization", "bearer"] {
            let uri = good.uri(&operation, &format!("{name}={}", ada.token));
            let body = good
                .body
                .clone()
                .map_or_else(Body::empty, |body| json!(body).to_string().into());
            let request = Request::builder()
                .method(operation.method())
                .uri(&uri)
                .header("content-type", "application/json");
            let answer = api.send(request.body(body).expect("request")).await;
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
            assert_eq!(
                answer.problem(401),
                "unauthorized",
                "{name} of {}",
                operation.path
            );
            if operation.takes_files() {
                continue;
            }
            let beside = Request::builder()
                .method(operation.method())
                .uri(&uri)
                .header("authorization", format!("Bearer {}", ada.token))
                .header("content-type", "application/json");
            let body = good
                .body
                .clone()
                .map_or_else(|| "{}".into(), |body| json!(body).to_string());
            let body = if operation.method == "get" {
                Body::empty()
            } else {
                body.into()
            };
            let answer = api.send(beside.body(body).expect("request")).await;
            assert_eq!(answer.fields(), [name], "{}", operation.path);
        }
    }
    assert_eq!(stored(&api).await, before);
}
