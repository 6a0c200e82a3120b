//! Connecting and disconnecting Outlook in a browser.

use super::{Outlook, form};
use crate::{
    imap::confirmation,
    oauth::expect_flow_bound_to_user_and_workspace,
    support::{
        Dovecot, IMAP_PASSWORD, IMAP_USER, Microsoft, TestServer, TokenSigner, query_parameter,
        workspace_slug,
    },
};
use serde_json::{Value, json};
use service::auth::oauth::Settings;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn connecting_reads_the_mailbox_and_disconnecting_deletes_the_tokens(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let server = &outlook.server;
    outlook.dovecot.add("", "m1", &confirmation(1));
    let (mut eve, import) = outlook.user().await;
    let page = eve.get(&import).await;
    for text in [
        "Connect Outlook",
        "action=\"/auth/microsoft\"",
        "outlook_preview",
        "Use “Connect Outlook” above",
    ] {
        assert!(page.text.contains(text), "{text}");
    }
    let tokens = ["at-canary", "rt-canary"];
    let (url, response) = outlook
        .authorize(&mut eve, &form("outlook", &import), tokens, |_| {})
        .await;
    for part in [
        "/common/oauth2/v2.0/authorize?",
        "scope=https%3A%2F%2Foutlook.office.com%2FIMAP.AccessAsUser.All+offline_access+openid+email+profile&",
        "prompt=select_account",
        "code_challenge_method=S256",
        "response_type=code",
        "redirect_uri=https%3A%2F%2Fjobs.example.org%2Fauth%2Fmicrosoft%2Fcallback",
    ] {
        assert!(url.contains(part), "{part} of {url}");
    }
    assert_eq!(
        (response.status.as_u16(), response.location()),
        (303, import.as_str()),
        "{}",
        response.text
    );
    let requests = outlook.microsoft.token_requests();
    assert!(
        requests.len() == 1 && requests[0].contains("code_verifier="),
        "{requests:?}"
    );
    let page = eve.get(&import).await;
    // The IMAP server rejected the user name from the organization and accepted the email address.
    for text in ["Outlook is connected", IMAP_USER, "Importing your email"] {
        assert!(page.text.contains(text), "{text} in {}", page.text);
    }
    server.run_jobs().await;
    assert_eq!(outlook.state().await, "ok");
    assert_eq!(server.count("select count(*) from job_applications").await, 1);
    let page = eve.get(&import).await;
    assert!(page.text.contains("Up to date") && !page.text.contains("canary"));

    // Tokens are only stored encrypted. 63616e617279 is "canary" in hexadecimal.
    let stored: String = sqlx::query_scalar(
        "select string_agg(t::text, ' ') || string_agg(a::text, ' ') from mailbox_tokens t, imap_accounts a",
    )
    .fetch_one(&server.owner)
    .await
    .expect("rows");
    assert!(
        !stored.contains("canary") && !stored.contains("63616e617279"),
        "{stored}"
    );

    let form = format!(
        "slug={}&mailbox_id={}",
        workspace_slug(&import),
        outlook.mailbox().await
    );
    let response = eve.submit_form("/_fn/mail/disconnect", &form).await;
    assert_eq!(
        (response.status.as_u16(), response.location()),
        (303, import.as_str())
    );
    for table in [
        "mailbox_tokens",
        "imap_accounts",
        "imap_folders",
        "oauth_token_revocations",
    ] {
        assert_eq!(
            server.count(&format!("select count(*) from {table}")).await,
            0,
            "{table}"
        );
    }
    assert_eq!(
        server.count("select count(*) from job_applications").await,
        1,
        "applications are kept"
    );
    assert!(!eve.get(&import).await.text.contains(IMAP_USER));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn preview_of_outlook_changes_nothing(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    outlook.dovecot.add("", "m1", &confirmation(1));
    let (mut eve, import) = outlook.user().await;
    let form = form("outlook_preview", &import);
    let (_, response) = outlook.authorize(&mut eve, &form, ["at-1", "rt-1"], |_| {}).await;
    assert!(
        response.location().starts_with(&import) && response.location() != import,
        "{}",
        response.location()
    );
    outlook.server.run_jobs().await;
    assert_eq!(
        outlook.server.count("select count(*) from import_findings").await,
        1
    );
    assert_eq!(
        outlook
            .server
            .count("select count(*) from job_applications")
            .await,
        0
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn outlook_is_neither_offered_nor_available_without_a_client(pool: PgPool) {
    let server = TestServer::with_providers(pool, Settings::default());
    let mut eve = server.browser();
    let import = eve
        .register("eve@inbox.example")
        .await
        .replace("/board", "/import");
    let page = eve.get(&import).await;
    assert!(!page.text.contains("Connect Outlook") && !page.text.contains("/auth/microsoft"));
    let response = eve
        .submit_form("/auth/microsoft", &form("outlook", &import))
        .await;
    assert_eq!(response.status, 404);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn microsoft_is_refused_for_signing_in_and_linking(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let (mut eve, import) = outlook.user().await;
    for purpose in ["", "link", "gmail"] {
        let response = eve.submit_form("/auth/microsoft", &form(purpose, &import)).await;
        assert_eq!(response.status, 404, "{purpose}");
    }
    // A mailbox of another provider cannot be connected as an Outlook mailbox either.
    let response = eve.submit_form("/auth/google", &form("outlook", &import)).await;
    assert_eq!(response.status, 404);
    let sign_in = outlook.server.browser().get("/sign_in").await;
    assert!(!sign_in.text.contains("microsoft") && !sign_in.text.contains("Microsoft"));
    let body = json!({"provider": "microsoft", "id_token": "x"});
    let response = outlook
        .server
        .anonymous()
        .post("/users/auth_social_user", body)
        .await;
    assert!(response.status.is_client_error(), "{}", response.text);
    assert_eq!(outlook.server.count("select count(*) from identities").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn connecting_completes_only_for_the_user_and_workspace_it_was_started_in(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    expect_flow_bound_to_user_and_workspace(&outlook.server, "microsoft", "outlook").await;
    assert!(
        outlook.microsoft.token_requests().is_empty(),
        "the code was not exchanged"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn callback_is_accepted_once_and_only_at_its_own_provider(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let (mut eve, import) = outlook.user().await;
    let url = eve
        .start_authorization("microsoft", &form("outlook", &import))
        .await;
    let state = query_parameter(&url, "state");
    let foreign = outlook
        .server
        .browser()
        .get(&format!("/auth/microsoft/callback?code=c&state={state}"))
        .await;
    assert_eq!(foreign.status, 400, "another browser");
    for path in ["google", "linkedin"] {
        let response = eve
            .get(&format!("/auth/{path}/callback?code=c&state={state}"))
            .await;
        assert_eq!(response.status, 400, "{path}");
    }
    let (url, response) = outlook
        .authorize(&mut eve, &form("outlook", &import), ["at-1", "rt-1"], |_| {})
        .await;
    assert_eq!(response.status, 303);
    let state = query_parameter(&url, "state");
    let again = eve
        .get(&format!("/auth/microsoft/callback?code=c&state={state}"))
        .await;
    assert_eq!(again.status, 400, "already used");
    assert_eq!(outlook.microsoft.token_requests().len(), 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn forged_id_token_connects_nothing(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let (mut eve, import) = outlook.user().await;
    let other_tenant = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000001/v2.0";
    for (claim, value) in [
        ("nonce", json!("another")),
        ("aud", json!("another-client")),
        ("iss", json!(other_tenant)),
        ("iss", json!("https://login.microsoftonline.com/{tenantid}/v2.0")),
        ("tid", Value::Null),
        ("tid", json!("evil.example")),
        ("exp", json!(1)),
    ] {
        let change = |claims: &mut Value| claims[claim] = value.clone();
        let (_, response) = outlook
            .authorize(&mut eve, &form("outlook", &import), ["at-1", "rt-1"], change)
            .await;
        assert_eq!(response.location(), import, "{claim}");
        let page = eve.get(&import).await;
        assert!(
            page.text.contains("Microsoft did not confirm"),
            "{claim} {value}: {}",
            page.text
        );
    }
    // Signed with a different key that has the same key id.
    let url = eve
        .start_authorization("microsoft", &form("outlook", &import))
        .await;
    let claims = Microsoft::claims(outlook.server.now().timestamp(), query_parameter(&url, "nonce"));
    let forged = Microsoft {
        provider: outlook.microsoft.provider.clone(),
        signer: TokenSigner::new("m1", 6),
    };
    forged.issue("at-1", "rt-1", Some(&claims));
    let state = query_parameter(&url, "state");
    eve.get(&format!("/auth/microsoft/callback?code=c&state={state}"))
        .await;
    assert!(eve.get(&import).await.text.contains("Microsoft did not confirm"));
    assert_eq!(outlook.server.count("select count(*) from mailboxes").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_that_the_server_does_not_open_is_not_connected(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let (mut eve, import) = outlook.user().await;
    // Neither address belongs to the user of the token.
    let stranger = |claims: &mut Value| claims["email"] = json!("stranger@outlook.example");
    let (_, response) = outlook
        .authorize(&mut eve, &form("outlook", &import), ["at-1", "rt-1"], stranger)
        .await;
    assert_eq!(response.location(), import);
    let page = eve.get(&import).await;
    assert!(
        page.text.contains("does not allow IMAP for this account"),
        "{}",
        page.text
    );
    assert_eq!(outlook.server.count("select count(*) from mailboxes").await, 0);
    assert_eq!(
        outlook.server.count("select count(*) from mailbox_tokens").await,
        0
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn password_replaces_the_tokens_of_a_mailbox(pool: PgPool) {
    let outlook = Outlook::start(pool).await;
    let (mut eve, import) = outlook.user().await;
    outlook.connect_and_sync(&mut eve, &import).await;
    let mailbox = outlook.mailbox().await;
    let form = imap_form(&outlook.dovecot, workspace_slug(&import));
    assert_eq!(eve.submit_form("/_fn/mail/connect_imap", &form).await.status, 303);
    assert_eq!(
        outlook.server.count("select count(*) from mailbox_tokens").await,
        0
    );
    outlook.server.run_jobs().await;
    assert_eq!(
        (outlook.state().await.as_str(), outlook.mailbox().await),
        ("ok", mailbox)
    );
    // Connecting with tokens replaces the password as well.
    outlook.connect_and_sync(&mut eve, &import).await;
    assert_eq!(
        outlook
            .server
            .count("select count(*) from imap_accounts where password is null")
            .await,
        1
    );
    assert_eq!(outlook.mailbox().await, mailbox);
}

fn imap_form(dovecot: &Dovecot, slug: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("slug", slug)
        .append_pair("host", "127.0.0.1")
        .append_pair("port", &dovecot.port.to_string())
        .append_pair("username", IMAP_USER)
        .append_pair("password", IMAP_PASSWORD)
        .finish()
}
