//! Unsupported files, malicious messages, and uploads that are too large or aborted.

use crate::import_fixture::{ImportFixture, confirmation, mbox};
use domain::{ErrorCode, mail::ImportState};
use service::{Error, mail};
use sqlx::PgPool;

fn code<T>(result: Result<T, Error>) -> ErrorCode {
    domain::ApiError::from(result.err().expect("an error")).code
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unreadable_files_are_reported_and_the_rest_is_imported(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let huge = |header: &str, n: usize| {
        format!(
            "From: a@b.example\nDate: 5 Jan 2026 10:00:00 +0000\n{header}{}\n\nx\n",
            "y".repeat(n)
        )
        .into_bytes()
    };
    let many_parts = format!(
        "From: x <no-reply@us.greenhouse-mail.io>\nSubject: s\nDate: 5 Jan 2026 10:00:00 +0000\nContent-Type: multipart/mixed; boundary=b\n\n{}",
        "--b\n\nx\n".repeat(200_000)
    );
    let messages = [
        confirmation("Moss", "Baker", 5),
        huge("X-Large: ", 300 * 1024),
        huge("Subject: s\n\n", 11 * 1024 * 1024),
        many_parts.into_bytes(),
        b"Received: by mx\n\njust some words\n".to_vec(),
        confirmation("Fern", "Cook", 6),
    ];
    let import = fixture
        .import(
            &fixture.ada,
            &[
                ("Takeout.zip", b"PK\x03\x04rest"),
                ("Empty.mbox", b""),
                ("Mail.mbox", &mbox(&messages)),
                ("notes.txt", b"buy milk\n"),
                ("archive.pst", b"!BDN...."),
                ("one.eml", &confirmation("Pine", "Tailor", 7)),
            ],
        )
        .await;
    assert_eq!(import.state, ImportState::Done);
    let errors: Vec<_> = import
        .errors
        .iter()
        .map(|e| (e.file.as_str(), e.position))
        .collect();
    let expected = [
        ("Takeout.zip", 0),
        ("Empty.mbox", 0),
        ("Mail.mbox", 2),
        ("Mail.mbox", 3),
        ("Mail.mbox", 4),
        ("Mail.mbox", 5),
        ("notes.txt", 0),
        ("archive.pst", 0),
    ];
    assert_eq!(errors, expected);
    for (error, text) in import.errors.iter().zip([
        "archive is damaged",
        "empty",
        "256 KB",
        "10 MB",
        "1000 parts",
        "not an email",
        "does not look like email",
        "Outlook",
    ]) {
        assert!(error.detail.contains(text), "{error:?}");
    }
    assert_eq!((import.messages_seen, import.applications_created), (7, 3));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn errors_beyond_one_hundred_are_only_counted(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let malformed = vec![b"Received: by mx\n\njust some words\n".to_vec(); 450];
    let import = fixture
        .import(&fixture.ada, &[("Mail.mbox", &mbox(&malformed))])
        .await;
    assert_eq!((import.messages_seen, import.errors.len()), (450, 101));
    assert_eq!(import.errors[99].position, 100);
    assert_eq!(import.errors[100].detail, "350 more emails could not be read.");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn upload_without_file_or_aborted_leaves_nothing(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let uploads = fixture.services.data_dir.join("uploads");
    let count = || std::fs::read_dir(&uploads).map_or(0, Iterator::count);
    let before = count();
    let without_file = mail::begin_import(&fixture.services, &fixture.ada, None)
        .await
        .expect("begun");
    assert_eq!(code(without_file.finish().await), ErrorCode::Invalid);
    let mut empty = mail::begin_import(&fixture.services, &fixture.ada, None)
        .await
        .expect("begun");
    empty.start_file("").await.expect("a file");
    assert_eq!(code(empty.finish().await), ErrorCode::Invalid);
    let mut aborted = mail::begin_import(&fixture.services, &fixture.ada, None)
        .await
        .expect("begun");
    aborted.start_file("a.mbox").await.expect("a file");
    aborted.write(&[b'x'; 1000]).await.expect("written");
    drop(aborted);
    assert_eq!(count(), before);
    // The slots of aborted uploads are released in the background.
    while !fixture.rows("select id::text from mail_imports").await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[cfg(unix)]
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn uploaded_files_are_private_and_have_generated_names(pool: PgPool) {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = ImportFixture::new(pool).await;
    let import = fixture
        .upload(&fixture.ada, &[("../../../tmp/evil.mbox", b"From x")])
        .await;
    let dir = fixture.upload_dir(&import);
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&dir), mode(&dir.join("0.mail"))), (0o700, 0o600));
    assert_eq!(std::fs::read_dir(&dir).expect("directory").count(), 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn too_many_files_or_running_imports_are_rejected(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let mut upload = mail::begin_import(&fixture.services, &fixture.ada, None)
        .await
        .expect("begun");
    for _ in 0..mail::MAX_UPLOAD_FILES {
        upload.start_file("a.eml").await.expect("a file");
    }
    assert_eq!(code(upload.start_file("a.eml").await), ErrorCode::PayloadTooLarge);
    drop(upload);
    for _ in 0..5 {
        fixture.upload(&fixture.ada, &[("a.eml", b"From: x")]).await;
    }
    assert_eq!(
        code(
            mail::begin_import(&fixture.services, &fixture.ada, None)
                .await
                .map(drop)
        ),
        ErrorCode::RateLimited
    );
}
