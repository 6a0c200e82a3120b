//! SQL of the client list.

use super::{grants::scope, person};
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{UserId, coaching::Client};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// The position of a client in the list: the name in lower case, and the user.
pub(in crate::coaching) type Position = (String, Uuid);

/// A client with its position.
pub(in crate::coaching) struct ListedClient {
    pub client: Client,
    pub position: Position,
}

/// The number of members who have granted the user access, among all members or only the given ones.
pub(in crate::coaching) async fn count(tx: &mut TenantTx, members: Option<&[UserId]>) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let members: Option<Vec<Uuid>> = members.map(|members| members.iter().map(|id| id.0).collect());
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from access_grants g
        where g.tenant_id = $1 and g.viewer_id = $2 and ($3::uuid[] is null or g.owner_id = any ($3))
          and split_part(current_setting('app.visible_owners', true), g.owner_id::text, 2) <> ''
        "#,
        tenant.0,
        user.0,
        members.as_deref(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// The members who have granted the user access, among all members or only the given ones, by name, after a position.
///
/// The last activity is read from one row of each index. `max` would read all rows of each client, and row level security checks
/// each row.
pub(in crate::coaching) async fn list(
    tx: &mut TenantTx,
    members: Option<&[UserId]>,
    after: Option<Position>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ListedClient>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let members: Option<Vec<Uuid>> = members.map(|members| members.iter().map(|id| id.0).collect());
    // The default position is before all clients: no user has the nil id.
    let (after_name, after_user) = after.unwrap_or_default();
    let rows = query!(
        r#"
        select g.owner_id, m.display_name, lower(m.display_name) as "lower_name!", g.scope, g.expires_at,
          (select count(*) from job_applications a
            where a.tenant_id = $1 and a.owner_id = g.owner_id and a.deleted_at is null and a.outcome is null) as "open!",
          greatest(
            (select c.updated_at from job_applications c
              where c.tenant_id = $1 and c.owner_id = g.owner_id and c.deleted_at is null
              order by c.updated_at desc limit 1),
            (select coalesce(n.updated_at, n.created_at) from notes n
              where n.tenant_id = $1 and n.owner_id = g.owner_id
              order by coalesce(n.updated_at, n.created_at) desc limit 1)) as last_activity_at,
          (select min(i.starts_at) from interviews i
            join job_applications b on b.tenant_id = $1 and b.id = i.application_id and b.deleted_at is null
            where i.tenant_id = $1 and i.owner_id = g.owner_id and i.starts_at >= $4 and i.deleted_at is null
              and i.cancelled_at is null) as next_interview_at
        from access_grants g
        join memberships m on m.tenant_id = $1 and m.user_id = g.owner_id
        where g.tenant_id = $1 and g.viewer_id = $2 and ($3::uuid[] is null or g.owner_id = any ($3))
          and (lower(m.display_name), g.owner_id) > ($6::text, $7::uuid)
          and split_part(current_setting('app.visible_owners', true), g.owner_id::text, 2) <> ''
        order by lower(m.display_name), g.owner_id
        limit $5
        "#,
        tenant.0,
        user.0,
        members.as_deref(),
        now,
        limit,
        after_name,
        after_user,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let client = Client {
                user: person(r.owner_id, Some(r.display_name)),
                scope: scope(&r.scope)?,
                expires_at: r.expires_at,
                last_activity_at: r.last_activity_at,
                quiet_days: r.last_activity_at.map(|at| (now - at).num_days().max(0)),
                open_applications: r.open,
                next_interview_at: r.next_interview_at,
            };
            Ok(ListedClient {
                position: (r.lower_name, r.owner_id),
                client,
            })
        })
        .collect()
}
