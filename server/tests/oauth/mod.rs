//! Signing in and connecting mailboxes with OAuth: against a real OpenID Connect provider in a separate process, and against a mock that
//! imitates the HTTP APIs of Google, LinkedIn, GitHub and Gmail.

mod account_takeover;
mod api_sign_in;
mod gmail;
mod id_token_attacks;
mod link;
mod organization;
mod outlook;
mod sign_in;

use crate::support::{OidcProvider, TestServer, query_parameter};
use sqlx::PgPool;

/// A server that uses the real provider.
fn server_with_oidc(pool: PgPool) -> (OidcProvider, TestServer) {
    let provider = OidcProvider::start();
    let server = TestServer::with_providers(pool, provider.settings());
    (provider, server)
}

/// Asserts that only members who may import can connect a mailbox, and only for the user who started the flow.
async fn expect_flow_bound_to_user_and_workspace(server: &TestServer, provider: &str, purpose: &str) {
    let connect_form = |board: &str| {
        let import = board.replace("/board", "/import").replace('/', "%2F");
        format!("purpose={purpose}&next={import}")
    };
    let mut eve = server.browser();
    let board = eve.register("eve@inbox.example").await;
    let mut ben = server.browser();
    let board_of_ben = ben.register("ben@inbox.example").await;

    let start = format!("/auth/{provider}");
    let anonymous = server.browser().submit_form(&start, &connect_form(&board)).await;
    assert_eq!(anonymous.status, 401);
    let foreign = ben.submit_form(&start, &connect_form(&board)).await;
    assert_eq!(foreign.status, 404, "not a member of the workspace");
    let without_workspace = eve.submit_form(&start, &format!("purpose={purpose}")).await;
    assert_eq!(without_workspace.status, 404);
    server
        .execute("update memberships set role = 'coach' from users u where u.id = user_id and u.email = 'ben@inbox.example'")
        .await;
    let coach = ben.submit_form(&start, &connect_form(&board_of_ben)).await;
    assert_eq!(coach.status, 403, "a coach may not import");

    // A different user is signed in when the provider redirects back.
    let url = eve.start_authorization(provider, &connect_form(&board)).await;
    eve.copy_cookie(&ben, "__Host-jobhax");
    let state = query_parameter(&url, "state");
    let callback = format!("/auth/{provider}/callback?code=c&state={state}");
    assert_eq!(eve.get(&callback).await.status, 400);
    assert_eq!(server.count("select count(*) from mailboxes").await, 0);
}
