//! SQL about stages, applications and the ledger. Every statement names the tenant; lists name the owner.
//!
//! Where one application is meant, the owner `is not distinct from` the caller, which says the same and is served by no index.
//! With `=` Postgres expects one row for workspace and owner together, because it does not know that people have one workspace
//! or few, and reads all that a person has instead of looking in the primary key.

use crate::{Error, db::TenantTx};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    EventId, JobApplicationId, MailMessageId, StageId, UserId,
    jobapps::{
        Actor, ActorKind, Cause, HistoryEntry, JobApplication, JobappFilter, Outcome, Salary, SalaryPeriod,
        Sort, StageKind, Status,
    },
};
use serde::{Deserialize, Serialize};
use sqlx::{Postgres, QueryBuilder, query, query_as, types::Json};
use uuid::Uuid;

/// Fields that a person can write and then no mail overwrites.
pub(crate) const EDITABLE: [&str; 4] = ["job_title", "company", "apply_date", "source"];

/// A new application. Travels to the database as JSON, so that one statement takes any number of them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ApplicationRow {
    pub id: JobApplicationId,
    pub job_title: String,
    pub company: String,
    pub search_text: String,
    pub match_key: String,
    pub requisition: Option<String>,
    pub stage_id: StageId,
    pub outcome: Option<Outcome>,
    pub moved_at: DateTime<Utc>,
    pub apply_date: NaiveDate,
    pub source: String,
    pub location: Option<String>,
    pub url: Option<String>,
    pub salary: Option<Salary>,
    pub tags: Vec<String>,
    pub edited: Vec<String>,
    pub created_at: DateTime<Utc>,
}

impl ApplicationRow {
    /// The application as it stands once inserted.
    pub fn into_application(self, stage: Status) -> JobApplication {
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
            created_at: self.created_at,
            updated_at: self.created_at,
            version: 1,
        }
    }
}

/// A new ledger entry.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EventRow {
    pub id: EventId,
    pub application_id: JobApplicationId,
    pub from_stage_id: Option<StageId>,
    pub to_stage_id: StageId,
    pub outcome: Option<Outcome>,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub cause: Cause,
    pub actor_id: Option<UserId>,
    pub mail_id: Option<MailMessageId>,
}

/// An application held for changing, and the stage that it shall move to, if the workspace has it.
pub(super) struct Locked {
    pub application: JobApplication,
    pub target: Option<Status>,
}

/// Where a page of the list ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    key: String,
    id: JobApplicationId,
}

fn unknown(what: &str) -> Error {
    Error::Internal(format!(
        "the database holds a {what} that this build does not know"
    ))
}

pub(super) fn status(id: Uuid, name: String, kind: &str, position: i32) -> Result<Status, Error> {
    let kind = StageKind::parse(kind).ok_or_else(|| unknown("stage kind"))?;
    Ok(Status {
        id: id.into(),
        value: name,
        kind,
        position,
    })
}

pub(super) fn outcome(value: Option<&str>) -> Result<Option<Outcome>, Error> {
    value
        .map(|v| Outcome::parse(v).ok_or_else(|| unknown("outcome")))
        .transpose()
}

/// An application with its stage, as a row or as JSON with the same names.
#[derive(Debug, sqlx::FromRow, Deserialize)]
pub(super) struct JobappRow {
    id: Uuid,
    job_title: String,
    company: String,
    stage_id: Uuid,
    stage_name: String,
    stage_kind: String,
    stage_position: i32,
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

impl TryFrom<JobappRow> for JobApplication {
    type Error = Error;
    fn try_from(row: JobappRow) -> Result<Self, Error> {
        let outcome = outcome(row.outcome.as_deref())?;
        let period = row
            .salary_period
            .as_deref()
            .map(|p| SalaryPeriod::parse(p).ok_or_else(|| unknown("salary period")))
            .transpose()?;
        let salary = row.salary_currency.zip(period).map(|(currency, period)| Salary {
            min: row.salary_min,
            max: row.salary_max,
            currency,
            period,
        });
        Ok(Self {
            id: row.id.into(),
            job_title: row.job_title,
            company: row.company,
            company_logo: None,
            application_status: status(row.stage_id, row.stage_name, &row.stage_kind, row.stage_position)?,
            outcome,
            is_rejected: outcome == Some(Outcome::Rejected),
            apply_date: row.apply_date,
            source: row.source,
            location: row.location,
            url: row.url,
            salary,
            tags: row.tags,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

/// An entry of the ledger with its stages and who made it, as a row or as JSON with the same names.
#[derive(Debug, Deserialize)]
pub(super) struct HistoryRow {
    id: Uuid,
    outcome: Option<String>,
    occurred_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    cause: String,
    mail_id: Option<Uuid>,
    from_id: Option<Uuid>,
    from_name: Option<String>,
    from_kind: Option<String>,
    from_position: Option<i32>,
    to_id: Uuid,
    to_name: String,
    to_kind: String,
    to_position: i32,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
}

impl TryFrom<HistoryRow> for HistoryEntry {
    type Error = Error;
    fn try_from(row: HistoryRow) -> Result<Self, Error> {
        let from_status = match (row.from_id, row.from_name, row.from_kind, row.from_position) {
            (Some(id), Some(name), Some(kind), Some(position)) => Some(status(id, name, &kind, position)?),
            _ => None,
        };
        let kind = if row.actor_id.is_some() {
            ActorKind::User
        } else {
            ActorKind::System
        };
        Ok(Self {
            id: row.id.into(),
            from_status,
            to_status: status(row.to_id, row.to_name, &row.to_kind, row.to_position)?,
            outcome: outcome(row.outcome.as_deref())?,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            cause: Cause::parse(&row.cause).ok_or_else(|| unknown("cause"))?,
            actor: Actor {
                kind,
                id: row.actor_id.map(Into::into),
                name: row.actor_name,
            },
            mail_id: row.mail_id.map(Into::into),
        })
    }
}

/// Gives a new workspace one stage of each kind, in order.
pub(crate) async fn insert_first_stages(
    tx: &mut TenantTx,
    ids: &[StageId],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let tenant = tx.tenant();
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let kinds: Vec<String> = StageKind::ALL.iter().map(|k| k.as_str().to_owned()).collect();
    let names: Vec<String> = StageKind::ALL.iter().map(|k| k.first_name().to_owned()).collect();
    query!(
        r#"
        insert into stage (tenant_id, id, kind, name, position, created_at)
        select $1, s.id, s.kind, s.name, (s.place - 1)::int, $5
        from unnest($2::uuid[], $3::text[], $4::text[]) with ordinality as s (id, kind, name, place)
        returning id
        "#,
        tenant.0,
        &ids,
        &kinds,
        &names,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn stages(tx: &mut TenantTx) -> Result<Vec<Status>, Error> {
    let tenant = tx.tenant();
    let rows = query!(
        "select id, name, kind, position from stage where tenant_id = $1 order by position",
        tenant.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| status(r.id, r.name, &r.kind, r.position))
        .collect()
}

/// The stage of this id, or without one the first of kind `applied`.
pub(super) async fn stage_or_applied(
    tx: &mut TenantTx,
    id: Option<StageId>,
) -> Result<Option<Status>, Error> {
    let tenant = tx.tenant();
    let row = query!(
        r#"
        select id, name, kind, position
        from stage
        where tenant_id = $1 and (id = $2 or ($2::uuid is null and kind = 'applied'))
        order by position
        limit 1
        "#,
        tenant.0,
        id.map(|s| s.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| status(r.id, r.name, &r.kind, r.position)).transpose()
}

/// Inserts any number of applications in one statement.
pub(crate) async fn insert_applications(tx: &mut TenantTx, rows: &[ApplicationRow]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into job_application
          (tenant_id, owner_id, id, job_title, company, search_text, match_key, requisition, stage_id, outcome, moved_at,
           apply_date, source, location, url, salary_min, salary_max, salary_currency, salary_period, tags, edited,
           created_at, updated_at)
        select $1, $2, r.id, r.job_title, r.company, r.search_text, r.match_key, r.requisition, r.stage_id, r.outcome,
          r.moved_at, r.apply_date, r.source, r.location, r.url, (r.salary ->> 'min')::bigint, (r.salary ->> 'max')::bigint,
          r.salary ->> 'currency', r.salary ->> 'period', r.tags, r.edited, r.created_at, r.created_at
        from jsonb_to_recordset($3) as r (
          id uuid, job_title text, company text, search_text text, match_key text, requisition text, stage_id uuid,
          outcome text, moved_at timestamptz, apply_date date, source text, location text, url text, salary jsonb,
          tags text[], edited text[], created_at timestamptz)
        returning id
        "#,
        tenant.0,
        user.0,
        Json(rows) as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Adds any number of entries to the ledger in one statement.
pub(crate) async fn insert_events(tx: &mut TenantTx, rows: &[EventRow]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into application_event
          (tenant_id, owner_id, id, application_id, from_stage_id, to_stage_id, outcome, occurred_at, recorded_at, cause,
           actor_id, mail_id)
        select $1, $2, r.id, r.application_id, r.from_stage_id, r.to_stage_id, r.outcome, r.occurred_at, r.recorded_at,
          r.cause, r.actor_id, r.mail_id
        from jsonb_to_recordset($3) as r (
          id uuid, application_id uuid, from_stage_id uuid, to_stage_id uuid, outcome text, occurred_at timestamptz,
          recorded_at timestamptz, cause text, actor_id uuid, mail_id uuid)
        returning id
        "#,
        tenant.0,
        user.0,
        Json(rows) as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Holds one of the caller's applications until the end of the transaction. Held first and joined then: a join in the same
/// step would look for the stage that the application had before the change it waited for, and find nothing.
pub(super) async fn lock(
    tx: &mut TenantTx,
    id: JobApplicationId,
    target: Option<StageId>,
) -> Result<Option<Locked>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        with a as materialized (
          select * from job_application
          where tenant_id = $1 and owner_id is not distinct from $2 and id = $3 and deleted_at is null
          for update
        )
        select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind,
          s.position as stage_position, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max,
          a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version,
          t.id as "target_id?", t.name as "target_name?", t.kind as "target_kind?", t.position as "target_position?"
        from a
        join stage s on s.tenant_id = $1 and s.id = a.stage_id
        left join stage t on t.tenant_id = $1 and t.id = $4
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
        (Some(id), Some(name), Some(kind), Some(position)) => Some(status(id, name, &kind, position)?),
        _ => None,
    };
    let application = JobappRow {
        id: r.id,
        job_title: r.job_title,
        company: r.company,
        stage_id: r.stage_id,
        stage_name: r.stage_name,
        stage_kind: r.stage_kind,
        stage_position: r.stage_position,
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
    Ok(Some(Locked {
        application: application.try_into()?,
        target,
    }))
}

/// Writes an entry to the ledger and where the application stands now, in one statement.
pub(super) async fn record(tx: &mut TenantTx, event: &EventRow) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        with moved as (
          update job_application
          set stage_id = $5, outcome = $6, moved_at = $7, updated_at = $8, version = version + 1
          where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
          returning tenant_id, owner_id, id
        )
        insert into application_event
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
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

/// The ledger of one application; empty when it is not there for the caller.
pub(super) async fn history(tx: &mut TenantTx, id: JobApplicationId) -> Result<Vec<HistoryEntry>, Error> {
    let tenant = tx.tenant();
    let rows = query_as!(
        HistoryRow,
        r#"
        select e.id, e.outcome, e.occurred_at, e.recorded_at, e.cause, e.mail_id,
          f.id as "from_id?", f.name as "from_name?", f.kind as "from_kind?", f.position as "from_position?",
          t.id as to_id, t.name as to_name, t.kind as to_kind, t.position as to_position,
          e.actor_id, m.display_name as "actor_name?"
        from application_event e
        join job_application a on a.tenant_id = e.tenant_id and a.id = e.application_id and a.deleted_at is null
        left join stage f on f.tenant_id = e.tenant_id and f.id = e.from_stage_id
        join stage t on t.tenant_id = e.tenant_id and t.id = e.to_stage_id
        left join memberships m on m.tenant_id = e.tenant_id and m.user_id = e.actor_id
        where e.tenant_id = $1 and e.application_id = $2
        order by e.occurred_at, e.recorded_at, e.id
        "#,
        tenant.0,
        id.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(HistoryEntry::try_from).collect()
}

/// One page of the caller's applications, and where the next begins.
pub(super) async fn list(
    tx: &mut TenantTx,
    filter: &JobappFilter,
    after: Option<Place>,
    limit: u32,
) -> Result<(Vec<JobApplication>, Option<Place>), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let mut sql = QueryBuilder::<Postgres>::new(
        "select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind, \
         s.position as stage_position, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max, \
         a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version \
         from job_application a join stage s on s.tenant_id = a.tenant_id and s.id = a.stage_id \
         where a.deleted_at is null and a.tenant_id = ",
    );
    sql.push_bind(tenant.0)
        .push(" and a.owner_id = ")
        .push_bind(user.0);
    if let Some(stage) = filter.status_id {
        sql.push(" and a.stage_id = ").push_bind(stage.0);
    }
    if let Some(q) = &filter.q {
        sql.push(" and a.search_text like ")
            .push_bind(crate::text::contains_pattern(q));
    }
    if let Some(source) = &filter.source {
        sql.push(" and a.source = ").push_bind(source.clone());
    }
    if let Some(outcome) = filter.outcome {
        sql.push(" and a.outcome = ").push_bind(outcome.as_str());
    }
    if let Some(from) = filter.applied_from {
        sql.push(" and a.apply_date >= ").push_bind(from);
    }
    if let Some(to) = filter.applied_to {
        sql.push(" and a.apply_date <= ").push_bind(to);
    }
    // Companies go up while ids go down, so their condition cannot be one row comparison.
    let order = match filter.sort {
        Sort::ApplyDate => {
            if let Some(place) = &after {
                sql.push(" and (a.apply_date, a.id) < (")
                    .push_bind(place.key.clone())
                    .push("::text::date, ");
                sql.push_bind(place.id.0).push(")");
            }
            " order by a.apply_date desc, a.id desc limit "
        }
        Sort::UpdatedAt => {
            if let Some(place) = &after {
                sql.push(" and (a.updated_at, a.id) < (")
                    .push_bind(place.key.clone())
                    .push("::text::timestamptz, ");
                sql.push_bind(place.id.0).push(")");
            }
            " order by a.updated_at desc, a.id desc limit "
        }
        Sort::Company => {
            if let Some(place) = &after {
                sql.push(" and lower(a.company) >= lower(")
                    .push_bind(place.key.clone());
                sql.push(") and (lower(a.company) > lower(")
                    .push_bind(place.key.clone());
                sql.push(") or a.id < ").push_bind(place.id.0).push(")");
            }
            " order by lower(a.company), a.id desc limit "
        }
    };
    sql.push(order).push_bind(i64::from(limit) + 1);
    let mut rows: Vec<JobappRow> = sql.build_query_as().fetch_all(tx.conn()).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| Place {
        key: match filter.sort {
            Sort::ApplyDate => last.apply_date.to_string(),
            Sort::UpdatedAt => last.updated_at.to_rfc3339(),
            Sort::Company => last.company.clone(),
        },
        id: last.id.into(),
    });
    let page = rows
        .into_iter()
        .map(JobApplication::try_from)
        .collect::<Result<_, _>>()?;
    Ok((page, next))
}

/// One of the caller's applications.
pub(super) async fn find(tx: &mut TenantTx, id: JobApplicationId) -> Result<Option<JobApplication>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        JobappRow,
        r#"
        select a.id, a.job_title, a.company, a.stage_id, s.name as stage_name, s.kind as stage_kind,
          s.position as stage_position, a.outcome, a.apply_date, a.source, a.location, a.url, a.salary_min, a.salary_max,
          a.salary_currency, a.salary_period, a.tags, a.created_at, a.updated_at, a.version
        from job_application a
        join stage s on s.tenant_id = a.tenant_id and s.id = a.stage_id
        where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = $3 and a.deleted_at is null
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(JobApplication::try_from).transpose()
}
