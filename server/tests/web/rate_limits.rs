//! Rate limits of pages.

use crate::support::{
    ORIGIN, TestResponse, TestServer, credentials_form, operations::MULTIPART, workspace_slug,
};
use chrono::TimeDelta;
use service::testing::PASSWORD;
use sqlx::PgPool;

fn assert_limited(response: &TestResponse, seconds: &str) {
    assert_eq!(
        (response.status.as_u16(), response.header("retry-after")),
        (429, seconds),
        "{}",
        response.text
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn wrong_passwords_at_sign_in_are_limited(pool: PgPool) {
    let server = TestServer::with_limits(pool, "");
    let (cookie, board) = server.register_on_page("ada").await;
    let path = "/_fn/auth/sign_in";
    let wrong = "email=ada%40example.org&password=wrong+wrong+wrong&next=";
    let right = format!("{}&next=", credentials_form("ada@example.org"));
    for _ in 0..10 {
        assert_eq!(server.call_function("", path, wrong).await.status, 401);
    }
    let limited = server.call_function("", path, &right).await;
    assert_limited(&limited, "60");
    assert!(
        limited
            .text
            .contains("Too many requests. Try again in 60 seconds"),
        "{}",
        limited.text
    );
    // Without JavaScript, the page shows the error.
    let form = server.submit_form("", path, &right).await;
    assert_eq!((form.status.as_u16(), form.location()), (303, "/sign-in"));
    let flash = form.header("set-cookie").split(';').next().expect("a pair");
    let page = server.get_page(flash, "/sign-in").await;
    assert!(
        page.text.contains("Too many requests. Try again"),
        "{}",
        page.text
    );
    // Existing sessions are not affected.
    assert_eq!(server.get_page(&cookie, &board).await.status, 200);
    server.advance_clock(TimeDelta::minutes(1));
    assert_eq!(server.call_function("", path, &right).await.status, 200);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn demos_and_registrations_are_limited(pool: PgPool) {
    let server = TestServer::with_limits(pool, "demo=1/h,register=1/h");
    let demo = async || server.call_function("", "/_fn/auth/try_demo", "").await.status;
    assert_eq!(demo().await, 200);
    assert_eq!(demo().await, 429);
    server.register_on_page("ada").await;
    let form = credentials_form("ben@example.org");
    let second = server.call_function("", "/_fn/auth/register", &form).await;
    assert_eq!(second.status, 429);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn server_functions_are_limited_per_session(pool: PgPool) {
    let server = TestServer::with_limits(pool, "api=3/m");
    let (cookie, board) = server.register_on_page("ada").await;
    let form = format!("slug={}", workspace_slug(&board));
    let call = async || {
        server
            .call_function(&cookie, "/_fn/mail/get_mailboxes", &form)
            .await
    };
    for _ in 0..3 {
        assert_eq!(call().await.status, 200);
    }
    assert_limited(&call().await, "60");
}

/// Several sessions or other paths do not bypass the limit of the user.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn all_requests_of_a_user_are_limited_together(pool: PgPool) {
    let server = TestServer::with_limits(pool, "api_user=5/m");
    let (first, board) = server.register_on_page("ada").await;
    let slug = workspace_slug(&board);
    let form = format!("{}&next=", credentials_form("ada@example.org"));
    let second = server.submit_form("", "/_fn/auth/sign_in", &form).await;
    let second = second.session_cookie().expect("a session");
    let client = server.login("ada").await;
    let request = async |cookie: &str, kind: usize| match kind {
        0 => {
            let form = format!("slug={slug}");
            server
                .call_function(cookie, "/_fn/mail/get_mailboxes", &form)
                .await
        }
        1 => {
            let headers = [
                ("origin", ORIGIN),
                ("accept", "application/json"),
                ("cookie", cookie),
            ];
            let path = format!("/w/{slug}/import/upload");
            server.post(&path, MULTIPART, &headers, "--XyZ--\r\n").await
        }
        2 => {
            server
                .get_page(cookie, &format!("/w/{slug}/settings/export"))
                .await
        }
        _ => client.get("/jobapps/get_statuses").await,
    };
    for (cookie, kind, status) in [
        (&first, 0, 200),
        (&second, 0, 200),
        // A form without a file.
        (&first, 1, 422),
        (&second, 2, 200),
        (&first, 3, 200),
    ] {
        assert_eq!(request(cookie, kind).await.status, status, "kind {kind}");
    }
    for cookie in [&first, &second] {
        for kind in 0..4 {
            assert_limited(&request(cookie, kind).await, "60");
        }
    }
    let (ben, bens_board) = server.register_on_page("ben").await;
    assert_eq!(server.get_page(&ben, &bens_board).await.status, 200);
}

/// A stolen session must not allow unlimited guesses of the password.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn wrong_passwords_in_the_settings_are_limited(pool: PgPool) {
    let server = TestServer::with_limits(pool, "");
    for (function, field) in [
        ("change_password", "current_password"),
        ("authorize_export", "password"),
        ("delete_account", "password"),
    ] {
        let (cookie, board) = server.register_on_page(&function.replace('_', "")).await;
        let slug = workspace_slug(&board);
        let reauthenticate = async |password: &str| {
            let password = password.replace(' ', "+");
            let mut form = format!("slug={slug}&{field}={password}");
            if function == "change_password" {
                form += "&new_password=seven+quiet+cats+herd+sheep";
            }
            let path = format!("/_fn/settings/{function}");
            server.call_function(&cookie, &path, &form).await
        };
        for _ in 0..10 {
            let wrong = reauthenticate("wrong wrong wrong").await;
            assert_eq!(wrong.status, 422, "{function}");
        }
        assert_limited(&reauthenticate(PASSWORD).await, "60");
        assert_eq!(server.get_page(&cookie, &board).await.status, 200);
    }
}
