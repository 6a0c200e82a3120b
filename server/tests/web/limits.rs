//! PW-7, RL-1: pages are limited as the API is, and say so in words.

use crate::browser::{Answer, ORIGIN, Site};
use chrono::TimeDelta;
use service::testing::PASSWORD;
use sqlx::PgPool;

/// What a script gets.
async fn called(site: &Site, function: &str, body: &str) -> Answer {
    let headers = [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        ("accept", "application/json"),
    ];
    let kind = crate::browser::FORM;
    site.post(&format!("/_fn/users/{function}"), kind, &headers, body)
        .await
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn pw_7_guessing_on_the_page_is_slowed_down(pool: PgPool) {
    let site = Site::with_limits(pool, "");
    let (cookie, board) = site.register("ada").await;
    let wrong = "email=ada%40example.org&password=wrong+wrong+wrong&next=";
    let right = format!(
        "email=ada%40example.org&password={}&next=",
        PASSWORD.replace(' ', "+")
    );
    for _ in 0..10 {
        assert_eq!(called(&site, "sign_in", wrong).await.status, 401);
    }
    let refused = called(&site, "sign_in", &right).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.headers["retry-after"]),
        (429, &"60".parse().expect("value"))
    );
    assert!(
        refused.text.contains("Too many requests. Wait 60 seconds"),
        "{}",
        refused.text
    );
    // Without a script the person goes back to the page, and it says why.
    let form = site.form("", "/_fn/users/sign_in", &right).await;
    assert_eq!((form.status.as_u16(), form.location()), (303, "/sign-in"));
    let flash = form.headers["set-cookie"].to_str().expect("text");
    let flash = flash.split(';').next().expect("a pair");
    let page = site.page(flash, "/sign-in").await;
    assert!(page.text.contains("Too many requests. Wait"), "{}", page.text);
    // Who is signed in notices nothing.
    assert_eq!(site.page(&cookie, &board).await.status, 200);
    site.bench.clock.advance(TimeDelta::minutes(1));
    assert_eq!(called(&site, "sign_in", &right).await.status, 200);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn demos_and_accounts_are_limited_on_pages_too(pool: PgPool) {
    let site = Site::with_limits(pool, "demo=1/h,register=1/h");
    assert_eq!(called(&site, "try_demo", "").await.status, 200);
    assert_eq!(called(&site, "try_demo", "").await.status, 429);
    site.register("ada").await;
    let body = format!("email=ben%40example.org&password={}", PASSWORD.replace(' ', "+"));
    assert_eq!(called(&site, "register", &body).await.status, 429);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_person_who_asks_too_much_is_told_to_wait(pool: PgPool) {
    let site = Site::with_limits(pool, "api=3/m");
    let (cookie, board) = site.register("ada").await;
    let slug = board.split('/').nth(2).expect("a workspace");
    let ask = async || {
        let headers = [
            ("origin", ORIGIN),
            ("sec-fetch-site", "same-origin"),
            ("accept", "application/json"),
            ("cookie", cookie.as_str()),
        ];
        let body = format!("slug={slug}");
        site.post("/_fn/users/get_viewer", crate::browser::FORM, &headers, &body)
            .await
    };
    for _ in 0..3 {
        assert_eq!(ask().await.status, 200);
    }
    let refused = ask().await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.headers["retry-after"], "60");
}

/// PW-7: the forms of the settings page are no place to guess either.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn pw_7_guessing_on_the_settings_page_is_slowed_down(pool: PgPool) {
    let site = Site::with_limits(pool, "");
    for (function, field) in [
        ("change_password", "current_password"),
        ("prove_export", "password"),
        ("delete_account", "password"),
    ] {
        let (cookie, board) = site.register(&function.replace('_', "")).await;
        let slug = board.split('/').nth(2).expect("a workspace");
        let ask = async |password: &str| {
            let headers = [
                ("origin", ORIGIN),
                ("sec-fetch-site", "same-origin"),
                ("accept", "application/json"),
                ("cookie", cookie.as_str()),
            ];
            let password = password.replace(' ', "+");
            let mut body = format!("slug={slug}&{field}={password}");
            if function == "change_password" {
                body += "&new_password=seven+quiet+cats+herd+sheep";
            }
            let path = format!("/_fn/users/{function}");
            site.post(&path, crate::browser::FORM, &headers, &body).await
        };
        for _ in 0..10 {
            assert_eq!(ask("wrong wrong wrong").await.status, 422, "{function}");
        }
        let refused = ask(PASSWORD).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.headers["retry-after"]),
            (429, &"60".parse().expect("value")),
            "{function}"
        );
        assert_eq!(site.page(&cookie, &board).await.status, 200);
    }
}
