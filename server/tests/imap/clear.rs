//! Disconnecting a mailbox and deleting the data that came from it.

use super::{account, application_count, confirmation, connect_and_sync, imap_server, message_count, sync};
use crate::support::{IMAP_USER, TestClient, TestServer, workspace_slug};
use serde_json::{Value, json};
use sqlx::PgPool;

/// A message from an employer about an application.
fn message(company: &str, day: usize, text: &str) -> Vec<u8> {
    format!(
        "From: {company} <no-reply@us.greenhouse-mail.io>\r\nTo: ada@mail.example\r\nSubject: Your application to {company}\r\n\
         Message-ID: <{company}-{day}@us.greenhouse-mail.io>\r\nDate: {day} Feb 2026 10:00:00 +0000\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

fn rejection(company: &str, day: usize) -> Vec<u8> {
    let text = format!(
        "Thank you for applying for the Baker position at {company}.\r\n\
         Unfortunately, we will not be moving forward with your application."
    );
    message(company, day, &text)
}

/// The company of each application, and its outcome or `open`.
async fn applications(client: &TestClient) -> Vec<String> {
    let list = client.get("/jobapps/get_jobapps").await.expect_status(200);
    let rows = list["data"].as_array().expect("a list");
    let outcome = |row: &Value| row["outcome"].as_str().unwrap_or("open").to_owned();
    let mut names: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {}", row["company"].as_str().expect("a company"), outcome(row)))
        .collect();
    names.sort();
    names
}

async fn find(client: &TestClient, company: &str) -> Value {
    let list = client.get("/jobapps/get_jobapps").await.expect_status(200);
    let rows = list["data"].as_array().expect("a list").clone();
    rows.into_iter()
        .find(|row| row["company"] == company)
        .expect("the application")
}

async fn forget(server: &TestServer, client: &TestClient, mailbox: &Value) {
    let body = json!({"mailbox_id": mailbox["id"], "forget": true});
    let response = client.post("/mail/disconnect_mailbox", body).await;
    assert_eq!(response.status, 204, "{}", response.text);
    server.run_jobs().await;
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn cleared_mailbox_leaves_only_what_others_made_or_a_person_touched(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    let ben = server.register("ben").await;
    // The application at Company 6 and its confirmation come from a file, its rejection from the mailbox.
    let head = "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"6.eml\"\r\n\r\n";
    let form = [head.as_bytes(), &confirmation(6), b"\r\n--XyZ--\r\n"].concat();
    ada.post_raw("/mail/import_mails", "multipart/form-data; boundary=XyZ", form)
        .await
        .expect_status(202);
    server.run_jobs().await;
    for n in 1..=5 {
        dovecot.add("", &format!("m{n}"), &confirmation(n));
    }
    for company in [1, 6] {
        dovecot.add(
            "",
            &format!("r{company}"),
            &rejection(&format!("Company {company}"), company),
        );
    }
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    connect_and_sync(&server, &ben, account(&dovecot)).await;
    let of_ben = applications(&ben).await;
    assert_eq!(
        applications(&ada).await,
        [
            "Company 1 rejected",
            "Company 2 open",
            "Company 3 open",
            "Company 4 open",
            "Company 5 open",
            "Company 6 rejected"
        ]
    );

    let [second, third, fifth] = [
        find(&ada, "Company 2").await,
        find(&ada, "Company 3").await,
        find(&ada, "Company 5").await,
    ];
    let note = json!({"jobapp_id": second["id"], "description": "Ask Eve."});
    ada.post("/jobapps/add_jobapp_note", note)
        .await
        .expect_status(201);
    let edit = json!({"jobapp_id": third["id"], "version": third["version"], "location": "Rome"});
    ada.post("/jobapps/edit_jobapp", edit).await.expect_status(200);
    let moved = json!({"jobapp_id": fifth["id"], "status_id": ada.stage_id("offer").await});
    ada.post("/jobapps/update_jobapp", moved).await.expect_status(200);

    // Other users get 404 for the mailbox.
    let body = json!({"mailbox_id": mailbox["id"], "forget": true});
    assert_eq!(ben.post("/mail/disconnect_mailbox", body).await.status, 404);
    forget(&server, &ada, &mailbox).await;
    assert_eq!(
        applications(&ada).await,
        [
            "Company 2 open",
            "Company 3 open",
            "Company 5 open",
            "Company 6 open"
        ]
    );
    let left = "select count(*) from mail_messages m join users u on u.id = m.owner_id where u.email = 'ada@example.org'";
    assert_eq!(server.count(left).await, 1, "the one from the file");
    let mailboxes = "select count(*) from mailboxes b join users u on u.id = b.owner_id where u.email = 'ada@example.org'";
    assert_eq!(server.count(mailboxes).await, 1, "that of the files");
    let restored = json!({"jobapp_id": find(&ben, "Company 1").await["id"]});
    assert_eq!(ada.post("/jobapps/restore_jobapp", restored).await.status, 404);
    assert_eq!(applications(&ben).await, of_ben);

    // After reconnecting, the mailbox is read as if for the first time.
    connect_and_sync(&server, &ada, account(&dovecot)).await;
    assert_eq!(applications(&ada).await.len(), 6);
    assert!(
        applications(&ada)
            .await
            .contains(&"Company 1 rejected".to_owned())
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_is_cleared_in_steps_and_syncs_no_more(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    for n in 1..=130 {
        dovecot.add("", &format!("m{n:03}"), &confirmation(n));
    }
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    assert_eq!(application_count(&server).await, 130);
    let body = json!({"mailbox_id": mailbox["id"], "forget": true});
    assert_eq!(
        ada.post("/mail/disconnect_mailbox", body.clone()).await.status,
        204
    );
    assert_eq!(ada.post("/mail/disconnect_mailbox", body).await.status, 404);
    let syncs = "select count(*) from background_jobs where kind = 'sync_imap'";
    assert_eq!(server.count(syncs).await, 0);
    server.run_jobs().await;
    assert_eq!(message_count(&server).await, 0);
    assert_eq!(applications(&ada).await, Vec::<String>::new());
    assert_eq!(server.count("select count(*) from background_jobs").await, 0);
    // The next purge removes the applications permanently.
    service::jobapps::purge(&server.services).await.expect("purged");
    assert_eq!(application_count(&server).await, 0);
    assert_eq!(server.count("select count(*) from application_events").await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_that_is_connected_again_is_cleared_no_further(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("", "m1", &confirmation(1));
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    let body = json!({"mailbox_id": mailbox["id"], "forget": true});
    assert_eq!(ada.post("/mail/disconnect_mailbox", body).await.status, 204);
    // Reconnect before the job has run.
    let again = connect_and_sync(&server, &ada, account(&dovecot)).await;
    assert_eq!(again["id"], mailbox["id"]);
    dovecot.add("", "m2", &confirmation(2));
    sync(&server, &ada, &again).await;
    assert_eq!(applications(&ada).await, ["Company 1 open", "Company 2 open"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn form_without_a_script_clears_the_mailbox_if_that_is_chosen(pool: PgPool) {
    let (dovecot, server, _) = imap_server(pool).await;
    dovecot.add("", "m1", &confirmation(1));
    let mut browser = server.browser();
    let board = browser.register("eve@example.org").await;
    let eve = server.login("eve").await;
    let mailbox = connect_and_sync(&server, &eve, account(&dovecot)).await;
    let slug = workspace_slug(&board).to_owned();
    let page = browser.get(&format!("/w/{slug}/import")).await;
    assert!(page.text.contains("name=\"forget\"") && page.text.contains(IMAP_USER));
    let form = format!(
        "slug={slug}&mailbox_id={}&forget=yes",
        mailbox["id"].as_str().expect("id")
    );
    let response = browser.submit_form("/_fn/mail/disconnect", &form).await;
    assert_eq!(response.status, 303, "{}", response.text);
    server.run_jobs().await;
    assert_eq!(message_count(&server).await, 0);
    assert_eq!(applications(&eve).await, Vec::<String>::new());
}
