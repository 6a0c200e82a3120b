//! Closing silent applications, and reopening them.

use crate::fixture::{Fixture, confirmation, email};
use chrono::TimeDelta;
use domain::{
    ErrorCode, JobApplicationId,
    interviews::{AddInterviewInput, InterviewKind, UpdateInterviewInput},
    jobapps::{
        AddApplicationInput, AddNoteInput, EventSource, ListApplicationsInput, Outcome, StageKind,
        UpdateApplicationInput, UpdateSilenceThresholdsInput,
    },
};
use service::{background::run_until_idle, interviews, jobapps, today::get_today};
use sqlx::PgPool;

const EVENTS: &str = "select count(*) from application_events";

fn outcome(id: JobApplicationId, outcome: Option<Outcome>) -> UpdateApplicationInput {
    UpdateApplicationInput {
        jobapp_id: id,
        status_id: None,
        rejected: None,
        outcome: Some(outcome),
        occurred_at: None,
        version: None,
    }
}

fn rejection(company: &str, title: &str, day: &str) -> Vec<u8> {
    let text = format!(
        "Thank you for applying for the {title} position at {company}.\n\
         Unfortunately, we will not be moving forward with your application."
    );
    email(company, &format!("Your application to {company}"), day, &text)
}

fn on_hold(company: &str, title: &str, day: &str) -> Vec<u8> {
    let text = format!(
        "We have put the {title} position at {company} on hold while budgets are confirmed. Your application stays active."
    );
    email(company, &format!("{title} update"), day, &text)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn silent_application_is_shown_as_quiet_and_then_closed_once(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = fixture.add("Moss", "Baker").await.id;
    fixture.advance_days(19);
    assert_eq!(fixture.card(id).await.quiet_days, None);
    fixture.advance_days(1);
    assert_eq!(fixture.card(id).await.quiet_days, Some(20));
    assert_eq!(fixture.at("Moss").await.quiet_days, Some(20));
    fixture.advance_days(9);
    fixture.sweep().await;
    let detail = fixture.detail(id).await;
    assert_eq!(
        (detail.jobapp.outcome, detail.jobapp.quiet_days),
        (None, Some(29))
    );
    fixture.advance_days(1);
    fixture.sweep().await;
    fixture.sweep().await;
    let detail = fixture.detail(id).await;
    assert_eq!(
        (detail.jobapp.outcome, detail.jobapp.quiet_days),
        (Some(Outcome::Ghosted), None)
    );
    assert_eq!(detail.history.len(), 2);
    let closing = detail.history.last().expect("an event");
    assert_eq!(
        (closing.cause, closing.silence_days),
        (EventSource::Rule, Some(30))
    );
    assert_eq!(closing.actor.id, None);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn application_that_is_added_late_is_quiet_at_once_and_closed_after_the_threshold(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (s, ada) = (&fixture.services, &fixture.ada);
    let input = AddApplicationInput {
        job_title: "Baker".into(),
        company: "Moss".into(),
        apply_date: "2026-01-20".parse().ok(),
        ..AddApplicationInput::default()
    };
    let id = jobapps::add(s, ada, None, input).await.expect("added").id;
    fixture.sweep().await;
    let card = fixture.card(id).await;
    assert_eq!((card.outcome, card.quiet_days), (None, Some(54)));
    let today = get_today(s, ada).await.expect("today");
    assert_eq!(today.quiet.iter().map(|a| a.id).collect::<Vec<_>>(), [id]);
    fixture.advance_days(29);
    fixture.sweep().await;
    assert_eq!(fixture.at("Moss").await.outcome, None);
    fixture.advance_days(1);
    fixture.sweep().await;
    assert_eq!(fixture.at("Moss").await.outcome, Some(Outcome::Ghosted));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sweeps_of_two_servers_close_an_application_once(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for n in 0..5 {
        fixture.add(&format!("Moss {n}"), "Baker").await;
    }
    fixture.advance_days(40);
    jobapps::schedule_sweeps(&fixture.services)
        .await
        .expect("scheduled");
    // As if one server had lost its lease while it sweeps.
    for _ in 0..2 {
        fixture
            .execute(
                "insert into background_jobs (id, kind, lane, tenant_id, payload_id, run_at, created_at) \
                 select gen_random_uuid(), kind, lane, tenant_id, gen_random_uuid(), now(), now() from background_jobs \
                 where kind = 'sweep_silence' limit 1",
            )
            .await;
    }
    let run = || run_until_idle(&fixture.services);
    let results = tokio::join!(run(), run());
    results.0.and(results.1).expect("swept");
    assert_eq!(fixture.count(EVENTS).await, 10);
    assert_eq!(
        fixture
            .count("select count(*) from job_applications where outcome = 'ghosted' and version = 2")
            .await,
        5
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn note_or_email_breaks_the_silence(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = fixture.add("Moss", "Baker").await.id;
    fixture.advance_days(25);
    let note = AddNoteInput {
        jobapp_id: id,
        description: "Called them.".into(),
    };
    jobapps::add_note(&fixture.services, &fixture.ada, None, note)
        .await
        .expect("added");
    fixture.advance_days(25);
    fixture.sweep().await;
    assert_eq!(fixture.at("Moss").await.quiet_days, Some(25));
    // 4 May.
    fixture
        .import(&[confirmation("Moss", "Baker", "4 May 2026")])
        .await;
    fixture.advance_days(19);
    fixture.sweep().await;
    assert_eq!(fixture.at("Moss").await.outcome, None);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn interview_to_come_breaks_the_silence(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = fixture.add("Moss", "Baker").await.id;
    let interview = AddInterviewInput {
        jobapp_id: id,
        kind: InterviewKind::Phone,
        starts_at: fixture.services.clock.now() + TimeDelta::days(40),
        ends_at: None,
        time_zone: None,
        place: None,
        notes: None,
    };
    let interview = interviews::add(&fixture.services, &fixture.ada, None, interview)
        .await
        .expect("added");
    fixture.advance_days(35);
    fixture.sweep().await;
    let waiting = fixture.at("Moss").await;
    assert_eq!((waiting.outcome, waiting.quiet_days), (None, None));
    let cancel = UpdateInterviewInput {
        cancelled: Some(true),
        ..UpdateInterviewInput::unchanged(interview.id)
    };
    interviews::update(&fixture.services, &fixture.ada, cancel)
        .await
        .expect("cancelled");
    fixture.sweep().await;
    assert_eq!(fixture.at("Moss").await.outcome, Some(Outcome::Ghosted));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reopened_application_is_closed_when_the_threshold_passes_again(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let id = fixture.add("Moss", "Baker").await.id;
    fixture.advance_days(31);
    fixture.sweep().await;
    let reopened = fixture.update(outcome(id, None)).await;
    assert_eq!((reopened.outcome, reopened.quiet_days), (None, None));
    fixture.advance_days(29);
    fixture.sweep().await;
    assert_eq!(fixture.at("Moss").await.outcome, None);
    fixture.advance_days(1);
    fixture.sweep().await;
    assert_eq!(fixture.at("Moss").await.outcome, Some(Outcome::Ghosted));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn later_email_reopens_application_and_its_event_says_so(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture
        .import(&[confirmation("Moss", "Baker", "10 Mar 2026")])
        .await;
    fixture.advance_days(40);
    fixture.sweep().await;
    let closed = fixture.at("Moss").await;
    assert_eq!(closed.outcome, Some(Outcome::Ghosted));
    // An email from before the silence does not reopen it.
    fixture.import(&[on_hold("Moss", "Baker", "12 Mar 2026")]).await;
    assert_eq!(fixture.at("Moss").await.outcome, Some(Outcome::Ghosted));
    // Sent before the sweep, read after it.
    fixture.import(&[on_hold("Moss", "Baker", "20 Apr 2026")]).await;
    let detail = fixture.detail(closed.id).await;
    assert_eq!((detail.jobapp.outcome, detail.jobapp.on_hold), (None, true));
    let event = detail.history.last().expect("an event");
    assert_eq!((event.outcome, event.cause), (None, EventSource::Import));
    assert!(event.mail_id.is_some());
    // On hold is exempt until something happens.
    fixture.advance_days(100);
    fixture.sweep().await;
    let card = fixture.card(closed.id).await;
    assert_eq!((card.outcome, card.on_hold, card.quiet_days), (None, true, None));
    fixture.import(&[rejection("Moss", "Baker", "1 Aug 2026")]).await;
    let rejected = fixture.at("Moss").await;
    assert_eq!(
        (rejected.outcome, rejected.on_hold),
        (Some(Outcome::Rejected), false)
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn rejection_of_a_silent_application_replaces_the_outcome(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture
        .import(&[confirmation("Moss", "Baker", "10 Mar 2026")])
        .await;
    fixture.advance_days(40);
    fixture.sweep().await;
    fixture.advance_days(10);
    fixture.import(&[rejection("Moss", "Baker", "2 May 2026")]).await;
    let detail = fixture.detail(fixture.at("Moss").await.id).await;
    assert_eq!(detail.jobapp.outcome, Some(Outcome::Rejected));
    assert_eq!(detail.history.len(), 3);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn email_does_not_reopen_an_application_that_a_person_closed(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture
        .import(&[confirmation("Moss", "Baker", "10 Mar 2026")])
        .await;
    let id = fixture.at("Moss").await.id;
    fixture.update(outcome(id, Some(Outcome::Ghosted))).await;
    fixture.advance_days(40);
    fixture.import(&[rejection("Moss", "Baker", "20 Apr 2026")]).await;
    assert_eq!(fixture.at("Moss").await.outcome, Some(Outcome::Ghosted));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn thresholds_hold_by_stage_kind_and_zero_turns_them_off(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let (s, ada) = (&fixture.services, &fixture.ada);
    let (planned, applied, interview) = (
        fixture.add("Planned", "Baker").await.id,
        fixture.add("Applied", "Baker").await.id,
        fixture.add("Interview", "Baker").await.id,
    );
    let stages = jobapps::list_stages(s, ada).await.expect("stages");
    for (id, kind) in [(planned, StageKind::ToApply), (interview, StageKind::Interview)] {
        let stage = stages.iter().find(|stage| stage.kind == kind).expect("a stage");
        fixture
            .update(UpdateApplicationInput::to_stage(id, stage.id))
            .await;
    }
    let input = UpdateSilenceThresholdsInput {
        applied: Some(0),
        interview: Some(5),
        ..UpdateSilenceThresholdsInput::default()
    };
    let thresholds = jobapps::update_silence_thresholds(s, ada, input)
        .await
        .expect("set");
    assert_eq!(
        (
            thresholds.applied,
            thresholds.screening,
            thresholds.interview,
            thresholds.offer
        ),
        (0, 21, 5, 14)
    );
    fixture.advance_days(4);
    let quiet = |quiet| async move {
        let input = ListApplicationsInput {
            quiet: Some(quiet),
            ..ListApplicationsInput::default()
        };
        let page = jobapps::list(s, ada, input).await.expect("listed");
        page.data.iter().map(|a| a.id).collect::<Vec<_>>()
    };
    assert_eq!(quiet(true).await, [interview]);
    assert_eq!(quiet(false).await, [applied, planned]);
    fixture.advance_days(96);
    fixture.sweep().await;
    assert_eq!(fixture.at("Interview").await.outcome, Some(Outcome::Ghosted));
    for company in ["Planned", "Applied"] {
        let application = fixture.at(company).await;
        assert_eq!(
            (application.outcome, application.quiet_days),
            (None, None),
            "{company}"
        );
    }
    assert_eq!(quiet(true).await, []);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn thresholds_of_a_workspace_are_changed_by_its_managers_only(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let mut member = fixture.ada.clone();
    member.tenant.role = domain::tenants::Role::Member;
    let input = UpdateSilenceThresholdsInput {
        applied: Some(1),
        ..UpdateSilenceThresholdsInput::default()
    };
    let denied = jobapps::update_silence_thresholds(&fixture.services, &member, input).await;
    let denied = domain::ApiError::from(denied.expect_err("denied"));
    assert_eq!(denied.code, ErrorCode::Forbidden);
    // Other workspaces keep their own.
    jobapps::update_silence_thresholds(&fixture.services, &fixture.ada, input)
        .await
        .expect("set");
    let ben = fixture.app.register_user("ben").await.expect("registered");
    let of_ben = jobapps::get_silence_thresholds(&fixture.services, &ben)
        .await
        .expect("read");
    assert_eq!(of_ben.applied, 30);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn sweep_of_a_deleted_workspace_ends(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.sweep().await;
    fixture.sweep().await;
    let jobs = "select count(*) from background_jobs where kind = 'sweep_silence'";
    assert_eq!(fixture.count(jobs).await, 1);
    fixture.execute("delete from tenants").await;
    fixture.sweep().await;
    assert_eq!(fixture.count(jobs).await, 0);
}
