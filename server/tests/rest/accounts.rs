//! One's own account over REST: what each operation takes and answers. What they do is tested beside the use cases.

use crate::client::Api;
use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use service::{jobs::work_off, testing::PASSWORD};
use sqlx::PgPool;
use std::sync::Arc;

const NEW: &str = "seven quiet cats herd sheep";

async fn login(api: &Api, password: &str) -> Value {
    let body = json!({"email": "ada@example.org", "password": password});
    api.post("", "/users/login", body).await.with(200)["data"].clone()
}

/// The token of the last letter of this kind, from the outbox.
async fn mailed(api: &Api, kind: &str, user: &str) -> String {
    work_off(&Arc::new(api.bench.services.clone()))
        .await
        .expect("worked off");
    let mut letters: Vec<_> = std::fs::read_dir(api.bench.data_dir().join("outbox"))
        .expect("outbox")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.to_string_lossy().ends_with(&format!("-{kind}-{user}.eml")))
        .collect();
    letters.sort();
    let text = std::fs::read_to_string(letters.last().expect("a letter")).expect("text");
    let text = text.replace("=\r\n", "").replace("=3D", "=");
    let token = text.split("?token=").nth(1).expect("a link");
    token.split_whitespace().next().expect("a token").to_owned()
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_profile_is_read_and_changed(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let profile = api.get(&ada, "/users/get_profile").await.with(200);
    assert_eq!(profile["data"]["email_verified"], false);
    let body = json!({"last_name": "Winter", "time_zone": "Europe/Berlin"});
    let changed = api.post(&ada, "/users/update_profile", body).await.with(200);
    assert_eq!(changed["data"]["first_name"], "ada");
    assert_eq!(changed["data"]["last_name"], "Winter");
    assert_eq!(api.get(&ada, "/users/get_profile").await.with(200), changed);
    let gone = api
        .post(&ada, "/users/update_profile", json!({"first_name": null}))
        .await
        .with(200);
    assert_eq!(gone["data"]["first_name"], Value::Null);
    for (body, field) in [
        (json!({}), "first_name"),
        (json!({"time_zone": "Mars/Base"}), "time_zone"),
        (json!({"last_name": "a\u{0}"}), "last_name"),
        (json!({"email": "x@y.zz"}), "email"),
        (json!({"first_name": ["a"]}), "first_name"),
    ] {
        assert_eq!(
            api.post(&ada, "/users/update_profile", body).await.fields(),
            [field]
        );
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_forgotten_password_is_mended(pool: PgPool) {
    let api = Api::new(pool);
    api.person("ada").await;
    let before = login(&api, PASSWORD).await;
    let user = before["user"]["id"].as_str().expect("id").to_owned();
    let known = api
        .post("", "/users/forgot_password", json!({"email": "ADA@example.org"}))
        .await;
    let unknown = api
        .post("", "/users/forgot_password", json!({"email": "eve@example.org"}))
        .await;
    let headers = |answer: &crate::client::Answer| {
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(
        (known.status, &known.body, headers(&known)),
        (unknown.status, &unknown.body, headers(&unknown))
    );
    assert_eq!(known.with(204), Value::Null);
    let token = mailed(&api, "reset_password", &user).await;
    let weak = json!({"token": token, "new_password": "password1234"});
    assert_eq!(
        api.post("", "/users/reset_password", weak).await.fields(),
        ["new_password"]
    );
    let body = json!({"token": token, "new_password": NEW});
    assert_eq!(
        api.post("", "/users/reset_password", body.clone())
            .await
            .with(204),
        Value::Null
    );
    assert_eq!(
        api.post("", "/users/reset_password", body).await.problem(410),
        "link_expired"
    );
    let old = before["access_token"].as_str().expect("token");
    assert_eq!(
        api.get(old, "/users/get_profile").await.problem(401),
        "unauthorized"
    );
    let after = login(&api, NEW).await;
    assert_eq!(after["user"]["email_verified"], true, "the mail arrived");
}

/// AT-21: a link that is opened, by whomever, uses nothing up; AT-9: nor does it work twice.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_address_is_confirmed(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let profile = api.get(&ada, "/users/get_profile").await.with(200);
    let token = mailed(&api, "confirm_email", profile["data"]["id"].as_str().expect("id")).await;
    for _ in 0..2 {
        let got = api.get("", &format!("/users/activate?token={token}")).await;
        assert_eq!(got.problem(405), "method_not_allowed");
    }
    assert_eq!(
        api.post("", "/users/activate", json!({"token": token}))
            .await
            .with(204),
        Value::Null
    );
    assert_eq!(
        api.post("", "/users/activate", json!({"token": token}))
            .await
            .problem(410),
        "link_expired"
    );
    let profile = api.get(&ada, "/users/get_profile").await.with(200);
    assert_eq!(profile["data"]["email_verified"], true);
    assert_eq!(
        api.post(&ada, "/users/resend_activation", json!({}))
            .await
            .with(204),
        Value::Null
    );
    assert_eq!(
        api.post("", "/users/activate", json!({"token": ""}))
            .await
            .fields(),
        ["token"]
    );
    let long = "x".repeat(201);
    assert_eq!(
        api.post("", "/users/activate", json!({"token": long}))
            .await
            .fields(),
        ["token"]
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn changing_the_password_keeps_only_the_session_that_asks(pool: PgPool) {
    let api = Api::new(pool);
    let other = api.person("ada").await;
    let mine = login(&api, PASSWORD).await["access_token"]
        .as_str()
        .expect("token")
        .to_owned();
    let change = |current: Value, new: &str| {
        let body = json!({"current_password": current, "new_password": new});
        api.post(&mine, "/users/change_password", body)
    };
    assert_eq!(
        change(json!("wrong wrong wrong"), NEW).await.fields(),
        ["current_password"]
    );
    assert_eq!(
        change(Value::Null, NEW).await.problem(403),
        "reauthentication_required"
    );
    assert_eq!(change(json!(PASSWORD), NEW).await.with(204), Value::Null);
    assert_eq!(
        api.get(&other, "/users/get_profile").await.problem(401),
        "unauthorized"
    );
    api.get(&mine, "/users/get_profile").await.with(200);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn sessions_are_listed_and_ended(pool: PgPool) {
    let api = Api::new(pool);
    let first = api.person("ada").await;
    let eve = api.person("eve").await;
    let mine = login(&api, PASSWORD).await["access_token"]
        .as_str()
        .expect("token")
        .to_owned();
    let list = api.get(&mine, "/users/get_sessions").await.with(200);
    let sessions = list["data"].as_array().expect("list");
    assert_eq!(sessions.len(), 2);
    let other = sessions
        .iter()
        .find(|s| s["current"] == false)
        .expect("the other");
    let body = json!({"session_id": other["id"]});
    assert_eq!(
        api.post(&eve, "/users/revoke_session", body.clone())
            .await
            .problem(404),
        "not_found"
    );
    assert_eq!(
        api.post(&mine, "/users/revoke_session", body.clone())
            .await
            .with(204),
        Value::Null
    );
    assert_eq!(
        api.post(&mine, "/users/revoke_session", body).await.problem(404),
        "not_found"
    );
    assert_eq!(
        api.get(&first, "/users/get_profile").await.problem(401),
        "unauthorized"
    );
    login(&api, PASSWORD).await;
    assert_eq!(
        api.post_text(&mine, "/users/revoke_other_sessions", "application/json", "")
            .await
            .with(204),
        Value::Null
    );
    let left = api.get(&mine, "/users/get_sessions").await.with(200);
    assert_eq!(left["data"].as_array().expect("list").len(), 1);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn everything_is_taken_along_and_then_nothing_is_left(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    api.add(&ada, json!({"job_title": "Engineer", "company": "Fernway"}))
        .await;
    let export = api
        .post(&ada, "/users/export_data", json!({"password": PASSWORD}))
        .await;
    let named = export.headers["content-disposition"]
        .to_str()
        .expect("text")
        .to_owned();
    assert_eq!(named, "attachment; filename=\"jobhax-2026-03-15.json\"");
    assert_eq!(export.headers["cache-control"], "no-store");
    let document = export.with(200);
    assert_eq!(document["workspaces"][0]["applications"][0]["company"], "Fernway");

    assert_eq!(
        api.post(
            &ada,
            "/users/delete_user",
            json!({"password": "wrong wrong wrong"})
        )
        .await
        .fields(),
        ["password"]
    );
    let none = api
        .post_text(&ada, "/users/delete_user", "application/json", "")
        .await;
    assert_eq!(none.problem(403), "reauthentication_required");
    assert_eq!(
        api.post(&ada, "/users/delete_user", json!({"password": PASSWORD}))
            .await
            .with(204),
        Value::Null
    );
    assert_eq!(
        api.get(&ada, "/users/get_profile").await.problem(401),
        "unauthorized"
    );
    let rows: i64 = sqlx::query_scalar(
        "select (select count(*) from users) + (select count(*) from tenants) + (select count(*) from note)",
    )
    .fetch_one(&api.bench.owner)
    .await
    .expect("count");
    assert_eq!(rows, 0);
}

/// AT-22: nobody says by the way who they are.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_identity_in_the_body_or_a_header_is_none(pool: PgPool) {
    let api = Api::new(pool);
    let ada = api.person("ada").await;
    let eve = api.person("eve").await;
    let id = api.get(&ada, "/users/get_profile").await.with(200)["data"]["id"].clone();
    let operations = [
        ("update_profile", json!({"first_name": "Mallory"})),
        (
            "change_password",
            json!({"current_password": PASSWORD, "new_password": NEW}),
        ),
        ("revoke_session", json!({"session_id": id})),
        ("delete_user", json!({"password": PASSWORD})),
        ("export_data", json!({"password": PASSWORD})),
        ("resend_activation", json!({})),
        ("revoke_other_sessions", json!({})),
        ("logout", json!({})),
        ("forgot_password", json!({"email": "eve@example.org"})),
        ("reset_password", json!({"token": "x", "new_password": NEW})),
        ("activate", json!({"token": "x"})),
    ];
    for (name, body) in operations {
        for field in ["user_id", "tenant_id", "owner_id", "role"] {
            let mut body = body.clone();
            body[field] = id.clone();
            let answer = api.post(&eve, &format!("/users/{name}"), body).await;
            assert_eq!(answer.fields(), [field], "{name}");
        }
        for header in ["x-user-id", "x-tenant-id", "x-forwarded-user", "remote-user"] {
            let request = Request::post(format!("/api/users/{name}"))
                .header("content-type", "application/json")
                .header(header, id.as_str().expect("id"))
                .body(Body::from("{}"));
            let answer = api.send(request.expect("request")).await;
            assert!([401, 422].contains(&answer.status.as_u16()), "{name}");
        }
    }
    let profile = api.get(&ada, "/users/get_profile").await.with(200);
    assert_eq!(profile["data"]["first_name"], "ada");
}
