//! Every way to be refused that is the same everywhere.

use crate::client::Api;
use axum::{body::Body, http::Request};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn unknown_paths_and_methods(pool: PgPool) {
    let api = Api::new(pool);
    assert_eq!(api.get("", "/nothing").await.problem(404), "not_found");
    assert_eq!(api.get("", "/jobapps/nothing").await.problem(404), "not_found");
    let wrong = api.get("", "/jobapps/add_jobapp").await;
    assert_eq!(wrong.headers["allow"], "POST");
    assert_eq!(wrong.problem(405), "method_not_allowed");
    let options = Request::options("/api/jobapps/get_statuses")
        .body(Body::empty())
        .expect("request");
    let options = api.send(options).await;
    assert_eq!(
        (options.status.as_u16(), options.headers["allow"].to_str().ok()),
        (204, Some("GET,HEAD"))
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn without_a_token_nothing_is_told(pool: PgPool) {
    let api = Api::new(pool);
    for path in [
        "/jobapps/get_jobapps?limit=x",
        "/jobapps/get_status_history",
        "/metrics/get_count_by_statuses",
    ] {
        assert_eq!(api.get("garbage", path).await.problem(401), "unauthorized");
    }
    for path in ["/jobapps/add_jobapp", "/jobapps/update_jobapp", "/users/logout"] {
        assert_eq!(
            api.post_text("", path, "text/plain", "{").await.problem(401),
            "unauthorized"
        );
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn bodies_that_cannot_be_taken(pool: PgPool) {
    let api = Api::new(pool);
    let token = api.person("ada").await;
    let path = "/jobapps/add_jobapp";
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/foo+json",
        "application/json; charset=latin1",
    ] {
        assert_eq!(
            api.post_text(&token, path, kind, "{}").await.problem(415),
            "unsupported_media_type"
        );
    }
    let fine = api
        .post_text(
            &token,
            path,
            "application/json; charset=UTF-8",
            r#"{"job_title":"a","company":"b"}"#,
        )
        .await;
    fine.with(201);
    assert_eq!(
        api.post_text(&token, path, "application/json", vec![b' '; 1 << 20])
            .await
            .problem(413),
        "payload_too_large"
    );
    for body in ["", "{", "nonsense", "{\"a\":NaN}"] {
        assert_eq!(
            api.post_text(&token, path, "application/json", body)
                .await
                .problem(400),
            "malformed"
        );
    }
    let long = "x".repeat(201);
    for (field, value) in [
        ("job_title", json!(long)),
        ("company", json!("a\u{0}b")),
        ("job_title", json!(5)),
        ("tags", json!(["", "a"])),
    ] {
        let mut body = json!({"job_title": "a", "company": "b"});
        body[field] = value;
        assert_eq!(api.post(&token, path, body).await.fields(), [field]);
    }
    for field in [
        "tenant_id",
        "id",
        "owner_id",
        "created_at",
        "deleted_at",
        "version",
    ] {
        let mut body = json!({"job_title": "a", "company": "b"});
        body[field] = json!("00000000-0000-0000-0000-000000000001");
        assert_eq!(api.post(&token, path, body).await.fields(), [field]);
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from job_application")
        .fetch_one(&api.bench.owner)
        .await
        .expect("rows");
    assert_eq!(rows, 1, "only the good one was written");
}
