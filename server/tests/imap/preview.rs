//! Previews of mailboxes.

use super::{
    account, application_count, confirmation, connect, imap_server, mailbox_state, message_count, sync,
};
use crate::support::{TestClient, TestServer};
use serde_json::{Value, json};
use sqlx::PgPool;

async fn decide(server: &TestServer, client: &TestClient, path: &str, import: &Value, status: u16) {
    let body = json!({ "import_id": import });
    client.post(path, body).await.expect_status(status);
    server.run_jobs().await;
}

async fn wake_jobs(server: &TestServer) {
    sqlx::query("update background_jobs set run_at = now()")
        .execute(&server.owner)
        .await
        .expect("jobs");
    server.run_jobs().await;
}

async fn findings(client: &TestClient, import: &Value) -> Vec<Value> {
    let id = import.as_str().expect("an import");
    let page = client
        .get(&format!("/mail/get_import_findings?import_id={id}"))
        .await;
    page.expect_status(200)["data"]
        .as_array()
        .expect("a list")
        .clone()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn previewed_mailbox_is_applied_after_confirmation_and_then_synced(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("", "1", &confirmation(1));
    dovecot.add("", "2", &confirmation(2));
    let mut input = account(&dovecot);
    input["dry_run"] = json!(true);
    let mailbox = connect(&ada, input).await.expect_status(201)["data"].clone();
    let import = mailbox["import_id"].clone();
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(
        (message_count(&server).await, application_count(&server).await),
        (0, 0)
    );
    assert_eq!(findings(&ada, &import).await.len(), 2);

    // Neither a requested nor a scheduled sync applies the preview.
    dovecot.add("", "3", &confirmation(3));
    sync(&server, &ada, &mailbox).await;
    wake_jobs(&server).await;
    assert_eq!(application_count(&server).await, 0);

    decide(&server, &ada, "/mail/confirm_import", &import, 202).await;
    assert_eq!(
        (message_count(&server).await, application_count(&server).await),
        (3, 3),
        "also what arrived since, because the mailbox is synced again"
    );
    let cause: String = sqlx::query_scalar("select distinct cause from application_events")
        .fetch_one(&server.owner)
        .await
        .expect("events");
    assert_eq!(cause, "mail");
    let mailboxes = ada.get("/mail/get_mailboxes").await.expect_status(200);
    assert_eq!(mailboxes["data"][0]["import_id"], json!(null));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_with_discarded_preview_is_synced_only_on_request(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("", "1", &confirmation(1));
    let mut input = account(&dovecot);
    input["dry_run"] = json!(true);
    let mailbox = connect(&ada, input).await.expect_status(201)["data"].clone();
    server.run_jobs().await;
    decide(&server, &ada, "/mail/cancel_import", &mailbox["import_id"], 200).await;
    assert_eq!(mailbox_state(&server).await, "paused");
    wake_jobs(&server).await;
    assert_eq!(application_count(&server).await, 0);
    assert_eq!(server.count("select count(*) from import_findings").await, 0);

    // A second preview has the same result.
    let body = json!({ "mailbox_id": mailbox["id"], "dry_run": true });
    let again = ada.post("/mail/sync_mailbox", body).await.expect_status(202)["data"].clone();
    server.run_jobs().await;
    assert_eq!(findings(&ada, &again["import_id"]).await.len(), 1);
    decide(&server, &ada, "/mail/cancel_import", &again["import_id"], 200).await;

    sync(&server, &ada, &mailbox).await;
    assert_eq!(application_count(&server).await, 1);
    assert_eq!(mailbox_state(&server).await, "ok");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn disconnected_mailbox_leaves_no_preview(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("", "1", &confirmation(1));
    let mut input = account(&dovecot);
    input["dry_run"] = json!(true);
    let mailbox = connect(&ada, input).await.expect_status(201)["data"].clone();
    server.run_jobs().await;
    let body = json!({ "mailbox_id": mailbox["id"] });
    ada.post("/mail/disconnect_mailbox", body)
        .await
        .expect_status(204);
    assert_eq!(server.count("select count(*) from import_findings").await, 0);
    assert_eq!(mailbox_state(&server).await, "reconnect_required");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn import_page_says_whether_the_preview_of_a_mailbox_found_anything(pool: PgPool) {
    let (dovecot, server, _) = imap_server(pool).await;
    let mut browser = server.browser();
    let board = browser.register("eve@example.org").await;
    let page = board.replace("/board", "/import");
    let eve = server.login("eve").await;
    let mut input = account(&dovecot);
    input["dry_run"] = json!(true);
    let mailbox = connect(&eve, input).await.expect_status(201)["data"].clone();
    server.run_jobs().await;
    let empty = browser.get(&page).await.text;
    assert!(empty.contains("The preview found no new emails"), "{empty}");
    assert!(!empty.contains("Your preview is ready"), "{empty}");

    decide(&server, &eve, "/mail/cancel_import", &mailbox["import_id"], 200).await;
    dovecot.add("", "1", &confirmation(1));
    let body = json!({ "mailbox_id": mailbox["id"], "dry_run": true });
    let again = eve.post("/mail/sync_mailbox", body).await.expect_status(202)["data"].clone();
    server.run_jobs().await;
    let ready = browser.get(&page).await.text;
    assert!(ready.contains("Your preview is ready"), "{ready}");

    let body = json!({ "import_id": again["import_id"] });
    eve.post("/mail/confirm_import", body).await.expect_status(202);
    let applying = browser.get(&page).await.text;
    assert!(
        !applying.contains("The preview found no new emails"),
        "{applying}"
    );
    assert!(!applying.contains("Your preview is ready"), "{applying}");
}
