//! Connecting Microsoft mailboxes with OAuth and reading them over IMAP: against a real Dovecot that accepts access tokens, and a mock that
//! issues them like Microsoft.

mod connect;
mod sync;

use crate::support::{
    Browser, Dovecot, Microsoft, TestResponse, TestServer, query_parameter, workspace_slug,
};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

/// A Microsoft mock, its IMAP server, and a JobHax server that uses them.
struct Outlook {
    microsoft: Microsoft,
    dovecot: Dovecot,
    server: TestServer,
}

impl Outlook {
    async fn start(pool: PgPool) -> Self {
        let microsoft = Microsoft::start().await;
        let dovecot = microsoft.start_dovecot().await;
        let server = TestServer::with_mail_sources(pool, microsoft.settings(&dovecot), &dovecot.settings());
        Self {
            microsoft,
            dovecot,
            server,
        }
    }

    /// A registered user in a browser, and the import page of their workspace.
    async fn user(&self) -> (Browser, String) {
        let mut browser = self.server.browser();
        let board = browser.register("eve@inbox.example").await;
        (browser, board.replace("/board", "/import"))
    }

    /// Starts the flow and requests the callback with a code. Microsoft issues these tokens; `change` edits the claims of the ID token.
    /// Returns the authorization URL and the response.
    async fn authorize(
        &self,
        browser: &mut Browser,
        form: &str,
        tokens: [&str; 2],
        change: impl FnOnce(&mut Value),
    ) -> (String, TestResponse) {
        let url = browser.start_authorization("microsoft", form).await;
        let nonce = query_parameter(&url, "nonce");
        let mut claims = Microsoft::claims(self.server.now().timestamp(), nonce);
        change(&mut claims);
        self.microsoft.issue(tokens[0], tokens[1], Some(&claims));
        let state = query_parameter(&url, "state");
        let response = browser
            .get(&format!("/auth/microsoft/callback?code=c&state={state}"))
            .await;
        (url, response)
    }

    /// Connects the mailbox with the tokens `at-1` and `rt-1`, and reads it.
    async fn connect_and_sync(&self, browser: &mut Browser, import: &str) {
        let tokens = ["at-1", "rt-1"];
        let (_, response) = self
            .authorize(browser, &form("outlook", import), tokens, |_| {})
            .await;
        assert_eq!(response.location(), import, "{}", response.text);
        self.server.run_jobs().await;
        assert_eq!(self.state().await, "ok");
    }

    /// Requests a sync and runs it.
    async fn sync(&self, browser: &mut Browser, import: &str) {
        let form = format!(
            "slug={}&mailbox_id={}",
            workspace_slug(import),
            self.mailbox().await
        );
        let response = browser.submit_form("/_fn/mail/sync", &form).await;
        assert_eq!(response.status, 303, "{}", response.text);
        self.server.run_jobs().await;
    }

    async fn mailbox(&self) -> Uuid {
        sqlx::query_scalar("select id from mailboxes where kind = 'imap'")
            .fetch_one(&self.server.owner)
            .await
            .expect("mailbox")
    }

    async fn state(&self) -> String {
        sqlx::query_scalar("select state from mailboxes where kind = 'imap'")
            .fetch_one(&self.server.owner)
            .await
            .expect("mailbox")
    }
}

/// The body of the form that connects a mailbox to the workspace of this page.
fn form(purpose: &str, import: &str) -> String {
    format!("purpose={purpose}&next={}", import.replace('/', "%2F"))
}
