//! Adding and removing sign-in methods.

use super::server_with_oidc;
use crate::support::{Browser, CLIENT_ID, MockProvider, TestServer};
use domain::{ApiError, ErrorCode};
use serde_json::json;
use service::auth::oauth::{self, Settings};
use sqlx::PgPool;
use uuid::Uuid;

/// Links the account with this login at the provider. Returns the path that the provider redirects to.
async fn start_linking(browser: &mut Browser, next: &str, login: &str) -> String {
    let form = format!("purpose=link&next={}", next.replace('/', "%2F"));
    let url = browser.start_authorization("oidc", &form).await;
    browser.authorize_at_provider(&url, login).await
}

async fn identity_count(server: &TestServer) -> i64 {
    server.count("select count(*) from identities").await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn linked_account_signs_in_until_it_is_removed(pool: PgPool) {
    let (provider, server) = server_with_oidc(pool);
    let mut ada = server.browser();
    let board = ada.register("ada@inbox.example").await;
    let callback = start_linking(&mut ada, &board, "ada").await;
    let response = ada.get(&callback).await;
    assert_eq!(
        (response.status.as_u16(), response.location()),
        (303, board.as_str()),
        "{}",
        response.text
    );

    let signed_in = server.browser().sign_in_with_provider("ada").await;
    assert_eq!(signed_in.location(), board);
    let client = server.login_email("ada@inbox.example").await;
    let methods = client.get("/users/get_identities").await.expect_status(200);
    assert_eq!(methods["data"]["password"], true);
    let identity = &methods["data"]["identities"][0];
    assert_eq!(
        (&identity["provider"], &identity["name"]),
        (&json!("oidc"), &json!("Provider"))
    );
    assert_eq!(identity["email"], "ada@provider.example");

    // Removing the sign-in method also revokes the provider's tokens.
    assert_eq!(provider.revoked().await, "[]");
    let unlink = async || {
        let body = json!({"identity_id": identity["id"]});
        client.post("/users/unlink_identity", body).await.status
    };
    assert_eq!(unlink().await, 204);
    assert_eq!(unlink().await, 404);
    server.run_jobs().await;
    assert!(provider.revoked().await.contains("access_token"));
    let pending =
        "select (select count(*) from oauth_token_revocations) + (select count(*) from background_jobs)";
    assert_eq!(server.count(pending).await, 0);
    let again = server.browser().sign_in_with_provider("ada").await;
    assert_ne!(again.location(), board, "it now has a new account");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn last_sign_in_method_cannot_be_removed(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let mut ada = server.browser();
    ada.sign_in_with_provider("ada").await;
    let (identity, user): (Uuid, Uuid) = sqlx::query_as("select id, user_id from identities")
        .fetch_one(&server.owner)
        .await
        .expect("identity");
    let tenant: Uuid = sqlx::query_scalar("select tenant_id from memberships")
        .fetch_one(&server.owner)
        .await
        .expect("tenant");
    let caller = service::auth::caller_for_job(&server.services, user.into(), tenant.into())
        .await
        .expect("caller");
    let unlink = |id: Uuid| oauth::unlink_identity(&server.services, &caller, id.into());
    let error = unlink(identity).await.expect_err("the last one");
    assert_eq!(ApiError::from(error).code, ErrorCode::LastSignInMethod);

    // A second account at the same provider is another sign-in method. Of two concurrent removals, one fails.
    ada.sign_out_of_provider();
    let callback = start_linking(&mut ada, "", "ada-at-work").await;
    assert_eq!(ada.get(&callback).await.status, 303);
    let identities: Vec<Uuid> = sqlx::query_scalar("select id from identities order by created_at")
        .fetch_all(&server.owner)
        .await
        .expect("identities");
    assert_eq!(identities.len(), 2);
    let (one, two) = tokio::join!(unlink(identities[0]), unlink(identities[1]));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
    assert_eq!(identity_count(&server).await, 1);
}

/// An attacker must not be able to link their own account to the victim's, because they could then sign in as the victim.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn linking_completes_only_for_the_user_who_started_it(pool: PgPool) {
    let (_provider, server) = server_with_oidc(pool);
    let (mut eve, mut ada) = (server.browser(), server.browser());
    eve.register("eve@inbox.example").await;
    let board = ada.register("ada@inbox.example").await;
    let callback = start_linking(&mut eve, "", "eve").await;
    // Ada is lured to the callback of Eve's flow, without and with Eve's flow cookie.
    assert_eq!(ada.get(&callback).await.status, 400);
    ada.copy_cookie(&eve, "__Host-jobhax-sign-in");
    assert_eq!(ada.get(&callback).await.status, 400);
    assert!(ada.can_open(&board).await, "Ada is still signed in as herself");
    assert_eq!(identity_count(&server).await, 0);

    // After signing out, a flow for linking does not sign in.
    let callback = start_linking(&mut eve, "", "eve").await;
    eve.delete_cookie("__Host-jobhax");
    assert_eq!(eve.get(&callback).await.status, 400);
    assert_eq!(eve.cookie("__Host-jobhax"), None);

    // An account that belongs to one user cannot be linked to another user.
    let carl = server.browser().sign_in_with_provider("carl").await;
    assert!(carl.location().starts_with("/w/"));
    let callback = start_linking(&mut ada, &board, "carl").await;
    assert_eq!(ada.get(&callback).await.location(), board);
    assert_eq!(identity_count(&server).await, 1);
    // An account with an unverified address cannot be linked either.
    ada.sign_out_of_provider();
    let unverified = json!({"sub": "x", "email": "x@y.example", "email_verified": false}).to_string();
    let callback = start_linking(&mut ada, "", &unverified).await;
    assert_eq!(ada.get(&callback).await.status, 303);
    assert_eq!(identity_count(&server).await, 1);
}

/// The revocation is completed even if the user is deleted, and does not delay the deletion.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn token_revocation_is_retried_while_the_provider_is_unavailable(pool: PgPool) {
    let provider = MockProvider::start().await;
    let settings = Settings {
        google: Some(provider.client_settings()),
        ..Settings::default()
    };
    let server = TestServer::with_providers(pool, settings);
    provider.respond("GET /tokeninfo", 200, json!({"aud": CLIENT_ID, "sub": "1"}));
    let info = json!({"sub": "1", "email": "ada@gmail.example", "email_verified": true});
    provider.respond("GET /v1/userinfo", 200, info);
    let body = json!({"provider": "google", "token": "ya29.canary"});
    let response = server.anonymous().post("/users/auth_social_user", body).await;
    let user = response.expect_status(201)["data"]["user"]["id"]
        .as_str()
        .expect("id")
        .parse()
        .expect("uuid");

    let responses = [503, 429, 200].map(|status| (status, vec![], String::new()));
    provider.respond_with("POST /revoke", responses.to_vec());
    service::wiring::revoke_provider_tokens(&server.services, user)
        .await
        .expect("queued");
    server
        .execute("delete from memberships; delete from tenants; delete from users")
        .await;
    for attempts in 1..=3 {
        server.run_jobs().await;
        assert_eq!(provider.requests("POST /revoke").len(), attempts);
        server.execute("update background_jobs set run_at = now()").await;
    }
    assert_eq!(provider.requests("POST /revoke")[0].body, "token=ya29.canary");
    let pending =
        "select (select count(*) from oauth_token_revocations) + (select count(*) from background_jobs)";
    assert_eq!(server.count(pending).await, 0);
}
