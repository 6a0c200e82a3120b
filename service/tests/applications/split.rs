//! Splitting an application by its messages.

use crate::fixture::{Fixture, confirmation, email};
use domain::{
    ApiError, ErrorCode, JobApplicationId, MailMessageId,
    jobapps::{
        MergeApplicationsInput, Outcome, SeparatedApplications, SplitApplicationInput, StageKind,
        UpdateApplicationInput,
    },
};
use service::{context::Caller, jobapps, mail};
use sqlx::PgPool;

async fn split_as(
    fixture: &Fixture,
    caller: &Caller,
    id: JobApplicationId,
    mail_ids: Vec<MailMessageId>,
) -> Result<SeparatedApplications, ErrorCode> {
    let input = SplitApplicationInput {
        jobapp_id: id,
        mail_ids,
    };
    mail::split_application(&fixture.services, caller, None, input)
        .await
        .map_err(|error| ApiError::from(error).code)
}

/// An application whose rejection is about another job: the email names none.
async fn rejected(fixture: &Fixture) -> (JobApplicationId, MailMessageId) {
    fixture
        .import(&[confirmation("Ovenworks", "Baker", "1 Mar 2026")])
        .await;
    let rejection = email(
        "Ovenworks",
        "Your application to Ovenworks",
        "10 Mar 2026",
        "Thank you for your interest in Ovenworks.\n\
         Unfortunately, we will not be moving forward with your application.",
    );
    fixture.import(&[rejection]).await;
    let application = fixture.at("Ovenworks").await;
    assert_eq!(application.outcome, Some(Outcome::Rejected));
    let mails = fixture.detail(application.id).await.mails;
    assert_eq!(mails.len(), 2);
    (application.id, mails.first().expect("the newest").id)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn split_message_takes_its_change_with_it(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, rejection) = rejected(&fixture).await;
    let separated = split_as(&fixture, &fixture.ada, id, vec![rejection])
        .await
        .expect("split");
    let (first, other) = (fixture.detail(id).await, fixture.detail(separated.other.id).await);
    assert_eq!(
        (&first.jobapp, &other.jobapp),
        (&separated.jobapp, &separated.other)
    );
    assert_eq!((first.jobapp.outcome, first.mails.len()), (None, 1));
    assert_eq!(
        (other.jobapp.outcome, other.mails.len()),
        (Some(Outcome::Rejected), 1)
    );
    assert_eq!(
        (other.jobapp.company.as_deref(), other.jobapp.job_title.as_deref()),
        (Some("Ovenworks"), Some("Baker"))
    );
    assert!(other.history.iter().all(|event| event.mail_id == Some(rejection)));
    // Merging puts everything together again.
    let input = MergeApplicationsInput {
        jobapp_id: id,
        other_id: separated.other.id,
    };
    let merged = jobapps::merge(&fixture.services, &fixture.ada, input)
        .await
        .expect("merged");
    assert_eq!(fixture.detail(merged.jobapp.id).await.mails.len(), 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn split_of_merged_messages_undoes_the_merge(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (other, _) = rejected(&fixture).await;
    let first = fixture.add("Moss", "Baker").await.id;
    let stages = jobapps::list_stages(&fixture.services, &fixture.ada)
        .await
        .expect("stages");
    let interview = stages
        .iter()
        .find(|stage| stage.kind == StageKind::Interview)
        .expect("a stage");
    fixture
        .update(UpdateApplicationInput::to_stage(first, interview.id))
        .await;
    let before = (fixture.detail(first).await, fixture.detail(other).await);
    let input = MergeApplicationsInput {
        jobapp_id: first,
        other_id: other,
    };
    let merged = jobapps::merge(&fixture.services, &fixture.ada, input)
        .await
        .expect("merged")
        .jobapp;
    // Being added in another stage does not move it back.
    assert_eq!(merged.application_status.kind, StageKind::Interview);
    let mails = before.1.mails.iter().map(|mail| mail.id).collect();
    let separated = split_as(&fixture, &fixture.ada, first, mails)
        .await
        .expect("split");
    assert_eq!(separated.other.id, other);
    let after = (fixture.detail(first).await, fixture.detail(other).await);
    assert_eq!(
        (after.0.history, after.1.history),
        (before.0.history, before.1.history)
    );
    assert_eq!(
        (separated.jobapp.application_status.kind, separated.jobapp.outcome),
        (StageKind::Interview, None)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_by_a_person_after_the_message_stays(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, rejection) = rejected(&fixture).await;
    fixture.advance_days(1);
    fixture
        .update(domain::jobapps::UpdateApplicationInput {
            jobapp_id: id,
            status_id: None,
            rejected: None,
            outcome: Some(Some(Outcome::Withdrawn)),
            occurred_at: None,
            version: None,
        })
        .await;
    let events = fixture.detail(id).await.history.len();
    let separated = split_as(&fixture, &fixture.ada, id, vec![rejection])
        .await
        .expect("split");
    assert_eq!(separated.jobapp.outcome, Some(Outcome::Withdrawn));
    assert_eq!(fixture.detail(id).await.history.len(), events);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn split_of_all_or_of_foreign_messages_is_refused(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, rejection) = rejected(&fixture).await;
    let all: Vec<MailMessageId> = fixture.detail(id).await.mails.iter().map(|m| m.id).collect();
    let ben = fixture.app.register_user("ben").await.expect("registered");
    let unknown = MailMessageId(uuid::Uuid::from_u128(1));
    for (caller, mails, expected) in [
        (&fixture.ada, all, ErrorCode::Invalid),
        (&fixture.ada, Vec::new(), ErrorCode::Invalid),
        (&fixture.ada, vec![rejection, unknown], ErrorCode::NotFound),
        (&ben, vec![rejection], ErrorCode::NotFound),
    ] {
        assert_eq!(split_as(&fixture, caller, id, mails).await.err(), Some(expected));
    }
    assert_eq!(fixture.list().await.len(), 1);
}
