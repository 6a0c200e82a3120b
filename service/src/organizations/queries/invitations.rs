//! SQL for invitations.

use super::members::parse_role;
use crate::{
    Error,
    platform::db::{Connection, GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{
    GroupId, InvitationId, TenantId, UserId,
    tenants::{Invitation, InvitationPreview, Role},
};
use sqlx::{query, query_scalar};
use std::collections::HashMap;
use uuid::Uuid;

pub(crate) struct NewInvitation<'a> {
    pub id: InvitationId,
    pub tenant: TenantId,
    pub email: &'a str,
    pub email_normalized: &'a str,
    pub role: Role,
    /// The group that the recipient joins; `None` keeps the group of a pending invitation.
    pub group: Option<GroupId>,
    pub message: Option<&'a str>,
    pub invited_by: UserId,
    pub token_hash: &'a [u8],
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub(crate) struct InvitationRow {
    pub id: InvitationId,
    pub tenant: TenantId,
    pub email_normalized: String,
    pub role: Role,
    pub group: Option<GroupId>,
    pub expires_at: DateTime<Utc>,
    pub accepted_by: Option<UserId>,
}

/// Stores an invitation, or renews the one to the same address. Returns its id and its group.
pub(crate) async fn upsert(
    tx: &mut GlobalTx,
    new: &NewInvitation<'_>,
) -> Result<(InvitationId, Option<GroupId>), Error> {
    let row = query!(
        r#"
        insert into tenant_invitations
          (id, tenant_id, email, email_normalized, role, message, invited_by, token_hash, created_at, expires_at, group_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (tenant_id, email_normalized) do update
        set email = excluded.email, role = excluded.role, message = excluded.message, invited_by = excluded.invited_by,
          token_hash = excluded.token_hash, created_at = excluded.created_at, expires_at = excluded.expires_at,
          group_id = coalesce(excluded.group_id, case when tenant_invitations.accepted_at is null then tenant_invitations.group_id end),
          accepted_by = null, accepted_at = null
        returning id, group_id
        "#,
        new.id.0,
        new.tenant.0,
        new.email,
        new.email_normalized,
        new.role.as_str(),
        new.message,
        new.invited_by.0,
        new.token_hash,
        new.created_at,
        new.expires_at,
        new.group.map(|group| group.0),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.id.into(), row.group_id.map(Into::into)))
}

/// The position of an invitation in the list: when it was last sent, and its id.
pub(in crate::organizations) type Position = (DateTime<Utc>, Uuid);

/// The pending invitations after a position, the newest first. All of them without a `limit`.
pub(in crate::organizations) async fn list_pending(
    conn: &mut GlobalConn,
    tenant: TenantId,
    now: DateTime<Utc>,
    after: Option<Position>,
    limit: Option<i64>,
) -> Result<Vec<Invitation>, Error> {
    let (after_at, after_id) = after.unzip();
    let rows = query!(
        r#"
        select i.id, i.email, i.role, i.message, i.group_id, i.created_at, i.expires_at, m.display_name as "invited_by?"
        from tenant_invitations i
        left join memberships m on m.tenant_id = i.tenant_id and m.user_id = i.invited_by
        where i.tenant_id = $1 and i.accepted_at is null and i.expires_at > $2
          and ($3::timestamptz is null or (i.created_at, i.id) < ($3, $4::uuid))
        order by i.created_at desc, i.id desc
        limit $5
        "#,
        tenant.0,
        now,
        after_at,
        after_id,
        limit,
    )
    .fetch_all(conn.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Invitation {
                id: r.id.into(),
                email: r.email,
                role: parse_role(&r.role)?,
                message: r.message,
                group_id: r.group_id.map(Into::into),
                invited_by: r.invited_by.unwrap_or_default(),
                created_at: r.created_at,
                expires_at: r.expires_at,
            })
        })
        .collect()
}

pub(in crate::organizations) async fn count_pending(
    conn: &mut Connection,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from tenant_invitations
        where tenant_id = $1 and accepted_at is null and expires_at > $2
        "#,
        tenant.0,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// Role and group of the pending invitations to these addresses.
pub(crate) async fn list_pending_of(
    tx: &mut GlobalTx,
    tenant: TenantId,
    addresses: &[String],
    now: DateTime<Utc>,
) -> Result<HashMap<String, (Role, Option<GroupId>)>, Error> {
    let rows = query!(
        r#"
        select email_normalized, role, group_id from tenant_invitations
        where tenant_id = $1 and email_normalized = any($2) and accepted_at is null and expires_at > $3
        "#,
        tenant.0,
        addresses,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let group = r.group_id.map(Into::into);
            Ok((r.email_normalized, (parse_role(&r.role)?, group)))
        })
        .collect()
}

/// The invitation of a link that still works.
pub(crate) async fn find_preview(
    conn: &mut GlobalConn,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<InvitationPreview>, Error> {
    let row = query!(
        r#"
        select t.name as tenant_name, m.display_name as "inviter?", i.role, i.email
        from tenant_invitations i
        join tenants t on t.id = i.tenant_id
        left join memberships m on m.tenant_id = i.tenant_id and m.user_id = i.invited_by
        where i.token_hash = $1 and i.accepted_at is null and i.expires_at > $2
        "#,
        token_hash,
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    row.map(|r| {
        Ok(InvitationPreview {
            tenant_name: r.tenant_name,
            inviter: r.inviter.unwrap_or_default(),
            role: parse_role(&r.role)?,
            email: r.email,
        })
    })
    .transpose()
}

/// The name of the tenant that an address was last invited to, while that invitation is pending.
pub(crate) async fn find_last_tenant_name(
    conn: &mut GlobalConn,
    email_normalized: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let name = query_scalar!(
        r#"
        select t.name
        from tenant_invitations i
        join tenants t on t.id = i.tenant_id
        where i.email_normalized = $1 and i.accepted_at is null and i.expires_at > $2 and t.closed_at is null
        order by i.created_at desc, i.id desc
        limit 1
        "#,
        email_normalized,
        now,
    )
    .fetch_optional(conn.conn())
    .await?;
    Ok(name)
}

/// The tenant of an invitation, whether or not it is still valid.
pub(crate) async fn find_tenant(tx: &mut GlobalTx, token_hash: &[u8]) -> Result<Option<TenantId>, Error> {
    let tenant = query_scalar!(
        "select tenant_id from tenant_invitations where token_hash = $1",
        token_hash
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(tenant.map(TenantId))
}

pub(crate) async fn find(tx: &mut GlobalTx, token_hash: &[u8]) -> Result<Option<InvitationRow>, Error> {
    let row = query!(
        r#"
        select id, tenant_id, email_normalized, role, group_id, expires_at, accepted_by
        from tenant_invitations where token_hash = $1
        "#,
        token_hash,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(InvitationRow {
            id: r.id.into(),
            tenant: r.tenant_id.into(),
            email_normalized: r.email_normalized,
            role: parse_role(&r.role)?,
            group: r.group_id.map(Into::into),
            expires_at: r.expires_at,
            accepted_by: r.accepted_by.map(UserId),
        })
    })
    .transpose()
}

/// Makes a new member part of a group unless it has as many members as the limit. Returns its name and whether they are in it; `None` if
/// the group was deleted in the meantime.
pub(in crate::organizations) async fn join_group(
    tx: &mut GlobalTx,
    tenant: TenantId,
    group: GroupId,
    user: UserId,
    limit: i64,
) -> Result<Option<(String, bool)>, Error> {
    let row = query!(
        r#"select group_name as "group_name!", is_joined as "is_joined!" from join_group($1, $2, $3, $4)"#,
        tenant.0,
        group.0,
        user.0,
        limit,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.group_name, row.is_joined)))
}

pub(crate) async fn mark_accepted(
    tx: &mut GlobalTx,
    id: InvitationId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        "update tenant_invitations set accepted_by = $2, accepted_at = $3 where id = $1",
        id.0,
        user.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns false if the tenant has no such invitation.
pub(crate) async fn delete_pending(
    tx: &mut GlobalTx,
    tenant: TenantId,
    id: InvitationId,
) -> Result<bool, Error> {
    let result = query!(
        "delete from tenant_invitations where tenant_id = $1 and id = $2 and accepted_at is null",
        tenant.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Deletes the pending invitations of a member who may no longer invite people.
pub(crate) async fn delete_sent_by(tx: &mut GlobalTx, tenant: TenantId, user: UserId) -> Result<(), Error> {
    query!(
        "delete from tenant_invitations where tenant_id = $1 and invited_by = $2 and accepted_at is null",
        tenant.0,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes the invitations to the address of a user, whose account is deleted.
pub(crate) async fn delete_to(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!(
        r#"
        delete from tenant_invitations
        where email_normalized = (select email_normalized from users where id = $1)
        "#,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes invitations that have expired, accepted or not.
pub(crate) async fn delete_expired(conn: &mut GlobalConn, now: DateTime<Utc>) -> Result<(), Error> {
    query!(
        r#"
        with locked as (select id from tenant_invitations where expires_at <= $1 for update skip locked)
        delete from tenant_invitations where id in (select id from locked)
        "#,
        now
    )
    .execute(conn.conn())
    .await?;
    Ok(())
}
