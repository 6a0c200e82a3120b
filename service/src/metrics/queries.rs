//! SQL of the metrics: only the caller's applications that are not deleted.

use crate::{
    Error,
    jobapps::queries::{outcome, stage_kind},
    platform::db::TenantTx,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::metrics::{ApplicationHistory, JourneyEvent, MetricsFilter, StageCount, StageTitles};
use serde::Deserialize;
use sqlx::{query, query_scalar, types::Json};
use uuid::Uuid;

/// A filter as parameters of statements. Open ends are replaced by the first and the last date that a query may have.
pub(super) struct FilterParams {
    from: NaiveDate,
    to: NaiveDate,
    source: Option<String>,
}

impl From<&MetricsFilter> for FilterParams {
    fn from(filter: &MetricsFilter) -> Self {
        let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN);
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        Self {
            from: filter.from.unwrap_or(first),
            to: filter.to.unwrap_or(last),
            source: filter.source.clone(),
        }
    }
}

pub(super) async fn total(tx: &mut TenantTx, filter: &FilterParams) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let n = query_scalar!(
        r#"
        select count(*) as "n!"
        from job_applications
        where tenant_id = $1 and owner_id = $2 and deleted_at is null and apply_date between $3 and $4
          and ($5::text is null or source = $5)
        "#,
        tenant.0,
        user.0,
        filter.from,
        filter.to,
        filter.source,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(n)
}

/// Counts by month (its first day) and source of the filtered applications that were applied for from `from` up to but
/// excluding `until`.
pub(super) async fn by_month(
    tx: &mut TenantTx,
    filter: &FilterParams,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(NaiveDate, String, i64)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select date_trunc('month', apply_date::timestamp)::date as "month!", source, count(*) as "n!"
        from job_applications
        where tenant_id = $1 and owner_id = $2 and deleted_at is null and apply_date between $3 and $4
          and apply_date >= $6 and apply_date < $7 and ($5::text is null or source = $5)
        group by 1, 2
        order by 1, 2
        "#,
        tenant.0,
        user.0,
        filter.from,
        filter.to,
        filter.source,
        from,
        until,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.month, r.source, r.n)).collect())
}

pub(super) async fn by_stage(tx: &mut TenantTx, filter: &FilterParams) -> Result<Vec<StageCount>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select s.id, s.name, s.kind, coalesce(c.n, 0) as "n!"
        from stages s
        left join (
          select stage_id, count(*) as n
          from job_applications
          where tenant_id = $1 and owner_id = $2 and deleted_at is null and apply_date between $3 and $4
            and ($5::text is null or source = $5)
          group by stage_id
        ) c on c.stage_id = s.id
        where s.tenant_id = $1 and (s.deleted_at is null or c.n > 0)
        order by s.deleted_at is not null, s.position
        "#,
        tenant.0,
        user.0,
        filter.from,
        filter.to,
        filter.source,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(StageCount {
                status_id: r.id.into(),
                name: r.name,
                kind: stage_kind(&r.kind)?,
                value: r.n,
            })
        })
        .collect()
}

/// All stages in order, with the number of applications per title.
pub(super) async fn by_title(tx: &mut TenantTx, filter: &FilterParams) -> Result<Vec<StageTitles>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select s.name, coalesce(array_agg(t.job_title) filter (where t.n is not null), '{}') as "titles!",
          coalesce(array_agg(t.n) filter (where t.n is not null), '{}') as "counts!"
        from stages s
        left join (
          select stage_id, job_title, count(*) as n
          from job_applications
          where tenant_id = $1 and owner_id = $2 and deleted_at is null and job_title is not null
            and apply_date between $3 and $4 and ($5::text is null or source = $5)
          group by stage_id, job_title
        ) t on t.stage_id = s.id
        where s.tenant_id = $1
        group by s.id, s.name, s.position, s.deleted_at
        having s.deleted_at is null or count(t.n) > 0
        order by s.deleted_at is not null, s.position
        "#,
        tenant.0,
        user.0,
        filter.from,
        filter.to,
        filter.source,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| StageTitles {
            stage: r.name,
            titles: r.titles.into_iter().zip(r.counts).collect(),
        })
        .collect())
}

/// Titles and companies, with the number of applications for each pair.
pub(super) async fn texts(tx: &mut TenantTx, filter: &FilterParams) -> Result<Vec<(String, i64)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select concat_ws(e'\n', job_title, company) as "text!", count(*) as "n!"
        from job_applications
        where tenant_id = $1 and owner_id = $2 and deleted_at is null and apply_date between $3 and $4
          and ($5::text is null or source = $5)
        group by job_title, company
        "#,
        tenant.0,
        user.0,
        filter.from,
        filter.to,
        filter.source,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.text, r.n)).collect())
}

/// An event in the JSON that [`histories`] reads.
#[derive(Debug, Deserialize)]
struct EventJson(
    Option<String>,
    String,
    Option<String>,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<Uuid>,
);

impl EventJson {
    fn to_event(&self) -> Result<JourneyEvent, Error> {
        Ok(JourneyEvent {
            from: self.0.as_deref().map(stage_kind).transpose()?,
            to: stage_kind(&self.1)?,
            outcome: outcome(self.2.as_deref())?,
            occurred_at: self.3,
            recorded_at: self.4,
            mail: self.5.map(Into::into),
        })
    }
}

/// The filtered applications with their events and those of their parts. Events caused by an email that is no longer linked to the
/// application, because it was undone or split off, do not count, unless they created the application. A creation is reported without its
/// email if the date of the application is known: from the user, from a confirmation, or because the email states it.
pub(super) async fn histories(
    tx: &mut TenantTx,
    filter: &FilterParams,
) -> Result<Vec<ApplicationHistory>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        with own as (
          select a.id, a.id as event_owner_id, a.source, a.apply_date, a.stage_id, a.outcome,
            'apply_date' = any(a.user_edited_fields) as is_dated
          from job_applications a
          where a.tenant_id = $1 and a.owner_id = $2 and a.deleted_at is null and a.apply_date between $3 and $4
            and ($5::text is null or a.source = $5)
        ), whole as (
          select id, event_owner_id, is_dated from own
          union all
          select o.id, p.id, o.is_dated
          from job_applications p
          join own o on o.id = p.merged_into
          where p.tenant_id = $1 and p.owner_id = $2 and p.merged_into is not null
        ), events as (
          select w.id,
            jsonb_agg(jsonb_build_array(f.kind, t.kind, e.outcome, e.occurred_at, e.recorded_at,
              case when e.from_stage_id is not null
                or (e.mail_id is not null and not w.is_dated and m.applied_on is null and m.kind is distinct from 'confirmation'
                  and not exists (
                    select from mail_messages c
                    where c.tenant_id = $1 and c.application_id = w.id and c.kind = 'confirmation'))
                then e.mail_id end) order by e.recorded_at, e.id) as list
          from whole w
          join application_events e on e.tenant_id = $1 and e.application_id = w.event_owner_id
          join stages t on t.tenant_id = $1 and t.id = e.to_stage_id
          left join stages f on f.tenant_id = $1 and f.id = e.from_stage_id
          left join mail_messages m on m.tenant_id = $1 and m.id = e.mail_id
          where m.id is null or m.application_id = w.id or e.from_stage_id is null
          group by w.id
        )
        select o.source, o.apply_date, o.outcome, s.kind, coalesce(v.list, '[]') as "events!: Json<Vec<EventJson>>"
        from own o
        join stages s on s.tenant_id = $1 and s.id = o.stage_id
        left join events v on v.id = o.id
        order by o.id
        "#,
        tenant.0,
        user.0,
        filter.from,
        filter.to,
        filter.source,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(ApplicationHistory {
                source: r.source,
                apply_date: r.apply_date,
                stage: stage_kind(&r.kind)?,
                outcome: outcome(r.outcome.as_deref())?,
                events: r
                    .events
                    .0
                    .iter()
                    .map(EventJson::to_event)
                    .collect::<Result<_, Error>>()?,
            })
        })
        .collect()
}

/// The sources of the user's applications, the most frequent first, at most `limit`.
pub(super) async fn sources(tx: &mut TenantTx, limit: i64) -> Result<Vec<String>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_scalar!(
        r#"
        select source
        from job_applications
        where tenant_id = $1 and owner_id = $2 and deleted_at is null and source <> ''
        group by source
        order by count(*) desc, source
        limit $3
        "#,
        tenant.0,
        user.0,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows)
}

pub(super) async fn weekly_goal(tx: &mut TenantTx) -> Result<Option<i32>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let goal = query_scalar!(
        "select weekly_goal from application_goals where tenant_id = $1 and owner_id = $2",
        tenant.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(goal)
}

pub(super) async fn set_weekly_goal(tx: &mut TenantTx, goal: i32) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into application_goals (tenant_id, owner_id, weekly_goal) values ($1, $2, $3)
        on conflict (tenant_id, owner_id) do update set weekly_goal = excluded.weekly_goal
        "#,
        tenant.0,
        user.0,
        goal,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_weekly_goal(tx: &mut TenantTx) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from application_goals where tenant_id = $1 and owner_id = $2",
        tenant.0,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
