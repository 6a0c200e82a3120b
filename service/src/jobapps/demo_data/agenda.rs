//! Interviews and tasks of the demo data, around the current day.

use crate::{Error, Services, interviews::insert_interview, platform::db::TenantTx, tasks::insert_task};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::{
    JobApplicationId,
    interviews::{Interview, InterviewKind},
    tasks::{Task, TaskKind},
};

/// Index of the active application, days from today, hour and kind, where, and notes.
type SampleInterview = (usize, i64, u32, InterviewKind, &'static str, Option<&'static str>);

const INTERVIEWS: [SampleInterview; 3] = [
    (
        0,
        1,
        13,
        InterviewKind::Video,
        "https://meet.example.org/first-talk",
        None,
    ),
    (
        2,
        3,
        9,
        InterviewKind::Onsite,
        "Torstraße 12, Berlin, third floor",
        Some("Bring the forecast example. Ask who reads the reports."),
    ),
    (
        3,
        -4,
        12,
        InterviewKind::Video,
        "https://meet.example.org/team",
        None,
    ),
];

/// Index of the active application, if the task belongs to one; days from today until it is due, kind and title.
const TASKS: [(Option<usize>, i64, TaskKind, &str); 4] = [
    (
        Some(3),
        -1,
        TaskKind::FollowUp,
        "Thank them and ask about the next step",
    ),
    (Some(4), 0, TaskKind::Task, "Compare the offer with your list"),
    (Some(2), 1, TaskKind::Task, "Prepare questions about the team"),
    (None, 5, TaskKind::Task, "Update your CV"),
];

/// Adds interviews and tasks to these applications.
pub(super) async fn insert(
    services: &Services,
    tx: &mut TenantTx,
    active: &[JobApplicationId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let today = now.date_naive();
    for (index, days, hour, kind, place, notes) in INTERVIEWS {
        let Some(jobapp_id) = active.get(index).copied() else {
            continue;
        };
        let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let starts_at = (today + TimeDelta::days(days)).and_time(time).and_utc();
        let interview = Interview {
            id: services.id(),
            jobapp_id,
            kind,
            starts_at,
            ends_at: Some(starts_at + TimeDelta::minutes(45)),
            time_zone: Some("Europe/Berlin".into()),
            place: Some(place.into()),
            notes: notes.map(Into::into),
            mail_id: None,
            cancelled_at: None,
            created_at: now,
            updated_at: now,
        };
        insert_interview(tx, &interview).await?;
    }
    for (index, days, kind, title) in TASKS {
        let task = Task {
            id: services.id(),
            jobapp_id: index.and_then(|index| active.get(index).copied()),
            kind,
            title: title.into(),
            due_on: Some(today + TimeDelta::days(days)),
            snoozed_until: None,
            done_at: None,
            assigned_by: None,
            created_at: now,
            updated_at: now,
        };
        insert_task(tx, &task).await?;
    }
    Ok(())
}
