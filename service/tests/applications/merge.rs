//! Merging applications and undoing it.

use crate::fixture::{Fixture, confirmation, email};
use domain::{
    ApiError, ErrorCode, JobApplicationId,
    jobapps::{
        AddNoteInput, ApplicationDetail, ApplicationRef, MergeApplicationsInput, MergedApplications, Outcome,
        SeparatedApplications, StageKind, UndoMergeInput, UpdateApplicationInput,
    },
    metrics::MetricsQuery,
};
use service::{Error, context::Caller, jobapps, metrics};
use sqlx::PgPool;

async fn merge_as(
    fixture: &Fixture,
    caller: &Caller,
    jobapp_id: JobApplicationId,
    other_id: JobApplicationId,
) -> Result<MergedApplications, ErrorCode> {
    let input = MergeApplicationsInput { jobapp_id, other_id };
    jobapps::merge(&fixture.services, caller, input)
        .await
        .map_err(code)
}

async fn merge(fixture: &Fixture, first: JobApplicationId, other: JobApplicationId) -> MergedApplications {
    merge_as(fixture, &fixture.ada, first, other)
        .await
        .expect("merged")
}

async fn undo(fixture: &Fixture, merged: &MergedApplications) -> Result<SeparatedApplications, ErrorCode> {
    let input = UndoMergeInput {
        merge_id: merged.merge_id,
    };
    jobapps::undo_merge(&fixture.services, &fixture.ada, input)
        .await
        .map_err(code)
}

fn code(error: Error) -> ErrorCode {
    ApiError::from(error).code
}

async fn add_note(fixture: &Fixture, id: JobApplicationId, text: &str) {
    let input = AddNoteInput {
        jobapp_id: id,
        description: text.into(),
    };
    jobapps::add_note(&fixture.services, &fixture.ada, None, input)
        .await
        .expect("added");
}

/// Everything but when and how often the application was changed.
fn comparable(mut detail: ApplicationDetail) -> ApplicationDetail {
    detail.jobapp.version = 0;
    detail.jobapp.updated_at = detail.jobapp.created_at;
    detail
}

/// An application by hand with a note, in the stage interview, and one of an email that was rejected.
async fn two(fixture: &Fixture) -> (JobApplicationId, JobApplicationId) {
    let first = fixture.add("Moss Ltd", "Head Baker").await.id;
    let stages = jobapps::list_stages(&fixture.services, &fixture.ada)
        .await
        .expect("stages");
    let stage = stages
        .iter()
        .find(|s| s.kind == StageKind::Interview)
        .expect("a stage");
    fixture
        .update(UpdateApplicationInput::to_stage(first, stage.id))
        .await;
    add_note(fixture, first, "Mine").await;
    fixture
        .import(&[confirmation("Ovenworks", "Baker", "12 Mar 2026")])
        .await;
    fixture.advance_days(5);
    let rejection = email(
        "Ovenworks",
        "Your application to Ovenworks",
        "19 Mar 2026",
        "Thank you for applying for the Baker position at Ovenworks.\n\
         Unfortunately, we will not be moving forward with your application.",
    );
    fixture.import(&[rejection]).await;
    let other = fixture.at("Ovenworks").await.id;
    add_note(fixture, other, "Theirs").await;
    (first, other)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn merged_application_has_everything_of_both_and_undo_restores_both(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = two(&fixture).await;
    let before = (fixture.detail(first).await, fixture.detail(other).await);
    let merged = merge(&fixture, first, other).await;
    let detail = fixture.detail(first).await;
    assert_eq!(detail.jobapp, merged.jobapp);
    assert_eq!(
        (detail.jobapp.id, detail.jobapp.company.as_deref()),
        (first, Some("Moss Ltd"))
    );
    assert_eq!(
        (detail.history.len(), detail.notes.len(), detail.mails.len()),
        (before.0.history.len() + before.1.history.len(), 2, 2)
    );
    // The last change of either decides.
    assert_eq!(detail.jobapp.outcome, Some(Outcome::Rejected));
    assert_eq!(fixture.find(other).await, None);
    let separated = undo(&fixture, &merged).await.expect("undone");
    let after = (fixture.detail(first).await, fixture.detail(other).await);
    assert_eq!(
        (&separated.jobapp, &separated.other),
        (&after.0.jobapp, &after.1.jobapp)
    );
    assert_eq!(
        (comparable(after.0), comparable(after.1)),
        (comparable(before.0), comparable(before.1))
    );
    let again = undo(&fixture, &merged).await.expect("undone already");
    assert_eq!(again, separated);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn merged_duplicates_count_once(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = two(&fixture).await;
    let (s, ada) = (&fixture.services, &fixture.ada);
    let counts = || async {
        let by_stage = metrics::by_stage(s, ada, &MetricsQuery::default())
            .await
            .expect("stages");
        let funnel = metrics::funnel(s, ada, &MetricsQuery::default())
            .await
            .expect("funnel");
        let by_month = metrics::by_month(s, ada, &MetricsQuery::default())
            .await
            .expect("months");
        (
            metrics::total(s, ada, &MetricsQuery::default())
                .await
                .expect("total")
                .count,
            by_stage.iter().map(|stage| stage.value).sum::<i64>(),
            by_month
                .series
                .iter()
                .flat_map(|series| &series.data)
                .sum::<i64>(),
            funnel.reached(StageKind::Applied),
        )
    };
    assert_eq!(counts().await, (2, 2, 2, 2));
    let merged = merge(&fixture, first, other).await;
    assert_eq!(counts().await, (1, 1, 1, 1));
    assert_eq!(fixture.list().await.len(), 1);
    undo(&fixture, &merged).await.expect("undone");
    assert_eq!(counts().await, (2, 2, 2, 2));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn part_of_an_application_is_not_merged_again(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = two(&fixture).await;
    let third = fixture.add("Third", "Baker").await.id;
    assert_eq!(
        merge_as(&fixture, &fixture.ada, first, first).await.err(),
        Some(ErrorCode::Invalid)
    );
    merge(&fixture, first, other).await;
    for (a, b) in [(first, other), (third, other), (other, third)] {
        assert_eq!(
            merge_as(&fixture, &fixture.ada, a, b).await.err(),
            Some(ErrorCode::AlreadyMerged)
        );
    }
    // A part is not in the trash.
    let restored = jobapps::restore(
        &fixture.services,
        &fixture.ada,
        ApplicationRef { jobapp_id: other },
    )
    .await;
    assert_eq!(restored.map_err(code).err(), Some(ErrorCode::NotFound));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn merges_of_merges_are_undone_in_reverse(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = two(&fixture).await;
    let third = fixture.add("Third", "Baker").await.id;
    let before = [
        comparable(fixture.detail(first).await),
        comparable(fixture.detail(other).await),
        comparable(fixture.detail(third).await),
    ];
    let inner = merge(&fixture, first, other).await;
    let merged_twice = comparable(fixture.detail(first).await);
    let outer = merge(&fixture, third, first).await;
    let history: usize = before.iter().map(|detail| detail.history.len()).sum();
    assert_eq!(fixture.detail(third).await.history.len(), history);
    assert_eq!(undo(&fixture, &inner).await.err(), Some(ErrorCode::Conflict));
    undo(&fixture, &outer).await.expect("undone");
    assert_eq!(comparable(fixture.detail(first).await), merged_twice);
    undo(&fixture, &inner).await.expect("undone");
    let after = [
        comparable(fixture.detail(first).await),
        comparable(fixture.detail(other).await),
        comparable(fixture.detail(third).await),
    ];
    assert_eq!(after, before);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn later_email_with_the_other_name_belongs_to_the_merged_application(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let first = fixture.add("Moss Ltd", "Head Baker").await.id;
    fixture
        .import(&[confirmation("Ovenworks", "Baker", "12 Mar 2026")])
        .await;
    let other = fixture.at("Ovenworks").await.id;
    let merged = merge(&fixture, first, other).await;
    fixture.advance_days(30);
    let interview = email(
        "Ovenworks",
        "Interview invitation - Baker",
        "20 Mar 2026",
        "We are pleased to invite you to an interview for the Baker position at Ovenworks on Tuesday.",
    );
    fixture
        .import(&[interview, confirmation("Ovenworks", "Miller", "2 Apr 2026")])
        .await;
    let detail = fixture.detail(first).await;
    assert_eq!(detail.jobapp.application_status.kind, StageKind::Interview);
    assert_eq!(detail.mails.len(), 2);
    // Another job there is one at the company that stays.
    let companies: Vec<String> = fixture
        .list()
        .await
        .into_iter()
        .filter_map(|a| a.company)
        .collect();
    assert_eq!(companies, ["Moss Ltd", "Moss Ltd"]);
    // Additions since the merge stay where they are.
    let separated = undo(&fixture, &merged).await.expect("undone");
    assert_eq!(separated.jobapp.application_status.kind, StageKind::Interview);
    assert_eq!(separated.other.application_status.kind, StageKind::Applied);
    fixture
        .import(&[confirmation("Ovenworks", "Clerk", "3 Apr 2026")])
        .await;
    let clerk = fixture
        .list()
        .await
        .into_iter()
        .find(|a| a.job_title.as_deref() == Some("Clerk"));
    assert_eq!(clerk.expect("created").company.as_deref(), Some("Ovenworks"));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn silent_applications_stay_closed_together_and_an_email_reopens_them(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture
        .import(&[confirmation("Ovenworks", "Baker", "12 Mar 2026")])
        .await;
    let other = fixture.at("Ovenworks").await.id;
    fixture.advance_days(31);
    fixture.sweep().await;
    let first = fixture.add("Moss Ltd", "Head Baker").await.id;
    let merged = merge(&fixture, first, other).await;
    assert_eq!(merged.jobapp.outcome, None);
    undo(&fixture, &merged).await.expect("undone");
    assert_eq!(fixture.detail(other).await.jobapp.outcome, Some(Outcome::Ghosted));
    fixture.advance_days(31);
    fixture.sweep().await;
    let merged = merge(&fixture, first, other).await;
    assert_eq!(merged.jobapp.outcome, Some(Outcome::Ghosted));
    let interview = email(
        "Ovenworks",
        "Interview invitation - Baker",
        "15 May 2026",
        "We are pleased to invite you to an interview for the Baker position at Ovenworks on Tuesday.",
    );
    fixture.import(&[interview]).await;
    assert_eq!(fixture.detail(first).await.jobapp.outcome, None);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn applications_of_others_are_not_found(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = two(&fixture).await;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    assert_eq!(
        merge_as(&fixture, &ben, first, other).await.err(),
        Some(ErrorCode::NotFound)
    );
    let merged = merge(&fixture, first, other).await;
    let input = UndoMergeInput {
        merge_id: merged.merge_id,
    };
    let undone = jobapps::undo_merge(&fixture.services, &ben, input).await;
    assert_eq!(undone.map_err(code).err(), Some(ErrorCode::NotFound));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn part_is_purged_with_its_application_and_not_before(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = two(&fixture).await;
    let merged = merge(&fixture, first, other).await;
    fixture.advance_days(40);
    jobapps::purge(&fixture.services).await.expect("purged");
    let applications = "select count(*) from job_applications";
    assert_eq!(fixture.count(applications).await, 2);
    jobapps::delete(
        &fixture.services,
        &fixture.ada,
        ApplicationRef { jobapp_id: first },
    )
    .await
    .expect("deleted");
    assert_eq!(undo(&fixture, &merged).await.err(), Some(ErrorCode::NotFound));
    fixture.advance_days(31);
    jobapps::purge(&fixture.services).await.expect("purged");
    assert_eq!(fixture.count(applications).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_merges_of_the_same_applications_make_one(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (first, other) = two(&fixture).await;
    let (one, reverse) = tokio::join!(
        merge_as(&fixture, &fixture.ada, first, other),
        merge_as(&fixture, &fixture.ada, other, first)
    );
    let errors: Vec<ErrorCode> = [one.err(), reverse.err()].into_iter().flatten().collect();
    assert_eq!(errors, [ErrorCode::AlreadyMerged]);
    assert_eq!(fixture.list().await.len(), 1);
}
