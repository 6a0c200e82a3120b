//! SQL of the audit log.

use crate::{
    Error,
    platform::db::{Connection, GlobalConn, GlobalTx, TenantTx},
};
use chrono::{DateTime, Utc};
use domain::{
    TenantId, UserId,
    audit::{AuditAction, AuditActor, AuditActorKind, AuditEntry, AuditFilter, AuditObject, AuditObjectKind},
};
use serde_json::Value;
use sqlx::{query, query_as, query_scalar};
use std::collections::HashMap;
use uuid::Uuid;

/// Time and id of the last event of a page.
pub(crate) type Position = (DateTime<Utc>, Uuid);

pub(super) struct EventRow {
    pub tenant: TenantId,
    pub id: Uuid,
    pub actor_kind: AuditActorKind,
    pub actor: Option<UserId>,
    pub action: AuditAction,
    pub object: Option<(AuditObjectKind, Uuid)>,
    pub address_hash: Option<Vec<u8>>,
    pub details: Value,
    pub occurred_at: DateTime<Utc>,
}

pub(super) async fn insert(conn: &mut Connection, row: &EventRow) -> Result<(), Error> {
    query!(
        r#"
        insert into audit_events
          (tenant_id, id, actor_kind, actor_id, action, object_kind, object_id, address_hash, details, occurred_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        "#,
        row.tenant.0,
        row.id,
        row.actor_kind.as_str(),
        row.actor.map(|id| id.0),
        row.action.as_str(),
        row.object.map(|(kind, _)| kind.as_str()),
        row.object.map(|(_, id)| id),
        row.address_hash,
        row.details,
        row.occurred_at,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

pub(crate) async fn find_personal_tenant(tx: &mut GlobalTx, user: UserId) -> Result<Option<TenantId>, Error> {
    let tenant = query_scalar!(
        r#"
        select t.id from memberships m join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and t.kind = 'personal'
        "#,
        user.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(tenant.map(TenantId))
}

/// The organizations that the user is a member of, ordered by id.
pub(super) async fn list_organizations(tx: &mut GlobalTx, user: UserId) -> Result<Vec<TenantId>, Error> {
    let tenants = query_scalar!(
        r#"
        select t.id from memberships m join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and t.kind = 'organization' order by t.id
        "#,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(tenants.into_iter().map(TenantId).collect())
}

struct ListedRow {
    id: Uuid,
    occurred_at: DateTime<Utc>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    action: String,
    object_kind: Option<String>,
    object_id: Option<Uuid>,
    object_name: Option<String>,
    address_hash: Option<String>,
    details: Value,
}

impl TryFrom<ListedRow> for AuditEntry {
    type Error = Error;

    fn try_from(row: ListedRow) -> Result<Self, Error> {
        let object_kind = row
            .object_kind
            .map(|kind| AuditObjectKind::parse(&kind).ok_or_else(|| Error::unknown_value("object kind")))
            .transpose()?;
        Ok(Self {
            id: row.id,
            at: row.occurred_at,
            actor: AuditActor {
                kind: AuditActorKind::parse(&row.actor_kind)
                    .ok_or_else(|| Error::unknown_value("actor kind"))?,
                id: row.actor_id.map(UserId),
                name: row.actor_name,
            },
            action: AuditAction::parse(&row.action).ok_or_else(|| Error::unknown_value("audit action"))?,
            object: object_kind.zip(row.object_id).map(|(kind, id)| AuditObject {
                kind,
                id,
                name: row.object_name,
            }),
            address_hash: row.address_hash,
            details: serde_json::from_value(row.details)
                .map_err(|_| Error::unknown_value("detail of an audit event"))?,
        })
    }
}

/// Events after this one, the latest first.
pub(super) async fn list(
    tx: &mut TenantTx,
    filter: &AuditFilter,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<AuditEntry>, Error> {
    let tenant = tx.tenant();
    let (at, id) = after.unzip();
    let rows = query_as!(
        ListedRow,
        r#"
        select e.id, e.occurred_at, e.actor_kind, e.actor_id, a.display_name as "actor_name?", e.action, e.object_kind, e.object_id,
          o.display_name as "object_name?", encode(e.address_hash, 'hex') as address_hash, e.details
        from audit_events e
        left join memberships a on a.tenant_id = e.tenant_id and a.user_id = e.actor_id
        left join memberships o on o.tenant_id = e.tenant_id and o.user_id = e.object_id and e.object_kind = 'member'
        where e.tenant_id = $1
          and ($2::uuid is null or e.actor_id = $2)
          and ($3::text is null or e.action = $3)
          and ($4::timestamptz is null or e.occurred_at >= $4)
          and ($5::timestamptz is null or e.occurred_at < $5)
          and ($6::timestamptz is null or (e.occurred_at, e.id) < ($6, $7::uuid))
        order by e.occurred_at desc, e.id desc
        limit $8
        "#,
        tenant.0,
        filter.actor.map(|id| id.0),
        filter.action.map(AuditAction::as_str),
        filter.from,
        filter.to,
        at,
        id,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(AuditEntry::try_from).collect()
}

/// A member or former member, or an invitation and the person who accepted it.
pub(super) struct SubjectRow {
    pub id: Uuid,
    pub name: Option<String>,
    pub email: Option<String>,
    pub is_former: bool,
}

/// The objects with these ids that are current or former members of the tenant, or invitations that are open or were accepted by one.
pub(super) async fn list_subjects(
    conn: &mut GlobalConn,
    tenant: TenantId,
    objects: &[Uuid],
) -> Result<Vec<SubjectRow>, Error> {
    let rows = query_as!(
        SubjectRow,
        r#"
        select m.user_id as "id!", m.display_name as "name?", u.email as "email?", false as "is_former!"
        from memberships m join users u on u.id = m.user_id
        where m.tenant_id = $1 and m.user_id = any ($2)
        union all
        select f.user_id, f.display_name, null, true
        from former_members f
        where f.tenant_id = $1 and f.user_id = any ($2)
          and not exists (select from memberships m where m.tenant_id = $1 and m.user_id = f.user_id)
        union all
        select i.id, coalesce(m.display_name, f.display_name), case when i.accepted_by is null then i.email else u.email end,
          m.user_id is null and f.user_id is not null
        from tenant_invitations i
        left join memberships m on m.tenant_id = $1 and m.user_id = i.accepted_by
        left join users u on u.id = m.user_id
        left join former_members f on f.tenant_id = $1 and f.user_id = i.accepted_by
        where i.tenant_id = $1 and i.id = any ($2)
          and (i.accepted_by is null or m.user_id is not null or f.user_id is not null)
        "#,
        tenant.0,
        objects,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows)
}

/// Keeps the name of a member who is about to leave.
pub(crate) async fn insert_former_member(
    tx: &mut GlobalTx,
    tenant: TenantId,
    member: UserId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    query!(
        r#"
        insert into former_members (tenant_id, user_id, display_name, left_at)
        select m.tenant_id, m.user_id, m.display_name, $3 from memberships m where m.tenant_id = $1 and m.user_id = $2
        on conflict (tenant_id, user_id) do update set display_name = excluded.display_name, left_at = excluded.left_at
        "#,
        tenant.0,
        member.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The names of these users, if they were members of the tenant.
pub(super) async fn list_former_members(
    conn: &mut GlobalConn,
    tenant: TenantId,
    users: &[Uuid],
) -> Result<HashMap<Uuid, String>, Error> {
    let rows = query!(
        "select user_id, display_name from former_members where tenant_id = $1 and user_id = any ($2)",
        tenant.0,
        users,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.user_id, row.display_name))
        .collect())
}

/// People who have left the tenant and are not members again, by name.
pub(super) async fn list_all_former_members(
    conn: &mut GlobalConn,
    tenant: TenantId,
    limit: i64,
) -> Result<Vec<(UserId, String)>, Error> {
    let rows = query!(
        r#"
        select f.user_id, f.display_name from former_members f
        where f.tenant_id = $1
          and not exists (select from memberships m where m.tenant_id = $1 and m.user_id = f.user_id)
        order by lower(f.display_name), f.user_id
        limit $2
        "#,
        tenant.0,
        limit,
    )
    .fetch_all(conn.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.user_id.into(), row.display_name))
        .collect())
}

/// Deletes the names of people who have left before this time.
pub(super) async fn delete_former_members(conn: &mut GlobalConn, before: DateTime<Utc>) -> Result<(), Error> {
    query!("delete from former_members where left_at <= $1", before)
        .execute(conn.conn())
        .await?;
    Ok(())
}

/// Deletes at most `limit` events that are older than the retention time. Returns the number of deleted events.
pub(super) async fn purge(conn: &mut GlobalConn, limit: i32) -> Result<i32, Error> {
    let purged = query_scalar!(r#"select purge_audit_events($1) as "purged!""#, limit)
        .fetch_one(conn.conn())
        .await?;
    Ok(purged)
}
