//! Demo data: a realistic year of a job search with many applications, few replies and fewer offers.

mod agenda;
mod people;
mod scenario;
mod tables;

use super::queries::{self, ApplicationRow, EventRow, company_key, search_text};
use crate::{
    Error, Services,
    platform::{db::TenantTx, rng, time_zone::midnight},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    JobApplicationId, StageId,
    jobapps::{EventSource, Salary, SalaryPeriod, StageKind},
};
use scenario::{SampleRng, Scenario, random_scenario};
use tables::{ACTIVE_SCENARIOS, BY_MONTH, COMPANIES, LOCATIONS, TAGS, TITLES};

/// An active application of the demo data.
pub(crate) struct DemoApplication {
    pub id: JobApplicationId,
    pub company: String,
    pub job_title: String,
    /// The stages that it reached, and when, in order.
    pub stages: Vec<(StageKind, DateTime<Utc>)>,
}

/// Fills an empty workspace with demo applications, and returns the active ones. `stages` are its five stages, in order.
pub(crate) async fn seed_demo(
    services: &Services,
    tx: &mut TenantTx,
    stages: &[StageId],
    now: DateTime<Utc>,
) -> Result<Vec<DemoApplication>, Error> {
    let rng = SampleRng { services };
    let mut rows = Rows::default();
    let mut companies = COMPANIES.iter().cycle();
    for (months_ago, count) in (0_i64..).zip(BY_MONTH.into_iter().rev()) {
        for _ in 0..count {
            let Some(company) = companies.next() else { continue };
            let age = months_ago * 30 + i64::from(rng.below(29)) + 1;
            let scenario = random_scenario(&rng, age);
            add_sent(services, &rng, company, age, scenario, stages, now, &mut rows);
        }
    }
    let first_active = rows.applications.len();
    for ((age, steps), company) in ACTIVE_SCENARIOS.into_iter().zip(companies.by_ref()) {
        let scenario = Scenario {
            steps: steps.to_vec(),
            end: None,
        };
        add_sent(services, &rng, company, age, scenario, stages, now, &mut rows);
    }
    let active: Vec<DemoApplication> = rows
        .applications
        .iter()
        .skip(first_active)
        .map(|application| demo_application(application, &rows.events, stages))
        .collect();
    let ids: Vec<_> = active.iter().map(|application| application.id).collect();
    for company in companies.take(6) {
        add_to_apply(services, &rng, company, stages, now, &mut rows);
    }
    queries::insert_applications(tx, &rows.applications).await?;
    queries::insert_events(tx, &rows.events).await?;
    people::insert(services, tx, &ids, now).await?;
    agenda::insert(services, tx, &ids, now).await?;
    Ok(active)
}

/// Fills an empty workspace with the applications of a member of a demo organization: some in each month, by two statements.
pub(crate) async fn seed_demo_member(
    services: &Services,
    tx: &mut TenantTx,
    stages: &[StageId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let rng = SampleRng { services };
    let mut rows = Rows::default();
    for months_ago in 0..12 {
        for _ in 0..3 + rng.below(4) {
            let company = rng.pick(&COMPANIES).unwrap_or("Northwind");
            let age = months_ago * 30 + i64::from(rng.below(29)) + 1;
            let scenario = random_scenario(&rng, age);
            add_sent(services, &rng, company, age, scenario, stages, now, &mut rows);
        }
    }
    queries::insert_applications(tx, &rows.applications).await?;
    queries::insert_events(tx, &rows.events).await
}

fn demo_application(
    application: &ApplicationRow,
    events: &[EventRow],
    stages: &[StageId],
) -> DemoApplication {
    let kind = |id: StageId| {
        let index = stages.iter().position(|stage| *stage == id)?;
        StageKind::ALL.get(index).copied()
    };
    DemoApplication {
        id: application.id,
        company: application.company.clone().unwrap_or_default(),
        job_title: application.job_title.clone().unwrap_or_default(),
        stages: events
            .iter()
            .filter(|event| event.application_id == application.id)
            .filter_map(|event| Some((kind(event.to_stage_id)?, event.occurred_at)))
            .collect(),
    }
}

/// Rows to insert.
#[derive(Default)]
struct Rows {
    applications: Vec<ApplicationRow>,
    events: Vec<EventRow>,
}

/// Adds an application that was sent `age` days ago, with its later events.
fn add_sent(
    services: &Services,
    rng: &SampleRng<'_>,
    company: &str,
    age: i64,
    scenario: Scenario,
    stages: &[StageId],
    now: DateTime<Utc>,
    rows: &mut Rows,
) {
    let Some(applied) = stages.get(1).copied() else {
        return;
    };
    let source = rng.source();
    let cause = if matches!(source, "Referral" | "Company site") {
        EventSource::User
    } else {
        EventSource::Mail
    };
    let day = midnight(now.date_naive() - TimeDelta::days(age), "UTC");
    let sent_at = day + TimeDelta::hours(9) + TimeDelta::minutes(i64::from(rng.below(500)));
    let mut row = row(services, rng, company, applied, sent_at, source);
    let mut event = event(services, &row, None, sent_at, cause);
    rows.events.push(event.clone());
    let mut at = sent_at;
    let moves = scenario
        .steps
        .iter()
        .filter_map(|(stage, days)| Some((Some(*stages.get(*stage)?), None, *days)));
    let end = scenario.end.map(|(outcome, days)| (None, Some(outcome), days));
    for (stage, outcome, days) in moves.chain(end) {
        at += TimeDelta::days(i64::from(days));
        if at >= now {
            break;
        }
        event = EventRow {
            id: services.id(),
            from_stage_id: Some(row.stage_id),
            to_stage_id: stage.unwrap_or(row.stage_id),
            outcome,
            occurred_at: at,
            recorded_at: at,
            ..event
        };
        row.stage_id = event.to_stage_id;
        row.outcome = outcome;
        row.stage_changed_at = at;
        rows.events.push(event.clone());
    }
    rows.applications.push(row);
}

/// Adds a job that was saved in the last days, without an application yet.
fn add_to_apply(
    services: &Services,
    rng: &SampleRng<'_>,
    company: &str,
    stages: &[StageId],
    now: DateTime<Utc>,
    rows: &mut Rows,
) {
    let Some(to_apply) = stages.first().copied() else {
        return;
    };
    let at = now - TimeDelta::hours(i64::from(5 + rng.below(220)));
    let source = rng.source();
    let row = row(services, rng, company, to_apply, at, source);
    rows.events
        .push(event(services, &row, None, at, EventSource::User));
    rows.applications.push(row);
}

fn row(
    services: &Services,
    rng: &SampleRng<'_>,
    company: &str,
    stage: StageId,
    at: DateTime<Utc>,
    source: &str,
) -> ApplicationRow {
    let job_title = rng.pick(&TITLES).unwrap_or("Data Analyst").to_owned();
    let low = i64::from(46 + rng.below(30)) * 1000;
    let salary = (rng.below(3) == 0).then(|| Salary {
        min: Some(low),
        max: Some(low + i64::from(4 + rng.below(9)) * 1000),
        currency: "EUR".into(),
        period: SalaryPeriod::Year,
    });
    ApplicationRow {
        id: rng::uuid(at, services.rng.as_ref()).into(),
        search_text: search_text(Some(&job_title), Some(company)),
        match_key: company_key(Some(company)),
        requisition: None,
        stage_id: stage,
        outcome: None,
        stage_changed_at: at,
        apply_date: at.date_naive(),
        source: source.to_owned(),
        location: (rng.below(3) > 0)
            .then(|| rng.pick(&LOCATIONS).map(str::to_owned))
            .flatten(),
        url: None,
        salary,
        tags: (rng.below(4) == 0)
            .then(|| rng.pick(&TAGS).map(str::to_owned))
            .flatten()
            .into_iter()
            .collect(),
        user_edited_fields: Vec::new(),
        created_at: at,
        updated_at: at,
        company: Some(company.to_owned()),
        job_title: Some(job_title),
    }
}

fn event(
    services: &Services,
    row: &ApplicationRow,
    from: Option<StageId>,
    at: DateTime<Utc>,
    cause: EventSource,
) -> EventRow {
    EventRow {
        id: services.id(),
        application_id: row.id,
        from_stage_id: from,
        to_stage_id: row.stage_id,
        previous_outcome: None,
        outcome: None,
        occurred_at: at,
        recorded_at: at,
        cause,
        actor_id: None,
        mail_id: None,
    }
}
