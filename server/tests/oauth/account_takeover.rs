//! Which JobHax account a provider's account signs in to, and that no one gains access to another user's account this way.

use super::server_with_oidc;
use crate::support::{ORIGIN, OidcProvider, query_parameter};
use domain::auth::Provider;
use serde_json::json;
use service::{
    auth::oauth::{self, CallbackOutcome, CallbackParams, Purpose, Settings},
    context::ClientInfo,
    testing::PASSWORD,
};
use sqlx::{PgPool, postgres::PgListener};

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn email_address_alone_does_not_sign_in_to_an_existing_account(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    server.register_email("victim@inbox.example", "victim").await;
    server.execute("update users set email_verified_at = now()").await;
    for email in ["victim@inbox.example", "VICTIM@Inbox.example"] {
        let mut eve = server.browser();
        let claims = json!({"sub": "eve", "email": email, "email_verified": true}).to_string();
        let response = eve.sign_in_with_provider(&claims).await;
        assert_eq!((response.status.as_u16(), response.location()), (303, "/sign-in"));
        assert_eq!(eve.cookie("__Host-jobhax"), None);
        let page = eve.get("/sign-in").await;
        assert!(
            page.text.contains("link this provider in its settings"),
            "{}",
            page.text
        );
    }
    assert_eq!(server.count("select count(*) from identities").await, 0);
    // The victim's password still works.
    server.login_email("victim@inbox.example").await;
    // An address with other dots or a plus tag is a different address, and therefore a different account.
    let claims =
        json!({"sub": "dot", "email": "vic.tim+x@inbox.example", "email_verified": true}).to_string();
    let response = server.browser().sign_in_with_provider(&claims).await;
    assert!(response.location().starts_with("/w/"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unverified_email_address_is_not_accepted(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    server.register_email("victim@inbox.example", "victim").await;
    for verified in [json!(false), json!("true"), json!(1), json!(null)] {
        let claims =
            json!({"sub": "eve", "email": "victim@inbox.example", "email_verified": verified}).to_string();
        let mut eve = server.browser();
        let response = eve.sign_in_with_provider(&claims).await;
        assert_eq!(response.location(), "/sign-in", "{verified}");
        assert_eq!(eve.cookie("__Host-jobhax"), None);
        assert!(eve.get("/sign-in").await.text.contains("not verified"));
    }
    for claims in [
        json!({"sub": "eve", "email": "victim@inbox.example"}),
        json!({"sub": "eve"}),
        json!({"sub": "eve", "email": "a@b.example,c@d.example", "email_verified": true}),
    ] {
        let response = server.browser().sign_in_with_provider(&claims.to_string()).await;
        assert_eq!(response.location(), "/sign-in", "{claims}");
    }
    assert_eq!(server.count("select count(*) from users").await, 1);
}

/// Someone else registers with the victim's address before the victim does. The verified owner gets the account, and all earlier
/// credentials are revoked.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn verified_owner_takes_over_an_unverified_account(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let mut eve = server.browser_with_user_agent("eve");
    let board = eve.register("victim@provider.example").await;
    let login = json!({"email": "victim@provider.example", "password": PASSWORD});
    let tokens = server.anonymous().post("/users/login", login.clone()).await;
    let tokens = tokens.expect_status(200)["data"].clone();
    let client = server.client(tokens["access_token"].as_str().expect("token"));
    // Eve links her own provider account as a second way to sign in.
    let url = eve.start_authorization("oidc", "purpose=link").await;
    let callback = eve.authorize_at_provider(&url, "eve").await;
    assert_eq!(eve.get(&callback).await.status, 303);
    assert_eq!(server.count("select count(*) from identities").await, 1);

    let mut other_server = PgListener::connect_with(&server.owner).await.expect("listener");
    other_server
        .listen("jobhax_auth_invalidation")
        .await
        .expect("listening");
    let mut victim = server.browser();
    let response = victim.sign_in_with_provider("victim").await;
    assert_eq!(response.location(), board);
    let notification = tokio::time::timeout(std::time::Duration::from_secs(5), other_server.recv())
        .await
        .expect("all servers are notified")
        .expect("notification");
    let user: String =
        sqlx::query_scalar("select 'user ' || id from users where email = 'victim@provider.example'")
            .fetch_one(&server.owner)
            .await
            .expect("user");
    assert_eq!(notification.payload(), user);
    assert!(victim.can_open(&board).await);

    let known_of_eve = "select (select count(*) from known_login_networks)
                        + (select count(*) from known_devices where device <> 'an unknown device')";
    assert_eq!(
        server.count(known_of_eve).await,
        0,
        "her networks and devices are forgotten"
    );
    assert!(!eve.can_open(&board).await, "her session has ended");
    let with_password = server.anonymous().post("/users/login", login).await;
    assert_eq!(with_password.status, 401, "her password no longer works");
    assert_eq!(client.get("/jobapps/get_statuses").await.status, 401);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    let refreshed = server.anonymous().post("/users/refresh_token", refresh).await;
    assert_eq!(refreshed.status, 401);
    let with_provider = server.browser().sign_in_with_provider("eve").await;
    assert_ne!(
        with_provider.location(),
        board,
        "her provider account was unlinked and gets an account of its own"
    );
    let account = "select count(*) from users where email = 'victim@provider.example'
                   and email_verified_at is not null and password_hash is null";
    assert_eq!(server.count(account).await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn same_subject_at_another_issuer_is_another_user(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let first = server.browser().sign_in_with_provider("ada").await;
    assert!(first.location().starts_with("/w/"));

    let other_provider = OidcProvider::start();
    let settings = Settings {
        public_url: ORIGIN.into(),
        ..other_provider.settings()
    };
    let services = (*server.services)
        .clone()
        .with_providers(&settings)
        .expect("providers");
    let client = ClientInfo::unknown();
    let request = oauth::start(
        &services,
        Provider::Oidc.into(),
        Purpose::SignIn,
        None,
        None,
        &client,
    )
    .await
    .expect("authorization request");
    let claims = json!({"sub": "ada", "email": "other@inbox.example", "email_verified": true}).to_string();
    let callback = server
        .browser()
        .authorize_at_provider(&request.url, &claims)
        .await;
    let params = CallbackParams {
        code: decoded(&callback, "code"),
        state: decoded(&callback, "state"),
        iss: decoded(&callback, "iss"),
        browser_secret: Some(request.browser_secret),
        ..CallbackParams::default()
    };
    let outcome = oauth::handle_callback(&services, Provider::Oidc.into(), params, &client).await;
    assert!(
        matches!(outcome, Ok(CallbackOutcome::SignedIn(..))),
        "{outcome:?}"
    );
    assert_eq!(server.count("select count(*) from users").await, 2);
}

fn decoded(url: &str, name: &str) -> Option<String> {
    let pair = format!("{name}={}", query_parameter(url, name));
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn profile_of_the_provider_is_escaped_and_truncated(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let claims = json!({
        "sub": "eve", "email": "eve@inbox.example", "email_verified": true,
        "given_name": format!("</title><script>alert(1)</script>\u{202e}{}", "x".repeat(5_000)),
        "picture": "http://127.0.0.1:1/picture",
    });
    let mut eve = server.browser();
    let signed_in = eve.sign_in_with_provider(&claims.to_string()).await;
    let page = eve.get(signed_in.location()).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("<script>alert") && !page.text.contains("127.0.0.1:1"));
    let longest_name = "select max(char_length(first_name))::bigint from users";
    assert_eq!(server.count(longest_name).await, 100);
    let huge = json!({"sub": "big", "email": "big@inbox.example", "email_verified": true, "given_name": "x".repeat(200_000)});
    let response = server.browser().sign_in_with_provider(&huge.to_string()).await;
    assert_eq!(response.location(), "/sign-in");
    assert_eq!(server.count("select count(*) from users").await, 1);
}
