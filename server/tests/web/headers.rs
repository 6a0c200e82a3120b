//! WB-4, WB-5, WB-6, WB-9, WB-12: what every answer says.

use crate::browser::{Answer, FORM, HOST, ORIGIN, Site};
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use domain::routes::Route;
use service::testing::PASSWORD;
use sqlx::PgPool;

/// Beside what is routed: what is not there, and what must never be.
const NOWHERE: [&str; 9] = [
    "/nowhere",
    "/w/nobody/board",
    "/api/nowhere",
    "/api/docs/swagger-ui-bundle.js",
    "/_fn/nowhere",
    "/favicon.svg",
    "/pkg/none.js",
    "/.git/config",
    "/.env",
];

/// What an answer has to say, whatever made it.
const ALWAYS: [(&str, &str); 8] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-permitted-cross-domain-policies", "none"),
    ("server", ""),
    ("x-powered-by", ""),
];

/// The same for everybody, so that it may be kept: the description of the API and the page that shows it.
fn is_public(path: &str) -> bool {
    path == "/api/openapi.json" || path.starts_with("/api/docs")
}

/// A path that the pattern of a route stands for.
fn filled(pattern: &str, slug: &str) -> String {
    let path = pattern
        .replace("{slug}", slug)
        .replace("{provider}", "google")
        .replace("{file}", "docs.css")
        .replace("{*rest}", "nowhere")
        // What axum calls the way to a fallback.
        .replace("{*__private__axum_fallback}", "nowhere");
    assert!(!path.contains('{'), "say in filled what stands for {pattern}");
    path
}

/// What is wrong with the answer.
fn wrong_with(path: &str, answer: &Answer) -> Vec<String> {
    let header = |name: &str| {
        let value = answer.headers.get(name).and_then(|v| v.to_str().ok());
        value.unwrap_or_default()
    };
    let mut wrong: Vec<String> = ALWAYS
        .iter()
        .filter(|(name, value)| header(name) != *value)
        .map(|(name, _)| format!("{name}: {:?}", header(name)))
        .collect();
    let mut need = |what: &str, holds: bool| {
        if !holds {
            wrong.push(what.to_owned());
        }
    };
    need("an id", !header("x-request-id").is_empty());
    need(
        "a referrer policy",
        ["same-origin", "no-referrer"].contains(&header("referrer-policy")),
    );
    need(
        "a permissions policy",
        header("permissions-policy").contains("camera=()"),
    );
    need(
        "nothing kept",
        header("cache-control") == "no-store" || is_public(path),
    );
    need(
        "a type with a body",
        answer.text.is_empty() || !header("content-type").is_empty(),
    );
    let policy = header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
        need(part, policy.contains(part));
    }
    need(
        "no unsafe scripts",
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
    );
    if header("content-type").starts_with("text/html") && answer.text.contains("<script") {
        let nonce = policy.split("'nonce-").nth(1).and_then(|p| p.split('\'').next());
        need(
            "its nonce",
            nonce.is_some_and(|n| n.len() >= 16 && answer.text.contains(&format!("nonce=\"{n}\""))),
        );
        let bare = answer.text.match_indices("<script").filter(|(at, _)| {
            let tag = answer.text[*at..].split('>').next().unwrap_or_default();
            !tag.contains("nonce=")
        });
        need("no script without nonce", bare.count() == 0);
        need(
            "nothing inline",
            !answer.text.contains(" style=\"") && !answer.text.contains(" onclick="),
        );
    }
    wrong
}

/// The check below finds something where something is missing.
#[test]
fn an_answer_that_says_nothing_is_found_out() {
    let answer = |path: &str, text: &str| {
        let answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            text: text.to_owned(),
        };
        wrong_with(path, &answer).len()
    };
    assert_eq!(answer("/", ""), ALWAYS.len() - 2 + 7);
    assert_eq!(answer("/api/docs", ""), ALWAYS.len() - 2 + 6, "may be kept");
    assert_eq!(answer("/", "x"), ALWAYS.len() - 2 + 8, "without a type");
}

/// Every route that there is, as nobody, as a page's person and as a program, read and written to.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_answer_says_what_browsers_may_not(pool: PgPool) {
    let site = Site::new(pool);
    let (_, board) = site.register("ada").await;
    let slug = board.split('/').nth(2).expect("a workspace");
    let routes = site.routes();
    let paths = routes.iter().map(|pattern| filled(pattern, slug));
    let (mut sent, mut wrong) = (0, Vec::new());
    for path in paths.chain(NOWHERE.map(str::to_owned)) {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            // Anew for each, because some of them sign out.
            let (cookie, token) = signed_in(&site).await;
            for (name, value) in [("cookie", ""), ("cookie", &cookie), ("authorization", &token)] {
                let mut request = Request::builder()
                    .method(method.clone())
                    .uri(&path)
                    .header("host", HOST)
                    .header("origin", ORIGIN)
                    .header("accept", "text/html")
                    .header(name, value);
                let body = match method == Method::POST {
                    false => None,
                    true if path.starts_with("/api/") => Some(("application/json", "{}".to_owned())),
                    true => Some((FORM, format!("slug={slug}"))),
                };
                let body = body.map_or_else(Body::empty, |(kind, body)| {
                    request
                        .headers_mut()
                        .expect("a request")
                        .insert("content-type", kind.parse().expect("a type"));
                    Body::from(body)
                });
                let answer = site.send(request.body(body).expect("request")).await;
                sent += 1;
                let found = wrong_with(&path, &answer);
                if !found.is_empty() {
                    wrong.push(format!("{method} {path} ({}): {found:?}", answer.status));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {sent}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// That the list of routes is whole: every operation, every server function, every page.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_route_is_known(pool: PgPool) {
    let site = Site::new(pool);
    let routes = site.routes();
    let document = server::rest::openapi::document();
    let operations = document["paths"].as_object().expect("paths").keys().cloned();
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    let pages = [
        Route::Landing,
        Route::Register,
        Route::SignIn(None),
        Route::ForgotPassword,
        Route::ResetPassword(None),
        Route::Activate(None),
        Route::Home,
    ];
    let pages = pages.iter().map(ToString::to_string);
    let others = [
        "/healthz",
        "/readyz",
        "/api/openapi.json",
        "/w/{slug}/board",
        "/w/{slug}/import",
        "/w/{slug}/metrics",
        "/w/{slug}/settings",
        "/w/{slug}/settings/export",
        "/w/{slug}/import/upload",
        "/auth/{provider}",
        "/auth/{provider}/callback",
    ];
    let others = others.map(str::to_owned);
    let missing: Vec<String> = operations
        .chain(functions)
        .chain(pages)
        .chain(others)
        .filter(|path| !routes.contains(path))
        .collect();
    assert!(
        missing.is_empty(),
        "not among the routes: {missing:?} in {routes:#?}"
    );
}

/// What a browser and what a program send of somebody who is signed in.
async fn signed_in(site: &Site) -> (String, String) {
    let form = format!("email=ada%40example.org&password={}", PASSWORD.replace(' ', "+"));
    let page = site.form("", "/_fn/users/sign_in", &form).await;
    let body = format!("{{\"email\": \"ada@example.org\", \"password\": \"{PASSWORD}\"}}");
    let login = site
        .post("/api/users/login", "application/json", &[], &body)
        .await;
    let tokens: serde_json::Value = serde_json::from_str(&login.text).expect("tokens");
    let token = tokens["data"]["access_token"].as_str().expect("a token");
    (page.cookie().expect("a session"), format!("Bearer {token}"))
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
