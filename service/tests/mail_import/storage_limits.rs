//! Nobody can fill the disk or the database: unfinished uploads count, and leftovers of crashes are removed.

use crate::import_fixture::{ImportFixture, confirmation, mbox};
use chrono::TimeDelta;
use domain::{ApiError, ErrorCode, JobApplicationId, jobapps::ApplicationRef};
use service::{Error, Services, jobapps, mail, wiring};
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};

fn code<T>(result: Result<T, Error>) -> ErrorCode {
    ApiError::from(result.err().expect("an error")).code
}

async fn upload_count(fixture: &ImportFixture) -> usize {
    fixture
        .rows("select id::text from mail_imports where state = 'uploading'")
        .await
        .len()
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unfinished_uploads_count_as_imports(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    fixture
        .upload(
            &fixture.ada,
            &[("a.mbox", &mbox(&[confirmation("Moss", "Baker", 1)]))],
        )
        .await;
    let mut uploads = Vec::new();
    for _ in 0..4 {
        uploads.push(
            mail::begin_import(&fixture.services, &fixture.ada, None)
                .await
                .expect("begun"),
        );
    }
    // Also on another server.
    let other_server = fixture.app.services.clone();
    let sixth = mail::begin_import(&other_server, &fixture.ada, None).await;
    assert_eq!(code(sixth), ErrorCode::RateLimited);
    // An aborted upload releases its slot.
    uploads.pop();
    while upload_count(&fixture).await == 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut next = mail::begin_import(&other_server, &fixture.ada, None)
        .await
        .expect("begun");
    next.start_file("a.eml").await.expect("file");
    next.write(&confirmation("Fern", "Cook", 1))
        .await
        .expect("written");
    next.finish().await.expect("finished");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn slots_of_a_crashed_server_are_released(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    for _ in 0..5 {
        // Never dropped, as in a killed process.
        std::mem::forget(
            mail::begin_import(&fixture.services, &fixture.ada, None)
                .await
                .expect("begun"),
        );
    }
    assert_eq!(
        code(mail::begin_import(&fixture.services, &fixture.ada, None).await),
        ErrorCode::RateLimited
    );
    fixture.app.clock.advance(TimeDelta::minutes(3));
    let next = mail::begin_import(&fixture.services, &fixture.ada, None)
        .await
        .expect("begun");
    assert_eq!(upload_count(&fixture).await, 1);
    drop(next);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn leftovers_of_a_crash_are_deleted_while_running(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let directory_count = || {
        let uploads = fixture.services.data_dir.join("uploads");
        std::fs::read_dir(uploads).expect("uploads").count()
    };
    let mut upload = mail::begin_import(&fixture.services, &fixture.ada, None)
        .await
        .expect("begun");
    upload.start_file("a.mbox").await.expect("file");
    std::mem::forget(upload);
    let queued = fixture
        .upload(
            &fixture.ada,
            &[("a.mbox", &mbox(&[confirmation("Moss", "Baker", 1)]))],
        )
        .await;
    assert_eq!(directory_count(), 2);
    #[expect(clippy::disallowed_methods, reason = "the files have times of the real clock")]
    let now: chrono::DateTime<chrono::Utc> = std::time::SystemTime::now().into();
    fixture.app.clock.advance(now - fixture.services.clock.now());
    wiring::delete_expired(&fixture.services).await.expect("deleted");
    assert_eq!(directory_count(), 2, "it may be in progress");
    fixture.app.clock.advance(TimeDelta::hours(2));
    wiring::delete_expired(&fixture.services).await.expect("deleted");
    assert_eq!(directory_count(), 1);
    assert!(fixture.upload_dir(&queued).exists());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn upload_is_rejected_when_the_disk_is_almost_full(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let mut services = Services::clone(&fixture.services);
    services.storage_limits.min_free_bytes = u64::MAX;
    let error = ApiError::from(
        mail::begin_import(&services, &fixture.ada, None)
            .await
            .err()
            .expect("an error"),
    );
    assert_eq!(
        (error.code, error.retry_after),
        (ErrorCode::Unavailable, Some(60))
    );
    assert_eq!(upload_count(&fixture).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn open_imports_of_a_user_have_a_size_limit(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let mut services = Services::clone(&fixture.services);
    services.storage_limits.max_open_bytes = 60 << 20;
    let chunk = vec![b'x'; 1 << 20];
    let mut codes = Vec::new();
    let mut uploads = Vec::new();
    for _ in 0..2 {
        let mut upload = mail::begin_import(&services, &fixture.ada, None)
            .await
            .expect("begun");
        upload.start_file("a.mbox").await.expect("file");
        for _ in 0..40 {
            if let Err(error) = upload.write(&chunk).await {
                codes.push(ApiError::from(error).code);
                break;
            }
        }
        uploads.push(upload);
    }
    assert_eq!(codes, [ErrorCode::RateLimited]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn messages_of_a_user_have_a_limit(pool: PgPool) {
    let mut fixture = ImportFixture::new(pool).await;
    let mut services = Services::clone(&fixture.services);
    services.storage_limits.max_messages = 250;
    fixture.services = Arc::new(services);
    let file = |company: &str| {
        let messages: Vec<_> = (0..700)
            .map(|n| confirmation(company, &format!("Baker {n}"), n))
            .collect();
        mbox(&messages)
    };
    let import = fixture.import(&fixture.ada, &[("a.mbox", &file("Moss"))]).await;
    let stored = fixture.rows("select id::text from mail_messages").await.len();
    assert!((1..250 + 200).contains(&stored), "at most a batch more: {stored}");
    assert!(
        import.errors.iter().any(|e| e.detail.contains("not imported")),
        "{import:?}"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn import_stops_adding_applications_at_the_limit(pool: PgPool) {
    let mut fixture = ImportFixture::new(pool).await;
    let mut services = Services::clone(&fixture.services);
    services.storage_limits.max_applications = 3;
    fixture.services = Arc::new(services);
    let messages: Vec<_> = (0..5)
        .map(|n| confirmation("Moss", &format!("Baker {n}"), n))
        .collect();
    let import = fixture
        .import(&fixture.ada, &[("a.mbox", &mbox(&messages))])
        .await;
    assert_eq!((import.applications_created, import.mails_in_review), (3, 2));
    assert_eq!(
        fixture.rows("select id::text from job_applications").await.len(),
        3
    );
    let [error] = import.errors.as_slice() else {
        panic!("one error: {import:?}");
    };
    assert!(error.detail.contains("limit of 3 applications"), "{error:?}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn detail_has_the_newest_five_hundred_messages(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let message = confirmation("Moss", "Baker", 1);
    fixture
        .import(&fixture.ada, &[("a.mbox", &mbox(&[message]))])
        .await;
    fixture
        .execute(
            "insert into mail_messages select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), \
             'message_id', 'copy ' || n, 'identity', 'copy ' || n, 'sent_at', m.sent_at + n * interval '1 minute'))).* \
             from mail_messages m, generate_series(1, 600) n",
        )
        .await;
    let ids = fixture.rows("select id::text from job_applications").await;
    let input = ApplicationRef {
        jobapp_id: ids[0].parse().map(JobApplicationId).expect("an id"),
    };
    let detail = jobapps::get_detail(&fixture.services, &fixture.ada, input)
        .await
        .expect("detail");
    assert_eq!(detail.mails.len(), 500);
    let newest = fixture
        .rows("select id::text from mail_messages order by sent_at desc limit 1")
        .await;
    assert_eq!(detail.mails[0].id.to_string(), newest[0]);
}
