//! A large mailbox needs no more memory than a small one. Alone in its process, so that nothing else is measured.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test may fail this way")]

use domain::mail::ImportState;
use service::{jobs::work_off, mail, tenants::Caller, testing::Bench};
use sqlx::PgPool;
use std::{fs, sync::Arc};

/// The most memory that this process ever had resident, in kilobytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("status");
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).expect("a peak");
    line.split_ascii_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("a number")
}

/// One in ten is a receipt; the rest are newsletters of 20 KB.
fn mbox_of(mails: usize, run: &str) -> impl Iterator<Item = String> {
    let newsletter =
        "<p>Ten things that nobody tells you about a search, and two that everybody does.</p>\n".repeat(230);
    let run = run.to_owned();
    (0..mails).map(move |n| {
        let (day, hour, minute) = (1 + n / 1440 % 28, n / 60 % 24, n % 60);
        let head = format!(
            "From x Mon Jan  5 10:00:00 2026\nMessage-ID: <{run}-{n}@mail.example>\nDate: {day} Jan 2026 {hour:02}:{minute:02}:00 +0000\n"
        );
        if n % 10 == 0 {
            let company = format!("Moss {run} {n}");
            format!(
                "{head}From: {company} <no-reply@us.greenhouse-mail.io>\nSubject: Thank you for applying to {company}\n\n\
                 Thank you for applying for the Baker position at {company}. We have received your application.\n\n"
            )
        } else {
            format!("{head}From: Weekly <news@weekly.example>\nSubject: Number {n}\nContent-Type: text/html\n\n{newsletter}\n\n")
        }
    })
}

async fn import(services: &Arc<service::Services>, who: &Caller, mails: usize, run: &str) {
    let mut upload = mail::begin_import(services, who).await.expect("begun");
    upload.file("large.mbox").await.expect("a file");
    for mail in mbox_of(mails, run) {
        upload.write(mail.as_bytes()).await.expect("written");
    }
    let import = upload.finish().await.expect("enqueued");
    work_off(services).await.expect("worked off");
    let import = mail::get_import(services, who, import.id).await.expect("found");
    let count = |n: usize| i64::try_from(n).expect("few");
    assert_eq!(import.state, ImportState::Done);
    assert_eq!(
        (import.messages_seen, import.applications_created),
        (count(mails), count(mails.div_ceil(10)))
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn memory_does_not_grow_with_the_mailbox(pool: PgPool) {
    let bench = Bench::new(pool).expect("bench");
    let services = Arc::new(bench.services.clone());
    let ada = bench.person("ada").await.expect("registered");
    import(&services, &ada, 400, "small").await;
    let before = peak();
    import(&services, &ada, 4_000, "large").await;
    let grown = peak() - before;
    assert!(
        grown < 16 * 1024,
        "80 MB of mail needed {grown} KB more than 8 MB did"
    );
}
