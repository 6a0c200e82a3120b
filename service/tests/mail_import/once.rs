//! One import and what it leaves behind.

use crate::bench::{Desk, all_fixtures, fixture, mbox, receipt, rejection};
use domain::{ErrorCode, ImportId, mail::ImportState};
use service::{jobapps, jobs::work_off, mail};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn mails_become_applications_with_source_date_and_first_entry(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let files = [
        fixture("linkedin/receipt-plain"),
        fixture("greenhouse/rejection"),
        fixture("others/newsletter"),
        fixture("linkedin/job-alert"),
    ];
    let import = desk.import(&desk.ada, &[("Inbox.mbox", &mbox(&files))]).await;
    assert_eq!(import.state, ImportState::Done);
    let counts = (
        import.messages_seen,
        import.applications_created,
        import.applications_updated,
        import.mails_ignored,
    );
    assert_eq!(counts, (4, 1, 1, 2), "{import:?}");
    assert_eq!(import.errors, []);
    let board = jobapps::board(&desk.services, &desk.ada).await.expect("board");
    let closed = &board.columns[1].closed[0];
    assert_eq!(
        (
            closed.company.as_str(),
            closed.job_title.as_str(),
            closed.source.as_str()
        ),
        ("Tideline Analytics", "Senior Data Engineer", "LinkedIn")
    );
    let history = jobapps::history(&desk.services, &desk.ada, closed.id)
        .await
        .expect("history");
    assert_eq!(history.len(), 2);
    assert_eq!(
        history[0].occurred_at.to_rfc3339(),
        "2026-01-12T00:00:00+00:00",
        "the day that the mail names"
    );
    assert_eq!(history[0].cause, domain::jobapps::Cause::Import);
    assert!(
        history[0].mail_id.is_some() && history[0].from_status.is_none() && history[0].actor.id.is_none()
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn nothing_of_a_text_is_kept_and_the_files_are_gone(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let canary = "Pinkelephantsinthecellar";
    let mail = [
        receipt("Moss", "Baker", 5),
        format!("\nBy the way: {canary}.\n").into_bytes(),
    ]
    .concat();
    let import = desk.import(&desk.ada, &[("x.eml", &mail)]).await;
    assert_eq!(import.applications_created, 1);
    for table in [
        "mail_message",
        "mail_import",
        "job_application",
        "application_event",
        "job",
    ] {
        let found = desk
            .rows(&format!(
                "select t::text from {table} t where t::text like '%{canary}%'"
            ))
            .await;
        assert!(found.is_empty(), "{table}: {found:?}");
    }
    assert!(
        !desk
            .bench
            .data_dir()
            .join("uploads")
            .join(import.id.to_string())
            .exists()
    );
    assert!(desk.rows("select id::text from job").await.is_empty());
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_order_of_the_mails_in_a_file_does_not_matter(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let ben = desk.bench.person("ben").await.expect("registered");
    let mut mails = vec![
        receipt("Moss", "Baker", 60),
        rejection("Moss", "Baker", 3),
        receipt("Fern", "Cook", 120),
        fixture("linkedin/rejection"),
        fixture("greenhouse/receipt"),
        fixture("linkedin/receipt-plain"),
        fixture("greenhouse/rejection"),
    ];
    desk.import(&desk.ada, &[("a.mbox", &mbox(&mails))]).await;
    mails.reverse();
    desk.import(&ben, &[("b.mbox", &mbox(&mails))]).await;
    let state = desk.state(&desk.ada).await;
    assert_eq!(state, desk.state(&ben).await);
    assert!(
        state
            .iter()
            .any(|s| s.contains("Moss | Baker") && s.contains("rejected"))
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn all_fixtures_together_make_believable_applications(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let (file, mails) = all_fixtures();
    let import = desk.import(&desk.ada, &[("all.mbox", &file)]).await;
    assert_eq!(import.messages_seen, i64::try_from(mails).expect("few"));
    let accounted = import.applications_created + import.applications_updated + import.mails_ignored;
    assert_eq!(
        import.messages_seen - accounted,
        i64::try_from(import.errors.len()).expect("few"),
        "every mail is accounted for"
    );
    let doubles = desk
        .rows("select match_key || lower(job_title) from job_application where job_title not like '(%' group by 1 having count(*) > 1")
        .await;
    assert_eq!(doubles, Vec::<String>::new());
    // The ledger tells where each application stands.
    let wrong = desk
        .rows(
            "select a.company from job_application a where (a.stage_id, coalesce(a.outcome, '')) is distinct from ( \
             select (e.to_stage_id, coalesce(e.outcome, '')) from application_event e where e.application_id = a.id \
             order by e.occurred_at desc, e.recorded_at desc, e.id desc limit 1)",
        )
        .await;
    assert_eq!(wrong, Vec::<String>::new());
    assert!(
        desk.rows("select id::text from mail_message where not settled")
            .await
            .is_empty()
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn an_import_is_nobody_elses(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let ben = desk.bench.person("ben").await.expect("registered");
    let import = desk
        .import(&desk.ada, &[("x.eml", &receipt("Moss", "Baker", 5))])
        .await;
    for (who, id) in [(&ben, import.id), (&desk.ada, ImportId(uuid::Uuid::nil()))] {
        let refused = mail::get_import(&desk.services, who, id)
            .await
            .expect_err("hidden");
        assert_eq!(domain::ApiError::from(refused).code, ErrorCode::NotFound);
    }
}

/// RLS-10: work is done for the person that it names. Work that names somebody else's import finds none: nothing is read,
/// nothing is written, in neither workspace.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn work_that_names_anothers_import_does_nothing(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let ben = desk.bench.person("ben").await.expect("ben");
    let import = desk
        .send(&desk.ada, &[("x.eml", &receipt("Moss", "Baker", 5))])
        .await;
    desk.execute(&format!(
        "update job set workspace_id = '{}', person_id = '{}' where subject_id = '{}'",
        ben.tenant.id, ben.user.id, import.id
    ))
    .await;
    let (hers, his) = (desk.state(&desk.ada).await, desk.state(&ben).await);
    // Whether the worker calls that a failure is its own affair.
    let _ = work_off(&desk.services).await;
    assert_eq!((desk.state(&desk.ada).await, desk.state(&ben).await), (hers, his));
    let seen = mail::get_import(&desk.services, &desk.ada, import.id)
        .await
        .expect("still hers");
    assert_eq!((seen.messages_seen, seen.applications_created), (0, 0));
    let refused = mail::get_import(&desk.services, &ben, import.id).await;
    assert_eq!(
        refused.map_err(|e| domain::ApiError::from(e).code),
        Err(ErrorCode::NotFound)
    );
}
