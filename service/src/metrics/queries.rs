//! SQL of the metrics: only the caller's applications that are not deleted.

use crate::{Error, platform::db::TenantTx};
use chrono::NaiveDate;
use domain::{
    jobapps::StageKind,
    metrics::{StageCount, StageTitles},
};
use sqlx::{query, query_scalar};

pub(super) async fn total(tx: &mut TenantTx) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let n = query_scalar!(
        r#"
        select count(*) as "n!"
        from job_applications
        where tenant_id = $1 and owner_id = $2 and deleted_at is null
        "#,
        tenant.0,
        user.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(n)
}

/// Counts by month (its first day) and source, from `from` up to but excluding `until`.
pub(super) async fn by_month(
    tx: &mut TenantTx,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(NaiveDate, String, i64)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select date_trunc('month', apply_date::timestamp)::date as "month!", source, count(*) as "n!"
        from job_applications
        where tenant_id = $1 and owner_id = $2 and deleted_at is null and apply_date >= $3 and apply_date < $4
        group by 1, 2
        order by 1, 2
        "#,
        tenant.0,
        user.0,
        from,
        until,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.month, r.source, r.n)).collect())
}

pub(super) async fn by_stage(tx: &mut TenantTx) -> Result<Vec<StageCount>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select s.id, s.name, s.kind, count(a.id) as "n!"
        from stages s
        left join job_applications a
          on a.tenant_id = s.tenant_id and a.stage_id = s.id and a.owner_id = $2 and a.deleted_at is null
        where s.tenant_id = $1
        group by s.id, s.name, s.kind, s.position
        order by s.position
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let kind = StageKind::parse(&r.kind)
                .ok_or_else(|| Error::Internal("the database contains an unknown stage kind".into()))?;
            Ok(StageCount {
                status_id: r.id.into(),
                name: r.name,
                kind,
                value: r.n,
            })
        })
        .collect()
}

/// All stages in order, with the number of applications per title.
pub(super) async fn by_title(tx: &mut TenantTx) -> Result<Vec<StageTitles>, Error> {
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
          group by stage_id, job_title
        ) t on t.stage_id = s.id
        where s.tenant_id = $1
        group by s.id, s.name, s.position
        order by s.position
        "#,
        tenant.0,
        user.0,
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
pub(super) async fn texts(tx: &mut TenantTx) -> Result<Vec<(String, i64)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select concat_ws(e'\n', job_title, company) as "text!", count(*) as "n!"
        from job_applications
        where tenant_id = $1 and owner_id = $2 and deleted_at is null
        group by job_title, company
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.text, r.n)).collect())
}
