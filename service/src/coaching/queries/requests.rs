//! SQL of requests for access.

use super::{grants::scope, missing_reference, person};
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    AccessRequestId, GroupId, UserId,
    coaching::{AccessRequest, AccessRequestState, AccessScope, Person},
    pagination::MAX_UNPAGED,
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

struct RequestRow {
    id: Uuid,
    owner_id: Uuid,
    owner_name: String,
    viewer_id: Uuid,
    viewer_name: String,
    scope: String,
    message: Option<String>,
    state: String,
    created_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
}

impl TryFrom<RequestRow> for AccessRequest {
    type Error = Error;

    fn try_from(row: RequestRow) -> Result<Self, Error> {
        let state = AccessRequestState::parse(&row.state);
        Ok(Self {
            id: row.id.into(),
            owner: person(row.owner_id, Some(row.owner_name)),
            viewer: person(row.viewer_id, Some(row.viewer_name)),
            scope: scope(&row.scope)?,
            message: row.message,
            state: state.ok_or_else(|| Error::unknown_value("state of an access request"))?,
            created_at: row.created_at,
            answered_at: row.answered_at,
        })
    }
}

/// The pending requests to the user and all requests by the user, the latest [`MAX_UNPAGED`] of each, or one of them, the latest first.
pub(in crate::coaching) async fn list(
    tx: &mut TenantTx,
    id: Option<AccessRequestId>,
) -> Result<Vec<AccessRequest>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        RequestRow,
        r#"
        select r.id as "id!", r.owner_id as "owner_id!", o.display_name as owner_name, r.viewer_id as "viewer_id!",
          r.viewer_name as "viewer_name!", r.scope as "scope!", r.message, r.state as "state!", r.created_at as "created_at!",
          r.answered_at
        from (
          select r.*, v.display_name as viewer_name,
            row_number() over (partition by r.viewer_id = $2 order by r.created_at desc, r.id) as number
          from access_requests r
          join memberships v on v.tenant_id = $1 and v.user_id = r.viewer_id
          where r.tenant_id = $1 and ($3::uuid is null or r.id = $3)
            and (r.viewer_id = $2
              or r.owner_id = $2 and ($3::uuid is not null or r.state = 'pending' and v.role in ('owner', 'admin', 'coach')))
        ) r
        join memberships o on o.tenant_id = $1 and o.user_id = r.owner_id
        where r.number <= $4
        order by r.created_at desc, r.id
        "#,
        tenant.0,
        user.0,
        id.map(|id| id.0),
        MAX_UNPAGED,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(AccessRequest::try_from).collect()
}

/// The id of the user's request to this member, if there is one.
pub(in crate::coaching) async fn find_to(
    tx: &mut TenantTx,
    owner: UserId,
) -> Result<Option<AccessRequestId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let id = query_scalar!(
        "select id from access_requests where tenant_id = $1 and owner_id = $2 and viewer_id = $3",
        tenant.0,
        owner.0,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(Into::into))
}

/// The content of a new request.
pub(in crate::coaching) struct NewRequest<'a> {
    pub id: AccessRequestId,
    pub owner: UserId,
    pub scope: AccessScope,
    pub message: Option<&'a str>,
}

/// Stores a request by the user, in place of an earlier one to the same member.
pub(in crate::coaching) async fn upsert(
    tx: &mut TenantTx,
    new: &NewRequest<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into access_requests (tenant_id, id, owner_id, viewer_id, scope, message, state, created_at)
        values ($1, $2, $3, $4, $5, $6, 'pending', $7)
        on conflict (tenant_id, owner_id, viewer_id) do update
        set scope = excluded.scope, message = excluded.message, state = excluded.state, created_at = excluded.created_at,
          answered_at = null
        "#,
        tenant.0,
        new.id.0,
        new.owner.0,
        user.0,
        new.scope.as_str(),
        new.message,
        now,
    )
    .execute(tx.conn())
    .await
    .map_err(missing_reference)?;
    Ok(())
}

/// Ends a pending request by or to the user. False if it is not pending.
pub(in crate::coaching) async fn end(
    tx: &mut TenantTx,
    id: AccessRequestId,
    state: AccessRequestState,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let result = query!(
        r#"
        update access_requests set state = $4, answered_at = $5
        where tenant_id = $1 and (owner_id = $2 or viewer_id = $2) and id = $3 and state = 'pending'
        "#,
        tenant.0,
        user.0,
        id.0,
        state.as_str(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Marks the pending request of this viewer to the user as granted, if there is one.
pub(in crate::coaching) async fn mark_granted(
    tx: &mut TenantTx,
    viewer: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update access_requests set state = 'granted', answered_at = $4
        where tenant_id = $1 and owner_id = $2 and viewer_id = $3 and state = 'pending'
        "#,
        tenant.0,
        user.0,
        viewer.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The number of pending requests to the user.
pub(in crate::coaching) async fn count_received(tx: &mut TenantTx) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from access_requests r
        join memberships v on v.tenant_id = r.tenant_id and v.user_id = r.viewer_id and v.role in ('owner', 'admin', 'coach')
        where r.tenant_id = $1 and r.owner_id = $2 and r.state = 'pending'
        "#,
        tenant.0,
        user.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// The members of the tenant with these ids.
pub(in crate::coaching) async fn list_people(
    tx: &mut TenantTx,
    users: &[UserId],
) -> Result<Vec<Person>, Error> {
    let tenant = tx.tenant();
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let rows = query!(
        r#"
        select user_id, display_name from memberships
        where tenant_id = $1 and user_id = any ($2)
        order by lower(display_name), user_id
        "#,
        tenant.0,
        &users,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| person(r.user_id, Some(r.display_name)))
        .collect())
}

/// Members other than coaches whose applications the user does not see and who have no pending request from the user, by name. With a
/// group, only its members, without those who have declined.
pub(in crate::coaching) async fn list_candidates(
    tx: &mut TenantTx,
    group: Option<GroupId>,
    limit: i64,
) -> Result<Vec<Person>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select m.user_id, m.display_name from memberships m
        where m.tenant_id = $1 and m.user_id <> $2 and m.role <> 'coach'
          and coalesce(split_part(current_setting('app.visible_owners', true), m.user_id::text, 2), '') = ''
          and not exists (
            select from access_requests r
            where r.tenant_id = $1 and r.owner_id = m.user_id and r.viewer_id = $2
              and (r.state = 'pending' or r.state = 'declined' and $4::uuid is not null))
          and ($4::uuid is null or exists (
            select from group_members g where g.tenant_id = $1 and g.group_id = $4 and g.user_id = m.user_id))
        order by m.role = 'member' desc, lower(m.display_name), m.user_id
        limit $3
        "#,
        tenant.0,
        user.0,
        limit,
        group.map(|group| group.0),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| person(r.user_id, Some(r.display_name)))
        .collect())
}
