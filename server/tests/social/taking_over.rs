//! Whose account a provider's account opens. OA-7, OA-8, OA-9, AT-20, AT-28, AT-29, AT-34.

use crate::{browser::Browser, provider::Provider, site::Site};
use serde_json::json;
use service::{identities::Settings, testing::PASSWORD};
use sqlx::PgPool;

fn site(pool: PgPool, provider: &Provider) -> Site {
    let settings = Settings {
        oidc: Some(provider.settings()),
        ..Settings::default()
    };
    Site::new(pool, settings)
}

/// OA-7, OA-8: an address opens nothing.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_account_is_not_opened_by_its_address(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    site.register("victim@inbox.example").await;
    site.run("update users set email_verified_at = now()").await;
    for email in ["victim@inbox.example", "VICTIM@Inbox.example"] {
        let mut eve = Browser::default();
        let claims = json!({"sub": "eve", "email": email, "email_verified": true}).to_string();
        let answer = eve.sign_in(&site, &claims).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/sign-in"));
        assert_eq!(eve.cookie("__Host-jobhax"), None);
        let page = eve.get(&site, "/sign-in").await;
        assert!(
            page.text.contains("add this provider in its settings"),
            "{}",
            page.text
        );
    }
    assert_eq!(site.count("select count(*) from identities").await, 0);
    let login = json!({"email": "victim@inbox.example", "password": PASSWORD});
    assert_eq!(
        site.api("", "POST", "/users/login", Some(login)).await.status,
        200,
        "nothing changed"
    );
    // Dots and plus make another address, and so another account.
    let claims =
        json!({"sub": "dot", "email": "vic.tim+x@inbox.example", "email_verified": true}).to_string();
    assert!(
        Browser::default()
            .sign_in(&site, &claims)
            .await
            .location()
            .starts_with("/w/")
    );
}

/// AT-28.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_address_that_the_provider_did_not_verify_is_none(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    site.register("victim@inbox.example").await;
    for verified in [json!(false), json!("true"), json!(1), json!(null)] {
        let claims =
            json!({"sub": "eve", "email": "victim@inbox.example", "email_verified": verified}).to_string();
        let mut eve = Browser::default();
        assert_eq!(
            eve.sign_in(&site, &claims).await.location(),
            "/sign-in",
            "{verified}"
        );
        assert_eq!(eve.cookie("__Host-jobhax"), None);
        assert!(eve.get(&site, "/sign-in").await.text.contains("not verified"));
    }
    for claims in [
        json!({"sub": "eve", "email": "victim@inbox.example"}),
        json!({"sub": "eve"}),
        json!({"sub": "eve", "email": "a@b.example,c@d.example", "email_verified": true}),
    ] {
        assert_eq!(
            Browser::default()
                .sign_in(&site, &claims.to_string())
                .await
                .location(),
            "/sign-in"
        );
    }
    assert_eq!(site.count("select count(*) from users").await, 1);
}

/// OA-9, AT-20: what was registered with somebody else's address opens to them, and to nobody else any more.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn whoever_registered_anothers_address_is_locked_out(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut eve = Browser::named("eve");
    let board = eve.register(&site, "victim@provider.example").await;
    let login = json!({"email": "victim@provider.example", "password": PASSWORD});
    let answer = site.api("", "POST", "/users/login", Some(login.clone())).await;
    let (token, refresh) = (
        crate::site::token(&answer),
        answer.json()["data"]["refresh_token"].clone(),
    );
    // Eve links a provider's account of her own, so as to come back by it.
    let url = eve.begin(&site, "oidc", "purpose=link").await;
    let back = eve.at_provider(&url, "eve").await;
    assert_eq!(eve.get(&site, &back).await.status, 303);
    assert_eq!(site.count("select count(*) from identities").await, 1);

    let mut victim = Browser::default();
    let answer = victim.sign_in(&site, "victim").await;
    assert_eq!(answer.location(), board);
    assert!(victim.opens(&site, &board).await);

    let known = "select count(*) from login_place union all select count(*) from known_agent where agent <> 'something unknown'";
    assert_eq!(
        site.count(known).await,
        0,
        "nothing of hers is known as the owner's"
    );
    assert!(!eve.opens(&site, &board).await, "her session is over");
    assert_eq!(
        site.api("", "POST", "/users/login", Some(login)).await.status,
        401,
        "her password is gone"
    );
    assert_eq!(
        site.api(&token, "GET", "/jobapps/get_statuses", None)
            .await
            .status,
        401
    );
    let refreshing = json!({"refresh_token": refresh});
    assert_eq!(
        site.api("", "POST", "/users/refresh_token", Some(refreshing))
            .await
            .status,
        401
    );
    let other = Browser::default()
        .sign_in(&site, "eve")
        .await
        .location()
        .to_owned();
    assert_ne!(other, board, "her link is gone: she gets an account of her own");
    assert_eq!(site.count("select count(*) from users where email = 'victim@provider.example' and email_verified_at is not null and password_hash is null").await, 1);
}

/// OA-7, AT-29: the same subject at another issuer is somebody else.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_same_subject_elsewhere_is_somebody_else(pool: PgPool) {
    let (one, two) = (Provider::start(), Provider::start());
    let here = site(pool.clone(), &one);
    let board = Browser::default()
        .sign_in(&here, "ada")
        .await
        .location()
        .to_owned();
    let settings = Settings {
        public_url: crate::site::ORIGIN.into(),
        oidc: Some(two.settings()),
        ..Settings::default()
    };
    let there = here
        .bench
        .services
        .clone()
        .with_providers(&settings)
        .expect("providers");
    let claims = json!({"sub": "ada", "email": "other@inbox.example", "email_verified": true}).to_string();
    let mut browser = Browser::default();
    let begun = service::identities::begin(
        &there,
        domain::identities::Provider::Oidc,
        service::identities::Purpose::SignIn,
        None,
        None,
        &service::limits::Client::unknown(),
    )
    .await
    .expect("begun");
    let back = browser.at_provider(&begun.url, &claims).await;
    let value = |name: &str| {
        form_urlencoded::parse(back.split_once('?').expect("query").1.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let returned = service::identities::Returned {
        code: value("code"),
        state: value("state"),
        iss: value("iss"),
        browser: Some(begun.browser),
        ..Default::default()
    };
    let client = service::limits::Client::unknown();
    let oidc = domain::identities::Provider::Oidc;
    let arrived = service::identities::finish(&there, oidc, returned, &client).await;
    assert!(
        matches!(arrived, Ok(service::identities::Arrived::SignedIn(..))),
        "{arrived:?}"
    );
    assert_eq!(here.count("select count(*) from users").await, 2);
    assert!(board.starts_with("/w/"));
}

/// AT-34: what a provider says of a person is shown, never obeyed.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_name_is_text_and_short(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let claims = json!({
        "sub": "eve", "email": "eve@inbox.example", "email_verified": true,
        "given_name": format!("</title><script>alert(1)</script>\u{202e}{}", "x".repeat(5_000)),
        "picture": "http://127.0.0.1:1/picture",
    });
    let mut eve = Browser::default();
    let board = eve
        .sign_in(&site, &claims.to_string())
        .await
        .location()
        .to_owned();
    let page = eve.get(&site, &board).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("<script>alert") && !page.text.contains("127.0.0.1:1"));
    assert_eq!(
        site.count("select max(char_length(first_name))::bigint from users")
            .await,
        100
    );
    let huge = json!({"sub": "big", "email": "big@inbox.example", "email_verified": true, "given_name": "x".repeat(200_000)});
    assert_eq!(
        Browser::default()
            .sign_in(&site, &huge.to_string())
            .await
            .location(),
        "/sign-in"
    );
    assert_eq!(site.count("select count(*) from users").await, 1);
}
