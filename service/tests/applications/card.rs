//! The content of the card of an application.

use crate::fixture::Fixture;
use chrono::TimeDelta;
use domain::{
    JobApplicationId,
    interviews::{AddInterviewInput, InterviewKind, UpdateInterviewInput},
    jobapps::{AddApplicationInput, Outcome, UpdateApplicationInput, Urgency},
    tasks::{AddTaskInput, TaskKind, UpdateTaskInput},
};
use service::{interviews, jobapps, tasks};
use sqlx::PgPool;

async fn next(fixture: &Fixture, id: JobApplicationId) -> Option<(String, Urgency)> {
    let step = fixture.card(id).await.next_step?;
    Some((format!("{}, {}", step.title, step.when), step.urgency))
}

async fn add_task(fixture: &Fixture, id: JobApplicationId, kind: TaskKind, days: i64) -> domain::TaskId {
    let input = AddTaskInput {
        title: "Call them".into(),
        kind,
        jobapp_id: Some(id),
        due_on: Some(fixture.services.clock.now().date_naive() + TimeDelta::days(days)),
        owner_id: None,
    };
    tasks::add(&fixture.services, &fixture.ada, None, input)
        .await
        .expect("added")
        .id
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn card_has_the_next_interview_or_task_of_an_open_application(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (s, ada) = (&fixture.services, &fixture.ada);
    let id = fixture.add("Moss", "Baker").await.id;
    let other = fixture.add("Fern", "Cook").await.id;
    assert_eq!(next(&fixture, id).await, None);
    let task = add_task(&fixture, id, TaskKind::Task, 3).await;
    let text = Some(("Call them, due Wednesday".into(), Urgency::Later));
    assert_eq!(next(&fixture, id).await, text);

    let input = AddInterviewInput {
        jobapp_id: id,
        kind: InterviewKind::Video,
        starts_at: s.clock.now() + TimeDelta::hours(26),
        ends_at: None,
        time_zone: None,
        place: None,
        notes: None,
    };
    let interview = interviews::add(s, ada, None, input).await.expect("added").id;
    let text = Some(("Interview, tomorrow 14:00".into(), Urgency::Soon));
    assert_eq!(next(&fixture, id).await, text);
    let cancel = UpdateInterviewInput {
        cancelled: Some(true),
        ..UpdateInterviewInput::unchanged(interview)
    };
    interviews::update(s, ada, cancel).await.expect("cancelled");
    let follow_up = add_task(&fixture, id, TaskKind::FollowUp, -2).await;
    let text = Some(("Follow up, 2 days overdue".into(), Urgency::Overdue));
    assert_eq!(next(&fixture, id).await, text);
    for task_id in [follow_up, task] {
        let done = UpdateTaskInput {
            done: Some(true),
            ..UpdateTaskInput::unchanged(task_id)
        };
        tasks::update(s, ada, done).await.expect("done");
    }
    assert_eq!(next(&fixture, id).await, None);
    assert_eq!(next(&fixture, other).await, None);

    add_task(&fixture, other, TaskKind::Task, 0).await;
    let text = Some(("Call them, due today".into(), Urgency::Soon));
    assert_eq!(next(&fixture, other).await, text);
    let card = fixture.list().await;
    let stage = card.first().expect("an application").application_status.id;
    let close = UpdateApplicationInput {
        outcome: Some(Some(Outcome::Withdrawn)),
        ..UpdateApplicationInput::to_stage(other, stage)
    };
    fixture.update(close).await;
    assert_eq!(next(&fixture, other).await, None);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn card_has_the_first_tags_and_the_number_of_the_others(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for (tags, shown, more) in [(0, 0, 0), (2, 2, 0), (5, 2, 3)] {
        let input = AddApplicationInput {
            job_title: "Baker".into(),
            company: "Moss".into(),
            tags: Some((0..tags).map(|n| format!("t{n}")).collect()),
            ..AddApplicationInput::default()
        };
        let added = jobapps::add(&fixture.services, &fixture.ada, None, input).await;
        let card = fixture.card(added.expect("added").id).await;
        assert_eq!((card.tags.len(), card.more_tags), (shown, more));
        assert!(card.tags.first().is_none_or(|tag| tag == "t0"));
    }
}
