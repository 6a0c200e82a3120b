//! SQL on stages, applications and application events. Every statement filters by tenant; lists also filter by owner.
//!
//! Statements that address a single application compare the owner with `is not distinct from`, which is equivalent but cannot
//! use an index. With `=`, Postgres estimates one row for tenant and owner together (a user has one or few tenants) and scans
//! all of the user's applications instead of using the primary key.

mod dependents;
mod events;
mod filter;
mod list;
mod mail;
mod stages;
mod write;

pub(super) use dependents::{record_contacts, record_deleted_dependents, record_restored_dependents};
pub(crate) use events::{EventRow, insert_events};
pub(super) use events::{EventWithStagesRow, list_events, retract_last_event};
pub(super) use filter::QueryFilter;
pub(super) use list::{ListCursor, count, find, has_any_application, list, list_by_ids, search};
pub(crate) use mail::{
    MailCandidate, MailCandidateQuery, find_application, has_user_content, list_event_origins,
    list_mail_candidates, list_recent_open, set_names,
};
pub(crate) use stages::list_stages;
pub(super) use stages::{StageSelector, find_stage};
pub(crate) use write::{ApplicationRow, USER_EDITABLE_FIELDS, company_key, insert_applications, search_text};
pub(super) use write::{LockedApplication, append_event, lock};

use crate::Error;
use chrono::{DateTime, NaiveDate, Utc};
use domain::jobapps::{JobApplication, Outcome, Salary, SalaryPeriod, Stage, StageColor, StageKind};
use serde::Deserialize;
use uuid::Uuid;

pub(super) fn stage(
    id: Uuid,
    name: String,
    kind: &str,
    position: i32,
    color: Option<&str>,
) -> Result<Stage, Error> {
    let color = color
        .map(|c| StageColor::parse(c).ok_or_else(|| Error::unknown_value("stage color")))
        .transpose()?;
    Ok(Stage {
        id: id.into(),
        value: name,
        kind: stage_kind(kind)?,
        position,
        color,
    })
}

pub(crate) fn stage_kind(value: &str) -> Result<StageKind, Error> {
    StageKind::parse(value).ok_or_else(|| Error::unknown_value("stage kind"))
}

pub(crate) fn outcome(value: Option<&str>) -> Result<Option<Outcome>, Error> {
    value
        .map(|v| Outcome::parse(v).ok_or_else(|| Error::unknown_value("outcome")))
        .transpose()
}

/// The salary in the columns of an application.
pub(super) fn salary(
    min: Option<i64>,
    max: Option<i64>,
    currency: Option<String>,
    period: Option<&str>,
) -> Result<Option<Salary>, Error> {
    let period = period
        .map(|p| SalaryPeriod::parse(p).ok_or_else(|| Error::unknown_value("salary period")))
        .transpose()?;
    Ok(currency.zip(period).map(|(currency, period)| Salary {
        min,
        max,
        currency,
        period,
    }))
}

/// An application with its stage, read from a row or from JSON with the same names.
#[derive(Debug, sqlx::FromRow, Deserialize)]
pub(super) struct ApplicationWithStageRow {
    id: Uuid,
    job_title: Option<String>,
    company: Option<String>,
    stage_id: Uuid,
    stage_name: String,
    stage_kind: String,
    stage_position: i32,
    stage_color: Option<String>,
    outcome: Option<String>,
    apply_date: NaiveDate,
    source: String,
    location: Option<String>,
    url: Option<String>,
    salary_min: Option<i64>,
    salary_max: Option<i64>,
    salary_currency: Option<String>,
    salary_period: Option<String>,
    tags: Vec<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i32,
}

impl TryFrom<ApplicationWithStageRow> for JobApplication {
    type Error = Error;
    fn try_from(row: ApplicationWithStageRow) -> Result<Self, Error> {
        let outcome = outcome(row.outcome.as_deref())?;
        let salary = salary(
            row.salary_min,
            row.salary_max,
            row.salary_currency,
            row.salary_period.as_deref(),
        )?;
        Ok(Self {
            id: row.id.into(),
            job_title: row.job_title,
            company: row.company,
            company_logo: None,
            application_status: stage(
                row.stage_id,
                row.stage_name,
                &row.stage_kind,
                row.stage_position,
                row.stage_color.as_deref(),
            )?,
            outcome,
            is_rejected: outcome == Some(Outcome::Rejected),
            apply_date: row.apply_date,
            source: row.source,
            location: row.location,
            url: row.url,
            salary,
            tags: row.tags,
            quiet_days: None,
            on_hold: false,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}
