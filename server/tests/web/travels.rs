//! SE-10, WB-7, WB-8: what of a session leaves the cookie, what kind of text a text says it is, and protocols that nobody
//! speaks here.

use crate::browser::{HOST, Site};
use axum::{
    body::Body,
    http::{Request, header},
};
use sqlx::PgPool;

const PAGES: [&str; 5] = ["board", "import", "metrics", "nowhere", "board?ask=1"];

/// SE-10: the cookie is the only place of a session's secret: no answer repeats it, and nothing else is taken for it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_sessions_secret_travels_in_its_cookie_only(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    let (name, secret) = cookie.split_once('=').expect("name and value");
    assert!(secret.len() >= 22, "{secret}");
    for page in PAGES {
        let path = board.replace("board", page);
        let answer = site.page(&cookie, &path).await;
        let headers = format!("{:?}", answer.headers);
        assert!(
            !answer.text.contains(secret) && !headers.contains(secret),
            "{path}"
        );
    }
    for path in [
        format!("{board}?{name}={secret}"),
        format!("{board}?session={secret}"),
    ] {
        assert!(
            site.page("", &path).await.location().starts_with("/sign-in"),
            "{path}"
        );
    }
    let bearer = Request::get(&board)
        .header("host", HOST)
        .header(header::AUTHORIZATION, format!("Bearer {secret}"));
    let answer = site.send(bearer.body(Body::empty()).expect("request")).await;
    assert!(answer.location().starts_with("/sign-in"));
    let api = Request::get("/api/jobapps/get_statuses")
        .header("host", HOST)
        .header(header::COOKIE, &cookie);
    let answer = site.send(api.body(Body::empty()).expect("request")).await;
    assert_eq!(answer.status, 401, "the API knows no cookies");
}

/// WB-7: every text says what it is and in which letters.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn every_text_names_its_type_and_letters(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        (board.as_str(), "text/html; charset=utf-8"),
        ("/nowhere", "text/html; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/api/nowhere", "application/problem+json"),
        ("/api/openapi.json", "application/json"),
    ] {
        let answer = site.page(&cookie, path).await;
        let said = answer
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok());
        assert_eq!(said, Some(kind), "{path}");
    }
}

/// WB-8: nothing here speaks another protocol, so an upgrade is an ordinary request.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nothing_is_upgraded(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    for path in [board.as_str(), "/", "/api/jobapps/get_jobapps"] {
        let request = Request::get(path)
            .header("host", HOST)
            .header("cookie", &cookie)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let answer = site.send(request.body(Body::empty()).expect("request")).await;
        assert_ne!(answer.status, 101, "{path}");
        assert!(!answer.headers.contains_key(header::UPGRADE), "{path}");
    }
}
