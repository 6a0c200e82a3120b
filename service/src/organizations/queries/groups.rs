//! SQL of groups. These are tenant tables, unlike the other tables of this folder.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{GroupId, UserId, tenants::Group};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

struct GroupRow {
    id: Uuid,
    name: String,
    user_ids: Vec<Uuid>,
    created_at: DateTime<Utc>,
}

impl From<GroupRow> for Group {
    fn from(row: GroupRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            member_count: i64::try_from(row.user_ids.len()).unwrap_or(i64::MAX),
            user_ids: row.user_ids.into_iter().map(UserId).collect(),
            created_at: row.created_at,
        }
    }
}

/// The groups by name, or only the one with this id.
pub(in crate::organizations) async fn list(
    tx: &mut TenantTx,
    id: Option<GroupId>,
) -> Result<Vec<Group>, Error> {
    let tenant = tx.tenant();
    let rows = query_as!(
        GroupRow,
        r#"
        select g.id, g.name, g.created_at,
          coalesce(array_agg(m.user_id order by m.user_id) filter (where m.user_id is not null), '{}') as "user_ids!"
        from groups g
        left join group_members m on m.tenant_id = g.tenant_id and m.group_id = g.id
        where g.tenant_id = $1 and ($2::uuid is null or g.id = $2)
        group by g.id, g.name, g.name_key, g.created_at
        order by g.name_key, g.id
        "#,
        tenant.0,
        id.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Group::from).collect())
}

pub(in crate::organizations) async fn exists(tx: &mut TenantTx, id: GroupId) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let found = query_scalar!(
        r#"select exists (select from groups where tenant_id = $1 and id = $2) as "found!""#,
        tenant.0,
        id.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

pub(in crate::organizations) async fn count(tx: &mut TenantTx) -> Result<i64, Error> {
    let tenant = tx.tenant();
    let count = query_scalar!(
        r#"select count(*) as "count!" from groups where tenant_id = $1"#,
        tenant.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Whether another group has the name.
pub(in crate::organizations) async fn is_name_taken(
    tx: &mut TenantTx,
    name_key: &str,
    except: Option<GroupId>,
) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let found = query_scalar!(
        "select id from groups where tenant_id = $1 and name_key = $2 and ($3::uuid is null or id <> $3)",
        tenant.0,
        name_key,
        except.map(|id| id.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.is_some())
}

pub(in crate::organizations) async fn insert(
    tx: &mut TenantTx,
    id: GroupId,
    name: &str,
    name_key: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        "insert into groups (tenant_id, id, name, name_key, created_at) values ($1, $2, $3, $4, $5)",
        tenant.0,
        id.0,
        name,
        name_key,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns false if there is no such group.
pub(in crate::organizations) async fn rename(
    tx: &mut TenantTx,
    id: GroupId,
    name: &str,
    name_key: &str,
) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let updated = query!(
        "update groups set name = $3, name_key = $4 where tenant_id = $1 and id = $2",
        tenant.0,
        id.0,
        name,
        name_key,
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() > 0)
}

/// Returns false if there is no such group.
pub(in crate::organizations) async fn delete(tx: &mut TenantTx, id: GroupId) -> Result<bool, Error> {
    let tenant = tx.tenant();
    let deleted = query!(
        "delete from groups where tenant_id = $1 and id = $2",
        tenant.0,
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(deleted.rows_affected() > 0)
}

pub(in crate::organizations) async fn delete_members_except(
    tx: &mut TenantTx,
    group: GroupId,
    users: &[Uuid],
) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        "delete from group_members where tenant_id = $1 and group_id = $2 and user_id <> all ($3)",
        tenant.0,
        group.0,
        users,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds the given users who are members of the tenant and not yet of the group.
pub(in crate::organizations) async fn insert_members(
    tx: &mut TenantTx,
    group: GroupId,
    users: &[Uuid],
) -> Result<(), Error> {
    let tenant = tx.tenant();
    query_scalar!(
        r#"
        insert into group_members (tenant_id, group_id, user_id)
        select m.tenant_id, $2, m.user_id from memberships m
        where m.tenant_id = $1 and m.user_id = any ($3)
        order by m.user_id
        on conflict do nothing
        returning user_id
        "#,
        tenant.0,
        group.0,
        users,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}
