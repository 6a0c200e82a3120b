//! SQL for members.

use crate::{
    Error,
    platform::db::{GlobalConn, GlobalTx},
};
use chrono::{DateTime, Utc};
use domain::{
    TenantId, UserId,
    tenants::{Member, Role},
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

struct MemberRow {
    user_id: Uuid,
    name: String,
    email: String,
    role: String,
    joined_at: DateTime<Utc>,
}

impl TryFrom<MemberRow> for Member {
    type Error = Error;
    fn try_from(row: MemberRow) -> Result<Self, Error> {
        Ok(Self {
            user_id: row.user_id.into(),
            name: row.name,
            email: Some(row.email),
            role: parse_role(&row.role)?,
            joined_at: row.joined_at,
        })
    }
}

pub(super) fn parse_role(value: &str) -> Result<Role, Error> {
    Role::parse(value).ok_or_else(|| Error::Internal("unknown role in the database".into()))
}

/// The position of a member in the list: the rank of the role, the name in lower case, and the user.
pub(in crate::organizations) type Position = (i32, String, Uuid);

/// A member with its position.
pub(in crate::organizations) struct ListedMember {
    pub member: Member,
    pub position: Position,
}

/// The number of a role in the order of the list, from 1.
fn rank(role: Role) -> i32 {
    let index = Role::ALL.iter().position(|other| *other == role);
    index.and_then(|index| i32::try_from(index).ok()).unwrap_or(0) + 1
}

/// Members with this role, or with any, after a position: owners first, then by name. All without a `limit`. With `member`, only the
/// members that this member sees: themselves, and everyone whose role is not `member`.
pub(in crate::organizations) async fn list(
    conn: &mut GlobalConn,
    tenant: TenantId,
    member: Option<UserId>,
    role: Option<Role>,
    after: Option<Position>,
    limit: Option<i64>,
) -> Result<Vec<ListedMember>, Error> {
    // Before the first one: no rank is 0, and no user has the nil id.
    let first = || (role.map_or(0, rank), String::new(), Uuid::nil());
    let (after_rank, after_name, after_user) = after.unwrap_or_else(first);
    let rows = query!(
        r#"
        select m.user_id, m.display_name as name, u.email, m.role, m.joined_at,
          array_position('{owner,admin,coach,member}', m.role) as "rank!", lower(m.display_name) as "lower_name!"
        from memberships m join users u on u.id = m.user_id
        where m.tenant_id = $1
          and (array_position('{owner,admin,coach,member}', m.role), lower(m.display_name), m.user_id) > ($2, $3::text, $4::uuid)
          and array_position('{owner,admin,coach,member}', m.role) <= $5
          and ($7::uuid is null or m.role <> 'member' or m.user_id = $7)
        order by array_position('{owner,admin,coach,member}', m.role), lower(m.display_name), m.user_id
        limit $6
        "#,
        tenant.0,
        after_rank,
        after_name,
        after_user,
        role.map_or(i32::MAX, rank),
        limit,
        member.map(|member| member.0),
    )
    .fetch_all(conn.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ListedMember {
                position: (row.rank, row.lower_name, row.user_id),
                member: Member::try_from(MemberRow {
                    user_id: row.user_id,
                    name: row.name,
                    email: row.email,
                    role: row.role,
                    joined_at: row.joined_at,
                })?,
            })
        })
        .collect()
}

/// The number of members that [`list`] has on all pages.
pub(in crate::organizations) async fn count_listed(
    conn: &mut GlobalConn,
    tenant: TenantId,
    member: Option<UserId>,
    role: Option<Role>,
) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from memberships
        where tenant_id = $1 and ($2::text is null or role = $2) and ($3::uuid is null or role <> 'member' or user_id = $3)
        "#,
        tenant.0,
        role.map(Role::as_str),
        member.map(|member| member.0),
    )
    .fetch_one(conn.conn())
    .await?;
    Ok(count)
}

pub(crate) async fn find(tx: &mut GlobalTx, tenant: TenantId, user: UserId) -> Result<Option<Member>, Error> {
    let row = query_as!(
        MemberRow,
        r#"
        select m.user_id, m.display_name as name, u.email, m.role, m.joined_at
        from memberships m join users u on u.id = m.user_id
        where m.tenant_id = $1 and m.user_id = $2
        "#,
        tenant.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(Member::try_from).transpose()
}

pub(crate) async fn find_role(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
) -> Result<Option<Role>, Error> {
    let role = query_scalar!(
        "select role from memberships where tenant_id = $1 and user_id = $2",
        tenant.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    role.map(|role| parse_role(&role)).transpose()
}

pub(crate) async fn count(tx: &mut GlobalTx, tenant: TenantId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from memberships where tenant_id = $1"#,
        tenant.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(crate) async fn count_owners(tx: &mut GlobalTx, tenant: TenantId) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"select count(*) as "count!" from memberships where tenant_id = $1 and role = 'owner'"#,
        tenant.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(crate) async fn list_owners(tx: &mut GlobalTx, tenant: TenantId) -> Result<Vec<UserId>, Error> {
    let owners = query_scalar!(
        "select user_id from memberships where tenant_id = $1 and role = 'owner' order by user_id",
        tenant.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(owners.into_iter().map(UserId).collect())
}

/// The members who get an email about the end of their membership, with their addresses: only this member, or everyone except this
/// member. Leaves out members with an unconfirmed address, a demo account or a locked account.
pub(crate) async fn list_recipients(
    tx: &mut GlobalTx,
    tenant: TenantId,
    member: Option<UserId>,
    except: UserId,
) -> Result<Vec<(UserId, String)>, Error> {
    let rows = query!(
        r#"
        select u.id, u.email_normalized
        from memberships m join users u on u.id = m.user_id
        where m.tenant_id = $1 and ($2::uuid is null or m.user_id = $2) and m.user_id <> $3
          and u.email_verified_at is not null and u.expires_at is null and u.locked_at is null
        order by u.id
        "#,
        tenant.0,
        member.map(|member| member.0),
        except.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id.into(), row.email_normalized))
        .collect())
}

/// Whether a member has this address.
pub(crate) async fn has_address(
    tx: &mut GlobalTx,
    tenant: TenantId,
    email_normalized: &str,
) -> Result<bool, Error> {
    let row = query!(
        r#"
        select 1 as found from memberships m join users u on u.id = m.user_id
        where m.tenant_id = $1 and u.email_normalized = $2
        "#,
        tenant.0,
        email_normalized,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// The given addresses that belong to members.
pub(crate) async fn list_addresses(
    conn: &mut GlobalConn,
    tenant: TenantId,
    addresses: &[String],
) -> Result<Vec<String>, Error> {
    let found = query_scalar!(
        r#"
        select u.email_normalized from memberships m join users u on u.id = m.user_id
        where m.tenant_id = $1 and u.email_normalized = any($2)
        "#,
        tenant.0,
        addresses,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(found)
}

pub(crate) async fn set_role(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
    role: Role,
) -> Result<(), Error> {
    query!(
        "update memberships set role = $3 where tenant_id = $1 and user_id = $2",
        tenant.0,
        user.0,
        role.as_str(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends all grants to a viewer and returns their number.
pub(in crate::organizations) async fn end_grants_to(
    tx: &mut GlobalTx,
    tenant: TenantId,
    viewer: UserId,
) -> Result<i32, Error> {
    let ended = query_scalar!(r#"select end_grants_to($1, $2) as "ended!""#, tenant.0, viewer.0)
        .fetch_one(tx.conn())
        .await?;
    Ok(ended)
}

/// Waits for the member's transactions that write in the tenant, and blocks new ones.
pub(crate) async fn lock_for_deletion(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: UserId,
) -> Result<(), Error> {
    query!(
        "select pg_advisory_xact_lock(hashtextextended($1::uuid::text || $2::uuid::text, 0))",
        tenant.0,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// As [`lock_for_deletion`], for all members.
pub(crate) async fn lock_all_for_deletion(tx: &mut GlobalTx, tenant: TenantId) -> Result<(), Error> {
    query!(
        "select lock_memberships_for_deletion('{}', array[$1::uuid])",
        tenant.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes a membership, and by foreign keys everything that belongs to the user in the tenant.
pub(crate) async fn delete(tx: &mut GlobalTx, tenant: TenantId, user: UserId) -> Result<(), Error> {
    query!(
        "delete from memberships where tenant_id = $1 and user_id = $2",
        tenant.0,
        user.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
