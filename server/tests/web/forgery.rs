//! WB-1, WB-2, AT-61, AT-62: nothing is written for a page that is not ours. The server functions are those that are
//! registered, so a new one is covered without being named here.

use crate::browser::{FORM, ORIGIN, Site};
use sqlx::PgPool;

const FORGED: &[&[(&str, &str)]] = &[
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

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn no_other_page_writes_with_our_cookie(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, board) = site.register("ada").await;
    let slug = board.split('/').nth(2).expect("slug").to_owned();
    let functions: Vec<(&str, _)> = leptos::server_fn::axum::server_fn_paths().collect();
    assert!(functions.len() >= 12, "{functions:?}");
    let before = site.stored().await;
    let upload = format!("/w/{slug}/import/upload");
    let paths = functions.iter().map(|(path, _)| *path).chain([upload.as_str()]);
    for path in paths {
        for forged in FORGED {
            for kind in [
                FORM,
                "text/plain",
                "application/json",
                "multipart/form-data; boundary=x",
            ] {
                let mut headers = forged.to_vec();
                headers.push(("cookie", &cookie));
                let body = format!(
                    "slug={slug}&job_title=x&company=y&email=eve%40example.org&password=correct+horse+battery+staple"
                );
                let answer = site.post(path, kind, &headers, &body).await;
                assert_eq!(answer.status, 403, "{path} {forged:?} {kind}");
                assert!(answer.cookie().is_none());
            }
        }
    }
    assert_eq!(site.stored().await, before, "nothing was written");
    // The same form from our own page does write: the refusals above are not for another reason.
    let body = format!("slug={slug}&job_title=x&company=y");
    let own = site
        .post(
            "/_fn/jobapps/add",
            FORM,
            &[("origin", ORIGIN), ("cookie", &cookie), ("accept", "text/html")],
            &body,
        )
        .await;
    assert_eq!(own.status, 303, "{}", own.text);
    assert_ne!(site.stored().await, before);
}

/// A function that is called with nothing that it knows answers as to any bad input.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_call_that_cannot_be_read_is_no_fault_of_ours(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, _) = site.register("ada").await;
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        for (kind, body) in [
            (FORM, ""),
            (FORM, "slug=%00&version=x&jobapp_id=1"),
            ("application/json", "{"),
            ("text/plain", "x"),
        ] {
            let answer = site
                .post(path, kind, &[("origin", ORIGIN), ("cookie", &cookie)], body)
                .await;
            assert!(
                answer.status.as_u16() < 500,
                "{path} {kind} {body:?}: {} {}",
                answer.status,
                answer.text
            );
        }
    }
}

/// Lax cookies come along on GET, so no function that writes may be called by it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn server_functions_are_called_by_post_under_their_prefix(_pool: PgPool) {
    app::register_server_functions();
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(path.starts_with("/_fn/"), "{path}");
        assert_eq!(method, axum::http::Method::POST, "{path}");
    }
}

/// Programs come without cookie and need no origin; a cookie alone opens no door of the API.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_api_takes_no_cookie(pool: PgPool) {
    let site = Site::new(pool);
    let (cookie, _) = site.register("ada").await;
    let answer = site
        .post(
            "/api/jobapps/add_jobapp",
            "application/json",
            &[("cookie", &cookie), ("origin", ORIGIN)],
            "{}",
        )
        .await;
    assert_eq!(answer.status, 401);
}
