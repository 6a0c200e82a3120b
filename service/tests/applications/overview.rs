//! Everything that the page of an application shows.

use crate::fixture::{Fixture, confirmation, email};
use chrono::DateTime;
use domain::{
    ApiError, ErrorCode, JobApplicationId,
    inbox::MailRef,
    jobapps::{ApplicationRef, Outcome, UpdateApplicationInput},
};
use service::{
    context::Caller,
    jobapps::{self, ApplicationOverview},
    mail,
};
use sqlx::PgPool;

async fn overview_as(
    fixture: &Fixture,
    caller: &Caller,
    id: JobApplicationId,
) -> Result<ApplicationOverview, ErrorCode> {
    let input = ApplicationRef { jobapp_id: id };
    jobapps::get_overview(&fixture.services, caller, input)
        .await
        .map_err(|error| ApiError::from(error).code)
}

async fn overview(fixture: &Fixture, id: JobApplicationId) -> ApplicationOverview {
    overview_as(fixture, &fixture.ada, id)
        .await
        .expect("an application")
}

fn close(id: JobApplicationId) -> UpdateApplicationInput {
    UpdateApplicationInput {
        jobapp_id: id,
        status_id: None,
        rejected: None,
        outcome: Some(Some(Outcome::Withdrawn)),
        occurred_at: None,
        version: None,
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn neighbors_follow_the_order_of_the_column_on_the_board(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let mut ids = Vec::new();
    for company in ["First", "Second", "Third", "Fourth"] {
        ids.push(fixture.add(company, "Baker").await.id);
        fixture.advance_days(1);
    }
    let [first, second, third, fourth] = ids[..] else {
        panic!("four applications");
    };
    fixture.update(close(third)).await;
    let neighbors = overview(&fixture, second).await.neighbors;
    assert_eq!((neighbors.position, neighbors.total), (2, 3));
    assert_eq!((neighbors.previous, neighbors.next), (Some(fourth), Some(first)));
    let neighbors = overview(&fixture, third).await.neighbors;
    assert_eq!((neighbors.position, neighbors.total), (1, 1));
    assert_eq!((neighbors.previous, neighbors.next), (None, None));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undone_email_leaves_the_stage_since_when_it_was(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let invitation = email(
        "Ovenworks",
        "Interview invitation - Baker",
        "10 Mar 2026",
        "We are pleased to invite you to an interview for the Baker position at Ovenworks on Tuesday.",
    );
    fixture
        .import(&[confirmation("Ovenworks", "Baker", "1 Mar 2026"), invitation])
        .await;
    let id = fixture.at("Ovenworks").await.id;
    let before = overview(&fixture, id).await;
    let moved = before.detail.history.last().expect("a move");
    assert_eq!(before.neighbors.stage_changed_at, Some(moved.occurred_at));
    let mail_id = moved.mail_id.expect("an email");
    fixture.advance_days(2);
    mail::undo_mail(&fixture.services, &fixture.ada, MailRef { mail_id })
        .await
        .expect("undone");
    let after = overview(&fixture, id).await;
    let added = after.detail.history.first().expect("the creation");
    assert_eq!(after.neighbors.stage_changed_at, Some(added.occurred_at));
    assert_eq!(after.detail.history.len(), 3);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn overview_has_the_stages_and_why_each_email_was_read_as_it_was(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture
        .import(&[confirmation("Ovenworks", "Baker", "1 Mar 2026")])
        .await;
    let id = fixture.at("Ovenworks").await.id;
    let overview = overview(&fixture, id).await;
    assert_eq!(overview.detail, fixture.detail(id).await);
    assert_eq!(overview.stages.len(), 5);
    let mail = overview.detail.mails.first().expect("the confirmation");
    let explanation = overview.explanations.get(&mail.id).expect("an explanation");
    assert!(
        explanation.words.iter().any(|words| words.explains == "kind"),
        "{explanation:?}"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn time_that_an_invitation_names_is_in_its_zone_or_in_that_of_the_user(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let invitation = |company: &str, time: &str| {
        let text = format!(
            "We would like to invite you to an interview for the Baker position at {company}.\n\
             The interview takes place on Friday, 20 March 2026 at {time}."
        );
        let subject = format!("Interview for the Baker position at {company}");
        email(company, &subject, "10 Mar 2026", &text)
    };
    let messages = [
        ("Ovenworks", "14:00"),
        ("Fern", "14:00 PDT"),
        ("Moss", "14:00 or 15:00"),
    ];
    for (company, time) in messages {
        let messages = [
            confirmation(company, "Baker", "1 Mar 2026"),
            invitation(company, time),
        ];
        fixture.import(&messages).await;
    }
    let mut ada = fixture.ada.clone();
    ada.user.time_zone = "Europe/Berlin".into();
    for (company, expected) in [
        ("Ovenworks", Some("2026-03-20T13:00:00+00:00")),
        ("Fern", Some("2026-03-20T21:00:00+00:00")),
        ("Moss", None),
    ] {
        let id = fixture.at(company).await.id;
        let overview = overview_as(&fixture, &ada, id).await.expect("an application");
        assert_eq!(overview.detail.mails.len(), 2, "{company}");
        let start = overview.appointments.values().next().map(DateTime::to_rfc3339);
        assert_eq!(start.as_deref(), expected, "{company}");
        assert!(overview.interviews.is_empty(), "{company}: a person adds it");
    }
}

/// An application of noon on 15 March, and a rejection that arrives two days later.
async fn rejected_later(fixture: &Fixture) -> JobApplicationId {
    let id = fixture.add("Ovenworks", "Baker").await.id;
    fixture.advance_days(2);
    let rejection = email(
        "Ovenworks",
        "Your application to Ovenworks",
        "16 Mar 2026",
        "Thank you for your interest in the Baker position at Ovenworks.\n\
         Unfortunately, we will not be moving forward with your application.",
    );
    fixture.import(&[rejection]).await;
    assert_eq!(fixture.detail(id).await.jobapp.outcome, Some(Outcome::Rejected));
    id
}

async fn mark_as_seen(fixture: &Fixture, caller: &Caller, id: JobApplicationId) -> Result<(), ErrorCode> {
    let input = ApplicationRef { jobapp_id: id };
    jobapps::mark_as_seen(&fixture.services, caller, input)
        .await
        .map_err(|error| ApiError::from(error).code)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn card_is_unread_from_an_email_until_the_application_is_opened(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = rejected_later(&fixture).await;
    assert!(fixture.card(id).await.is_unread);
    assert!(overview(&fixture, id).await.is_unread);
    let version = fixture.detail(id).await.jobapp.version;
    mark_as_seen(&fixture, &fixture.ada, id).await.expect("seen");
    assert!(!fixture.card(id).await.is_unread);
    assert!(!overview(&fixture, id).await.is_unread);
    assert_eq!(fixture.detail(id).await.jobapp.version, version);
    let ben = fixture.app.register_user("ben").await.expect("registered");
    assert_eq!(mark_as_seen(&fixture, &ben, id).await, Err(ErrorCode::NotFound));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn card_is_read_once_the_user_changes_the_application(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = rejected_later(&fixture).await;
    fixture.update(close(id)).await;
    assert!(!fixture.card(id).await.is_unread);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn email_from_before_the_application_was_added_is_not_news(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let old = confirmation("Ovenworks", "Baker", "1 Mar 2026");
    fixture.import(&[old]).await;
    let id = fixture.at("Ovenworks").await.id;
    let rejection = email(
        "Ovenworks",
        "Your application to Ovenworks",
        "10 Mar 2026",
        "Thank you for your interest in the Baker position at Ovenworks.\n\
         Unfortunately, we will not be moving forward with your application.",
    );
    fixture.import(&[rejection]).await;
    assert_eq!(fixture.detail(id).await.jobapp.outcome, Some(Outcome::Rejected));
    assert!(!fixture.card(id).await.is_unread);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn overview_of_another_user_does_not_exist(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = fixture.add("Ovenworks", "Baker").await.id;
    let ben = fixture.app.register_user("ben").await.expect("registered");
    assert_eq!(overview_as(&fixture, &ben, id).await, Err(ErrorCode::NotFound));
    let input = ApplicationRef { jobapp_id: id };
    jobapps::delete(&fixture.services, &fixture.ada, input)
        .await
        .expect("deleted");
    let deleted = overview_as(&fixture, &fixture.ada, id).await;
    assert_eq!(deleted, Err(ErrorCode::NotFound));
}
