//! SQL of duplicates.

use super::pairs::Candidate;
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::JobApplicationId;
use sqlx::query;
use uuid::Uuid;

/// The applications that share company, link or requisition number with another one, by date of application.
pub(super) async fn list_candidates(
    tx: &mut TenantTx,
    time_zone: &str,
    limit: i64,
) -> Result<Vec<Candidate>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select a.id as "id!", a.job_title, a.match_key as "match_key!", a.requisition, a.url, a.apply_date as "apply_date!",
          case when a.outcome is not null then (a.stage_changed_at at time zone $3)::date end as closed_on
        from (
          select id, job_title, match_key, requisition, url, apply_date, outcome, stage_changed_at,
            count(*) over (partition by match_key) as same_company, count(*) over (partition by url) as same_link,
            count(*) over (partition by requisition) as same_requisition
          from job_applications
          where tenant_id = $1 and owner_id = $2 and deleted_at is null
        ) a
        where a.match_key <> '' and a.same_company > 1 or a.url is not null and a.same_link > 1
          or a.requisition is not null and a.same_requisition > 1
        order by a.apply_date, a.id
        limit $4
        "#,
        tenant.0,
        user.0,
        time_zone,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let candidates = rows.into_iter().map(|row| Candidate {
        id: row.id.into(),
        company_key: row.match_key,
        job_title: row.job_title,
        requisition: row.requisition,
        url: row.url,
        apply_date: row.apply_date,
        closed_on: row.closed_on,
    });
    Ok(candidates.collect())
}

/// The dismissed pairs of the caller, each with the smaller id first.
pub(super) async fn list_dismissed(
    tx: &mut TenantTx,
) -> Result<Vec<(JobApplicationId, JobApplicationId)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        "select application_id, other_id from dismissed_duplicates where tenant_id = $1 and owner_id = $2",
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.application_id.into(), row.other_id.into()))
        .collect())
}

/// Dismisses a pair; does nothing if it is already dismissed.
pub(super) async fn insert_dismissed(
    tx: &mut TenantTx,
    id: Uuid,
    (first, second): (JobApplicationId, JobApplicationId),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into dismissed_duplicates (tenant_id, id, owner_id, application_id, other_id, created_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, application_id, other_id) do nothing
        "#,
        tenant.0,
        id,
        user.0,
        first.0,
        second.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
