//! No page shows text from its URL as if it were our own message.

use crate::support::{TestServer, workspace_slug};
use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use leptos::server_fn::axum::server_fn_paths;
use sqlx::PgPool;

const SENTENCE: &str = "Your account is locked, call 555-0100";

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn error_in_the_address_is_not_shown_on_any_page(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let error = format!(r#"{{"code":"invalid_credentials","detail":"{SENTENCE}"}}"#);
    let error = URL_SAFE.encode(error);
    let pages = server::app::routes().into_iter().filter_map(|(method, path)| {
        let is_page = method == Method::GET
            && !path.starts_with("/api")
            && !path.contains("{provider}")
            && !["/healthz", "/readyz"].contains(&path.as_str());
        is_page.then(|| path.replace("{slug}", slug))
    });
    let pages: Vec<String> = pages
        .chain(["/nowhere".to_owned(), "//nowhere".to_owned()])
        .collect();
    assert!(pages.len() > 12, "{pages:?}");
    let functions: Vec<&str> = server_fn_paths().map(|(path, _)| path).collect();
    for page in &pages {
        for function in &functions {
            for names in [("__path", "__err"), ("%5F_path", "_%5ferr")] {
                let path = format!("{page}?a=1&{}={function}&{}={error}", names.0, names.1);
                let response = server.get_page(&cookie, &path).await;
                assert!(!response.text.contains("555-0100"), "{path}");
                if response.location().starts_with('?') {
                    assert_eq!(
                        (response.status.as_u16(), response.location()),
                        (303, "?a=1"),
                        "{path}"
                    );
                } else {
                    assert!(
                        !response.location().contains("err"),
                        "{path}: {}",
                        response.location()
                    );
                    assert_ne!(
                        response.status, 200,
                        "the browser would read the address of {path}"
                    );
                }
            }
        }
    }
}

/// Without JavaScript, a rejected form leads to one of our pages or to an error page, never to the URL in the Referer header.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn rejected_form_shows_its_error_without_the_address(pool: PgPool) {
    let server = TestServer::new(pool);
    let (cookie, board) = server.register_on_page("ada").await;
    let own = format!("https://jobs.example.org{board}?x=1");
    for (function, _) in server_fn_paths() {
        for referer in [own.as_str(), "https://evil.example/x", ""] {
            for cookie in ["", cookie.as_str()] {
                if function.ends_with("sign_out") && !cookie.is_empty() {
                    continue;
                }
                let headers = [
                    ("origin", "https://jobs.example.org"),
                    ("accept", "text/html"),
                    ("referer", referer),
                    ("cookie", cookie),
                ];
                let form = "application/x-www-form-urlencoded";
                let response = server.post(function, form, &headers, "slug=unknown").await;
                let location = response.location();
                assert!(
                    !location.contains("__") && !location.contains("://"),
                    "{function}: {location}"
                );
                if location.is_empty() {
                    assert!(
                        response.status.is_client_error(),
                        "{function}: {}",
                        response.status
                    );
                    assert!(
                        response.text.starts_with("<!doctype html>"),
                        "{function}: {}",
                        response.text
                    );
                }
            }
        }
    }
}
