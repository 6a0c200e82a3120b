//! Connecting Gmail and importing from it. The mock responds like the Gmail API.

mod connect;
mod quota;
mod schedule;
mod sync;

use crate::support::{MockProvider, TestClient, TestResponse, TestServer};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use service::auth::oauth::Settings;
use sqlx::PgPool;
use std::path::Path;

const PROFILE: &str = "GET /gmail/v1/users/me/profile";
const MESSAGES: &str = "GET /gmail/v1/users/me/messages";

/// A server with Google and Gmail, and a registered user.
async fn gmail_server(pool: PgPool) -> (MockProvider, TestServer, TestClient) {
    let provider = MockProvider::start().await;
    let settings = Settings {
        google: Some(provider.client_settings()),
        gmail_base_url: Some(provider.url.clone()),
        ..Settings::default()
    };
    let server = TestServer::with_providers(pool, settings);
    let profile = json!({"emailAddress": "Ada@gmail.com", "historyId": "77"});
    provider.respond(PROFILE, 200, profile);
    let ada = server.register_email("ada@inbox.example", "ada").await;
    (provider, server, ada)
}

/// A page of the message list; `page` is its token, `next` the token of the following page.
fn mock_message_list(provider: &MockProvider, page: Option<&str>, ids: &[&str], next: Option<&str>) {
    let ids: Vec<Value> = ids.iter().map(|id| json!({"id": id, "threadId": id})).collect();
    let mut body = json!({"messages": ids, "resultSizeEstimate": 9});
    if let Some(next) = next {
        body["nextPageToken"] = json!(next);
    }
    let endpoint = page.map_or_else(|| MESSAGES.to_owned(), |page| format!("{MESSAGES}#{page}"));
    provider.respond(&endpoint, 200, body);
}

/// A message with the content of this fixture.
fn mock_message(provider: &MockProvider, id: &str, received_ms: i64, fixture: &str) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mail-reader/tests/fixtures");
    let raw = std::fs::read(fixtures.join(format!("{fixture}.eml"))).expect(fixture);
    let body = json!({"internalDate": received_ms.to_string(), "raw": URL_SAFE_NO_PAD.encode(raw)});
    provider.respond(&format!("{MESSAGES}/{id}"), 200, body);
}

/// Two pages with four messages, newest first; three of them confirm applications.
fn mock_four_messages(provider: &MockProvider) {
    mock_message_list(provider, None, &["m4", "m3"], Some("p2"));
    mock_message_list(provider, Some("p2"), &["m2", "m1"], None);
    mock_message(provider, "m1", 1_768_200_000_000, "linkedin/receipt-plain");
    mock_message(provider, "m2", 1_768_300_000_000, "lever/receipt");
    mock_message(provider, "m3", 1_768_400_000_000, "linkedin/job-alert");
    mock_message(provider, "m4", 1_768_500_000_000, "linkedin/receipt-de");
}

/// The state of the only mailbox.
async fn mailbox_state(server: &TestServer) -> String {
    sqlx::query_scalar("select state from mailboxes where kind = 'gmail'")
        .fetch_one(&server.owner)
        .await
        .expect("mailbox")
}

/// Connects the mailbox with these tokens over REST.
async fn connect(client: &TestClient, body: Value) -> TestResponse {
    client.post("/users/update_gmail_token", body).await
}

fn tokens() -> Value {
    json!({"access_token": "ya29.x", "refresh_token": "1//x", "expires_in": 3599})
}

/// Requests a sync. Returns the mailboxes that are synced.
async fn request_sync(client: &TestClient) -> Value {
    let response = client.post_empty("/users/sync_user_emails").await;
    response.expect_status(202)["data"].clone()
}

async fn job_count(server: &TestServer) -> i64 {
    server.count("select count(*) from background_jobs").await
}

async fn application_count(server: &TestServer) -> i64 {
    server.count("select count(*) from job_applications").await
}

async fn make_jobs_due(server: &TestServer) {
    server.execute("update background_jobs set run_at = now()").await;
}

fn list_requests(provider: &MockProvider) -> usize {
    provider.requests(MESSAGES).len()
}
