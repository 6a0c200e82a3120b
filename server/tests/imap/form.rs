//! The form of the import page, without JavaScript.

use super::{application_count, fixture, mailbox_state};
use crate::support::{Dovecot, IMAP_PASSWORD, IMAP_USER, TestServer, workspace_slug};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_is_connected_synced_and_disconnected_by_forms(pool: PgPool) {
    let dovecot = Dovecot::start().await;
    dovecot.add("", "m1", &fixture("greenhouse/receipt"));
    let server = TestServer::with_imap(pool, &dovecot.settings());
    let mut ada = server.browser();
    let board = ada.register("ada@example.org").await;
    let slug = workspace_slug(&board).to_owned();
    let import = format!("/w/{slug}/import");
    let page = ada.get(&import).await;
    for text in ["Connect by IMAP", "Fastmail", "imap.gmx.net", "app password"] {
        assert!(page.text.contains(text), "{text}");
    }
    let form = |host: &str, password: &str| {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("slug", &slug)
            .append_pair("provider", "other")
            .append_pair("host", host)
            .append_pair("port", &dovecot.port.to_string())
            .append_pair("security", "tls")
            .append_pair("username", IMAP_USER)
            .append_pair("password", password)
            .finish()
    };
    for (host, password, text) in [
        ("127.0.0.1", "wrong-canary", "refused this user name and password"),
        ("localhost", IMAP_PASSWORD, "certificate of localhost"),
        ("10.0.0.1", IMAP_PASSWORD, "private network"),
        ("", IMAP_PASSWORD, "aria-invalid=\"true\""),
    ] {
        let response = ada
            .submit_form("/_fn/mail/connect_imap", &form(host, password))
            .await;
        assert_eq!(
            (response.status.as_u16(), response.location()),
            (303, import.as_str()),
            "{}",
            response.text
        );
        let page = ada.get(&import).await;
        assert!(page.text.contains(text), "{text} in {}", page.text);
        assert!(
            page.text.contains(&format!("value=\"{IMAP_USER}\"")),
            "what was entered is kept"
        );
        assert!(!page.text.contains("canary"), "but not the password");
    }
    let response = ada
        .submit_form("/_fn/mail/connect_imap", &form("127.0.0.1", IMAP_PASSWORD))
        .await;
    assert_eq!(response.status, 303);
    let page = ada.get(&import).await;
    assert!(page.text.contains("Your mailbox is connected") && page.text.contains("Importing your email"));
    server.run_jobs().await;
    assert_eq!(application_count(&server).await, 1);
    assert!(ada.get(&import).await.text.contains("Up to date"));

    let mailbox: uuid::Uuid = sqlx::query_scalar("select id from mailboxes where kind = 'imap'")
        .fetch_one(&server.owner)
        .await
        .expect("mailbox");
    let form = format!("slug={slug}&mailbox_id={mailbox}");
    assert_eq!(ada.submit_form("/_fn/mail/sync", &form).await.status, 303);
    assert_eq!(mailbox_state(&server).await, "syncing");
    assert_eq!(ada.submit_form("/_fn/mail/disconnect", &form).await.status, 303);
    let page = ada.get(&import).await;
    assert!(page.text.contains("Your mailbox is disconnected") && !page.text.contains(IMAP_USER));
}
