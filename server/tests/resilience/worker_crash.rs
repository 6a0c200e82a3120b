//! The server is killed during an import, and the user uploads the same file again.

use crate::support::{
    PostgresCluster, ServerProcess, TempDir,
    raw_http::{RawRequest, get_with_token, post, register},
    wait_until,
};
use serde_json::json;
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

const MESSAGES: usize = 1_500;
const KILLS: usize = 2;
const IMPORT_TIMEOUT: Duration = Duration::from_secs(90);
/// Each imported application has exactly one event.
const EVENTS_MINUS_APPLICATIONS: &str =
    "select (select count(*) from application_events) - (select count(*) from job_applications)";

/// An mbox file with confirmations, each from a different company.
fn mailbox() -> String {
    let message = |n: usize| {
        let (day, hour, minute) = (1 + n % 28, n / 28 % 24, n / 672 % 60);
        format!(
            "From ada@inbox.example Tue Jan 13 08:30:04 2026\n\
             From: Harbour {n} <no-reply@us.greenhouse-mail.io>\nTo: ada@inbox.example\n\
             Subject: Thank you for applying to Harbour {n}\nMessage-ID: <receipt-{n}@mail.example>\n\
             Date: {day} Jan 2026 {hour:02}:{minute:02}:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n\
             Thank you for applying for the Baker position at Harbour {n}.\n\
             We have received your application and will read it with care.\n\n"
        )
    };
    (0..MESSAGES).map(message).collect()
}

/// Uploads the file. Returns the id of the import.
async fn upload(address: SocketAddr, token: &str, file: &str) -> String {
    let body = format!(
        "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Inbox.mbox\"\r\n\
         Content-Type: application/mbox\r\n\r\n{file}\r\n--part--\r\n"
    );
    let response = RawRequest::new("POST", "/api/mail/import_mails")
        .token(token)
        .body("multipart/form-data; boundary=part", body)
        .send(address)
        .await
        .expect("response");
    assert_eq!(response.status, 202, "{}", response.body);
    response.json()["data"]["id"].as_str().expect("id").to_owned()
}

/// The state of the import and how many messages it has read.
async fn progress(address: SocketAddr, token: &str, import: &str) -> (String, u64) {
    let path = format!("/api/mail/get_import?import_id={import}");
    let response = get_with_token(address, token, &path).await.expect("response");
    let import = &response.json()["data"];
    (
        import["state"].as_str().expect("state").to_owned(),
        import["messages_seen"].as_u64().expect("number"),
    )
}

/// The number of applications by company.
async fn applications_by_company(address: SocketAddr, token: &str) -> BTreeMap<String, u32> {
    let (mut counts, mut cursor) = (BTreeMap::new(), String::new());
    loop {
        let path = format!("/api/jobapps/get_jobapps?limit=500{cursor}");
        let response = get_with_token(address, token, &path).await.expect("response");
        let page = response.json();
        for row in page["data"].as_array().expect("rows") {
            *counts
                .entry(row["company"].as_str().expect("company").to_owned())
                .or_default() += 1;
        }
        match page["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return counts,
        }
    }
}

/// Lets another worker take over the job immediately, before the lease expires.
async fn expire_leases(cluster: &PostgresCluster) {
    cluster
        .count(
            "with expired as (update background_jobs set lease_until = null, run_at = now() returning 1)
             select count(*) from expired",
        )
        .await;
}

#[tokio::test]
async fn import_interrupted_by_crashes_creates_each_application_once() {
    let cluster = PostgresCluster::start(&[]).await;
    let dir = TempDir::new();
    let file = mailbox();
    let mut server = ServerProcess::start(&dir, &cluster.environment()).await;
    let token = register(server.address, "ada").await;
    let first = upload(server.address, &token, &file).await;
    for kill in 1..=KILLS {
        // The import has progressed further each time.
        let target = (MESSAGES * kill / (KILLS + 2)) as u64;
        let address = server.address;
        let mut seen = 0;
        wait_until("the import is partly done", IMPORT_TIMEOUT, async || {
            let (state, now) = progress(address, &token, &first).await;
            assert_eq!(state, "running", "it finished before the kill: use more messages");
            seen = now;
            seen >= target
        })
        .await;
        assert!(
            seen < MESSAGES as u64,
            "it finished before the kill: use more messages"
        );
        server.kill().await;
        server = ServerProcess::start(&dir, &cluster.environment()).await;
        expire_leases(&cluster).await;
    }
    let second = upload(server.address, &token, &file).await;
    for import in [&first, &second] {
        let address = server.address;
        wait_until("the import is done", IMPORT_TIMEOUT, async || {
            progress(address, &token, import).await.0 == "done"
        })
        .await;
        assert_eq!(progress(address, &token, import).await.1, MESSAGES as u64);
    }
    let counts = applications_by_company(server.address, &token).await;
    let duplicates: Vec<_> = counts.iter().filter(|(_, count)| **count != 1).collect();
    assert!(duplicates.is_empty(), "{duplicates:?}");
    assert_eq!(counts.len(), MESSAGES);
    assert_eq!(cluster.count(EVENTS_MINUS_APPLICATIONS).await, 0);
    assert_eq!(
        cluster
            .count("select count(*) from background_jobs where kind = 'import_mail'")
            .await,
        0
    );

    // Control: the check detects a duplicate.
    let duplicate = json!({"job_title": "Baker", "company": "Harbour 7"});
    let added = post(server.address, "/api/jobapps/add_jobapp", &token, &duplicate)
        .await
        .expect("response");
    assert_eq!(added.status, 201);
    let counts = applications_by_company(server.address, &token).await;
    assert_eq!(counts["Harbour 7"], 2);
}
