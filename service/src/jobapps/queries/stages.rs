//! Stages of a workspace.

use super::stage;
use crate::{Error, platform::db::TenantTx};
use domain::{StageId, jobapps::Stage};
use sqlx::query;

pub(crate) async fn list_stages(tx: &mut TenantTx) -> Result<Vec<Stage>, Error> {
    let tenant = tx.tenant();
    let rows = query!(
        "select id, name, kind, position, color from stages where tenant_id = $1 and deleted_at is null order by position",
        tenant.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| stage(r.id, r.name, &r.kind, r.position, r.color.as_deref()))
        .collect()
}

/// The stage with this id or, without an id, the first of kind `applied`.
pub(in crate::jobapps) async fn find_stage_or_applied(
    tx: &mut TenantTx,
    id: Option<StageId>,
) -> Result<Option<Stage>, Error> {
    let tenant = tx.tenant();
    let row = query!(
        r#"
        select id, name, kind, position, color
        from stages
        where tenant_id = $1 and deleted_at is null and (id = $2 or ($2::uuid is null and kind = 'applied'))
        order by position
        limit 1
        "#,
        tenant.0,
        id.map(|s| s.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| stage(r.id, r.name, &r.kind, r.position, r.color.as_deref()))
        .transpose()
}
