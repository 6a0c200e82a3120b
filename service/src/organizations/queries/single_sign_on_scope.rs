//! SQL for members who must use single sign-on.

use crate::{Error, platform::db::GlobalTx};
use domain::{TenantId, UserId, WebhookEndpointId};
use sqlx::query_scalar;
use uuid::Uuid;

/// Members who may enter the tenant only by single sign-on: all of them, only those with an address in the domain, or only this member.
pub async fn list_members(
    tx: &mut GlobalTx,
    tenant: TenantId,
    domain: Option<&str>,
    member: Option<UserId>,
) -> Result<Vec<UserId>, Error> {
    let ids = query_scalar!(
        r#"
        select m.user_id from memberships m join users u on u.id = m.user_id
        where m.tenant_id = $1
          and ($2::text is null or split_part(u.email_normalized, '@', -1) = $2)
          and ($3::uuid is null or m.user_id = $3)
          and requires_single_sign_on(m.tenant_id, m.user_id)
        "#,
        tenant.0,
        domain,
        member.map(|member| member.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Deletes the webhook endpoints of these members, and returns them.
pub async fn delete_webhooks(
    tx: &mut GlobalTx,
    tenant: TenantId,
    members: &[UserId],
) -> Result<Vec<WebhookEndpointId>, Error> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let ids = query_scalar!(
        r#"select endpoint_id as "endpoint_id!" from delete_webhooks_of_members($1, $2)"#,
        tenant.0,
        &members,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(WebhookEndpointId).collect())
}
