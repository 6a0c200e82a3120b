//! Signing in with a browser, by users and by attackers.

use super::server_with_oidc;
use crate::support::{AuditEvents, FORM, TestResponse, query_parameter};
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn first_sign_in_creates_the_account_and_later_ones_find_it(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    assert!(page.text.contains("Continue with") && page.text.contains("action=\"/auth/oidc\""));
    let first = browser.sign_in_with_provider("ada").await;
    assert_eq!(first.status, 303, "{}", first.text);
    let board = first.location().to_owned();
    assert!(browser.can_open(&board).await, "{board}");

    let again = server.browser().sign_in_with_provider("ada").await;
    assert_eq!(again.location(), board);
    let account = "select count(*) from users where email = 'ada@provider.example'
                   and email_verified_at is not null and password_hash is null";
    assert_eq!(server.count(account).await, 1);
    // The subject identifies the user, even after the email address has changed.
    let moved = r#"{"sub":"ada","email":"ada@elsewhere.example","email_verified":true}"#;
    let again = server.browser().sign_in_with_provider(moved).await;
    assert_eq!(again.location(), board);
    assert_eq!(server.count("select count(*) from users").await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn authorization_request_cannot_be_influenced_and_its_secrets_are_not_stored(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let mut browser = server.browser();
    let injected = "login_hint=eve&prompt=none&redirect_uri=https%3A%2F%2Fevil.example&scope=mail&state=x";
    let first = browser.start_authorization("oidc", injected).await;
    let second = browser.start_authorization("oidc", injected).await;
    for url in [&first, &second] {
        assert_eq!(query_parameter(url, "response_type"), "code");
        assert_eq!(query_parameter(url, "code_challenge_method"), "S256");
        assert_eq!(query_parameter(url, "code_challenge").len(), 43);
        assert_eq!(query_parameter(url, "nonce").len(), 43);
        assert_eq!(query_parameter(url, "scope"), "openid+email+profile");
        assert_eq!(
            query_parameter(url, "redirect_uri"),
            "https%3A%2F%2Fjobs.example.org%2Fauth%2Foidc%2Fcallback"
        );
        assert!(
            !url.contains("login_hint") && !url.contains("prompt") && !url.contains("evil"),
            "{url}"
        );
    }
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(
            query_parameter(&first, name),
            query_parameter(&second, name),
            "{name} is new each time"
        );
    }
    let stored: String = sqlx::query_scalar("select string_agg(f::text, ' ') from oauth_flows f")
        .fetch_one(&server.owner)
        .await
        .expect("flows");
    for name in ["state", "nonce"] {
        assert!(
            !stored.contains(query_parameter(&first, name)),
            "{name} is stored in the clear"
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn authorization_starts_only_from_our_own_pages(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let cross_origin = Request::post("/auth/oidc")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", FORM)
        .body(Body::empty())
        .expect("request");
    assert_eq!(server.send(cross_origin).await.status, 403);
    let mut browser = server.browser();
    for (path, form, status) in [
        ("/auth/google", "", 404),
        ("/auth/evil", "", 404),
        ("/auth/oidc", "purpose=link", 401),
    ] {
        let response = browser.submit_form(path, form).await;
        assert_eq!(response.status, status, "{path} {form}");
    }
    assert_eq!(browser.get("/auth/oidc").await.status, 405);
    assert_eq!(server.count("select count(*) from oauth_flows").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn state_is_valid_once_in_its_own_browser_and_for_ten_minutes(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let mut browser = server.browser();
    let url = browser.start_authorization("oidc", "").await;
    let callback = browser.authorize_at_provider(&url, "ada").await;
    let assert_rejected = |response: &TestResponse| {
        assert_eq!(response.status, 400, "{}", response.text);
        assert_eq!(response.header("cache-control"), "no-store");
        assert_eq!(response.header("referrer-policy"), "no-referrer");
    };
    let code = query_parameter(&callback, "code");
    let query = callback.split_once('?').expect("query").1;
    for path in [
        "/auth/oidc/callback".to_owned(),
        format!("/auth/oidc/callback?code={code}"),
        format!("/auth/oidc/callback?code={code}&state="),
        format!("/auth/oidc/callback?code={code}&state={}", "A".repeat(43)),
        format!("/auth/oidc/callback?code={code}&state=a&state=b"),
        format!("/auth/evil/callback?{query}"),
        format!("/auth/google/callback?{query}"),
    ] {
        assert_rejected(&browser.get(&path).await);
    }
    // Another browser, first without a flow, then with its own flow.
    let mut thief = server.browser();
    assert_rejected(&thief.get(&callback).await);
    thief.start_authorization("oidc", "").await;
    assert_rejected(&thief.get(&callback).await);
    assert_eq!(
        server.count("select count(*) from users").await,
        0,
        "nobody was signed in"
    );

    let response = browser.get(&callback).await;
    assert_eq!(response.status, 303, "{}", response.text);
    assert_eq!(response.header("cache-control"), "no-store");
    assert_eq!(response.header("referrer-policy"), "no-referrer");
    assert!(browser.cookie("__Host-jobhax").is_some());

    // The code was already used, even in the same browser.
    server.advance_clock(TimeDelta::seconds(11));
    browser.delete_cookie("__Host-jobhax");
    assert_rejected(&browser.get(&callback).await);
    assert_eq!(browser.cookie("__Host-jobhax"), None);

    // The flow has expired.
    let url = browser.start_authorization("oidc", "").await;
    let callback = browser.authorize_at_provider(&url, "ada").await;
    server.advance_clock(TimeDelta::minutes(11));
    assert_rejected(&browser.get(&callback).await);
    service::wiring::delete_expired(&server.services)
        .await
        .expect("deleted");
    assert_eq!(server.count("select count(*) from oauth_flows").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stolen_code_does_not_match_the_verifier_of_another_flow(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let mut victim = server.browser();
    let url = victim.start_authorization("oidc", "").await;
    let stolen = victim.authorize_at_provider(&url, "ada").await;
    let mut thief = server.browser();
    let url = thief.start_authorization("oidc", "").await;
    let own = thief.authorize_at_provider(&url, "eve").await;
    let with_stolen_code = own.replace(query_parameter(&own, "code"), query_parameter(&stolen, "code"));
    let response = thief.get(&with_stolen_code).await;
    assert_eq!((response.status.as_u16(), response.location()), (303, "/sign-in"));
    assert_eq!(thief.cookie("__Host-jobhax"), None);
    let page = thief.get("/sign-in").await;
    assert!(
        page.text.contains("did not confirm this sign-in"),
        "{}",
        page.text
    );
    assert_eq!(server.count("select count(*) from users").await, 0);
}

/// The `iss` parameter (RFC 9207) must match the provider of the flow.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn callback_with_wrong_or_missing_issuer_is_rejected(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    for issuer in [Some("https%3A%2F%2Fevil.example"), None] {
        let mut browser = server.browser();
        let url = browser.start_authorization("oidc", "").await;
        let callback = browser.authorize_at_provider(&url, "ada").await;
        let iss = query_parameter(&callback, "iss");
        assert_ne!(iss, "", "this provider sends its issuer");
        let changed = match issuer {
            Some(issuer) => callback.replace(iss, issuer),
            None => callback
                .replace(&format!("&iss={iss}"), "")
                .replace(&format!("iss={iss}&"), ""),
        };
        assert_eq!(browser.get(&changed).await.location(), "/sign-in");
        assert_eq!(browser.cookie("__Host-jobhax"), None);
    }
    assert_eq!(server.count("select count(*) from users").await, 0);
}

/// Some mobile browsers load the callback twice.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn duplicate_callback_creates_one_account_and_no_error(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let mut browser = server.browser();
    let url = browser.start_authorization("oidc", "").await;
    let callback = browser.authorize_at_provider(&url, "ada").await;
    let cookie = format!(
        "__Host-jobhax-sign-in={}",
        browser.cookie("__Host-jobhax-sign-in").expect("cookie")
    );
    let (one, two) = tokio::join!(
        server.get_page(&cookie, &callback),
        server.get_page(&cookie, &callback)
    );
    assert_eq!(
        (one.status.as_u16(), two.status.as_u16()),
        (303, 303),
        "{} {}",
        one.text,
        two.text
    );
    // While the first request is processed, the second only redirects. Afterwards it gets the same response as the first.
    let repeated = server.get_page(&cookie, &callback).await;
    let board = repeated.location();
    assert!(board.starts_with("/w/"), "{board}");
    let locations = [one.location(), two.location()];
    assert!(locations.contains(&board), "{locations:?}");
    assert!(
        locations.iter().all(|to| *to == board || *to == "/home"),
        "{locations:?}"
    );
    assert_eq!(server.count("select count(*) from users").await, 1);
    assert_eq!(server.count("select count(*) from identities").await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sign_in_redirects_to_our_own_pages_only(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let first = server.browser().sign_in_with_provider("ada").await;
    let board = first.location().to_owned();
    let long = format!("/w/{}/board", "a".repeat(10_000));
    let import = board.replace("/board", "/import");
    for (next, expected) in [
        (import.as_str(), import.as_str()),
        ("//evil.example", &board),
        ("/\\evil.example", &board),
        ("\\\\evil.example", &board),
        ("/%09/evil.example", &board),
        ("/\t/evil.example", &board),
        ("/w/a/board\r\nlocation: https://evil.example", &board),
        ("////evil.example", &board),
        ("/.//evil.example", &board),
        ("/ok/../..//evil.example", &board),
        ("https:evil.example", &board),
        (" //evil.example", &board),
        ("https://jobs.example.org@evil.example/w/a/board", &board),
        ("javascript:alert(1)", &board),
        ("data:text/html,x", &board),
        ("%2F%2Fevil.example", &board),
        (&long, &board),
    ] {
        let mut browser = server.browser();
        let body: String = std::iter::once("next=".to_owned())
            .chain(next.bytes().map(|b| format!("%{b:02X}")))
            .collect();
        let url = browser.start_authorization("oidc", &body).await;
        let callback = browser.authorize_at_provider(&url, "ada").await;
        let response = browser
            .get(&format!("{callback}&next=https%3A%2F%2Fevil.example"))
            .await;
        assert_eq!(
            (response.status.as_u16(), response.location()),
            (303, expected),
            "{next}"
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn cancelling_at_the_provider_returns_to_the_sign_in_page(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let mut browser = server.browser();
    let url = browser.start_authorization("oidc", "").await;
    let callback = browser.authorize_at_provider(&url, "ada").await;
    let state = query_parameter(&callback, "state");
    let iss = query_parameter(&callback, "iss");
    let denied = format!("/auth/oidc/callback?error=access_denied&state={state}&iss={iss}");
    let response = browser.get(&denied).await;
    assert_eq!((response.status.as_u16(), response.location()), (303, "/sign-in"));
    let page = browser.get("/sign-in").await;
    assert!(page.text.contains("without confirming"), "{}", page.text);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unreachable_provider_is_reported_and_the_page_still_works(pool: PgPool) {
    let (provider, server) = server_with_oidc(pool);
    drop(provider);
    let mut browser = server.browser();
    let response = browser.submit_form("/auth/oidc", "").await;
    assert_eq!(response.status, 502);
    assert!(response.text.contains("is not responding"), "{}", response.text);
    assert_eq!(browser.get("/sign-in").await.status, 200);
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";

/// As with a password, signing in creates an audit event, an email on a new device, and an entry in the list of sessions.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn oauth_sign_in_emits_audit_events_and_new_device_emails(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let events = AuditEvents::record();
    let observed = async || {
        let emails = server
            .count("select count(*) from outbound_emails where kind = 'new_sign_in'")
            .await;
        (events.take(), emails)
    };
    let first = server
        .browser_with_user_agent(FIREFOX)
        .sign_in_with_provider("ada")
        .await;
    assert_eq!(first.status, 303, "{}", first.text);
    assert_eq!(observed().await, ("registered".to_owned(), 0));
    server
        .browser_with_user_agent(FIREFOX)
        .sign_in_with_provider("ada")
        .await;
    assert_eq!(observed().await, ("signed_in".to_owned(), 0));
    let mut safari = server.browser_with_user_agent(SAFARI);
    safari.sign_in_with_provider("ada").await;
    assert_eq!(observed().await, ("signed_in".to_owned(), 1));
    let about_safari = "select count(*) from outbound_emails where device like 'Safari%'";
    assert_eq!(server.count(about_safari).await, 1);
    let sessions = "select count(*) from sessions where user_agent like '%Safari%'";
    assert_eq!(server.count(sessions).await, 1);
    // An invalid code counts as a failed sign-in.
    let url = safari.start_authorization("oidc", "").await;
    let callback = format!(
        "/auth/oidc/callback?code=guessed&state={}",
        query_parameter(&url, "state")
    );
    safari.get(&callback).await;
    assert_eq!(observed().await, ("sign_in_failed".to_owned(), 1));
}
