//! Security headers in the responses of all routes.

use crate::support::{FORM, HOST, ORIGIN, TestResponse, TestServer, credentials_form, workspace_slug};
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use sqlx::PgPool;
use std::collections::BTreeSet;

/// Additional paths: some that do not exist, and some that must never be served.
const UNROUTED: [&str; 9] = [
    "/nowhere",
    "/w/nobody/board",
    "/api/nowhere",
    "/api/docs/docs.js",
    "/_fn/nowhere",
    "/favicon.svg",
    "/pkg/none.js",
    "/.git/config",
    "/.env",
];

/// Headers with the same value in every response; an empty value means that the header must be absent.
const FIXED: [(&str, &str); 8] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-permitted-cross-domain-policies", "none"),
    ("server", ""),
    ("x-powered-by", ""),
];

/// Whether the response is the same for all users and may be cached.
fn is_public(path: &str) -> bool {
    path == "/api/openapi.json" || path.starts_with("/api/docs")
}

/// A path that matches a route pattern.
fn example_path(pattern: &str, slug: &str) -> String {
    let path = pattern
        .replace("{slug}", slug)
        .replace("{provider}", "google")
        .replace("{file}", "docs.css")
        .replace("{section}", "profile")
        .replace("{token}", "x")
        .replace("{user}", "01900000-0000-7000-8000-000000000000")
        .replace("{id}", "01900000-0000-7000-8000-000000000000")
        .replace("{*rest}", "nowhere");
    assert!(!path.contains('{'), "no example for {pattern}");
    path
}

/// The headers that are missing from the response or wrong.
fn defects(path: &str, response: &TestResponse) -> Vec<String> {
    let header = |name: &str| response.header(name);
    let mut defects: Vec<String> = FIXED
        .iter()
        .filter(|(name, value)| header(name) != *value)
        .map(|(name, _)| format!("{name}: {:?}", header(name)))
        .collect();
    let mut require = |what: &str, is_met: bool| {
        if !is_met {
            defects.push(what.to_owned());
        }
    };
    require("request id", !header("x-request-id").is_empty());
    require(
        "referrer policy",
        ["same-origin", "no-referrer"].contains(&header("referrer-policy")),
    );
    require(
        "permissions policy",
        header("permissions-policy").contains("camera=()"),
    );
    require(
        "no-store",
        header("cache-control") == "no-store" || is_public(path),
    );
    require(
        "content type",
        response.text.is_empty() || !header("content-type").is_empty(),
    );
    let policy = header("content-security-policy");
    for directive in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
        require(directive, policy.contains(directive));
    }
    require(
        "no unsafe scripts",
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
    );
    if header("content-type").starts_with("text/html") && response.text.contains("<script") {
        let tags = response.text.match_indices("<script").map(|(start, _)| {
            let tag = response.text[start..].split('>').next().unwrap_or_default();
            tag.to_owned()
        });
        let tags: Vec<String> = tags.collect();
        if is_public(path) {
            // Cached pages have no nonce and only load files of our own.
            require("scripts of our own", policy.contains("script-src 'self';"));
            let is_file = |tag: &String| tag.contains("src=\"/api/docs/docs.js");
            require("no inline scripts", tags.iter().all(is_file));
        } else {
            let nonce = policy.split("'nonce-").nth(1).and_then(|p| p.split('\'').next());
            require(
                "the nonce of the policy",
                nonce.is_some_and(|n| n.len() >= 16 && response.text.contains(&format!("nonce=\"{n}\""))),
            );
            require(
                "a nonce on each script",
                tags.iter().all(|tag| tag.contains("nonce=")),
            );
        }
        require(
            "no inline styles or handlers",
            !response.text.contains(" style=\"") && !response.text.contains(" onclick="),
        );
    }
    defects
}

/// Control: the check detects missing headers.
#[test]
fn missing_headers_are_found() {
    let count = |path: &str, text: &str| {
        let response = TestResponse::new(StatusCode::OK, HeaderMap::new(), text.to_owned());
        defects(path, &response).len()
    };
    let absent_as_expected = 2;
    let fixed = FIXED.len() - absent_as_expected;
    assert_eq!(count("/", ""), fixed + 7);
    assert_eq!(count("/api/docs", ""), fixed + 6, "may be cached");
    assert_eq!(count("/", "x"), fixed + 8, "a body without a content type");
}

/// Requests every route without credentials, with a session and with an access token, with read and write methods.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn every_response_has_the_security_headers(pool: PgPool) {
    let server = TestServer::new(pool);
    let (_, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let patterns: BTreeSet<String> = server::app::routes().into_iter().map(|(_, path)| path).collect();
    let paths = patterns.iter().map(|pattern| example_path(pattern, slug));
    let (mut sent, mut failures) = (0, Vec::new());
    for path in paths.chain(UNROUTED.map(str::to_owned)) {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            // New credentials each time, because some routes end the session.
            let (cookie, authorization) = new_credentials(&server).await;
            for (name, value) in [
                ("cookie", ""),
                ("cookie", &cookie),
                ("authorization", &authorization),
            ] {
                let mut request = Request::builder()
                    .method(method.clone())
                    .uri(&path)
                    .header("origin", ORIGIN)
                    .header("accept", "text/html")
                    .header(name, value);
                let body = match method == Method::POST {
                    false => Body::empty(),
                    true if path.starts_with("/api/") => {
                        request = request.header("content-type", "application/json");
                        Body::from("{}")
                    }
                    true => {
                        request = request.header("content-type", FORM);
                        Body::from(format!("slug={slug}"))
                    }
                };
                let response = server.send(request.body(body).expect("request")).await;
                sent += 1;
                let found = defects(&path, &response);
                if !found.is_empty() {
                    failures.push(format!("{method} {path} ({}): {found:?}", response.status));
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {sent}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// A session cookie and an Authorization header of a signed-in user.
async fn new_credentials(server: &TestServer) -> (String, String) {
    let form = credentials_form("ada@example.org");
    let page = server.submit_form("", "/_fn/auth/sign_in", &form).await;
    let client = server.login("ada").await;
    (
        page.session_cookie().expect("a session"),
        format!("Bearer {}", client.token()),
    )
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn script_nonce_is_new_for_each_page(pool: PgPool) {
    let server = TestServer::new(pool);
    let policy = async || {
        let page = server.get_page("", "/").await;
        page.header("content-security-policy").to_owned()
    };
    assert_ne!(policy().await, policy().await);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unknown_paths_are_not_found(pool: PgPool) {
    let server = TestServer::new(pool);
    for path in [
        "/nowhere",
        "/.git/config",
        "/.env",
        "/pkg/",
        "/../Cargo.toml",
        "/pkg/..%2f..%2fCargo.toml",
    ] {
        assert_eq!(server.get_page("", path).await.status, 404, "{path}");
    }
    let trace = Request::builder().method(Method::TRACE).uri("/");
    let response = server.send(trace.body(Body::empty()).expect("request")).await;
    assert!(response.status.is_client_error());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn cross_origin_reads_are_not_allowed(pool: PgPool) {
    let server = TestServer::new(pool);
    for origin in [
        "https://evil.example",
        "null",
        "https://jobs.example.org.evil.com",
        ORIGIN,
    ] {
        for path in ["/", "/api/jobapps/get_statuses", "/_fn/jobapps/add"] {
            let request = Request::get(path).header("origin", origin);
            let response = server.send(request.body(Body::empty()).expect("request")).await;
            assert!(
                !response.headers.contains_key("access-control-allow-origin"),
                "{origin} {path}"
            );
        }
    }
}

/// `X-Forwarded-Host` must not appear in links.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn request_needs_exactly_one_valid_host(pool: PgPool) {
    let server = TestServer::new(pool);
    for hosts in [vec![], vec![HOST, HOST], vec![""], vec!["a@b"]] {
        let mut request = Request::get("/");
        for host in &hosts {
            request = request.header("host", *host);
        }
        let request = request.body(Body::empty()).expect("request");
        let response = server.send_unmodified(request).await;
        assert_eq!(response.status, 400, "{hosts:?}");
    }
    let forwarded = Request::get("/").header("x-forwarded-host", "evil.example");
    let response = server.send(forwarded.body(Body::empty()).expect("request")).await;
    assert!(!response.text.contains("evil.example"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn text_responses_declare_type_and_charset(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    for (path, content_type) in [
        ("/", "text/html; charset=utf-8"),
        (board.as_str(), "text/html; charset=utf-8"),
        ("/nowhere", "text/html; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/api/nowhere", "application/problem+json"),
        ("/api/openapi.json", "application/json"),
    ] {
        let response = server.get_page(&cookie, path).await;
        assert_eq!(
            response.header(header::CONTENT_TYPE.as_str()),
            content_type,
            "{path}"
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn protocol_upgrades_are_ignored(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    for path in [board.as_str(), "/", "/api/jobapps/get_jobapps"] {
        let request = Request::get(path)
            .header("cookie", &cookie)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let response = server.send(request.body(Body::empty()).expect("request")).await;
        assert_ne!(response.status, 101, "{path}");
        assert!(!response.headers.contains_key(header::UPGRADE), "{path}");
    }
}
