//! FT-10: the program dies in the middle of an import, is started again, and the person sends the same file once more.
//! Each application is there exactly once.

use crate::{
    client::{Answer, get_as, raw, register},
    program::Program,
    system::{Cluster, Folder, until},
};
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

const MAILS: usize = 1_500;
const KILLS: usize = 2;
const DONE: Duration = Duration::from_secs(90);
/// Every application has its one entry, and every entry its application.
const UNEVEN: &str =
    "select (select count(*) from application_event) - (select count(*) from job_application)";

/// Receipts of as many companies, as a mail program exports them.
fn mailbox() -> String {
    let one = |n: usize| {
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
    (0..MAILS).map(one).collect()
}

/// Uploads the file and gives the import's id.
async fn upload(address: SocketAddr, token: &str, file: &str) -> String {
    let body = format!(
        "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Inbox.mbox\"\r\n\
         Content-Type: application/mbox\r\n\r\n{file}\r\n--part--\r\n"
    );
    let head = format!(
        "POST /api/mail/import_mails HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=part\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = raw(address, format!("{head}{body}").as_bytes())
        .await
        .expect("answer");
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.json()["data"]["id"].as_str().expect("id").to_owned()
}

/// How far the import is: its state and the messages it has seen.
async fn progress(address: SocketAddr, token: &str, import: &str) -> (String, u64) {
    let answer: Answer = get_as(
        address,
        token,
        &format!("/api/mail/get_import?import_id={import}"),
    )
    .await
    .expect("answer");
    let import = &answer.json()["data"];
    (
        import["state"].as_str().expect("state").to_owned(),
        import["messages_seen"].as_u64().expect("number"),
    )
}

/// How often each company is on the board.
async fn companies(address: SocketAddr, token: &str) -> BTreeMap<String, u32> {
    let (mut found, mut cursor) = (BTreeMap::new(), String::new());
    loop {
        let path = format!("/api/jobapps/get_jobapps?limit=500{cursor}");
        let page = get_as(address, token, &path).await.expect("answer").json();
        for row in page["data"].as_array().expect("rows") {
            *found
                .entry(row["company"].as_str().expect("company").to_owned())
                .or_default() += 1;
        }
        match page["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// The work of a killed worker is another's when its lease is over. Nobody needs to wait for that here.
async fn end_leases(cluster: &Cluster) {
    cluster.count("with ended as (update job set lease_until = null, run_at = now() returning 1) select count(*) from ended").await;
}

#[tokio::test]
async fn ft_10_killed_in_the_middle_of_an_import_and_sent_again() {
    let cluster = Cluster::start(&[]).await;
    let folder = Folder::new();
    let file = mailbox();
    let mut program = Program::start(&folder, &cluster.environment()).await;
    let token = register(program.address, "ada").await;
    let first = upload(program.address, &token, &file).await;
    for kill in 1..=KILLS {
        // Each time a little further on.
        let far = (MAILS * kill / (KILLS + 2)) as u64;
        let address = program.address;
        let mut seen = 0;
        until("the import is in the middle", DONE, async || {
            let (state, now) = progress(address, &token, &first).await;
            assert_eq!(
                state, "running",
                "it was done before it was killed: take more mails"
            );
            seen = now;
            seen >= far
        })
        .await;
        assert!(
            seen < MAILS as u64,
            "it was done before it was killed: take more mails"
        );
        program.kill().await;
        program = Program::start(&folder, &cluster.environment()).await;
        end_leases(&cluster).await;
    }
    let second = upload(program.address, &token, &file).await;
    for import in [&first, &second] {
        let address = program.address;
        until("the import is done", DONE, async || {
            progress(address, &token, import).await.0 == "done"
        })
        .await;
        assert_eq!(progress(address, &token, import).await.1, MAILS as u64);
    }
    let found = companies(program.address, &token).await;
    let twice: Vec<_> = found.iter().filter(|(_, times)| **times != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert_eq!(found.len(), MAILS);
    assert_eq!(cluster.count(UNEVEN).await, 0);
    assert_eq!(cluster.count("select count(*) from job").await, 0);

    // The control: one that is there twice is seen.
    let again = serde_json::json!({"job_title": "Baker", "company": "Harbour 7"});
    let added = crate::client::post(program.address, "/api/jobapps/add_jobapp", &token, &again)
        .await
        .expect("answer");
    assert_eq!(added.status, 201);
    assert_eq!(companies(program.address, &token).await["Harbour 7"], 2);
}
