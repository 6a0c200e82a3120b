//! `ETag`, `If-None-Match` and `If-Match`.

use crate::support::{TestClient, TestResponse, TestServer};
use axum::body::Body;
use serde_json::{Value, json};
use sqlx::PgPool;

async fn get_with(client: &TestClient, path: &str, etag: &str) -> TestResponse {
    let request = client.request("GET", path).header("if-none-match", etag);
    client.send(request.body(Body::empty()).expect("a request")).await
}

async fn post_with(client: &TestClient, path: &str, etag: &str, body: &Value) -> TestResponse {
    let request = client
        .request("POST", path)
        .header("content-type", "application/json")
        .header("if-match", etag);
    client
        .send(request.body(Body::from(body.to_string())).expect("a request"))
        .await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unchanged_response_is_304_without_a_body(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    for path in [
        "/jobapps/get_statuses",
        "/jobapps/get_jobapps",
        "/users/get_profile",
    ] {
        let first = ada.get(path).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{path}: {etag}");
        let again = get_with(&ada, path, &etag).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), etag);
        assert_eq!(get_with(&ada, path, "\"other\"").await.status.as_u16(), 200);
    }
    let etag = ada.get("/jobapps/get_jobapps").await.header("etag").to_owned();
    ada.add_application(json!({"job_title": "Baker", "company": "Hearth"}))
        .await;
    let changed = get_with(&ada, "/jobapps/get_jobapps", &etag).await;
    assert_eq!(changed.status.as_u16(), 200);
    let error = get_with(&ada, "/jobapps/get_jobapp_detail?jobapp_id=x", "*").await;
    assert_eq!(error.status.as_u16(), 422, "an error is never 304");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn if_match_with_an_old_etag_is_412(pool: PgPool) {
    let server = TestServer::new(pool);
    let ada = server.register("ada").await;
    let id = ada
        .add_application(json!({"job_title": "Baker", "company": "Hearth"}))
        .await["id"]
        .clone();
    let detail = format!(
        "/jobapps/get_jobapp_detail?jobapp_id={}",
        id.as_str().expect("an id")
    );
    let etag = ada.get(&detail).await.header("etag").to_owned();
    let edit = |location: &str| json!({ "jobapp_id": id, "location": location });
    let edited = post_with(&ada, "/jobapps/edit_jobapp", &etag, &edit("Leeds")).await;
    assert_eq!(edited.expect_status(200)["data"]["version"], 2);
    for (path, body) in [
        ("/jobapps/edit_jobapp", edit("York")),
        (
            "/jobapps/update_jobapp",
            json!({ "jobapp_id": id, "rejected": true }),
        ),
    ] {
        for stale in [etag.as_str(), "\"nonsense\""] {
            let response = post_with(&ada, path, stale, &body).await;
            assert_eq!(response.json["current"]["id"], id, "{path}");
            assert_eq!(
                response.expect_problem(412),
                "precondition_failed",
                "{path} {stale}"
            );
        }
        let mut contradicting = body.clone();
        contradicting["version"] = json!(1);
        let current = ada.get(&detail).await.header("etag").to_owned();
        let response = post_with(&ada, path, &current, &contradicting).await;
        assert_eq!(response.expect_problem(412), "precondition_failed", "{path}");
        post_with(&ada, path, &current, &body).await.expect_status(200);
    }
    for (path, body) in [
        ("/jobapps/edit_jobapp", edit("Bath")),
        (
            "/jobapps/update_jobapp",
            json!({ "jobapp_id": id, "outcome": null }),
        ),
    ] {
        let current = ada.get(&detail).await.header("etag").to_owned();
        post_with(&ada, path, &format!("{etag}, \"x\", {current}"), &body)
            .await
            .expect_status(200);
        post_with(&ada, path, "*", &body).await.expect_status(200);
    }
    let missing = ada.post("/jobapps/edit_jobapp", edit("Hull")).await;
    assert_eq!(missing.json["errors"][0]["field"], "version");
    assert_eq!(missing.expect_problem(422), "invalid");
}
