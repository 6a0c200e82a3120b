//! Undoing a move or an outcome.

use crate::{
    changes::{close, read},
    fixture::Fixture,
};
use chrono::TimeDelta;
use domain::{
    JobApplicationId, StageId,
    changes::ListChangesInput,
    jobapps::{ApplicationDetail, BoardCard, JobApplication, Outcome, UpdateApplicationInput},
};
use service::jobapps;
use sqlx::PgPool;

/// The state that a change and its undoing must not alter.
pub async fn snapshot(fixture: &Fixture, id: JobApplicationId) -> (ApplicationDetail, BoardCard) {
    let (mut detail, mut card) = (fixture.detail(id).await, fixture.card(id).await);
    detail.jobapp.version = 0;
    detail.jobapp.updated_at = detail.jobapp.created_at;
    card.version = 0;
    (detail, card)
}

async fn undo(fixture: &Fixture, input: UpdateApplicationInput) -> JobApplication {
    jobapps::undo_move(&fixture.services, &fixture.ada, input)
        .await
        .expect("undone")
}

/// An application that has been in its first stage for fourteen days, this stage, and another one.
async fn application(fixture: &Fixture) -> (JobApplicationId, StageId, StageId) {
    let application = fixture.add("Fernway", "Baker").await;
    let first = application.application_status.id;
    fixture.advance_days(14);
    let stages = jobapps::list_stages(&fixture.services, &fixture.ada)
        .await
        .expect("stages");
    let other = stages.iter().rev().find(|stage| stage.id != first);
    (application.id, first, other.expect("another stage").id)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undo_of_a_move_restores_the_days_and_the_history(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, first, other) = application(&fixture).await;
    let before = snapshot(&fixture, id).await;
    assert_eq!(before.1.days, 14);
    let moved = fixture.update(UpdateApplicationInput::to_stage(id, other)).await;
    assert_eq!(fixture.card(id).await.days, 0);
    fixture.app.clock.advance(TimeDelta::minutes(1));
    let undone = undo(
        &fixture,
        UpdateApplicationInput {
            version: Some(moved.version),
            ..UpdateApplicationInput::to_stage(id, first)
        },
    )
    .await;
    assert_eq!(undone.version, moved.version + 1);
    assert_eq!(snapshot(&fixture, id).await, before);
    let changes = read(&fixture, ListChangesInput::default()).await.data;
    let last = changes.last().expect("a change");
    assert_eq!(last.change_type.as_str(), "jobapp.moved");
    let transition = last.transition.clone().expect("a transition");
    assert_eq!(
        (transition.from_status.id, transition.to_status.id),
        (other, first)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undo_of_an_outcome_restores_the_days_and_the_history(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, ..) = application(&fixture).await;
    let open = snapshot(&fixture, id).await;
    fixture.update(close(id, Some(Outcome::Withdrawn))).await;
    fixture.advance_days(3);
    let closed = snapshot(&fixture, id).await;
    fixture.update(close(id, None)).await;
    undo(&fixture, close(id, Some(Outcome::Withdrawn))).await;
    assert_eq!(snapshot(&fixture, id).await, closed);
    // The first change is no longer the last one, so a new change follows.
    undo(&fixture, close(id, None)).await;
    let (detail, card) = snapshot(&fixture, id).await;
    assert_eq!((detail.jobapp.outcome, card.days), (None, 0));
    assert_eq!(detail.history.len(), open.0.history.len() + 2);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undo_after_another_change_is_a_move_of_its_own(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, first, other) = application(&fixture).await;
    fixture.update(UpdateApplicationInput::to_stage(id, other)).await;
    fixture.update(close(id, Some(Outcome::Accepted))).await;
    let stale = UpdateApplicationInput {
        version: Some(2),
        ..UpdateApplicationInput::to_stage(id, first)
    };
    jobapps::undo_move(&fixture.services, &fixture.ada, stale)
        .await
        .expect_err("a version conflict");
    undo(&fixture, UpdateApplicationInput::to_stage(id, first)).await;
    let (detail, card) = snapshot(&fixture, id).await;
    assert_eq!((detail.jobapp.application_status.id, card.days), (first, 0));
    assert_eq!(detail.history.len(), 4);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn undo_that_is_undone_keeps_earlier_moves(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (id, first, other) = application(&fixture).await;
    fixture.update(UpdateApplicationInput::to_stage(id, other)).await;
    fixture.advance_days(1);
    fixture.update(UpdateApplicationInput::to_stage(id, first)).await;
    fixture.advance_days(1);
    let before = snapshot(&fixture, id).await;
    fixture.update(UpdateApplicationInput::to_stage(id, other)).await;
    undo(&fixture, UpdateApplicationInput::to_stage(id, first)).await;
    assert_eq!(snapshot(&fixture, id).await, before);
    fixture.app.clock.advance(TimeDelta::minutes(1));
    undo(&fixture, UpdateApplicationInput::to_stage(id, other)).await;
    assert_eq!(
        fixture.detail(id).await.history.len(),
        4,
        "the move of yesterday stays"
    );
}
