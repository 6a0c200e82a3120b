//! Ways to sign in that are added and removed. OA-8, OA-16; AT-24.

use crate::{
    browser::Browser,
    double::Double,
    provider::Provider,
    site::{Site, token},
};
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

/// The token of a program of whoever registered in a browser with this address.
async fn program(site: &Site, email: &str) -> String {
    let login = json!({"email": email, "password": PASSWORD});
    let answer = site.api("", "POST", "/users/login", Some(login)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    token(&answer)
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn a_linked_account_opens_the_person_until_it_is_removed(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut ada = Browser::default();
    let board = ada.register(&site, "ada@inbox.example").await;
    let url = ada
        .begin(
            &site,
            "oidc",
            &format!("purpose=link&next={}", board.replace('/', "%2F")),
        )
        .await;
    let back = ada.at_provider(&url, "ada").await;
    let answer = ada.get(&site, &back).await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, board.as_str()),
        "{}",
        answer.text
    );

    let mut elsewhere = Browser::default();
    assert_eq!(elsewhere.sign_in(&site, "ada").await.location(), board);
    let access = program(&site, "ada@inbox.example").await;
    let methods = site
        .api(&access, "GET", "/users/get_identities", None)
        .await
        .json();
    assert_eq!(methods["data"]["password"], true);
    let identity = &methods["data"]["identities"][0];
    assert_eq!(
        (&identity["provider"], &identity["name"]),
        (&json!("oidc"), &json!("Provider"))
    );
    assert_eq!(identity["email"], "ada@provider.example");

    // OA-16: removing it gives the grant back.
    assert_eq!(provider.revoked().await, "[]");
    let unlink = json!({"identity_id": identity["id"]});
    let answer = site
        .api(&access, "POST", "/users/unlink_identity", Some(unlink.clone()))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert_eq!(
        site.api(&access, "POST", "/users/unlink_identity", Some(unlink))
            .await
            .status,
        404
    );
    service::jobs::work_off(&site.services).await.expect("worked");
    assert!(provider.revoked().await.contains("access_token"));
    assert_eq!(
        site.count("select (select count(*) from revocations) + (select count(*) from job)")
            .await,
        0
    );
    let again = Browser::default().sign_in(&site, "ada").await;
    assert_ne!(again.location(), board, "it opens an account of its own now");
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_last_way_to_sign_in_stays(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let mut ada = Browser::default();
    ada.sign_in(&site, "ada").await;
    let only: uuid::Uuid = sqlx::query_scalar("select id from identities")
        .fetch_one(&site.bench.owner)
        .await
        .expect("identity");
    let user: uuid::Uuid = sqlx::query_scalar("select id from users")
        .fetch_one(&site.bench.owner)
        .await
        .expect("user");
    let unlink = |id: uuid::Uuid| service::identities::unlink(&site.services, user.into(), id.into());
    let refused = unlink(only).await.expect_err("the last one");
    assert_eq!(
        domain::ApiError::from(refused).code,
        domain::ErrorCode::LastSignInMethod
    );

    // A second account of the same provider is another way.
    ada.leave_provider();
    let url = ada.begin(&site, "oidc", "purpose=link").await;
    let back = ada.at_provider(&url, "ada-at-work").await;
    assert_eq!(ada.get(&site, &back).await.status, 303);
    // Of two removals at once one stays.
    let all: Vec<uuid::Uuid> = sqlx::query_scalar("select id from identities order by created_at")
        .fetch_all(&site.bench.owner)
        .await
        .expect("identities");
    assert_eq!(all.len(), 2);
    let (one, two) = tokio::join!(unlink(all[0]), unlink(all[1]));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
    assert_eq!(site.count("select count(*) from identities").await, 1);
}

/// AT-24, AT-23: who links is who began, in the browser where they are signed in.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nobody_links_anothers_account_to_theirs(pool: PgPool) {
    let provider = Provider::start();
    let site = site(pool, &provider);
    let (mut eve, mut ada) = (Browser::default(), Browser::default());
    eve.register(&site, "eve@inbox.example").await;
    let board = ada.register(&site, "ada@inbox.example").await;
    let url = eve.begin(&site, "oidc", "purpose=link").await;
    let back = eve.at_provider(&url, "eve").await;
    // Ada is lured to the address that was Eve's way back.
    assert_eq!(ada.get(&site, &back).await.status, 400);
    // Even with Eve's cookie: she is not who began.
    ada.plant(&eve, "__Host-jobhax-sign-in");
    assert_eq!(ada.get(&site, &back).await.status, 400);
    assert!(ada.opens(&site, &board).await, "Ada is still Ada");
    assert_eq!(site.count("select count(*) from identities").await, 0);

    // Signed out meanwhile: a way to link is no way to sign in.
    let url = eve.begin(&site, "oidc", "purpose=link").await;
    let back = eve.at_provider(&url, "eve").await;
    eve.forget("__Host-jobhax");
    assert_eq!(eve.get(&site, &back).await.status, 400);
    assert_eq!(eve.cookie("__Host-jobhax"), None);

    // What opens somebody's account is not linked to another's.
    assert!(
        Browser::default()
            .sign_in(&site, "carl")
            .await
            .location()
            .starts_with("/w/")
    );
    let url = ada
        .begin(
            &site,
            "oidc",
            &format!("purpose=link&next={}", board.replace('/', "%2F")),
        )
        .await;
    let back = ada.at_provider(&url, "carl").await;
    assert_eq!(ada.get(&site, &back).await.location(), board);
    assert_eq!(site.count("select count(*) from identities").await, 1);
    // OA-8: nor what the provider has not verified.
    let url = ada.begin(&site, "oidc", "purpose=link").await;
    ada.leave_provider();
    let unverified = json!({"sub": "x", "email": "x@y.example", "email_verified": false}).to_string();
    let back = ada.at_provider(&url, &unverified).await;
    assert_eq!(ada.get(&site, &back).await.status, 303);
    assert_eq!(site.count("select count(*) from identities").await, 1);
}

/// OA-16: giving back is tried again while the provider is away, and removing does not wait for it.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn giving_back_is_tried_again(pool: PgPool) {
    let double = Double::start().await;
    let settings = Settings {
        google: Some(double.settings()),
        ..Settings::default()
    };
    let site = Site::new(pool, settings);
    let client = crate::double::CLIENT;
    double.say("GET /tokeninfo", 200, json!({"aud": client, "sub": "1"}));
    let info = json!({"sub": "1", "email": "ada@gmail.example", "email_verified": true});
    double.say("GET /v1/userinfo", 200, info);
    let body = json!({"provider": "google", "token": "ya29.canary"});
    let answer = site.api("", "POST", "/users/auth_social_user", Some(body)).await;
    assert_eq!(answer.status, 201);
    let user = answer.json()["data"]["user"]["id"]
        .as_str()
        .expect("id")
        .parse()
        .expect("uuid");

    let empty = String::new;
    double.says(
        "POST /revoke",
        vec![
            (503, vec![], empty()),
            (429, vec![], empty()),
            (200, vec![], empty()),
        ],
    );
    service::identities::revoke_grants(&site.services, user)
        .await
        .expect("queued");
    site.run("delete from memberships; delete from tenants; delete from users")
        .await;
    for tries in 1..=3 {
        service::jobs::work_off(&site.services).await.expect("worked");
        assert_eq!(double.asked("POST /revoke").len(), tries);
        site.run("update job set run_at = now()").await;
    }
    assert_eq!(double.asked("POST /revoke")[0].body, "token=ya29.canary");
    assert_eq!(
        site.count("select (select count(*) from revocations) + (select count(*) from job)")
            .await,
        0
    );
}
