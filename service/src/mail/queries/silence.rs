//! Applications that were closed for silence.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::query;
use std::collections::HashMap;
use uuid::Uuid;

/// For each of these applications that was closed for silence: since when it had been silent. Closing it, or one of its merged
/// parts, must be its last event.
pub(super) async fn list_silent_since(
    tx: &mut TenantTx,
    applications: &[Uuid],
) -> Result<HashMap<Uuid, DateTime<Utc>>, Error> {
    if applications.is_empty() {
        return Ok(HashMap::new());
    }
    let tenant = tx.tenant();
    let rows = query!(
        r#"
        select distinct on (coalesce(a.merged_into, a.id)) coalesce(a.merged_into, a.id) as "application_id!", e.occurred_at,
          e.silence_days
        from application_events e
        join job_applications a on a.tenant_id = e.tenant_id and a.id = e.application_id
        where e.tenant_id = $1 and (a.id = any($2) or a.merged_into = any($2))
        order by coalesce(a.merged_into, a.id), e.recorded_at desc, e.id desc
        "#,
        tenant.0,
        applications,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            let days = r.silence_days?;
            Some((r.application_id, r.occurred_at - TimeDelta::days(days.into())))
        })
        .collect())
}
