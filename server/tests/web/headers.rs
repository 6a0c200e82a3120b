//! WB-4, WB-5, WB-6, WB-9, WB-12: what every answer says.

use crate::browser::{HOST, ORIGIN, Site};
use axum::{
    body::Body,
    http::{Method, Request},
};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_answer_says_what_browsers_may_not(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    let metrics = board.replace("/board", "/metrics");
    for path in [
        "/",
        "/register",
        "/sign-in",
        "/home",
        &board,
        &metrics,
        "/nowhere",
        "/w/nobody/board",
        "/api/nowhere",
        "/healthz",
        "/api/jobapps/get_jobapps",
        "/api/openapi.json",
        "/api/docs",
        "/api/docs/problems",
        "/api/docs/swagger-ui-bundle.js",
        "/_fn/nowhere",
        "/favicon.svg",
        "/pkg/none.js",
        "/.git/config",
        "/.env",
    ] {
        let answer = site.page(&cookie, path).await;
        let header = |name: &str| {
            answer
                .headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(
            header("strict-transport-security"),
            "max-age=31536000; includeSubDomains",
            "{path}"
        );
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(
            !header("x-request-id").is_empty()
                && header("server").is_empty()
                && header("x-powered-by").is_empty()
        );
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{part} at {path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
        if header("content-type").starts_with("text/html") && answer.text.contains("<script") {
            let nonce = policy
                .split("'nonce-")
                .nth(1)
                .and_then(|p| p.split('\'').next())
                .expect("nonce");
            assert!(
                nonce.len() >= 16 && answer.text.contains(&format!("nonce=\"{nonce}\"")),
                "{path}"
            );
            let bare = answer.text.match_indices("<script").filter(|(at, _)| {
                !answer.text[*at..]
                    .split('>')
                    .next()
                    .unwrap_or_default()
                    .contains("nonce=")
            });
            assert_eq!(bare.count(), 0, "a script without nonce at {path}");
            assert!(
                !answer.text.contains(" style=\"") && !answer.text.contains(" onclick="),
                "inline style at {path}"
            );
        }
    }
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_nonce_is_new_each_time_and_unknown_things_are_not_found(pool: PgPool) {
    let site = Site::new(pool);
    let policy = |a: crate::browser::Answer| {
        a.headers["content-security-policy"]
            .to_str()
            .expect("text")
            .to_owned()
    };
    assert_ne!(policy(site.page("", "/").await), policy(site.page("", "/").await));
    for path in [
        "/nowhere",
        "/.git/config",
        "/.env",
        "/pkg/",
        "/../Cargo.toml",
        "/pkg/..%2f..%2fCargo.toml",
    ] {
        assert_eq!(site.page("", path).await.status, 404, "{path}");
    }
    assert!(
        site.page("", "/nowhere").await.headers["content-type"]
            .to_str()
            .expect("text")
            .starts_with("text/html")
    );
    assert_eq!(
        site.page("", "/api/nowhere").await.headers["content-type"],
        "application/problem+json"
    );
    let trace = Request::builder()
        .method(Method::TRACE)
        .uri("/")
        .header("host", HOST)
        .body(Body::empty())
        .expect("request");
    assert!(site.send(trace).await.status.is_client_error());
}

/// AT-63: no other origin may read anything.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn no_origin_is_let_in(pool: PgPool) {
    let site = Site::new(pool);
    for origin in [
        "https://evil.example",
        "null",
        "https://jobs.example.org.evil.com",
        ORIGIN,
    ] {
        for path in ["/", "/api/jobapps/get_statuses", "/_fn/jobapps/get_board"] {
            let request = Request::get(path)
                .header("host", HOST)
                .header("origin", origin)
                .body(Body::empty())
                .expect("request");
            let answer = site.send(request).await;
            assert!(
                !answer.headers.contains_key("access-control-allow-origin"),
                "{origin} {path}"
            );
        }
    }
}

/// WB-9: one host, and nothing that a proxy might have been told counts.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_request_names_one_host(pool: PgPool) {
    let site = Site::new(pool);
    for hosts in [vec![], vec![HOST, HOST], vec![""], vec!["a@b"]] {
        let mut request = Request::get("/");
        for host in &hosts {
            request = request.header("host", *host);
        }
        let answer = site.send(request.body(Body::empty()).expect("request")).await;
        assert_eq!(answer.status, 400, "{hosts:?}");
    }
    let forwarded = Request::get("/")
        .header("host", HOST)
        .header("x-forwarded-host", "evil.example")
        .body(Body::empty());
    assert!(
        !site
            .send(forwarded.expect("request"))
            .await
            .text
            .contains("evil.example")
    );
}
