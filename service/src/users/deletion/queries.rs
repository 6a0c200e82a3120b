//! SQL for deleting a user. Foreign keys delete what belongs to the user or to a deleted tenant.

use crate::{
    Error,
    auth::queries::lock_user_exclusively,
    platform::db::{AdvisoryLock, GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{TenantId, UserId, tenants::Role};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// The users with these ids that exist.
pub(crate) async fn filter_existing(conn: &mut GlobalConn, users: &[UserId]) -> Result<Vec<UserId>, Error> {
    let ids: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let found = query_scalar!("select id from users where id = any($1) order by id", &ids)
        .fetch_all(conn.conn())
        .await?;
    Ok(found.into_iter().map(UserId).collect())
}

/// Locks the user, so that nothing is added to the account in the meantime. Returns false if the user does not exist.
pub(crate) async fn lock_user(tx: &mut GlobalTx, user: UserId) -> Result<bool, Error> {
    lock_user_exclusively(tx, user).await?;
    let row = query!("select 1 as held from users where id = $1 for update", user.0)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// Locks the memberships of the user, so that nothing is added to their tenants in the meantime: a transaction that writes in a
/// tenant shares the lock of the membership.
pub(crate) async fn lock_memberships_of(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    lock_memberships(tx, &[user.0], &[]).await
}

/// Locks all users and tenants that have expired, and their memberships.
pub(crate) async fn lock_expired(tx: &mut GlobalTx, now: DateTime<Utc>) -> Result<(), Error> {
    let expired = query_scalar!("select id from users where expires_at <= $1 order by id", now)
        .fetch_all(tx.conn())
        .await?;
    for user in &expired {
        lock_user_exclusively(tx, UserId(*user)).await?;
    }
    let users = query_scalar!(
        "select id from users where id = any($1) order by id for update",
        &expired
    )
    .fetch_all(tx.conn())
    .await?;
    let tenants = query_scalar!("select id from tenants where expires_at <= $1", now)
        .fetch_all(tx.conn())
        .await?;
    lock_memberships(tx, &users, &tenants).await
}

async fn lock_memberships(tx: &mut GlobalTx, users: &[Uuid], tenants: &[Uuid]) -> Result<(), Error> {
    query!("select lock_memberships_for_deletion($1, $2)", users, tenants)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Waits for other deletions of members of the user's tenants, because each deletion depends on the other members: one of them becomes
/// the owner, or the tenant is deleted. Does not block other writes in these tenants.
pub(crate) async fn lock_ownership_of_all_tenants(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    let tenants = query_scalar!(
        "select tenant_id from memberships where user_id = $1 order by tenant_id",
        user.0
    )
    .fetch_all(tx.conn())
    .await?;
    for tenant in tenants {
        tx.lock(AdvisoryLock::Owners(TenantId(tenant))).await?;
    }
    Ok(())
}

/// Makes another member the owner of each tenant that has other members and no other owner: the admin who joined first, else
/// the member who joined first. Returns the new owners with the roles that they had.
pub(crate) async fn transfer_ownership(
    tx: &mut GlobalTx,
    user: UserId,
) -> Result<Vec<(TenantId, UserId, Option<Role>)>, Error> {
    let new_owners = query!(
        r#"
        update memberships heir set role = 'owner'
        from (
          select distinct on (other.tenant_id) other.tenant_id, other.user_id, other.role
          from memberships mine
          join memberships other on other.tenant_id = mine.tenant_id and other.user_id <> mine.user_id
          where mine.user_id = $1 and mine.role = 'owner'
            and not exists (
              select from memberships o
              where o.tenant_id = mine.tenant_id and o.user_id <> mine.user_id and o.role = 'owner')
          order by other.tenant_id, other.role = 'admin' desc, other.joined_at, other.user_id) next
        where heir.tenant_id = next.tenant_id and heir.user_id = next.user_id
        returning heir.tenant_id, heir.user_id, next.role as previous_role
        "#,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(new_owners
        .into_iter()
        .map(|r| {
            (
                TenantId(r.tenant_id),
                UserId(r.user_id),
                Role::parse(&r.previous_role),
            )
        })
        .collect())
}

/// Deletes the tenants that have no other member.
pub(crate) async fn delete_sole_member_tenants(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!(
        r#"
        delete from tenants t using memberships m
        where m.tenant_id = t.id and m.user_id = $1
          and not exists (select from memberships o where o.tenant_id = t.id and o.user_id <> m.user_id)
        "#,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn delete_user(tx: &mut GlobalTx, user: UserId) -> Result<(), Error> {
    query!("delete from users where id = $1", user.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
