//! SQL of the calendar feed.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{InterviewId, JobApplicationId, TaskId, interviews::InterviewKind};
use sqlx::{query, query_scalar};

/// An interview with the names of its application.
pub(super) struct EventRow {
    pub id: InterviewId,
    pub application: JobApplicationId,
    pub kind: InterviewKind,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
    pub place: Option<String>,
    pub notes: Option<String>,
    pub sequence: i32,
    pub updated_at: DateTime<Utc>,
    pub is_cancelled: bool,
    pub company: Option<String>,
    pub job_title: Option<String>,
}

/// An open task with its day.
pub(super) struct TaskRow {
    pub id: TaskId,
    pub application: Option<JobApplicationId>,
    pub title: String,
    pub day: NaiveDate,
    pub updated_at: DateTime<Utc>,
    pub company: Option<String>,
}

/// The version of the user's feed; 0 if its address was never replaced.
pub(super) async fn find_version(tx: &mut TenantTx) -> Result<i32, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let version = query_scalar!(
        "select version from calendar_feeds where tenant_id = $1 and owner_id = $2",
        tenant.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(version.unwrap_or_default())
}

/// Gives the user's feed the next version.
pub(super) async fn increment_version(tx: &mut TenantTx, now: DateTime<Utc>) -> Result<i32, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let version = query_scalar!(
        r#"
        insert into calendar_feeds as f (tenant_id, owner_id, version, rotated_at) values ($1, $2, 1, $3)
        on conflict (tenant_id, owner_id) do update set version = f.version + 1, rotated_at = excluded.rotated_at
        returning version
        "#,
        tenant.0,
        user.0,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(version)
}

/// The interviews that begin after this time, including cancelled ones.
pub(super) async fn list_interviews(
    tx: &mut TenantTx,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<EventRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select i.id, i.application_id, i.kind, i.starts_at, i.ends_at, i.place, i.notes, i.sequence, i.updated_at,
          i.cancelled_at is not null as "is_cancelled!", a.company as "company?", a.job_title as "job_title?"
        from interviews i
        join job_applications a on a.tenant_id = i.tenant_id and a.id = i.application_id
        where i.tenant_id = $1 and i.owner_id = $2 and i.deleted_at is null and a.deleted_at is null and i.starts_at >= $3
        order by i.starts_at, i.id
        limit $4
        "#,
        tenant.0,
        user.0,
        since,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let kind = InterviewKind::parse(&r.kind).ok_or_else(|| Error::unknown_value("interview kind"))?;
            Ok(EventRow {
                id: r.id.into(),
                application: r.application_id.into(),
                kind,
                starts_at: r.starts_at,
                ends_at: r.ends_at,
                place: r.place,
                notes: r.notes,
                sequence: r.sequence,
                updated_at: r.updated_at,
                is_cancelled: r.is_cancelled,
                company: r.company,
                job_title: r.job_title,
            })
        })
        .collect()
}

/// The open tasks that have a day.
pub(super) async fn list_tasks(tx: &mut TenantTx, limit: i64) -> Result<Vec<TaskRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select t.id, t.application_id as "application_id?", t.title, greatest(t.due_on, t.snoozed_until) as "day!", t.updated_at,
          a.company as "company?"
        from tasks t
        left join job_applications a on a.tenant_id = t.tenant_id and a.id = t.application_id
        where t.tenant_id = $1 and t.owner_id = $2 and t.done_at is null and a.deleted_at is null
          and (t.due_on is not null or t.snoozed_until is not null)
        order by greatest(t.due_on, t.snoozed_until), t.id
        limit $3
        "#,
        tenant.0,
        user.0,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| TaskRow {
            id: r.id.into(),
            application: r.application_id.map(Into::into),
            title: r.title,
            day: r.day,
            updated_at: r.updated_at,
            company: r.company,
        })
        .collect())
}
