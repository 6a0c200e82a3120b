//! Requests from other sites cannot write anything. The test covers all registered server functions, including new ones.

use crate::support::{FORM, ORIGIN, TestServer, workspace_slug};
use axum::http::Method;
use sqlx::PgPool;

/// Headers of requests that do not come from our own pages.
const CROSS_ORIGIN: &[&[(&str, &str)]] = &[
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "https://jobs.example.org.evil.com")],
    &[("origin", "http://jobs.example.org")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ],
    &[],
];

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn cross_origin_requests_with_our_cookie_are_rejected(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let functions: Vec<(&str, _)> = leptos::server_fn::axum::server_fn_paths().collect();
    assert!(functions.len() >= 12, "{functions:?}");
    let before = server.snapshot_database().await;
    let upload = format!("/w/{slug}/import/upload");
    let paths = functions.iter().map(|(path, _)| *path).chain([upload.as_str()]);
    for path in paths {
        for cross_origin in CROSS_ORIGIN {
            for content_type in [
                FORM,
                "text/plain",
                "application/json",
                "multipart/form-data; boundary=x",
            ] {
                let mut headers = cross_origin.to_vec();
                headers.push(("cookie", &cookie));
                let body = format!(
                    "slug={slug}&job_title=x&company=y&email=eve%40example.org&password=correct+horse+battery+staple"
                );
                let response = server.post(path, content_type, &headers, &body).await;
                assert_eq!(response.status, 403, "{path} {cross_origin:?} {content_type}");
                assert!(response.session_cookie().is_none());
            }
        }
    }
    assert_eq!(server.snapshot_database().await, before, "nothing was written");
    // Control: the same form from our own page does write.
    let body = format!("slug={slug}&job_title=x&company=y");
    let headers = [("origin", ORIGIN), ("cookie", &cookie), ("accept", "text/html")];
    let own = server.post("/_fn/jobapps/add", FORM, &headers, &body).await;
    assert_eq!(own.status, 303, "{}", own.text);
    assert_ne!(server.snapshot_database().await, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn write_to_an_unknown_path_is_not_found(pool: PgPool) {
    let server = TestServer::new(pool);
    for path in ["/nope", "/mcp/write", "/jobapps/add_jobapp"] {
        for headers in CROSS_ORIGIN {
            let response = server.post(path, "application/json", headers, "{}").await;
            assert_eq!(response.status, 404, "{path} {headers:?}");
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undecodable_server_function_input_is_a_client_error(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, _) = server.register_on_page("ada").await;
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        for (content_type, body) in [
            (FORM, ""),
            (FORM, "slug=%00&version=x&jobapp_id=1"),
            ("application/json", "{"),
            ("text/plain", "x"),
        ] {
            let headers = [("origin", ORIGIN), ("cookie", cookie.as_str())];
            let response = server.post(path, content_type, &headers, body).await;
            assert!(
                response.status.as_u16() < 500,
                "{path} {content_type} {body:?}: {} {}",
                response.status,
                response.text
            );
        }
    }
}

/// Browsers send `SameSite=Lax` cookies with GET requests from other sites, so no server function may accept GET.
#[test]
fn server_functions_accept_post_only() {
    app::register_server_functions();
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(path.starts_with("/_fn/"), "{path}");
        assert_eq!(method, Method::POST, "{path}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn session_cookie_does_not_authenticate_api_requests(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, _) = server.register_on_page("ada").await;
    let headers = [("cookie", cookie.as_str()), ("origin", ORIGIN)];
    let response = server
        .post("/api/jobapps/add_jobapp", "application/json", &headers, "{}")
        .await;
    assert_eq!(response.status, 401);
}
