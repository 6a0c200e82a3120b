//! Files that are none, mails that are bombs, uploads that are too large or break off.

use crate::bench::{Desk, mbox, receipt};
use domain::{ErrorCode, mail::ImportState};
use service::{Error, mail};
use sqlx::PgPool;

fn code<T>(result: Result<T, Error>) -> ErrorCode {
    domain::ApiError::from(result.err().expect("refused")).code
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn each_bad_file_is_named_with_its_reason_and_the_rest_is_imported(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let huge = |head: &str, n: usize| {
        format!(
            "From: a@b.example\nDate: 5 Jan 2026 10:00:00 +0000\n{head}{}\n\nx\n",
            "y".repeat(n)
        )
        .into_bytes()
    };
    let many_parts = format!(
        "From: x <no-reply@us.greenhouse-mail.io>\nSubject: s\nDate: 5 Jan 2026 10:00:00 +0000\nContent-Type: multipart/mixed; boundary=b\n\n{}",
        "--b\n\nx\n".repeat(200_000)
    );
    let mails = [
        receipt("Moss", "Baker", 5),
        huge("X-Large: ", 300 * 1024),
        huge("Subject: s\n\n", 11 * 1024 * 1024),
        many_parts.into_bytes(),
        b"just some words\nand no mail\n".to_vec(),
        receipt("Fern", "Cook", 6),
    ];
    let import = desk
        .import(
            &desk.ada,
            &[
                ("Takeout.zip", b"PK\x03\x04rest"),
                ("Empty.mbox", b""),
                ("Mail.mbox", &mbox(&mails)),
                ("notes.txt", b"buy milk\n"),
                ("archive.pst", b"!BDN...."),
                ("one.eml", &receipt("Pine", "Tailor", 7)),
            ],
        )
        .await;
    assert_eq!(import.state, ImportState::Done);
    let errors: Vec<_> = import
        .errors
        .iter()
        .map(|e| (e.file.as_str(), e.position))
        .collect();
    let wanted = [
        ("Takeout.zip", 0),
        ("Empty.mbox", 0),
        ("Mail.mbox", 2),
        ("Mail.mbox", 3),
        ("Mail.mbox", 4),
        ("Mail.mbox", 5),
        ("notes.txt", 0),
        ("archive.pst", 0),
    ];
    assert_eq!(errors, wanted);
    for (error, word) in import.errors.iter().zip([
        "ZIP",
        "empty",
        "256 KB",
        "10 MB",
        "1000 parts",
        "not a mail",
        "does not look like mail",
        "Outlook",
    ]) {
        assert!(error.detail.contains(word), "{error:?}");
    }
    assert_eq!((import.messages_seen, import.applications_created), (7, 3));
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn errors_are_listed_up_to_a_hundred_and_then_counted(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let broken = vec![b"just some words\n".to_vec(); 450];
    let import = desk.import(&desk.ada, &[("Mail.mbox", &mbox(&broken))]).await;
    assert_eq!((import.messages_seen, import.errors.len()), (450, 101));
    assert_eq!(import.errors[99].position, 100);
    assert_eq!(import.errors[100].detail, "350 more mails could not be read.");
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_upload_without_a_file_is_refused_and_leaves_nothing(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let uploads = desk.services.data_dir.join("uploads");
    let count = || std::fs::read_dir(&uploads).map_or(0, Iterator::count);
    let before = count();
    let none = mail::begin_import(&desk.services, &desk.ada)
        .await
        .expect("begun");
    assert_eq!(code(none.finish().await), ErrorCode::Invalid);
    let mut unchosen = mail::begin_import(&desk.services, &desk.ada)
        .await
        .expect("begun");
    unchosen.file("").await.expect("a file");
    assert_eq!(code(unchosen.finish().await), ErrorCode::Invalid);
    let mut broken_off = mail::begin_import(&desk.services, &desk.ada)
        .await
        .expect("begun");
    broken_off.file("a.mbox").await.expect("a file");
    broken_off.write(&[b'x'; 1000]).await.expect("written");
    drop(broken_off);
    assert_eq!(count(), before);
    assert!(desk.rows("select id::text from mail_import").await.is_empty());
}

#[cfg(unix)]
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn files_are_for_the_server_only_and_their_names_are_ours(pool: PgPool) {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new(pool).await;
    let import = desk
        .send(&desk.ada, &[("../../../tmp/evil.mbox", b"From x")])
        .await;
    let folder = desk.folder(&import);
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("0.mail"))), (0o700, 0o600));
    assert_eq!(std::fs::read_dir(&folder).expect("folder").count(), 1);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn more_than_a_gigabyte_or_five_thousand_files_is_refused(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let mut upload = mail::begin_import(&desk.services, &desk.ada)
        .await
        .expect("begun");
    for _ in 0..mail::MAX_FILES {
        upload.file("a.eml").await.expect("a file");
    }
    assert_eq!(code(upload.file("a.eml").await), ErrorCode::PayloadTooLarge);
    drop(upload);
    for _ in 0..5 {
        desk.send(&desk.ada, &[("a.eml", b"From: x")]).await;
    }
    assert_eq!(
        code(mail::begin_import(&desk.services, &desk.ada).await.map(drop)),
        ErrorCode::RateLimited
    );
}
