//! SQL about mailboxes and what opens them. Every statement names the tenant and the person.

use super::access::Sealed;
use crate::{Error, db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    MailboxId,
    mail::{Mailbox, MailboxKind, MailboxState},
};
use sqlx::query;

/// What opens a mailbox, and how far it was read.
pub(super) struct AccessRow {
    pub mailbox: MailboxId,
    pub tokens: Sealed,
    pub reached: Reached,
}

/// How far a mailbox was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// Mails received before are known.
    pub since_ms: Option<i64>,
    /// The page to go on with; nothing between two fetchings.
    pub page: Option<String>,
    /// The newest mail of the pages before.
    pub newest_ms: Option<i64>,
    /// How many pages those were.
    pub pages: i32,
}

macro_rules! mailbox {
    ($r:expr) => {{
        let unknown = || Error::Internal("the database holds a mailbox that this build does not know".into());
        Ok(Mailbox {
            id: $r.id.into(),
            kind: MailboxKind::parse(&$r.kind).ok_or_else(unknown)?,
            address: $r.address,
            state: MailboxState::parse(&$r.state).ok_or_else(unknown)?,
            last_synced_at: $r.last_synced_at,
            last_failed_at: $r.failed_at,
        })
    }};
}

/// The mailbox at Gmail with this address.
pub(super) async fn find_gmail(tx: &mut TenantTx, address: &str) -> Result<Option<MailboxId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        "select id from mailbox where tenant_id = $1 and owner_id = $2 and kind = 'gmail' and address = $3",
        tenant.0,
        user.0,
        address,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| r.id.into()))
}

/// Makes the mailbox, or finds it again.
pub(super) async fn connect(
    tx: &mut TenantTx,
    id: MailboxId,
    address: &str,
    now: DateTime<Utc>,
) -> Result<Mailbox, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        insert into mailbox (tenant_id, id, owner_id, kind, address, state, created_at)
        values ($1, $2, $3, 'gmail', $4, 'syncing', $5)
        on conflict (tenant_id, owner_id, kind, address) do update set state = excluded.state, failed_at = null
        returning id, kind, address, state, last_synced_at, failed_at
        "#,
        tenant.0,
        id.0,
        user.0,
        address,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    mailbox!(row)
}

/// Keeps what opens a mailbox. A refresh token that is not given again stays.
pub(super) async fn keep_access(tx: &mut TenantTx, id: MailboxId, sealed: &Sealed) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into mailbox_access (tenant_id, mailbox_id, owner_id, access_token, refresh_token, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, mailbox_id) do update set
          access_token = excluded.access_token, expires_at = excluded.expires_at,
          refresh_token = coalesce(excluded.refresh_token, mailbox_access.refresh_token)
        "#,
        tenant.0,
        id.0,
        user.0,
        sealed.access,
        sealed.refresh,
        sealed.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn renew_access(tx: &mut TenantTx, id: MailboxId, sealed: &Sealed) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailbox_access set access_token = $4, refresh_token = $5, expires_at = $6
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        sealed.access,
        sealed.refresh,
        sealed.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

macro_rules! access {
    ($r:expr) => {
        AccessRow {
            mailbox: $r.mailbox_id.into(),
            tokens: Sealed {
                access: $r.access_token,
                refresh: $r.refresh_token,
                expires_at: $r.expires_at,
            },
            reached: Reached {
                since_ms: $r.since_ms,
                page: $r.page_token,
                newest_ms: $r.newest_ms,
                pages: $r.pages,
            },
        }
    };
}

pub(super) async fn find_access(tx: &mut TenantTx, id: MailboxId) -> Result<Option<AccessRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select mailbox_id, access_token, refresh_token, expires_at, since_ms, page_token, newest_ms, pages
        from mailbox_access
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| access!(r)))
}

/// What opens each of the person's mailboxes.
pub(super) async fn all_access(tx: &mut TenantTx) -> Result<Vec<AccessRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select mailbox_id, access_token, refresh_token, expires_at, since_ms, page_token, newest_ms, pages
        from mailbox_access
        where tenant_id = $1 and owner_id = $2
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| access!(r)).collect())
}

/// Forgets what opens one of the person's mailboxes, or all of them; it must be connected again.
pub(super) async fn delete_access(tx: &mut TenantTx, one: Option<MailboxId>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        delete from mailbox_access
        where tenant_id = $1 and owner_id = $2 and ($3::uuid is null or mailbox_id = $3)
        "#,
        tenant.0,
        user.0,
        one.map(|id| id.0),
    )
    .execute(tx.conn())
    .await?;
    query!(
        r#"
        update mailbox set state = 'reconnect_required'
        where tenant_id = $1 and owner_id = $2 and kind = 'gmail' and ($3::uuid is null or id = $3)
        "#,
        tenant.0,
        user.0,
        one.map(|id| id.0),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The person's mailboxes that were connected, whether or not they can be fetched from.
pub(super) async fn connected(tx: &mut TenantTx) -> Result<Vec<Mailbox>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select b.id, b.kind, b.address, b.state, b.last_synced_at, b.failed_at
        from mailbox b
        join mailbox_access a on a.tenant_id = b.tenant_id and a.mailbox_id = b.id
        where b.tenant_id = $1 and b.owner_id = $2
        order by b.created_at, b.id
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|r| mailbox!(r)).collect()
}

/// Says of those that can be fetched from that they wait for it.
pub(super) async fn begin_syncing(tx: &mut TenantTx) -> Result<Vec<Mailbox>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        update mailbox b set state = 'syncing'
        from mailbox_access a
        where b.tenant_id = $1 and b.owner_id = $2 and b.state <> 'reconnect_required'
          and a.tenant_id = b.tenant_id and a.mailbox_id = b.id
        returning b.id, b.kind, b.address, b.state, b.last_synced_at, b.failed_at
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: Vec<Mailbox> = rows
        .into_iter()
        .map(|r| mailbox!(r))
        .collect::<Result<_, Error>>()?;
    found.sort_by_key(|m| m.id);
    Ok(found)
}

pub(super) async fn reach(tx: &mut TenantTx, id: MailboxId, reached: &Reached) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailbox_access set since_ms = $4, page_token = $5, newest_ms = $6, pages = $7
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        reached.since_ms,
        reached.page,
        reached.newest_ms,
        reached.pages,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn end_syncing(
    tx: &mut TenantTx,
    id: MailboxId,
    state: MailboxState,
    synced_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailbox set state = $4, last_synced_at = coalesce($5, last_synced_at), failed_at = null
        where tenant_id = $1 and owner_id = $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        state.as_str(),
        synced_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Back from fetching without an end.
pub(super) async fn leave_syncing(tx: &mut TenantTx, id: MailboxId, now: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailbox set state = 'ok', failed_at = $4
        where tenant_id = $1 and owner_id = $2 and id = $3 and state = 'syncing'
        "#,
        tenant.0,
        user.0,
        id.0,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
