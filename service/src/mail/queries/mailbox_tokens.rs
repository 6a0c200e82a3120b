//! OAuth tokens of connected mailboxes. Every statement also filters by owner.

use super::mailboxes::SyncCursor;
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::MailboxId;
use sqlx::{query, query_as};
use uuid::Uuid;

/// OAuth tokens, encrypted with [`column_cipher`](crate::platform::crypto::column_cipher).
pub struct EncryptedTokens {
    pub access_token: Vec<u8>,
    pub refresh_token: Option<Vec<u8>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// The tokens of a mailbox, and its sync cursor.
pub struct TokensRow {
    pub mailbox: MailboxId,
    pub tokens: EncryptedTokens,
    pub cursor: SyncCursor,
}

struct TokensColumns {
    mailbox_id: Uuid,
    access_token: Vec<u8>,
    refresh_token: Option<Vec<u8>>,
    expires_at: Option<DateTime<Utc>>,
    synced_through_ms: Option<i64>,
    page_token: Option<String>,
    newest_seen_ms: Option<i64>,
    pages_fetched: i32,
}

impl From<TokensColumns> for TokensRow {
    fn from(columns: TokensColumns) -> Self {
        Self {
            mailbox: columns.mailbox_id.into(),
            tokens: EncryptedTokens {
                access_token: columns.access_token,
                refresh_token: columns.refresh_token,
                expires_at: columns.expires_at,
            },
            cursor: SyncCursor {
                synced_through_ms: columns.synced_through_ms,
                page_token: columns.page_token,
                newest_seen_ms: columns.newest_seen_ms,
                pages_fetched: columns.pages_fetched,
            },
        }
    }
}

/// Stores the tokens of a mailbox. If there is no new refresh token, the existing one is kept.
pub async fn upsert(tx: &mut TenantTx, id: MailboxId, tokens: &EncryptedTokens) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into mailbox_tokens (tenant_id, mailbox_id, owner_id, access_token, refresh_token, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, mailbox_id) do update set
          access_token = excluded.access_token, expires_at = excluded.expires_at,
          refresh_token = coalesce(excluded.refresh_token, mailbox_tokens.refresh_token)
        "#,
        tenant.0,
        id.0,
        user.0,
        tokens.access_token,
        tokens.refresh_token,
        tokens.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Replaces the tokens with renewed ones, unless they were replaced meanwhile.
pub async fn replace(
    tx: &mut TenantTx,
    id: MailboxId,
    old_access_token: &[u8],
    tokens: &EncryptedTokens,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailbox_tokens set access_token = $5, refresh_token = $6, expires_at = $7
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3 and access_token = $4
        "#,
        tenant.0,
        user.0,
        id.0,
        old_access_token,
        tokens.access_token,
        tokens.refresh_token,
        tokens.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn delete(tx: &mut TenantTx, id: MailboxId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from mailbox_tokens where tenant_id = $1 and owner_id = $2 and mailbox_id = $3",
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn update(tx: &mut TenantTx, id: MailboxId, tokens: &EncryptedTokens) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mailbox_tokens set access_token = $4, refresh_token = $5, expires_at = $6
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        tokens.access_token,
        tokens.refresh_token,
        tokens.expires_at,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn find(tx: &mut TenantTx, id: MailboxId) -> Result<Option<TokensRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query_as!(
        TokensColumns,
        r#"
        select mailbox_id, access_token, refresh_token, expires_at, synced_through_ms, page_token, newest_seen_ms, pages_fetched
        from mailbox_tokens
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

/// The tokens of all Gmail mailboxes of the user.
pub async fn list_gmail(tx: &mut TenantTx) -> Result<Vec<TokensRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query_as!(
        TokensColumns,
        r#"
        select mailbox_id, access_token, refresh_token, expires_at, synced_through_ms, page_token, newest_seen_ms, pages_fetched
        from mailbox_tokens
        where tenant_id = $1 and owner_id = $2 and mailbox_id in (
          select b.id from mailboxes b where b.tenant_id = $1 and b.owner_id = $2 and b.kind = 'gmail')
        "#,
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
