//! Writes: inserting applications, locking one for a change, and appending the event of a change.

use super::{ApplicationWithStageRow, events::EventRow, stage};
use crate::{
    Error,
    platform::{db::TenantTx, normalize::fold},
    quotas,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    JobApplicationId, StageId,
    changes::ChangeType,
    jobapps::{JobApplication, Outcome, Salary, Stage},
    quotas::Quota,
};
use mail_reader::match_key;
use serde::Serialize;
use sqlx::{query, types::Json};

/// Fields that no email overwrites once the user has edited them.
pub(crate) const USER_EDITABLE_FIELDS: [&str; 4] = ["job_title", "company", "apply_date", "source"];

/// A new application. Sent to the database as JSON, so that one statement inserts any number of them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ApplicationRow {
    pub id: JobApplicationId,
    pub job_title: Option<String>,
    pub company: Option<String>,
    pub search_text: String,
    pub match_key: String,
    pub requisition: Option<String>,
    pub stage_id: StageId,
    pub outcome: Option<Outcome>,
    pub stage_changed_at: DateTime<Utc>,
    pub apply_date: NaiveDate,
    pub source: String,
    pub location: Option<String>,
    pub url: Option<String>,
    pub salary: Option<Salary>,
    pub tags: Vec<String>,
    pub user_edited_fields: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The text for the search of applications: title and company, without case and accents.
pub(crate) fn search_text(job_title: Option<&str>, company: Option<&str>) -> String {
    let names: Vec<&str> = job_title.into_iter().chain(company).collect();
    fold(&names.join(" "))
}

/// The key by which email finds the applications of a company; empty if it is unknown.
pub(crate) fn company_key(company: Option<&str>) -> String {
    company.map(match_key::company).unwrap_or_default()
}

impl ApplicationRow {
    /// The application after the insert.
    pub fn into_application(self, stage: Stage) -> JobApplication {
        JobApplication {
            id: self.id,
            job_title: self.job_title,
            company: self.company,
            company_logo: None,
            application_status: stage,
            outcome: self.outcome,
            is_rejected: self.outcome == Some(Outcome::Rejected),
            apply_date: self.apply_date,
            source: self.source,
            location: self.location,
            url: self.url,
            salary: self.salary,
            tags: self.tags,
            quiet_days: None,
            on_hold: false,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: 1,
        }
    }
}

/// A locked application and the requested stage; `None` if the workspace has no such stage.
pub(in crate::jobapps) struct LockedApplication {
    pub application: JobApplication,
    pub target: Option<Stage>,
}

/// Inserts any number of applications in one statement.
pub(crate) async fn insert_applications(tx: &mut TenantTx, rows: &[ApplicationRow]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into job_applications
          (tenant_id, owner_id, id, job_title, company, search_text, match_key, requisition, stage_id, outcome, stage_changed_at,
           apply_date, source, location, url, salary_min, salary_max, salary_currency, salary_period, tags, user_edited_fields,
           created_at, updated_at)
        select $1, $2, r.id, r.job_title, r.company, r.search_text, r.match_key, r.requisition, r.stage_id, r.outcome,
          r.stage_changed_at, r.apply_date, r.source, r.location, r.url, (r.salary ->> 'min')::bigint,
          (r.salary ->> 'max')::bigint, r.salary ->> 'currency', r.salary ->> 'period', r.tags, r.user_edited_fields,
          r.created_at, r.updated_at
        from jsonb_to_recordset($3) as r (
          id uuid, job_title text, company text, search_text text, match_key text, requisition text, stage_id uuid,
          outcome text, stage_changed_at timestamptz, apply_date date, source text, location text, url text, salary jsonb,
          tags text[], user_edited_fields text[], created_at timestamptz, updated_at timestamptz)
        returning id
        "#,
        tenant.0,
        user.0,
        Json(rows) as _,
    )
    .fetch_all(tx.conn())
    .await?;
    for row in rows {
        tx.record_application(ChangeType::JobappCreated, row.id);
    }
    let added = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    quotas::add_usage(tx, Quota::Applications, added).await
}

/// Locks one of the caller's applications until the end of the transaction. The lock comes first and the join second: after
/// waiting for a concurrent change, a join in the locking statement would still use the old stage and return no row. No stage has
/// the nil UUID; Citus cannot plan an outer join with a condition that is null for every row.
pub(in crate::jobapps) async fn lock(
    tx: &mut TenantTx,
    id: JobApplicationId,
    target: Option<StageId>,
) -> Result<Option<LockedApplication>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        with a as materialized (
          select * from job_applications
          where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and deleted_at is null
          for update
        )
        select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind,
          s.position as stage_position, s.color as stage_color, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max,
          a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version,
          t.id as "target_id?", t.name as "target_name?", t.kind as "target_kind?", t.position as "target_position?", t.color as "target_color?"
        from a
        join stages s on s.tenant_id = $1 and s.id = a.stage_id
        left join stages t on t.tenant_id = $1 and t.deleted_at is null and t.id = coalesce($4, '00000000-0000-0000-0000-000000000000'::uuid)
        "#,
        tenant.0,
        user.0,
        id.0,
        target.map(|s| s.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(r) = row else { return Ok(None) };
    let target = match (r.target_id, r.target_name, r.target_kind, r.target_position) {
        (Some(id), Some(name), Some(kind), Some(position)) => {
            Some(stage(id, name, &kind, position, r.target_color.as_deref())?)
        }
        _ => None,
    };
    let application = ApplicationWithStageRow {
        id: r.id,
        job_title: r.job_title,
        company: r.company,
        stage_id: r.stage_id,
        stage_name: r.stage_name,
        stage_kind: r.stage_kind,
        stage_position: r.stage_position,
        stage_color: r.stage_color,
        outcome: r.outcome,
        apply_date: r.apply_date,
        source: r.source,
        location: r.location,
        url: r.url,
        salary_min: r.salary_min,
        salary_max: r.salary_max,
        salary_currency: r.salary_currency,
        salary_period: r.salary_period,
        tags: r.tags,
        created_at: r.created_at,
        updated_at: r.updated_at,
        version: r.version,
    };
    Ok(Some(LockedApplication {
        application: application.try_into()?,
        target,
    }))
}

/// Appends an event and updates the state of the application, which counts as in it since `since`, in one statement. The application
/// must be locked. False, without a change, if it already has `max_events`.
pub(in crate::jobapps) async fn append_event(
    tx: &mut TenantTx,
    event: &EventRow,
    since: DateTime<Utc>,
    max_events: i64,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        with moved as (
          update job_applications
          set stage_id = $5, outcome = $6, stage_changed_at = $14, updated_at = $8, seen_at = $8, version = version + 1
          where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
            and (select count(*) from (
              select 1 as one from application_events e where e.tenant_id = $1 and e.application_id = $3 limit $13) c) < $13
          returning tenant_id, owner_id, id
        )
        insert into application_events
          (tenant_id, owner_id, id, application_id, from_stage_id, to_stage_id, outcome, occurred_at, recorded_at, cause,
           actor_id, mail_id)
        select tenant_id, owner_id, $9::uuid, id, $4::uuid, $5::uuid, $6::text, $7::timestamptz, $8::timestamptz, $10::text,
          $11::uuid, $12::uuid
        from moved
        returning id
        "#,
        tenant.0,
        user.0,
        event.application_id.0,
        event.from_stage_id.map(|s| s.0),
        event.to_stage_id.0,
        event.outcome.map(Outcome::as_str),
        event.occurred_at,
        event.recorded_at,
        event.id.0,
        event.cause.as_str(),
        event.actor_id.map(|a| a.0),
        event.mail_id.map(|m| m.0),
        max_events,
        since,
    )
    .fetch_optional(tx.conn())
    .await?;
    if row.is_some() {
        event.record(tx);
    }
    Ok(row.is_some())
}
