//! Error responses that all operations share, each tested with one example. `invalid_input` covers every operation.

use crate::support::TestServer;
use axum::{body::Body, http::Request};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unknown_paths_and_methods_are_problem_documents(pool: PgPool) {
    let server = TestServer::new(pool);
    let anonymous = server.anonymous();
    for path in ["/nothing", "/jobapps/nothing"] {
        assert_eq!(anonymous.get(path).await.expect_problem(404), "not_found");
    }
    let wrong_method = anonymous.get("/jobapps/add_jobapp").await;
    assert_eq!(wrong_method.header("allow"), "POST");
    assert_eq!(wrong_method.expect_problem(405), "method_not_allowed");
    let options = Request::options("/api/jobapps/get_statuses")
        .body(Body::empty())
        .expect("request");
    let options = anonymous.send(options).await;
    assert_eq!(
        (options.status.as_u16(), options.header("allow")),
        (204, "GET,HEAD")
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn missing_token_wins_over_invalid_input(pool: PgPool) {
    let server = TestServer::new(pool);
    for path in [
        "/jobapps/get_jobapps?limit=x",
        "/jobapps/get_status_history",
        "/metrics/get_count_by_statuses",
    ] {
        let response = server.client("garbage").get(path).await;
        assert_eq!(response.expect_problem(401), "unauthorized");
    }
    for path in ["/jobapps/add_jobapp", "/jobapps/update_jobapp", "/users/logout"] {
        let response = server.anonymous().post_raw(path, "text/plain", "{").await;
        assert_eq!(response.expect_problem(401), "unauthorized");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn invalid_bodies_get_the_status_of_their_defect(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let path = "/jobapps/add_jobapp";
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/foo+json",
        "application/json; charset=latin1",
    ] {
        let response = ada.post_raw(path, content_type, "{}").await;
        assert_eq!(response.expect_problem(415), "unsupported_media_type");
    }
    let valid = r#"{"job_title":"a","company":"b"}"#;
    ada.post_raw(path, "application/json; charset=UTF-8", valid)
        .await
        .expect_status(201);
    let large = ada.post_raw(path, "application/json", vec![b' '; 1 << 20]).await;
    assert_eq!(large.expect_problem(413), "payload_too_large");
    for body in ["", "{", "nonsense", "{\"a\":NaN}"] {
        let response = ada.post_raw(path, "application/json", body).await;
        assert_eq!(response.expect_problem(400), "malformed");
    }
    let long = "x".repeat(201);
    for (field, value) in [
        ("job_title", json!(long)),
        ("company", json!("a\u{0}b")),
        ("job_title", json!(5)),
        ("tenant_id", json!("00000000-0000-0000-0000-000000000001")),
        ("id", json!("00000000-0000-0000-0000-000000000001")),
        ("owner_id", json!("00000000-0000-0000-0000-000000000001")),
        ("created_at", json!("00000000-0000-0000-0000-000000000001")),
        ("deleted_at", json!("00000000-0000-0000-0000-000000000001")),
        ("version", json!("00000000-0000-0000-0000-000000000001")),
    ] {
        let mut body = json!({"job_title": "a", "company": "b"});
        body[field] = value;
        assert_eq!(ada.post(path, body).await.invalid_fields(), [field]);
    }
    let body = json!({"job_title": "a", "company": "b", "tags": ["a", "", "b", "\u{0}"]});
    assert_eq!(
        ada.post(path, body).await.invalid_fields(),
        ["tags[1]", "tags[3]"]
    );
    let rows = server.count("select count(*) from job_applications").await;
    assert_eq!(rows, 1, "only the valid one was stored");
}
