//! Repeated and concurrent imports of the same messages, and changes by the user in between.

use crate::import_fixture::{ImportFixture, all_samples, confirmation, mbox, rejection};
use domain::{
    jobapps::{AddApplicationInput, UpdateApplicationInput},
    mail::ImportState,
};
use service::jobapps;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn same_file_again_changes_nothing(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let (file, count) = all_samples();
    let first = fixture.import(&fixture.ada, &[("all.mbox", &file)]).await;
    let snapshot = fixture.snapshot(&fixture.ada).await;
    let again = fixture.import(&fixture.ada, &[("again.mbox", &file)]).await;
    assert_eq!(fixture.snapshot(&fixture.ada).await, snapshot);
    assert!(first.applications_created > 20);
    assert_eq!(
        (
            again.state,
            again.applications_created,
            again.applications_updated
        ),
        (ImportState::Done, 0, 0)
    );
    assert_eq!(
        again.mails_ignored,
        i64::try_from(count - again.errors.len()).expect("few")
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn two_tenants_with_the_same_messages_get_the_same_result(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    let (file, _) = all_samples();
    let of_ada = fixture.import(&fixture.ada, &[("all.mbox", &file)]).await;
    let of_ben = fixture.import(&ben, &[("all.mbox", &file)]).await;
    assert_eq!(of_ada.applications_created, of_ben.applications_created);
    assert_eq!(fixture.snapshot(&fixture.ada).await, fixture.snapshot(&ben).await);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_imports_create_an_application_once(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let from_lever = String::from_utf8(confirmation("Moss", "Baker", 60)).expect("text");
    let from_lever = from_lever
        .replace("no-reply@us.greenhouse-mail.io", "no-reply@hire.lever.co")
        .replace("Message-ID: <", "Message-ID: <l-");
    fixture
        .upload(&fixture.ada, &[("a.eml", &confirmation("Moss", "Baker", 60))])
        .await;
    fixture
        .upload(&fixture.ada, &[("b.eml", from_lever.as_bytes())])
        .await;
    let (one, other) = tokio::join!(
        service::background::run_until_idle(&fixture.services),
        service::background::run_until_idle(&fixture.services)
    );
    one.and(other).expect("jobs run");
    assert_eq!(
        fixture.rows("select company from job_applications").await,
        ["Moss"]
    );
    assert_eq!(
        fixture
            .rows("select application_id::text from mail_messages where application_id is not null")
            .await
            .len(),
        2
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn user_edits_and_deletions_are_kept(pool: PgPool) {
    let fixture = ImportFixture::new(pool).await;
    let (s, ada) = (&fixture.services, &fixture.ada);
    let stages = jobapps::list_stages(s, ada).await.expect("stages");
    let planned = AddApplicationInput {
        job_title: "baker".into(),
        company: "MOSS Ltd".into(),
        application_date: Some("2026-01-02".parse().expect("a day")),
        status_id: Some(stages[0].id),
        source: Some("A friend".into()),
        ..AddApplicationInput::default()
    };
    let planned = jobapps::add(s, ada, None, planned).await.expect("added");
    fixture
        .import(
            ada,
            &[
                ("1.eml", &confirmation("Moss", "Baker", 4 * 1440)),
                ("2.eml", &confirmation("Fern", "Cook", 60)),
            ],
        )
        .await;
    let state = fixture.rows("select concat_ws('|', company, job_title, source, apply_date, version) from job_applications order by 1").await;
    assert_eq!(
        state,
        [
            "Fern|Cook|Greenhouse|2026-01-01|1",
            "MOSS Ltd|baker|A friend|2026-01-02|2"
        ],
        "moved to Applied, user edits kept"
    );
    // The user moves one and deletes the other: a rejection from last month changes neither.
    let to_next_stage = UpdateApplicationInput::to_stage(planned.id, stages[3].id);
    jobapps::move_stage(s, ada, to_next_stage).await.expect("moved");
    fixture
        .execute("update job_applications set deleted_at = now() where company = 'Fern'")
        .await;
    let before = fixture
        .rows("select a::text from job_applications a order by 1")
        .await;
    let messages = [
        rejection("Moss", "Baker", 3),
        rejection("Fern", "Cook", 3),
        confirmation("Fern", "Cook", 61),
    ];
    let import = fixture.import(ada, &[("no.mbox", &mbox(&messages))]).await;
    assert_eq!(
        (
            import.applications_created,
            import.applications_updated,
            import.mails_ignored
        ),
        // The rejection from before the move belongs to its application and changes nothing.
        (0, 1, 2)
    );
    assert_eq!(
        fixture
            .rows("select a::text from job_applications a order by 1")
            .await,
        before
    );
}
