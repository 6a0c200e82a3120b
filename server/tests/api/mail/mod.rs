//! `/api/mail`.

mod import_mails;
mod inbox;
mod invitations;
mod preview;
mod undo_mail;

use crate::support::{TestClient, TestResponse};
use axum::body::Body;
use serde_json::Value;

const MULTIPART: &str = "multipart/form-data; boundary=XyZ";

/// A form with these parts: name, file name, content.
fn form(parts: &[(&str, &str, &str)]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|(name, file, content)| {
            format!(
                "--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n{content}\r\n"
            )
        })
        .collect();
    parts.concat() + "--XyZ--\r\n"
}

async fn upload(client: &TestClient, body: impl Into<Body>) -> TestResponse {
    client.post_raw("/mail/import_mails", MULTIPART, body).await
}

/// Uploads files and waits for the import.
async fn import(client: &TestClient, parts: &[(&str, &str, &str)]) -> Value {
    let started = upload(client, form(parts)).await.expect_status(202);
    assert_eq!(started["data"]["state"], "running");
    client.server.run_jobs().await;
    let id = started["data"]["id"].as_str().expect("id");
    let import = client.get(&format!("/mail/get_import?import_id={id}")).await;
    import.expect_status(200)["data"].clone()
}
