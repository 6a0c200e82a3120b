//! SQL of members who formerly shared their applications with the user.

use crate::{Error, platform::db::TenantTx};
use domain::UserId;
use sqlx::query_scalar;

/// The name of this member, if the user had access to their applications and no longer has it.
pub(in crate::coaching) async fn find_name(
    tx: &mut TenantTx,
    member: UserId,
) -> Result<Option<String>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let name = query_scalar!(
        r#"
        select m.display_name from memberships m
        where m.tenant_id = $1 and m.user_id = $2
          and coalesce(split_part(current_setting('app.visible_owners', true), m.user_id::text, 2), '') = ''
          and (
            exists (select from past_viewers v where v.tenant_id = $1 and v.owner_id = $2 and v.viewer_id = $3)
            or exists (select from access_grants g where g.tenant_id = $1 and g.owner_id = $2 and g.viewer_id = $3))
        "#,
        tenant.0,
        member.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(name)
}
