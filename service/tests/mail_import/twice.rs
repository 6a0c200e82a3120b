//! The same mails again, other people with the same mails, people who changed something in between.

use crate::bench::{Desk, all_fixtures, mbox, receipt, rejection};
use domain::{
    jobapps::{AddJobappInput, UpdateJobappInput},
    mail::ImportState,
};
use service::jobapps;
use sqlx::PgPool;

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn the_same_file_again_changes_nothing(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let (file, mails) = all_fixtures();
    let first = desk.import(&desk.ada, &[("all.mbox", &file)]).await;
    let state = desk.state(&desk.ada).await;
    let again = desk.import(&desk.ada, &[("again.mbox", &file)]).await;
    assert_eq!(desk.state(&desk.ada).await, state);
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
        i64::try_from(mails - again.errors.len()).expect("few")
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn at_50_two_tenants_with_the_same_mails_are_both_complete(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let ben = desk.bench.person("ben").await.expect("registered");
    let (file, _) = all_fixtures();
    let ours = desk.import(&desk.ada, &[("all.mbox", &file)]).await;
    let theirs = desk.import(&ben, &[("all.mbox", &file)]).await;
    assert_eq!(ours.applications_created, theirs.applications_created);
    assert_eq!(desk.state(&desk.ada).await, desk.state(&ben).await);
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn two_imports_of_the_same_application_make_it_once(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let board = String::from_utf8(receipt("Moss", "Baker", 60)).expect("text");
    let board = board
        .replace("no-reply@us.greenhouse-mail.io", "no-reply@hire.lever.co")
        .replace("Message-ID: <", "Message-ID: <l-");
    desk.send(&desk.ada, &[("a.eml", &receipt("Moss", "Baker", 60))])
        .await;
    desk.send(&desk.ada, &[("b.eml", board.as_bytes())]).await;
    let (one, other) = tokio::join!(
        service::jobs::work_off(&desk.services),
        service::jobs::work_off(&desk.services)
    );
    one.and(other).expect("worked off");
    assert_eq!(desk.rows("select company from job_application").await, ["Moss"]);
    assert_eq!(
        desk.rows("select application_id::text from mail_message where application_id is not null")
            .await
            .len(),
        2
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn what_a_person_wrote_or_deleted_stays(pool: PgPool) {
    let desk = Desk::new(pool).await;
    let (s, ada) = (&desk.services, &desk.ada);
    let stages = jobapps::statuses(s, ada).await.expect("stages");
    let planned = AddJobappInput {
        job_title: "baker".into(),
        company: "MOSS Ltd".into(),
        application_date: Some("2026-01-02".parse().expect("a day")),
        status_id: Some(stages[0].id),
        source: Some("A friend".into()),
        ..AddJobappInput::default()
    };
    let planned = jobapps::add(s, ada, planned).await.expect("added");
    desk.import(
        ada,
        &[
            ("1.eml", &receipt("Moss", "Baker", 4 * 1440)),
            ("2.eml", &receipt("Fern", "Cook", 60)),
        ],
    )
    .await;
    let state = desk.rows("select concat_ws('|', company, job_title, source, apply_date, version) from job_application order by 1").await;
    assert_eq!(
        state,
        [
            "Fern|Cook|Greenhouse|2026-01-01|1",
            "MOSS Ltd|baker|A friend|2026-01-02|2"
        ],
        "moved to Applied, nothing overwritten"
    );
    // The person moves it on today and withdraws the other: a rejection of last month changes neither.
    let on = UpdateJobappInput::to_stage(planned.id, stages[3].id);
    jobapps::update(s, ada, on).await.expect("moved");
    desk.execute("update job_application set deleted_at = now() where company = 'Fern'")
        .await;
    let before = desk
        .rows("select a::text from job_application a order by 1")
        .await;
    let mails = [
        rejection("Moss", "Baker", 3),
        rejection("Fern", "Cook", 3),
        receipt("Fern", "Cook", 61),
    ];
    let import = desk.import(ada, &[("no.mbox", &mbox(&mails))]).await;
    assert_eq!(
        (
            import.applications_created,
            import.applications_updated,
            import.mails_ignored
        ),
        (0, 0, 3)
    );
    assert_eq!(
        desk.rows("select a::text from job_application a order by 1")
            .await,
        before
    );
}
