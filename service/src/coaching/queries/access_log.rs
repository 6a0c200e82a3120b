//! SQL of the access log.

use super::{missing_reference, person};
use crate::{
    Error,
    platform::db::{GlobalConn, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, coaching::AccessLogEntry};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Records that the transaction's user views rows of its owner: at most once per hour with the time, and once ever without it. Returns
/// false and records nothing if the owner has granted no access. A view of an application that does not exist is not recorded.
pub(in crate::coaching) async fn record_view(
    tx: &mut TenantTx,
    id: Uuid,
    application: Option<JobApplicationId>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, owner, viewer) = (tx.tenant(), tx.user(), tx.viewer());
    let is_visible = query_scalar!(
        r#"
        with access as (
          select $2::uuid = any(nullif(current_setting('app.visible_owners', true), '')::uuid[]) as is_visible
        ), recorded as (
          insert into access_log as l (tenant_id, id, owner_id, viewer_id, application_id, hour, viewed_at)
          select $1, $4, $2, $3, $5, date_trunc('hour', $6::timestamptz, 'UTC'), $6
          from access
          where is_visible and ($5::uuid is null or exists (
            select from job_applications a
            where a.tenant_id = $1 and a.owner_id is not distinct from $2 and a.id = $5 and a.deleted_at is null))
          on conflict do nothing
          returning l.id
        ), known as (
          insert into past_viewers as v (tenant_id, owner_id, viewer_id)
          select $1, $2, $3 from access where is_visible
          on conflict do nothing
          returning v.viewer_id
        )
        select coalesce(is_visible, false) as "is_visible!" from access
        "#,
        tenant.0,
        owner.0,
        viewer.0,
        id,
        application.map(|id| id.0),
        now,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(missing_reference)?;
    Ok(is_visible)
}

/// The views of the user's rows after this one, the latest first.
pub(in crate::coaching) async fn list(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<AccessLogEntry>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let (at, id) = after.unzip();
    let rows = query!(
        r#"
        select l.id, l.viewer_id, m.display_name as "viewer_name?", l.application_id, a.job_title, a.company, l.viewed_at
        from access_log l
        left join memberships m on m.tenant_id = l.tenant_id and m.user_id = l.viewer_id
        left join job_applications a on a.tenant_id = l.tenant_id and a.id = l.application_id
        where l.tenant_id = $1 and l.owner_id = $2
          and ($3::timestamptz is null or (l.viewed_at, l.id) < ($3, $4::uuid))
        order by l.viewed_at desc, l.id desc
        limit $5
        "#,
        tenant.0,
        user.0,
        at,
        id,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| AccessLogEntry {
            id: r.id,
            viewer: person(r.viewer_id, r.viewer_name),
            jobapp_id: r.application_id.map(Into::into),
            job_title: r.job_title,
            company: r.company,
            viewed_at: r.viewed_at,
        })
        .collect())
}

/// Deletes at most `limit` entries that are older than the retention time. Returns the number of deleted entries.
pub(in crate::coaching) async fn purge(conn: &mut GlobalConn, limit: i32) -> Result<i32, Error> {
    let purged = query_scalar!(r#"select purge_access_log($1) as "purged!""#, limit)
        .fetch_one(conn.conn())
        .await?;
    Ok(purged)
}
