//! Applications that a rule closed because nothing had happened to them.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::query;
use std::collections::HashMap;
use uuid::Uuid;

/// Since when those of these applications were silent that a rule closed, and nobody since.
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
        select distinct on (e.application_id) e.application_id, e.occurred_at, e.silence_days
        from application_events e
        where e.tenant_id = $1 and e.application_id = any($2)
        order by e.application_id, e.recorded_at desc, e.id desc
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
