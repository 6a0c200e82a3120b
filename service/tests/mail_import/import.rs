//! The results of an import.

use crate::import_fixture::{ImportFixture, all_samples, confirmation, mbox, rejection, sample};
use domain::{ErrorCode, ImportId, jobapps::ListApplicationsInput, mail::ImportState};
use service::{background::run_until_idle, jobapps, mail};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn messages_become_applications_with_source_date_and_events(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let files = [
        sample("linkedin/receipt-plain"),
        sample("greenhouse/rejection"),
        sample("others/bank-card"),
        sample("linkedin/job-alert"),
    ];
    let import = fixture
        .import(&fixture.ada, &[("Inbox.mbox", &mbox(&files))])
        .await;
    assert_eq!(import.state, ImportState::Done);
    let counts = (
        import.messages_seen,
        import.applications_created,
        import.applications_updated,
        import.mails_ignored,
    );
    assert_eq!(counts, (4, 1, 1, 2), "{import:?}");
    assert_eq!(import.errors, []);
    let board = jobapps::get_board(
        &fixture.services,
        &fixture.ada,
        ListApplicationsInput::default(),
        &[],
    )
    .await
    .expect("board");
    let closed = &board.columns[1].closed[0];
    assert_eq!(
        (
            closed.company.as_deref(),
            closed.job_title.as_deref(),
            closed.source.as_str()
        ),
        (
            Some("Tideline Analytics"),
            Some("Senior Data Engineer"),
            "LinkedIn"
        )
    );
    let events = jobapps::list_events(&fixture.services, &fixture.ada, closed.id)
        .await
        .expect("events");
    assert_eq!(events.len(), 2);
    assert_eq!(
        events[0].occurred_at.to_rfc3339(),
        "2026-01-12T00:00:00+00:00",
        "the date in the message"
    );
    assert_eq!(events[0].cause, domain::jobapps::EventSource::Import);
    assert!(events[0].mail_id.is_some() && events[0].from_status.is_none() && events[0].actor.id.is_none());
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn message_text_is_not_stored_and_files_are_deleted(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let canary = "Pinkelephantsinthecellar";
    let message = [
        confirmation("Moss", "Baker", 5),
        format!("\nBy the way: {canary}.\n").into_bytes(),
    ]
    .concat();
    let import = fixture.import(&fixture.ada, &[("x.eml", &message)]).await;
    assert_eq!(import.applications_created, 1);
    for table in [
        "mail_messages",
        "mail_imports",
        "job_applications",
        "application_events",
        "background_jobs",
    ] {
        let found = fixture
            .rows(&format!(
                "select t::text from {table} t where t::text like '%{canary}%'"
            ))
            .await;
        assert!(found.is_empty(), "{table}: {found:?}");
    }
    assert!(
        !fixture
            .app
            .data_dir()
            .join("uploads")
            .join(import.id.to_string())
            .exists()
    );
    assert!(
        fixture
            .rows("select id::text from background_jobs")
            .await
            .is_empty()
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn order_of_messages_in_file_does_not_matter(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    let mut messages = vec![
        confirmation("Moss", "Baker", 60),
        rejection("Moss", "Baker", 3),
        confirmation("Fern", "Cook", 120),
        sample("linkedin/rejection"),
        sample("greenhouse/receipt"),
        sample("linkedin/receipt-plain"),
        sample("greenhouse/rejection"),
    ];
    fixture
        .import(&fixture.ada, &[("a.mbox", &mbox(&messages))])
        .await;
    messages.reverse();
    fixture.import(&ben, &[("b.mbox", &mbox(&messages))]).await;
    let state = fixture.snapshot(&fixture.ada).await;
    assert_eq!(state, fixture.snapshot(&ben).await);
    assert!(
        state
            .iter()
            .any(|s| s.contains("Moss | Baker") && s.contains("rejected"))
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn spam_and_drafts_count_as_ignored(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let labelled = |label: &str| {
        let header = format!("X-Gmail-Labels: {label}\n");
        [header.as_bytes(), &confirmation("Moss", "Baker", 0)].concat()
    };
    let file = mbox(&[labelled("Spam"), labelled("Drafts")]);
    let import = fixture.import(&fixture.ada, &[("Takeout.mbox", &file)]).await;
    let counts = (
        import.messages_seen,
        import.applications_created,
        import.mails_ignored,
    );
    assert_eq!(counts, (2, 0, 2));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn all_samples_create_distinct_applications(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let (file, count) = all_samples();
    let import = fixture.import(&fixture.ada, &[("all.mbox", &file)]).await;
    assert_eq!(import.messages_seen, i64::try_from(count).expect("few"));
    let accounted = import.applications_created
        + import.applications_updated
        + import.mails_in_review
        + import.mails_ignored;
    assert_eq!(
        import.messages_seen - accounted,
        i64::try_from(import.errors.len()).expect("few"),
        "every message is counted once"
    );
    let duplicates = fixture
        .rows("select match_key || lower(job_title) from job_applications where job_title is not null group by 1 having count(*) > 1")
        .await;
    assert_eq!(duplicates, Vec::<String>::new());
    // The last event of each application has its current state.
    let mismatches = fixture
        .rows(
            "select a.company from job_applications a where (a.stage_id, coalesce(a.outcome, '')) is distinct from ( \
             select (e.to_stage_id, coalesce(e.outcome, '')) from application_events e where e.application_id = a.id \
             order by e.occurred_at desc, e.recorded_at desc, e.id desc limit 1)",
        )
        .await;
    assert_eq!(mismatches, Vec::<String>::new());
    assert!(
        fixture
            .rows("select id::text from mail_messages where not matched")
            .await
            .is_empty()
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn import_of_another_user_is_not_found(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    let import = fixture
        .import(&fixture.ada, &[("x.eml", &confirmation("Moss", "Baker", 5))])
        .await;
    for (caller, id) in [(&ben, import.id), (&fixture.ada, ImportId(uuid::Uuid::nil()))] {
        let result = mail::get_import(&fixture.services, caller, id)
            .await
            .expect_err("not found");
        assert_eq!(domain::ApiError::from(result).code, ErrorCode::NotFound);
    }
}

/// A job runs as its user. If its payload is the import of another user, it finds nothing and writes nothing.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn job_with_import_of_another_user_changes_nothing(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let ben = fixture.app.register_user("ben").await.expect("ben");
    let import = fixture
        .upload(&fixture.ada, &[("x.eml", &confirmation("Moss", "Baker", 5))])
        .await;
    fixture
        .execute(&format!(
            "update background_jobs set tenant_id = '{}', user_id = '{}' where payload_id = '{}'",
            ben.tenant.id, ben.user.id, import.id
        ))
        .await;
    let (ada_before, ben_before) = (fixture.snapshot(&fixture.ada).await, fixture.snapshot(&ben).await);
    // Whether the job fails or succeeds does not matter.
    let _ = run_until_idle(&fixture.services).await;
    assert_eq!(
        (fixture.snapshot(&fixture.ada).await, fixture.snapshot(&ben).await),
        (ada_before, ben_before)
    );
    let import_of_ada = mail::get_import(&fixture.services, &fixture.ada, import.id)
        .await
        .expect("found");
    assert_eq!(
        (import_of_ada.messages_seen, import_of_ada.applications_created),
        (0, 0)
    );
    let result = mail::get_import(&fixture.services, &ben, import.id).await;
    assert_eq!(
        result.map_err(|e| domain::ApiError::from(e).code),
        Err(ErrorCode::NotFound)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn confirmations_without_platform_are_matched_alike_in_one_import_and_in_two(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let message = |day: u32| {
        format!(
            "From: Moss Careers <careers@moss.example>\nSubject: We received your application\nMessage-ID: <{day}@mail.example>\n\
             Date: {day} Jan 2026 10:00:00 +0000\n\nHello,\n\nwe have received your application to Moss. Our recruiters will read it.\n"
        )
        .into_bytes()
    };
    let messages = [message(5), message(6)];
    let together = fixture
        .import(&fixture.ada, &[("Inbox.mbox", &mbox(&messages))])
        .await;
    let ben = fixture.app.register_user("ben").await.expect("ben");
    let mut created = 0;
    for message in messages {
        let import = fixture.import(&ben, &[("Inbox.mbox", &mbox(&[message]))]).await;
        created += import.applications_created;
    }
    assert_eq!((created, together.applications_created), (2, 2));
}
