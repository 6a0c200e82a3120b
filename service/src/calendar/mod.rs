//! The calendar feed: interviews as events and open tasks as days, at a secret address that calendar programs read.

mod ics;
mod queries;
mod token;

use crate::{
    Error, Services,
    auth::{self, ActiveCaller},
    context::{Caller, ClientInfo, permit},
    rate_limit,
};
use chrono::TimeDelta;
use domain::{
    TenantId, UserId,
    calendar::CalendarFeed,
    interviews::InterviewKind,
    jobapps::{company_label, title_label},
    routes::{ApplicationPage, Route},
    tenants::Action,
};
use ics::{Event, EventTime};
use queries::{EventRow, TaskRow};

/// How long past interviews stay in the feed.
const PAST: TimeDelta = TimeDelta::days(180);
const MAX_EVENTS: i64 = 2_000;

/// The address of the caller's feed in this workspace.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn get_feed(services: &Services, caller: &Caller) -> Result<CalendarFeed, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::ReadApplications)?)
        .await?;
    let version = queries::find_version(&mut tx).await?;
    tx.commit().await?;
    Ok(feed(services, caller.tenant.id, caller.user.id, version))
}

/// Gives the feed a new address. The old address stops working immediately.
///
/// # Errors
/// `forbidden` if the caller's role may not change applications.
pub async fn rotate_feed(services: &Services, caller: &Caller) -> Result<CalendarFeed, Error> {
    let mut tx = services
        .db
        .begin(permit(caller, Action::WriteApplications)?)
        .await?;
    let version = queries::increment_version(&mut tx, services.clock.now()).await?;
    tx.commit().await?;
    Ok(feed(services, caller.tenant.id, caller.user.id, version))
}

fn feed(services: &Services, tenant: TenantId, user: UserId, version: i32) -> CalendarFeed {
    let token = token::encode(&services.keys, tenant, user, version);
    CalendarFeed {
        url: format!("{}/calendar/{token}.ics", services.public_url),
    }
}

/// The calendar of the feed with this token.
///
/// # Errors
/// `not_found` if no feed has the token, or its user was deleted, is locked or left the workspace; `rate_limited`.
pub async fn read_feed(services: &Services, client: &ClientInfo, token: &str) -> Result<String, Error> {
    rate_limit::check_calendar_feed(services, client).await?;
    let token = token::decode(token).ok_or_else(Error::not_found)?;
    let ActiveCaller::Active(caller) = auth::find_active_caller(services, token.user, token.tenant).await?
    else {
        return Err(Error::not_found());
    };
    let grant = permit(&caller, Action::ReadApplications)?;
    let mut tx = services.db.begin(grant).await?;
    let version = queries::find_version(&mut tx).await?;
    if !token.is_valid(&services.keys, version) {
        return Err(Error::not_found());
    }
    let since = services.clock.now() - PAST;
    let interviews = queries::list_interviews(&mut tx, since, MAX_EVENTS).await?;
    let tasks = queries::list_tasks(&mut tx, MAX_EVENTS).await?;
    tx.commit().await?;
    let page = |id| {
        let route = Route::Application(caller.tenant.slug.clone(), id, ApplicationPage::Overview);
        format!("{}{route}", services.public_url)
    };
    let events = interviews.into_iter().map(|row| {
        let url = page(row.application);
        interview_event(row, url)
    });
    let days = tasks.into_iter().map(|row| {
        let url = row.application.map(page);
        task_event(row, url)
    });
    Ok(ics::write_calendar(
        "JobHax",
        &events.chain(days).collect::<Vec<_>>(),
    ))
}

fn interview_event(row: EventRow, url: String) -> Event {
    let kind = match row.kind {
        InterviewKind::Phone => "Phone interview",
        InterviewKind::Video => "Video interview",
        InterviewKind::Onsite => "On-site interview",
        InterviewKind::Other => "Interview",
    };
    let (company, title) = (
        company_label(row.company.as_deref()),
        title_label(row.job_title.as_deref()),
    );
    Event {
        uid: format!("interview-{}@jobhax", row.id),
        sequence: row.sequence,
        changed_at: row.updated_at,
        when: EventTime::Times(row.starts_at, row.ends_at),
        summary: format!("{kind}: {company}, {title}"),
        location: row.place,
        description: row.notes,
        url: Some(url),
        is_cancelled: row.is_cancelled,
    }
}

fn task_event(row: TaskRow, url: Option<String>) -> Event {
    let summary = match &row.company {
        Some(company) => format!("{} ({company})", row.title),
        None => row.title,
    };
    Event {
        uid: format!("task-{}@jobhax", row.id),
        sequence: 0,
        changed_at: row.updated_at,
        when: EventTime::Day(row.day),
        summary,
        location: None,
        description: None,
        url,
        is_cancelled: false,
    }
}
