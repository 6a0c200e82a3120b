//! SQL for the applications that rows of a file can match.

use crate::{
    Error,
    jobapps::{
        import_csv::{
            compare::{CurrentRow, FillRow},
            matching::ExistingRow,
        },
        queries::{outcome, salary},
    },
    platform::db::TenantTx,
};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, changes::ChangeType};
use sqlx::{query, types::Json};
use uuid::Uuid;

/// The user's applications that rows can match, with greater ids than `after`, ordered by id.
pub(in super::super) async fn list_existing(
    tx: &mut TenantTx,
    after: Uuid,
    limit: i64,
) -> Result<Vec<(Uuid, ExistingRow)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select id, merged_into, company, job_title, apply_date, url from job_applications
        where tenant_id = $1 and owner_id = $2 and id > $3 and (deleted_at is null or merged_into is not null)
        order by id
        limit $4
        "#,
        tenant.0,
        user.0,
        after,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let row = ExistingRow {
                id: r.merged_into.unwrap_or(r.id).into(),
                is_part: r.merged_into.is_some(),
                company: r.company,
                job_title: r.job_title,
                apply_date: r.apply_date,
                url: r.url,
            };
            (r.id, row)
        })
        .collect())
}

/// The currency of the most recently entered salary of the user.
pub(in super::super) async fn find_last_currency(tx: &mut TenantTx) -> Result<Option<String>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select salary_currency as "currency!" from job_applications
        where tenant_id = $1 and owner_id = $2 and salary_currency is not null and deleted_at is null
        order by updated_at desc, id desc
        limit 1
        "#,
        tenant.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| r.currency))
}

/// Locks those of these applications that belong to the user, ordered by id.
pub(in super::super) async fn lock_current(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
) -> Result<Vec<CurrentRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = query!(
        r#"
        select id, stage_id, outcome, apply_date, source, location, url, salary_min, salary_max, salary_currency, salary_period, tags
        from job_applications
        where tenant_id = $1 and owner_id is not distinct from $2 and id = any($3) and deleted_at is null
        order by id
        for update
        "#,
        tenant.0,
        user.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(CurrentRow {
                id: r.id.into(),
                stage: r.stage_id.into(),
                outcome: outcome(r.outcome.as_deref())?,
                apply_date: r.apply_date,
                source: r.source,
                location: r.location,
                url: r.url,
                salary: salary(
                    r.salary_min,
                    r.salary_max,
                    r.salary_currency,
                    r.salary_period.as_deref(),
                )?,
                tags: r.tags,
            })
        })
        .collect()
}

/// Fills in empty fields of any number of locked applications in one statement.
pub(in super::super) async fn fill(
    tx: &mut TenantTx,
    rows: &[FillRow],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update job_applications a
        set location = coalesce(a.location, r.location), url = coalesce(a.url, r.url),
          salary_min = case when a.salary_currency is null then (r.salary ->> 'min')::bigint else a.salary_min end,
          salary_max = case when a.salary_currency is null then (r.salary ->> 'max')::bigint else a.salary_max end,
          salary_currency = case when a.salary_currency is null then r.salary ->> 'currency' else a.salary_currency end,
          salary_period = case when a.salary_currency is null then r.salary ->> 'period' else a.salary_period end,
          tags = case when a.tags = '{}' then r.tags else a.tags end,
          updated_at = $4, seen_at = $4, version = a.version + 1
        from jsonb_to_recordset($3) as r (id uuid, location text, url text, salary jsonb, tags text[])
        where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = r.id
        "#,
        tenant.0,
        user.0,
        Json(rows) as _,
        now,
    )
    .execute(tx.conn())
    .await?;
    for row in rows {
        tx.record_application(ChangeType::JobappUpdated, row.id);
    }
    Ok(())
}
