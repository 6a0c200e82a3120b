//! Reading a connected mailbox.

use super::{
    account, application_count, confirmation, connect, connect_and_sync, fixture, imap_server, mailbox_state,
    message_count, newsletter, sync,
};
use crate::support::TestServer;
use serde_json::json;
use sqlx::PgPool;
use std::time::{Duration, SystemTime};

/// Name and last UID read of each folder.
async fn cursors(server: &TestServer) -> Vec<(String, i64)> {
    sqlx::query_as("select name, last_uid from imap_folders order by name")
        .fetch_all(&server.owner)
        .await
        .expect("cursors")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn only_new_messages_are_read(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    for n in 1..=3 {
        dovecot.add("", &format!("m{n}"), &confirmation(n));
    }
    // Older than the window of the first sync.
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    dovecot.add_received("", "old", &confirmation(99), old);
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    assert_eq!(application_count(&server).await, 3);
    assert_eq!(cursors(&server).await, [("INBOX".to_owned(), 4)]);

    dovecot.add("", "m4", &confirmation(4));
    dovecot.remove("m2");
    sync(&server, &ada, &mailbox).await;
    assert_eq!(application_count(&server).await, 4);
    assert_eq!(cursors(&server).await, [("INBOX".to_owned(), 5)]);
    sync(&server, &ada, &mailbox).await;
    assert_eq!(message_count(&server).await, 4);
    // The next sync is scheduled.
    let due = "select (extract(epoch from run_at - now()) / 60)::bigint from background_jobs where kind = 'sync_imap'";
    assert!((13..=17).contains(&server.count(due).await));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn bodies_of_newsletters_are_not_fetched(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    for n in 1..=5 {
        dovecot.add("", &format!("n{n}"), &newsletter(n));
    }
    dovecot.add("", "m1", &confirmation(1));
    connect_and_sync(&server, &ada, account(&dovecot)).await;
    assert_eq!(message_count(&server).await, 1);
    let sent: u64 = dovecot.bytes_sent().iter().sum();
    assert!((1..20_000).contains(&sent), "{sent} bytes");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn folder_with_new_uidvalidity_is_read_again_without_duplicates(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    for n in 1..=3 {
        dovecot.add("", &format!("m{n}"), &confirmation(n));
    }
    let mailbox = connect_and_sync(&server, &ada, account(&dovecot)).await;
    let validity = "select uid_validity from imap_folders";
    let before = server.count(validity).await;
    dovecot.change_uid_validity();
    dovecot.add("", "a-first", &confirmation(4));
    sync(&server, &ada, &mailbox).await;
    assert_eq!(server.count(validity).await, before + 1);
    assert_eq!(
        (message_count(&server).await, application_count(&server).await),
        (4, 4)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn likely_folders_are_read_and_requested_ones_with_any_name(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    dovecot.add("", "m1", &confirmation(1));
    dovecot.add("Archive", "m2", &confirmation(2));
    dovecot.add("Bewerbungen f&APw-r 2026", "m3", &confirmation(3));
    dovecot.add("Sent", "m4", &confirmation(4));
    dovecot.add("Pers&APY-nlich &- mehr", "m5", &confirmation(5));
    connect_and_sync(&server, &ada, account(&dovecot)).await;
    assert_eq!(application_count(&server).await, 3);

    let mut chosen = account(&dovecot);
    chosen["folders"] = json!(["Persönlich & mehr"]);
    connect_and_sync(&server, &ada, chosen).await;
    assert_eq!(application_count(&server).await, 4);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interrupted_sync_resumes_behind_what_is_stored(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    for n in 1..=450 {
        dovecot.add("", &format!("m{n:04}"), &confirmation(n));
    }
    server
        .execute("alter table imap_folders add constraint stop check (last_uid <= 200)")
        .await;
    connect(&ada, account(&dovecot)).await.expect_status(201);
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "syncing", "it will be retried");
    assert_eq!(message_count(&server).await, 200);
    assert_eq!(cursors(&server).await, [("INBOX".to_owned(), 200)]);
    let interrupted: u64 = dovecot.bytes_sent().iter().sum();

    server
        .execute("alter table imap_folders drop constraint stop")
        .await;
    server.execute("update background_jobs set run_at = now()").await;
    server.run_jobs().await;
    assert_eq!(mailbox_state(&server).await, "ok");
    assert_eq!(
        (message_count(&server).await, application_count(&server).await),
        (450, 450)
    );
    let resumed = dovecot.bytes_sent().iter().sum::<u64>() - interrupted;
    assert!(resumed < interrupted, "{resumed} bytes, {interrupted} before");
}

/// The same messages lead to the same applications, whichever source they come from.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn mailbox_and_uploaded_file_make_the_same_applications(pool: PgPool) {
    let (dovecot, server, ada) = imap_server(pool).await;
    let names = [
        "linkedin/receipt-plain",
        "linkedin/receipt-de",
        "linkedin/rejection",
        "linkedin/job-alert",
        "greenhouse/receipt",
        "greenhouse/receipt-eu-de",
        "greenhouse/rejection",
        "greenhouse/interview",
        "indeed/receipt",
        "indeed/rejection",
        "lever/receipt",
        "smartrecruiters/receipt",
        "mime/latin1-quoted-printable",
        "mime/koi8-base64",
        "mime/no-message-id",
        "others/newsletter",
        "others/friend",
    ];
    let mut form = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let raw = fixture(name);
        dovecot.add("", &format!("m{n:02}"), &raw);
        let head =
            format!("--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{n}.eml\"\r\n\r\n");
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(&raw);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(b"--XyZ--\r\n");
    let ben = server.register("ben").await;
    let content_type = "multipart/form-data; boundary=XyZ";
    ben.post_raw("/mail/import_mails", content_type, form.clone())
        .await
        .expect_status(202);
    connect(&ada, account(&dovecot)).await.expect_status(201);
    server.run_jobs().await;
    let mut lists = Vec::new();
    for client in [&ada, &ben] {
        let list = client.get("/jobapps/get_jobapps").await.expect_status(200);
        let mut applications: Vec<String> = list["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|a| {
                format!(
                    "{} {} {} {}",
                    a["company"], a["job_title"], a["apply_date"], a["application_status"]["name"]
                )
            })
            .collect();
        applications.sort();
        lists.push(applications);
    }
    assert!(lists[0].len() > 5, "{lists:?}");
    assert_eq!(lists[0], lists[1]);

    // The file adds nothing, because all its messages were read from the mailbox.
    ada.post_raw("/mail/import_mails", content_type, form)
        .await
        .expect_status(202);
    server.run_jobs().await;
    let list = ada.get("/jobapps/get_jobapps").await.expect_status(200);
    assert_eq!(list["data"].as_array().expect("a list").len(), lists[0].len());
}
