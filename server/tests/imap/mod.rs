//! Connecting and reading mailboxes over IMAP, against a real Dovecot.

mod clear;
mod connect;
mod form;
mod idle;
mod large;
mod preview;
mod sync;

use crate::support::{Dovecot, IMAP_PASSWORD, IMAP_USER, TestClient, TestResponse, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{fs, path::Path};

/// A Dovecot, a server that may connect to it, and a registered user.
async fn imap_server(pool: PgPool) -> (Dovecot, TestServer, TestClient) {
    let dovecot = Dovecot::start().await;
    let server = TestServer::with_imap(pool, &dovecot.settings());
    let ada = server.register("ada").await;
    (dovecot, server, ada)
}

/// The body of the request that connects the Dovecot mailbox.
fn account(dovecot: &Dovecot) -> Value {
    json!({"host": "127.0.0.1", "port": dovecot.port, "username": IMAP_USER, "password": IMAP_PASSWORD})
}

async fn connect(client: &TestClient, account: Value) -> TestResponse {
    client.post("/mail/connect_imap", account).await
}

/// Connects the mailbox and reads it.
async fn connect_and_sync(server: &TestServer, client: &TestClient, account: Value) -> Value {
    let mailbox = connect(client, account).await.expect_status(201)["data"].clone();
    server.run_jobs().await;
    assert_eq!(mailbox_state(server).await, "ok");
    mailbox
}

/// Requests a sync of the mailbox and runs it.
async fn sync(server: &TestServer, client: &TestClient, mailbox: &Value) {
    let body = json!({"mailbox_id": mailbox["id"]});
    let response = client.post("/mail/sync_mailbox", body).await;
    assert_eq!(response.expect_status(202)["data"]["state"], "syncing");
    server.run_jobs().await;
}

async fn mailbox_state(server: &TestServer) -> String {
    sqlx::query_scalar("select state from mailboxes where kind = 'imap'")
        .fetch_one(&server.owner)
        .await
        .expect("mailbox")
}

async fn message_count(server: &TestServer) -> i64 {
    server.count("select count(*) from mail_messages").await
}

async fn application_count(server: &TestServer) -> i64 {
    server.count("select count(*) from job_applications").await
}

/// A message from the fixtures of the mail reader.
fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mail-reader/tests/fixtures");
    fs::read(folder.join(format!("{name}.eml"))).expect(name)
}

/// A confirmation of an application at a company that is different for each number.
pub fn confirmation(n: usize) -> Vec<u8> {
    format!(
        "From: Company {n} <no-reply@us.greenhouse-mail.io>\r\nTo: ada@mail.example\r\n\
         Subject: Thank you for applying to Company {n}\r\nMessage-ID: <{n}@us.greenhouse-mail.io>\r\n\
         Date: Mon, 5 Jan 2026 10:00:00 +0000\r\n\r\nThank you for applying for the Baker position at Company {n}.\r\n"
    )
    .into_bytes()
}

/// A newsletter that is not about an application.
fn newsletter(n: usize) -> Vec<u8> {
    let text = "Flowers of the season, and how to keep them fresh.\r\n".repeat(700);
    format!(
        "From: Flower Shop <news@flowers.example>\r\nTo: ada@mail.example\r\nSubject: Spring is coming {n}\r\n\
         Message-ID: <{n}@flowers.example>\r\nList-Unsubscribe: <https://flowers.example/unsubscribe>\r\n\
         Date: Mon, 5 Jan 2026 10:00:00 +0000\r\n\r\n{text}"
    )
    .into_bytes()
}
