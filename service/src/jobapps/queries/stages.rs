//! Stages of a workspace.

use super::stage;
use crate::{Error, platform::db::TenantTx};
use domain::{
    StageId,
    jobapps::{Stage, StageKind},
};
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

/// The stage to find.
#[derive(Clone, Copy, Debug)]
pub(in crate::jobapps) enum StageSelector {
    Id(StageId),
    FirstOf(StageKind),
}

pub(in crate::jobapps) async fn find_stage(
    tx: &mut TenantTx,
    selector: StageSelector,
) -> Result<Option<Stage>, Error> {
    let tenant = tx.tenant();
    let (id, kind) = match selector {
        StageSelector::Id(id) => (Some(id.0), None),
        StageSelector::FirstOf(kind) => (None, Some(kind.as_str())),
    };
    let row = query!(
        r#"
        select id, name, kind, position, color
        from stages
        where tenant_id = $1 and deleted_at is null and (id = $2 or kind = $3)
        order by position
        limit 1
        "#,
        tenant.0,
        id,
        kind,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| stage(r.id, r.name, &r.kind, r.position, r.color.as_deref()))
        .transpose()
}
