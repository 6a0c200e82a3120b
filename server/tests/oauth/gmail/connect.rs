//! Connecting and disconnecting Gmail in a browser.

use super::{MESSAGES, PROFILE, gmail_server, mailbox_state, mock_four_messages};
use crate::{
    oauth::expect_flow_bound_to_user_and_workspace,
    support::{Browser, TestResponse, query_parameter, workspace_slug},
};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

const GMAIL_READ_SCOPE: &str = "https://www.googleapis.com/auth/gmail.readonly";

/// The body of the form that connects Gmail to the workspace of this board.
fn connect_form(board: &str) -> String {
    format!(
        "purpose=gmail&next={}",
        board.replace("/board", "/import").replace('/', "%2F")
    )
}

fn callback(authorization_url: &str) -> String {
    let state = query_parameter(authorization_url, "state");
    format!("/auth/google/callback?code=c&state={state}")
}

/// Starts the flow and requests the callback with a code. Returns the authorization URL and the response.
async fn connect(browser: &mut Browser, board: &str) -> (String, TestResponse) {
    let url = browser.start_authorization("google", &connect_form(board)).await;
    let response = browser.get(&callback(&url)).await;
    (url, response)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn connecting_requests_read_access_only_and_disconnecting_revokes_it(pool: PgPool) {
    let (provider, server, _) = gmail_server(pool).await;
    mock_four_messages(&provider);
    let mut eve = server.browser();
    let board = eve.register("eve@inbox.example").await;
    let import = board.replace("/board", "/import");
    let tokens = json!({
        "access_token": "ya29.a", "refresh_token": "1//r", "expires_in": 3599, "token_type": "Bearer", "scope": GMAIL_READ_SCOPE,
    });
    provider.respond("POST /token", 200, tokens);
    let (url, response) = connect(&mut eve, &board).await;
    for part in [
        "scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fgmail.readonly&",
        "access_type=offline",
        "prompt=consent",
        "code_challenge_method=S256",
        "response_type=code",
    ] {
        assert!(url.contains(part), "{part} of {url}");
    }
    assert!(!url.contains("openid"), "{url}");
    assert_eq!(
        (response.status.as_u16(), response.location()),
        (303, import.as_str()),
        "{}",
        response.text
    );
    assert!(
        provider.requests("POST /token")[0]
            .body
            .contains("code_verifier=")
    );
    let page = eve.get(&import).await;
    assert!(
        page.text.contains("Gmail is connected") && page.text.contains("ada@gmail.com"),
        "{}",
        page.text
    );
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(server.count("select count(*) from job_applications").await, 3);

    let page = eve.get(&import).await;
    assert!(
        !page.text.contains("ya29") && !page.text.contains("1//r"),
        "no page shows a token"
    );
    provider.respond("POST /revoke", 200, json!({}));
    let mailbox: Uuid = sqlx::query_scalar("select mailbox_id from mailbox_tokens")
        .fetch_one(&server.owner)
        .await
        .expect("connected");
    let form = format!("slug={}&mailbox_id={mailbox}", workspace_slug(&board));
    let disconnected = eve.submit_form("/_fn/mail/disconnect", &form).await;
    assert_eq!(
        (disconnected.status.as_u16(), disconnected.location()),
        (303, import.as_str())
    );
    server.run_jobs().await;
    let revocations = provider.requests("POST /revoke");
    assert_eq!(revocations.len(), 1);
    assert!(revocations[0].body.contains("1%2F%2Fr"), "{revocations:?}");
    assert_eq!(server.count("select count(*) from mailbox_tokens").await, 0);
    assert_eq!(server.count("select count(*) from mail_messages").await, 4);
    let again = eve.submit_form("/_fn/mail/disconnect", &form).await;
    assert_eq!(again.status, 303, "redirected back, with an error");
    assert_eq!(provider.requests("POST /revoke").len(), 1);
}

/// Google lets users deny individual scopes, and does not always report that.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn denied_scope_is_reported_and_connects_nothing(pool: PgPool) {
    let (provider, server, _) = gmail_server(pool).await;
    let mut eve = server.browser();
    let board = eve.register("eve@inbox.example").await;
    let import = board.replace("/board", "/import");
    let forbidden = json!({"error": {"code": 403, "errors": [{"reason": "insufficientPermissions"}]}});
    provider.respond(PROFILE, 403, forbidden);
    for (scope, profile_requests) in [(json!("openid"), 0), (json!(null), 1)] {
        let mut tokens = json!({"access_token": "ya29.a", "expires_in": 3599, "token_type": "Bearer"});
        if !scope.is_null() {
            tokens["scope"] = scope;
        }
        provider.respond("POST /token", 200, tokens);
        let (_, response) = connect(&mut eve, &board).await;
        assert_eq!(response.location(), import);
        let page = eve.get(&import).await;
        assert!(
            page.text.contains("its checkbox was not selected"),
            "{}",
            page.text
        );
        assert_eq!(provider.requests(PROFILE).len(), profile_requests);
    }
    assert!(provider.requests(MESSAGES).is_empty());
    assert_eq!(server.count("select count(*) from mailboxes").await, 0);
    let jobs = "select count(*) from background_jobs where kind = 'sync_gmail'";
    assert_eq!(server.count(jobs).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn connecting_completes_only_for_the_user_and_workspace_it_was_started_in(pool: PgPool) {
    let (provider, server, _) = gmail_server(pool).await;
    expect_flow_bound_to_user_and_workspace(&server, "google", "gmail").await;
    assert!(
        provider.requests("POST /token").is_empty(),
        "the code was not exchanged"
    );
}
