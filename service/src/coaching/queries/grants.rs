//! SQL of access grants.

use super::{missing_reference, person};
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    AccessGrantId, UserId,
    coaching::{AccessGrant, AccessScope, GrantAccessInput, Person},
    pagination::MAX_UNPAGED,
    tenants::Role,
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

struct GrantRow {
    id: Uuid,
    owner_id: Uuid,
    owner_name: String,
    viewer_id: Uuid,
    viewer_name: String,
    scope: String,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
}

pub(super) fn scope(value: &str) -> Result<AccessScope, Error> {
    AccessScope::parse(value).ok_or_else(|| Error::unknown_value("access scope"))
}

impl TryFrom<GrantRow> for AccessGrant {
    type Error = Error;

    fn try_from(row: GrantRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            owner: person(row.owner_id, Some(row.owner_name)),
            viewer: person(row.viewer_id, Some(row.viewer_name)),
            scope: scope(&row.scope)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}

/// The role of a member; `None` if the user is not a member.
pub(in crate::coaching) async fn find_role(tx: &mut TenantTx, user: UserId) -> Result<Option<Role>, Error> {
    let tenant = tx.tenant();
    let role = query_scalar!(
        "select role from memberships where tenant_id = $1 and user_id = $2",
        tenant.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    role.map(|role| Role::parse(&role).ok_or_else(|| Error::unknown_value("role")))
        .transpose()
}

/// Other members who may have clients, by name.
pub(in crate::coaching) async fn list_viewers(tx: &mut TenantTx, limit: i64) -> Result<Vec<Person>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select user_id, display_name from memberships
        where tenant_id = $1 and user_id <> $2 and role in ('owner', 'admin', 'coach')
        order by role = 'coach' desc, lower(display_name), user_id
        limit $3
        "#,
        tenant.0,
        user.0,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| person(r.user_id, Some(r.display_name)))
        .collect())
}

/// The members who have access from the user.
pub(in crate::coaching) async fn list_viewer_ids(tx: &mut TenantTx) -> Result<Vec<UserId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let viewers = query_scalar!(
        "select viewer_id from access_grants where tenant_id = $1 and owner_id = $2 order by viewer_id",
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(viewers.into_iter().map(UserId).collect())
}

/// The members who see the applications of a client of the user, including the user. Empty if the user does not see them.
pub(in crate::coaching) async fn list_viewers_of(
    tx: &mut TenantTx,
    owner: UserId,
) -> Result<Vec<UserId>, Error> {
    let tenant = tx.tenant();
    let viewers = query_scalar!(
        r#"select viewer_id as "viewer_id!" from list_viewers_of($1, $2) as viewer_id"#,
        tenant.0,
        owner.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(viewers.into_iter().map(UserId).collect())
}

/// The members who have access from the user and whose role no longer allows it.
pub(in crate::coaching) async fn list_viewers_without_access(
    tx: &mut TenantTx,
) -> Result<Vec<UserId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let viewers = query_scalar!(
        r#"
        select g.viewer_id from access_grants g
        join memberships v on v.tenant_id = $1 and v.user_id = g.viewer_id
        where g.tenant_id = $1 and g.owner_id = $2 and v.role = 'member'
        order by g.viewer_id
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(viewers.into_iter().map(UserId).collect())
}

/// Grants access, or renews the grant to the same viewer, and returns its id.
pub(in crate::coaching) async fn upsert(
    tx: &mut TenantTx,
    id: AccessGrantId,
    input: &GrantAccessInput,
    now: DateTime<Utc>,
) -> Result<AccessGrantId, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let id = query_scalar!(
        r#"
        insert into access_grants (tenant_id, owner_id, id, viewer_id, scope, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (tenant_id, owner_id, viewer_id) do update
        set scope = excluded.scope, created_at = excluded.created_at, expires_at = excluded.expires_at
        returning id
        "#,
        tenant.0,
        user.0,
        id.0,
        input.viewer_id.0,
        input.scope.as_str(),
        now,
        input.expires_at,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(missing_reference)?;
    Ok(id.into())
}

/// Deletes a grant by the user and returns the viewer. `None` if there is no such grant.
pub(in crate::coaching) async fn delete(
    tx: &mut TenantTx,
    id: AccessGrantId,
) -> Result<Option<UserId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let viewer = query_scalar!(
        "delete from access_grants where tenant_id = $1 and owner_id = $2 and id = $3 returning viewer_id",
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(viewer.map(UserId))
}

/// The grants by and to the user, the latest [`MAX_UNPAGED`] of each, or one of them, the latest first.
pub(in crate::coaching) async fn list(
    tx: &mut TenantTx,
    id: Option<AccessGrantId>,
) -> Result<Vec<AccessGrant>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        GrantRow,
        r#"
        select g.id as "id!", g.owner_id as "owner_id!", o.display_name as owner_name, g.viewer_id as "viewer_id!",
          v.display_name as viewer_name, g.scope as "scope!", g.created_at as "created_at!", g.expires_at
        from (
          select *, row_number() over (partition by owner_id = $2 order by created_at desc, id) as number
          from access_grants
          where tenant_id = $1 and (owner_id = $2 or viewer_id = $2) and ($3::uuid is null or id = $3)
        ) g
        join memberships o on o.tenant_id = $1 and o.user_id = g.owner_id
        join memberships v on v.tenant_id = $1 and v.user_id = g.viewer_id
        where g.number <= $4
        order by g.created_at desc, g.id
        "#,
        tenant.0,
        user.0,
        id.map(|id| id.0),
        MAX_UNPAGED,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(AccessGrant::try_from).collect()
}
