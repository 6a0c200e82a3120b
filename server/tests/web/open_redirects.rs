//! Nothing that a client sends – in the URL, in a form or in the Referer header – redirects a browser to another site.

use crate::support::{FORM, HOST, ORIGIN, TestResponse, TestServer, credentials_form, workspace_slug};
use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use reqwest::Url;
use sqlx::PgPool;

/// URLs of another origin in many notations, and values that are not paths of ours.
fn hostile_urls() -> Vec<String> {
    let mut urls: Vec<String> = [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/w/a/board\r\nlocation: https://evil.example",
        "////evil.example",
        "/.//evil.example",
        "/ok/../..//evil.example",
        "https:evil.example",
        "https://evil.example",
        " //evil.example",
        "https://jobs.example.org@evil.example/w/a/board",
        "https://jobs.example.org.evil.example/w/a/board",
        "javascript:alert(1)",
        "data:text/html,evil.example",
        "%2F%2Fevil.example",
        "%252F%252Fevil.example",
    ]
    .map(str::to_owned)
    .to_vec();
    urls.push(format!("//evil.example/{}", "a".repeat(10_000)));
    urls
}

fn percent_encode(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|b| format!("%{b:02X}")).collect();
    bytes.concat()
}

/// The URL that a browser at this path is redirected to, according to the URL standard.
fn redirect_target(path: &str, response: &TestResponse) -> Option<Url> {
    let current = Url::parse(&format!("{ORIGIN}{path}")).expect("a URL");
    let location = response.headers.get("location")?.to_str().expect("text");
    Some(current.join(location).expect("a URL"))
}

fn assert_stays_on_our_origin(path: &str, response: &TestResponse) {
    if let Some(target) = redirect_target(path, response) {
        assert_eq!(
            target.origin().ascii_serialization(),
            ORIGIN,
            "{path} redirects to {target}"
        );
        assert!(!target.path().starts_with("//"), "{path} redirects to {target}");
    }
    for name in ["refresh", "content-location", "link"] {
        assert!(!response.headers.contains_key(name), "{name} at {path}");
    }
    // The page may show the value as text, but not in an attribute that browsers follow.
    for attribute in ["href=\"", "src=\"", "action=\"", "content=\"0;url="] {
        for (start, _) in response.text.match_indices(attribute) {
            let value = response.text[start + attribute.len()..]
                .split('"')
                .next()
                .unwrap_or_default();
            let target = Url::parse(ORIGIN).expect("a URL").join(value);
            let host = target.ok().and_then(|t| t.host_str().map(str::to_owned));
            assert!(
                host.is_none_or(|host| host == HOST),
                "{attribute}{value} at {path}"
            );
        }
    }
}

/// Control: the check detects a redirect to another origin.
#[test]
fn redirect_to_another_origin_is_recognized() {
    for location in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/x",
        "\\\\evil.example",
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("location", location.parse().expect("a value"));
        let response = TestResponse::new(StatusCode::SEE_OTHER, headers, String::new());
        let target = redirect_target("/sign-in", &response).expect("a redirect");
        assert_eq!(target.host_str(), Some("evil.example"), "{location}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn urls_do_not_redirect_to_other_origins(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let pages = [
        "/",
        "/sign-in",
        "/register",
        "/home",
        "/sign-in/organization",
        "/forgot-password",
        "/reset-password",
        "/activate",
        &board,
    ];
    for url in hostile_urls() {
        let value = percent_encode(&url);
        let queries = pages.iter().flat_map(|page| {
            ["next", "return_to", "redirect", "url", "token"].map(|name| format!("{page}?{name}={value}"))
        });
        let callbacks = ["next", "state", "error", "redirect_uri"]
            .map(|name| format!("/auth/google/callback?code=x&{name}={value}"));
        // As the path itself, and below pages that require signing in.
        let paths = [
            format!("/{value}"),
            format!("/w/{value}"),
            format!("/w//{value}/board"),
            format!("//{value}"),
        ];
        for path in queries.chain(callbacks).chain(paths) {
            for cookie in ["", cookie.as_str()] {
                assert_stays_on_our_origin(&path, &server.get_page(cookie, &path).await);
            }
        }
    }
    for path in [
        "//evil.example",
        "//evil.example/..",
        "/.//evil.example",
        "/w/..//evil.example",
        "/%5cevil.example",
        "/w//evil.example/board",
    ] {
        for cookie in ["", cookie.as_str()] {
            assert_stays_on_our_origin(path, &server.get_page(cookie, path).await);
        }
    }
}

/// Forms without JavaScript redirect to our own pages, whatever the Referer header contains.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn forms_do_not_redirect_to_other_origins(pool: PgPool) {
    let server = TestServer::new(pool);
    let (_, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let functions: Vec<&str> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .collect();
    assert!(functions.len() > 20, "{functions:?}");
    let sign_in = credentials_form("ada@example.org");
    let mut redirects = 0;
    for function in functions {
        // A new session each time, because some functions end the session.
        let signed_in = server.submit_form("", "/_fn/auth/sign_in", &sign_in).await;
        let cookie = signed_in.session_cookie().expect("a session");
        for referer in [
            "https://evil.example/x",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
        ] {
            for cookie in ["", cookie.as_str()] {
                let body = format!(
                    "slug={slug}&email=x&password=x&next=%2F%2Fevil.example&back=%2F%2Fevil.example&token=x&theme=Dark"
                );
                let request = Request::post(function)
                    .header("origin", ORIGIN)
                    .header("sec-fetch-site", "same-origin")
                    .header("accept", "text/html")
                    .header("content-type", FORM)
                    .header("referer", referer)
                    .header("cookie", cookie);
                let response = server
                    .send(request.body(Body::from(body)).expect("request"))
                    .await;
                assert_stays_on_our_origin(function, &response);
                redirects += usize::from(response.headers.contains_key("location"));
            }
        }
    }
    assert!(redirects > 100, "only {redirects} redirects were checked");
}
