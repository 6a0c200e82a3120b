//! Importing a large mailbox needs no more memory than a small one. The only test of its process, so that nothing else is
//! measured.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test may fail this way")]

use domain::mail::ImportState;
use service::{background::run_until_idle, context::Caller, mail, testing::TestApp};
use sqlx::PgPool;
use std::{fs, sync::Arc};

/// Peak resident memory of this process, in kilobytes.
fn peak_memory_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("status");
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).expect("VmHWM");
    line.split_ascii_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("a number")
}

/// One in ten messages is a confirmation; the rest are newsletters of 20 KB.
fn mbox_messages(count: usize, run: &str) -> impl Iterator<Item = String> {
    let newsletter =
        "<p>Ten things that nobody tells you about a search, and two that everybody does.</p>\n".repeat(230);
    let run = run.to_owned();
    (0..count).map(move |n| {
        let (day, hour, minute) = (1 + n / 1440 % 28, n / 60 % 24, n % 60);
        let headers = format!(
            "From x Mon Jan  5 10:00:00 2026\nMessage-ID: <{run}-{n}@mail.example>\nDate: {day} Jan 2026 {hour:02}:{minute:02}:00 +0000\n"
        );
        if n % 10 == 0 {
            let company = format!("Moss {run} {n}");
            format!(
                "{headers}From: {company} <no-reply@us.greenhouse-mail.io>\nSubject: Thank you for applying to {company}\n\n\
                 Thank you for applying for the Baker position at {company}. We have received your application.\n\n"
            )
        } else {
            format!("{headers}From: Weekly <news@weekly.example>\nSubject: Number {n}\nContent-Type: text/html\n\n{newsletter}\n\n")
        }
    })
}

async fn import(services: &Arc<service::Services>, caller: &Caller, count: usize, run: &str) {
    let mut upload = mail::begin_import(services, caller, None).await.expect("begun");
    upload.start_file("large.mbox").await.expect("a file");
    for message in mbox_messages(count, run) {
        upload.write(message.as_bytes()).await.expect("written");
    }
    let import = upload.finish().await.expect("enqueued");
    run_until_idle(services).await.expect("jobs run");
    let import = mail::get_import(services, caller, import.id)
        .await
        .expect("found");
    let to_i64 = |n: usize| i64::try_from(n).expect("few");
    assert_eq!(import.state, ImportState::Done);
    assert_eq!(
        (import.messages_seen, import.applications_created),
        (to_i64(count), to_i64(count.div_ceil(10)))
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn memory_does_not_grow_with_mailbox_size(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let services = Arc::new(app.services.clone());
    let ada = app.register_user("ada").await.expect("registered");
    import(&services, &ada, 400, "Small").await;
    let before = peak_memory_kb();
    import(&services, &ada, 4_000, "Large").await;
    let growth = peak_memory_kb() - before;
    assert!(
        growth < 16 * 1024,
        "an import of 80 MB needed {growth} KB more than one of 8 MB"
    );
}
