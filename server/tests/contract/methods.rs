//! HTTP methods: GET and HEAD only read, and unsupported methods are rejected.

use crate::support::{TestServer, fixtures, operations::Operation};
use axum::http::{Request, header};
use serde_json::json;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn each_operation_has_one_method(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let before = server.snapshot_database().await;
    for operation in Operation::all() {
        let input = operation.valid_input(&ada.ids);
        let is_read = operation.method == "get";
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND",
        ] {
            // The export adds an event about itself to the audit log, even if only its headers are requested.
            let is_export = operation.name() == "export_events" && method == "HEAD";
            if is_export || method.eq_ignore_ascii_case(operation.method) {
                continue;
            }
            let request = Request::builder()
                .method(method)
                .uri(input.uri(&operation, ""))
                .header(header::AUTHORIZATION, format!("Bearer {}", ada.client.token()))
                .header("x-http-method-override", operation.method)
                .header(header::CONTENT_TYPE, "application/json");
            let body = json!(input.body).to_string();
            let response = ada.client.send(request.body(body.into()).expect("request")).await;
            let expected = match method {
                "HEAD" if is_read => 200,
                "OPTIONS" => 204,
                _ => 405,
            };
            assert_eq!(response.status, expected, "{method} {}", operation.path);
            if expected != 200 {
                let allow = if is_read { "GET,HEAD" } else { "POST" };
                assert_eq!(response.header("allow"), allow, "{method} {}", operation.path);
                if expected == 405 && method != "HEAD" {
                    let detail = response.json["detail"].as_str().expect("a detail");
                    let allow = allow.replace(',', " or ");
                    let expected = format!("This endpoint does not support {method}. Use {allow}.");
                    assert_eq!(detail, expected, "{}", operation.path);
                }
            }
        }
    }
    assert_eq!(server.snapshot_database().await, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn get_operations_write_nothing(pool: PgPool) {
    let server = TestServer::with_mock_providers(pool).await;
    let ada = fixtures::user(&server, "ada").await;
    let before = server.snapshot_database().await;
    // The export adds an event about itself to the audit log.
    for operation in Operation::all().filter(|o| o.method == "get" && o.name() != "export_events") {
        let path = operation.valid_input(&ada.ids).uri(&operation, "");
        let response = ada.client.get(path.trim_start_matches("/api")).await;
        assert_eq!(response.status, 200, "{path}: {}", response.text);
        assert_eq!(server.snapshot_database().await, before, "{path}");
    }
}
