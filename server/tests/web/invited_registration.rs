//! Registering and signing in with the link of an invitation.

use crate::support::{TestServer, credentials_form};
use serde_json::json;
use sqlx::PgPool;

const LINK: &str = "/invitations/secret";
const REGISTER: &str = "/register?next=%2Finvitations%2Fsecret";

/// A server with an organization that `ben@example.org` is invited to as a coach, and the URL of the clients page, which is the start page
/// of coaches.
async fn invited(pool: PgPool) -> (TestServer, String) {
    let server = TestServer::new(pool);
    let owner = server.register("owner").await;
    let slug = owner.get("/tenants/get_tenants").await.expect_status(200)["data"][0]["slug"].clone();
    let slug = slug.as_str().expect("a slug").to_owned();
    server
        .execute("update tenants set kind = 'organization', name = 'Northgate'")
        .await;
    server.execute("update users set email_verified_at = now()").await;
    let owner = server.login_to("owner", &slug).await;
    let body = json!({"email": "ben@example.org", "role": "coach"});
    owner
        .post("/tenants/invite_member", body)
        .await
        .expect_status(201);
    server
        .execute("update tenant_invitations set token_hash = sha256('secret')")
        .await;
    (server, format!("/w/{slug}/clients"))
}

fn form(email: &str) -> String {
    format!("{}&next=%2Finvitations%2Fsecret", credentials_form(email))
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn registering_with_the_invited_address_leads_to_the_organization(pool: PgPool) {
    let (server, clients) = invited(pool).await;
    let page = server.get_page("", REGISTER).await;
    assert!(page.text.contains("value=\"ben@example.org\""), "{}", page.text);
    assert!(
        page.text.contains("to join Northgate immediately"),
        "{}",
        page.text
    );
    let registered = server
        .submit_form("", "/_fn/auth/register", &form("ben@example.org"))
        .await;
    assert_eq!(
        (registered.status.as_u16(), registered.location()),
        (303, clients.as_str())
    );
    let cookie = registered.session_cookie().expect("a session");
    assert_eq!(server.get_page(&cookie, &clients).await.status, 200);
    // The link leads the member to the organization, and offers other users to sign in.
    let page = server.get_page(&cookie, LINK).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("You are a member of Northgate") && page.text.contains(&clients),
        "{}",
        page.text
    );
    let page = server.get_page("", LINK).await;
    assert_eq!(page.status, 410);
    assert!(
        page.text.contains("/sign-in?next=/invitations/secret"),
        "{}",
        page.text
    );
    // The link no longer works, so the page shows nothing about the invitation.
    let page = server.get_page("", REGISTER).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("ben@example.org"), "{}", page.text);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn link_that_was_sent_again_names_the_newer_invitation_after_signing_in(pool: PgPool) {
    let (server, _) = invited(pool).await;
    server.register("ben").await;
    server
        .execute("update users set email_verified_at = now(); update tenant_invitations set token_hash = sha256('newer')")
        .await;
    let signed_in = server
        .submit_form("", "/_fn/auth/sign_in", &form("ben@example.org"))
        .await;
    let cookie = signed_in.session_cookie().expect("a session");
    let page = server.get_page(&cookie, LINK).await;
    assert_eq!(page.status, 410);
    let text = "A newer invitation to Northgate was sent to ben@example.org.";
    assert!(page.text.contains(text), "{}", page.text);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn registering_with_another_address_leads_back_to_the_invitation(pool: PgPool) {
    let (server, clients) = invited(pool).await;
    let registered = server
        .submit_form("", "/_fn/auth/register", &form("eve@example.org"))
        .await;
    assert_eq!((registered.status.as_u16(), registered.location()), (303, LINK));
    let cookie = registered.session_cookie().expect("a session");
    let page = server.get_page(&cookie, LINK).await.text;
    assert!(page.contains("but you are signed in as"), "{page}");
    assert_eq!(server.get_page(&cookie, &clients).await.status, 404);
    let unconfirmed =
        "select count(*) from users where email = 'eve@example.org' and email_verified_at is null";
    assert_eq!(server.count(unconfirmed).await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn address_that_is_not_confirmed_yet_is_said_until_it_is(pool: PgPool) {
    let (server, clients) = invited(pool).await;
    server.register("ben").await;
    let signed_in = server
        .submit_form("", "/_fn/auth/sign_in", &form("ben@example.org"))
        .await;
    assert_eq!((signed_in.status.as_u16(), signed_in.location()), (303, LINK));
    let cookie = signed_in.session_cookie().expect("a session");
    let page = server.get_page(&cookie, LINK).await.text;
    assert!(
        page.contains("I have confirmed it") && !page.contains("is not confirmed yet"),
        "{page}"
    );
    let accept = async || {
        server
            .submit_form(&cookie, "/_fn/organizations/accept_invitation", "token=secret")
            .await
    };
    let rejected = accept().await;
    assert_eq!((rejected.status.as_u16(), rejected.location()), (303, LINK));
    let flash = rejected.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let page = server.get_page(&format!("{cookie}; {flash}"), LINK).await.text;
    assert!(
        page.contains("Your email address is not confirmed yet."),
        "{page}"
    );
    server.execute("update users set email_verified_at = now()").await;
    assert_eq!(accept().await.location(), clients);
}
