//! Undoing what was decided about an email.

use crate::{
    changes::close,
    fixture::{Fixture, email},
    undo::snapshot,
};
use chrono::TimeDelta;
use domain::{
    JobApplicationId, MailMessageId,
    inbox::{DecideMailInput, MailChoice, MailRef},
    jobapps::{ActorKind, Outcome},
    mail::MailDecision,
};
use service::{jobapps, mail};
use sqlx::PgPool;
use uuid::Uuid;

/// A rejection that names no title.
async fn import_rejection(fixture: &Fixture) -> MailMessageId {
    let text = "Unfortunately, we will not be moving forward with your application.";
    let rejection = email("Fernway", "Your application to Fernway", "20 Mar 2026", text);
    fixture.import(&[rejection]).await;
    let id: Uuid = sqlx::query_scalar("select id from mail_messages")
        .fetch_one(&fixture.app.owner)
        .await
        .expect("a message");
    id.into()
}

/// An application that has been quiet for 25 days, and a rejection of it or of another application, which waits for a decision.
async fn quiet_application(fixture: &Fixture) -> (JobApplicationId, MailMessageId) {
    let id = fixture.add("Fernway", "Baker").await.id;
    fixture.add("Fernway", "Florist").await;
    fixture.advance_days(25);
    let mail = import_rejection(fixture).await;
    assert_eq!(decision(fixture, mail).await, "review");
    (id, mail)
}

async fn decision(fixture: &Fixture, mail: MailMessageId) -> String {
    sqlx::query_scalar("select decision from mail_messages where id = $1")
        .bind(mail.0)
        .fetch_one(&fixture.app.owner)
        .await
        .expect("a decision")
}

async fn decide(
    fixture: &Fixture,
    mail_id: MailMessageId,
    decision: MailChoice,
    jobapp_id: Option<JobApplicationId>,
) {
    fixture.app.clock.advance(TimeDelta::minutes(1));
    let input = DecideMailInput {
        mail_id,
        decision,
        jobapp_id,
        new: false,
        company: None,
        job_title: None,
        kind: None,
        remember: false,
    };
    mail::decide_mail(&fixture.services, &fixture.ada, input)
        .await
        .expect("decided");
}

async fn undo(fixture: &Fixture, mail_id: MailMessageId) -> MailDecision {
    fixture.app.clock.advance(TimeDelta::minutes(1));
    let undone = mail::undo_mail(&fixture.services, &fixture.ada, MailRef { mail_id }).await;
    undone.expect("undone").mail.decision
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_decision_leaves_the_days_and_the_history_as_they_were(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, mail) = quiet_application(&fixture).await;
    let before = snapshot(&fixture, id).await;
    assert_eq!((before.1.days, before.1.quiet_days), (25, Some(25)));
    for _ in 0..2 {
        decide(&fixture, mail, MailChoice::Change, Some(id)).await;
        let decided = fixture.detail(id).await;
        assert_eq!(decided.jobapp.outcome, Some(Outcome::Rejected));
        assert_eq!(decided.history.len(), before.0.history.len() + 1);
        assert_eq!(undo(&fixture, mail).await, MailDecision::Review);
        assert_eq!(snapshot(&fixture, id).await, before);
        assert_eq!(undo(&fixture, mail).await, MailDecision::Review);
        assert_eq!(snapshot(&fixture, id).await, before, "again, it changes nothing");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn decision_for_another_application_leaves_no_trace_in_the_first(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, mail) = quiet_application(&fixture).await;
    let other = fixture.add("Fernway", "Gardener").await.id;
    let before = snapshot(&fixture, id).await;
    decide(&fixture, mail, MailChoice::Change, Some(id)).await;
    decide(&fixture, mail, MailChoice::Change, Some(other)).await;
    assert_eq!(snapshot(&fixture, id).await, before);
    let outcome = fixture.detail(other).await.jobapp.outcome;
    assert_eq!(outcome, Some(Outcome::Rejected));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_by_an_email_alone_stays_in_the_history(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = fixture.add("Fernway", "Baker").await.id;
    fixture.advance_days(25);
    let before = fixture.detail(id).await;
    let mail = import_rejection(&fixture).await;
    assert_eq!(decision(&fixture, mail).await, "automatic");
    assert_eq!(undo(&fixture, mail).await, MailDecision::Undone);
    let after = fixture.detail(id).await;
    assert_eq!(after.jobapp.outcome, None);
    let actors: Vec<_> = after.history.iter().map(|event| event.actor.kind).collect();
    assert_eq!(actors, [ActorKind::User, ActorKind::System, ActorKind::User]);
    assert_eq!(after.history[0], before.history[0]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_after_a_decision_stays_when_that_is_undone(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, mail) = quiet_application(&fixture).await;
    decide(&fixture, mail, MailChoice::Change, Some(id)).await;
    fixture.app.clock.advance(TimeDelta::minutes(1));
    // As a move, the decision is not the last change: it is undone with its email.
    jobapps::undo_move(&fixture.services, &fixture.ada, close(id, None))
        .await
        .expect("reopened");
    let reopened = snapshot(&fixture, id).await.0;
    assert_eq!((reopened.jobapp.outcome, reopened.history.len()), (None, 3));
    assert_eq!(undo(&fixture, mail).await, MailDecision::Review);
    assert_eq!(snapshot(&fixture, id).await.0.history, reopened.history);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_dismissal_restores_the_earlier_decision(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, mail) = quiet_application(&fixture).await;
    let before = snapshot(&fixture, id).await;
    decide(&fixture, mail, MailChoice::Change, Some(id)).await;
    let decided = snapshot(&fixture, id).await;
    decide(&fixture, mail, MailChoice::NotAnApplication, None).await;
    assert_eq!(fixture.detail(id).await.jobapp.outcome, None);
    assert_eq!(undo(&fixture, mail).await, MailDecision::Changed);
    assert_eq!(snapshot(&fixture, id).await.0, decided.0);
    assert_eq!(undo(&fixture, mail).await, MailDecision::Review);
    assert_eq!(snapshot(&fixture, id).await, before);
}
