//! SQL of the history of many applications.

use crate::{Error, jobapps::queries::outcome, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{JobApplicationId, jobapps::Outcome};
use sqlx::query;
use std::collections::HashMap;
use uuid::Uuid;

/// An event of the export.
pub(super) struct HistoryRow {
    pub occurred_at: DateTime<Utc>,
    pub stage: String,
    pub outcome: Option<Outcome>,
}

/// The events of these applications and of those merged into them, oldest first.
pub(super) async fn list_histories(
    tx: &mut TenantTx,
    ids: &[JobApplicationId],
) -> Result<HashMap<JobApplicationId, Vec<HistoryRow>>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = query!(
        r#"
        select i.id as "id!", e.occurred_at, s.name as stage, e.outcome
        from unnest($3::uuid[]) as i (id)
        cross join lateral (
          select v.occurred_at, v.recorded_at, v.id, v.to_stage_id, v.outcome from application_events v
          where v.tenant_id = $1 and v.owner_id is not distinct from $2 and v.application_id = any(i.id || array(
            select p.id from job_applications p where p.tenant_id = $1 and p.owner_id = $2 and p.merged_into = i.id))
          offset 0
        ) e
        join stages s on s.tenant_id = $1 and s.id = e.to_stage_id
        order by e.occurred_at, e.recorded_at, e.id
        "#,
        tenant.0,
        user.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut histories: HashMap<JobApplicationId, Vec<HistoryRow>> = HashMap::new();
    for row in rows {
        histories.entry(row.id.into()).or_default().push(HistoryRow {
            occurred_at: row.occurred_at,
            stage: row.stage,
            outcome: outcome(row.outcome.as_deref())?,
        });
    }
    Ok(histories)
}
