//! SQL that reads everything of a person. Whole rows, without what is a secret or only serves us (docs/data-inventory.md
//! says which is which); a column added later is part of them by itself.

use crate::{
    Error,
    db::{SystemConn, TenantTx},
};
use domain::{TenantId, UserId};
use serde_json::Value;
use sqlx::{query, query_scalar};
use uuid::Uuid;

type Rows = Vec<(Uuid, Value)>;

macro_rules! page {
    ($tx:expr, $after:expr, $limit:expr, $sql:literal) => {{
        let (tenant, user) = ($tx.tenant(), $tx.user());
        let rows = query!($sql, tenant.0, user.0, $after, $limit)
            .fetch_all($tx.conn())
            .await?;
        Ok(rows.into_iter().map(|r| (r.id, r.row)).collect())
    }};
}

/// The person, with identities, sign-ins and what they were made from.
pub(super) async fn person(conn: &mut SystemConn, user: UserId) -> Result<Value, Error> {
    let found = query_scalar!(
        r#"
        select jsonb_build_object(
          'person', to_jsonb(u) - '{password_hash, email_key}'::text[],
          'identities', coalesce((select jsonb_agg(to_jsonb(i) - '{user_id, access_token, refresh_token}'::text[] order by i.id)
            from identities i where i.user_id = u.id), '[]'),
          'sessions', coalesce((select jsonb_agg(to_jsonb(s) - '{token_hash, data, version, user_id}'::text[] order by s.id)
            from sessions s where s.user_id = u.id), '[]'),
          'known_agents', coalesce((select jsonb_agg(to_jsonb(a) - '{user_id}'::text[] order by a.agent)
            from known_agent a where a.user_id = u.id), '[]'))
          as "row!"
        from users u where u.id = $1
        "#,
        user.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    found.ok_or_else(Error::not_found)
}

/// A workspace, and what the person is in it.
pub(super) async fn membership(
    conn: &mut SystemConn,
    user: UserId,
    tenant: TenantId,
) -> Result<Value, Error> {
    let found = query_scalar!(
        r#"
        select to_jsonb(t) || jsonb_build_object('membership', to_jsonb(m) - '{tenant_id, user_id}'::text[]) as "row!"
        from memberships m join tenants t on t.id = m.tenant_id
        where m.user_id = $1 and m.tenant_id = $2
        "#,
        user.0,
        tenant.0,
    )
    .fetch_optional(conn.conn())
    .await?;
    found.ok_or_else(Error::not_found)
}

/// Shared by the workspace; without their names the rest could not be read.
pub(super) async fn stages(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
    page!(
        tx,
        after,
        limit,
        r#"
        select id, to_jsonb(t) as "row!" from stage t
        where tenant_id = $1 and $2::uuid is not null and id > $3 order by id limit $4
        "#
    )
}

pub(super) async fn applications(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
    page!(
        tx,
        after,
        limit,
        r#"
        select id, to_jsonb(t) - '{search_text, match_key}'::text[] as "row!" from job_application t
        where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
        "#
    )
}

pub(super) async fn history(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
    page!(
        tx,
        after,
        limit,
        r#"
        select id, to_jsonb(t) as "row!" from application_event t
        where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
        "#
    )
}

pub(super) async fn notes(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
    page!(
        tx,
        after,
        limit,
        r#"
        select id, to_jsonb(t) as "row!" from note t
        where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
        "#
    )
}

pub(super) async fn mailboxes(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
    page!(
        tx,
        after,
        limit,
        r#"
        select id, to_jsonb(t) as "row!" from mailbox t
        where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
        "#
    )
}

pub(super) async fn mails(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
    page!(
        tx,
        after,
        limit,
        r#"
        select id, to_jsonb(t) as "row!" from mail_message t
        where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
        "#
    )
}

pub(super) async fn imports(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
    page!(
        tx,
        after,
        limit,
        r#"
        select id, to_jsonb(t) as "row!" from mail_import t
        where tenant_id = $1 and owner_id = $2 and id > $3 order by id limit $4
        "#
    )
}

/// Those that the person gave, and those that were given to them.
pub(super) async fn access_grants(tx: &mut TenantTx, after: Uuid, limit: i64) -> Result<Rows, Error> {
    page!(
        tx,
        after,
        limit,
        r#"
        select id, to_jsonb(t) as "row!" from access_grant t
        where tenant_id = $1 and (owner_id = $2 or viewer_id = $2) and id > $3 order by id limit $4
        "#
    )
}
