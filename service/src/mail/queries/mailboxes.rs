//! Mailboxes. Every statement also filters by owner.

use super::imap;
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    ErrorCode, ImportId, MailboxId,
    changes::ChangeType,
    mail::{Mailbox, MailboxKind, MailboxState},
};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// How far a mailbox is synced. Gmail lists messages newest first, so the next sync can start from the newest message only after
/// all pages were fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncCursor {
    /// Messages received before this time are synced.
    pub synced_through_ms: Option<i64>,
    /// Token of the next page; `None` between two syncs.
    pub page_token: Option<String>,
    /// The time when the newest message of the fetched pages was received.
    pub newest_seen_ms: Option<i64>,
    pub pages_fetched: i32,
}

struct MailboxRow {
    id: Uuid,
    kind: String,
    address: String,
    state: String,
    last_synced_at: Option<DateTime<Utc>>,
    failed_at: Option<DateTime<Utc>>,
    preview_id: Option<Uuid>,
}

impl TryFrom<MailboxRow> for Mailbox {
    type Error = Error;

    fn try_from(row: MailboxRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            kind: MailboxKind::parse(&row.kind).ok_or_else(|| Error::unknown_value("mailbox kind"))?,
            address: row.address,
            state: MailboxState::parse(&row.state).ok_or_else(|| Error::unknown_value("mailbox state"))?,
            last_synced_at: row.last_synced_at,
            last_failed_at: row.failed_at,
            import_id: row.preview_id.map(Into::into),
        })
    }
}

/// The mailbox with this address.
pub async fn find_mailbox(
    tx: &mut TenantTx,
    kind: MailboxKind,
    address: &str,
) -> Result<Option<MailboxId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        "select id from mailboxes where tenant_id = $1 and owner_id = $2 and kind = $3 and address = $4",
        tenant.0,
        user.0,
        kind.as_str(),
        address,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| r.id.into()))
}

/// Inserts a mailbox, or reconnects an existing one. Its state becomes `syncing`.
pub async fn upsert_mailbox(
    tx: &mut TenantTx,
    id: MailboxId,
    kind: MailboxKind,
    address: &str,
    now: DateTime<Utc>,
) -> Result<Mailbox, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        MailboxRow,
        r#"
        insert into mailboxes (tenant_id, id, owner_id, kind, address, state, created_at)
        values ($1, $2, $3, $4, $5, 'syncing', $6)
        on conflict (tenant_id, owner_id, kind, address) do update set state = excluded.state, failed_at = null
        returning id, kind, address, state, last_synced_at, failed_at, preview_id
        "#,
        tenant.0,
        id.0,
        user.0,
        kind.as_str(),
        address,
        now,
    )
    .fetch_one(tx.conn())
    .await?;
    let mailbox: Mailbox = row.try_into()?;
    if mailbox.id != id {
        return Err(Error::api(
            ErrorCode::Conflict,
            "Another request is connecting this mailbox. Try again.",
        ));
    }
    Ok(mailbox)
}

/// Deletes the tokens and passwords of one mailbox, or of all mailboxes of the user, which must then be reconnected.
pub async fn disconnect(tx: &mut TenantTx, only: Option<MailboxId>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let only = only.map(|id| id.0);
    query!(
        r#"
        delete from mailbox_tokens
        where tenant_id = $1 and owner_id = $2 and ($3::uuid is null or mailbox_id = $3)
        "#,
        tenant.0,
        user.0,
        only,
    )
    .execute(tx.conn())
    .await?;
    query!(
        r#"
        delete from imap_accounts
        where tenant_id = $1 and owner_id = $2 and ($3::uuid is null or mailbox_id = $3)
        "#,
        tenant.0,
        user.0,
        only,
    )
    .execute(tx.conn())
    .await?;
    let disconnected = query_scalar!(
        r#"
        update mailboxes set state = 'reconnect_required'
        where tenant_id = $1 and owner_id = $2 and kind in ('gmail', 'imap') and ($3::uuid is null or id = $3)
          and state <> 'reconnect_required'
        returning id
        "#,
        tenant.0,
        user.0,
        only,
    )
    .fetch_all(tx.conn())
    .await?;
    tx.record_each(ChangeType::MailboxReconnectRequired, &disconnected, None);
    Ok(())
}

/// The user's mailboxes that have tokens or a password, including those that must be reconnected.
pub async fn list_connected(tx: &mut TenantTx) -> Result<Vec<Mailbox>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        MailboxRow,
        r#"
        select b.id, b.kind, b.address, b.state, b.last_synced_at, b.failed_at, b.preview_id
        from mailboxes b
        where b.tenant_id = $1 and b.owner_id = $2 and b.id in (
          select t.mailbox_id from mailbox_tokens t where t.tenant_id = $1 and t.owner_id = $2
          union all
          select a.mailbox_id from imap_accounts a where a.tenant_id = $1 and a.owner_id = $2)
        order by b.created_at, b.id
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Sets the state of one connected mailbox, or of all, to `syncing`, except those that must be reconnected.
pub async fn set_syncing(tx: &mut TenantTx, only: Option<MailboxId>) -> Result<Vec<Mailbox>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        MailboxRow,
        r#"
        update mailboxes b set state = 'syncing'
        where b.tenant_id = $1 and b.owner_id = $2 and b.state <> 'reconnect_required' and ($3::uuid is null or b.id = $3)
          and b.id in (
            select t.mailbox_id from mailbox_tokens t where t.tenant_id = $1 and t.owner_id = $2
            union all
            select a.mailbox_id from imap_accounts a where a.tenant_id = $1 and a.owner_id = $2)
        returning b.id, b.kind, b.address, b.state, b.last_synced_at, b.failed_at, b.preview_id
        "#,
        tenant.0,
        user.0,
        only.map(|id| id.0),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut mailboxes: Vec<Mailbox> = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<_, Error>>()?;
    mailboxes.sort_by_key(|m| m.id);
    Ok(mailboxes)
}

pub async fn update_cursor(tx: &mut TenantTx, id: MailboxId, cursor: &SyncCursor) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailbox_tokens set synced_through_ms = $4, page_token = $5, newest_seen_ms = $6, pages_fetched = $7
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        cursor.synced_through_ms,
        cursor.page_token,
        cursor.newest_seen_ms,
        cursor.pages_fetched,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stores the result of a completed sync. If the preview of the mailbox was discarded meanwhile, the mailbox stays paused.
pub async fn finish_sync(
    tx: &mut TenantTx,
    id: MailboxId,
    state: MailboxState,
    synced_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailboxes set state = case when state = 'paused' then state else $4 end,
          last_synced_at = coalesce($5, last_synced_at), failed_at = null
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

/// State and preview of a mailbox.
pub struct MailboxPreview {
    pub state: MailboxState,
    pub preview: Option<ImportId>,
}

pub async fn find_preview(tx: &mut TenantTx, id: MailboxId) -> Result<Option<MailboxPreview>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        "select state, preview_id from mailboxes where tenant_id = $1 and owner_id = $2 and id = $3",
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(MailboxPreview {
            state: MailboxState::parse(&r.state).ok_or_else(|| Error::unknown_value("mailbox state"))?,
            preview: r.preview_id.map(Into::into),
        })
    })
    .transpose()
}

/// Makes an import the preview of a mailbox. Returns false if the mailbox already has a preview.
pub async fn set_preview(tx: &mut TenantTx, id: MailboxId, import: ImportId) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let done = query!(
        r#"
        update mailboxes set preview_id = $4
        where tenant_id = $1 and owner_id = $2 and id = $3 and preview_id is null
        "#,
        tenant.0,
        user.0,
        id.0,
        import.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the preview of a mailbox after it was applied.
pub async fn finish_preview(tx: &mut TenantTx, import: ImportId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "update mailboxes set preview_id = null where tenant_id = $1 and owner_id = $2 and preview_id = $3",
        tenant.0,
        user.0,
        import.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Discards the preview of a mailbox, if the import is one: pauses the mailbox and resets its cursors, so that the next sync starts
/// from the beginning.
pub async fn discard_preview(tx: &mut TenantTx, import: ImportId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let mailbox = query_scalar!(
        r#"
        update mailboxes set preview_id = null, state = case when state = 'reconnect_required' then state else 'paused' end
        where tenant_id = $1 and owner_id = $2 and preview_id = $3
        returning id
        "#,
        tenant.0,
        user.0,
        import.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(mailbox) = mailbox {
        update_cursor(tx, mailbox.into(), &SyncCursor::default()).await?;
        imap::delete_cursors(tx, mailbox.into()).await?;
    }
    Ok(())
}

/// Stores that the sync failed repeatedly.
pub async fn fail_sync(tx: &mut TenantTx, id: MailboxId, now: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailboxes set state = 'ok', failed_at = $4
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
