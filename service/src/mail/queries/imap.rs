//! Accounts of IMAP mailboxes, and the cursors of their folders. Every statement also filters by owner.

use crate::{Error, platform::db::TenantTx};
use domain::{MailboxId, mail::ImapSecurity};
use sqlx::{query, query_scalar};
use std::collections::HashMap;

/// Server and credentials of the account of a mailbox.
#[derive(Debug)]
pub struct AccountRow {
    pub host: String,
    pub port: u16,
    pub security: ImapSecurity,
    pub username: String,
    /// Encrypted with [`column_cipher`](crate::platform::crypto::column_cipher). `None` if the account uses the access token of the
    /// mailbox.
    pub password: Option<Vec<u8>>,
    /// The folders to read. `None` selects the likely ones.
    pub folders: Option<Vec<String>>,
}

/// How far a folder is read, starting with the oldest message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderCursor {
    /// While it stays the same, a UID refers to the same message.
    pub uid_validity: u32,
    /// Messages up to this UID are stored.
    pub last_uid: u32,
}

pub async fn find_account(tx: &mut TenantTx, mailbox: MailboxId) -> Result<Option<AccountRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select host, port, security, username, password, folders from imap_accounts
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
        "#,
        tenant.0,
        user.0,
        mailbox.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(AccountRow {
            host: r.host,
            port: u16::try_from(r.port).map_err(|_| Error::unknown_value("port"))?,
            security: ImapSecurity::parse(&r.security).ok_or_else(|| Error::unknown_value("security"))?,
            username: r.username,
            password: r.password,
            folders: r.folders,
        })
    })
    .transpose()
}

pub async fn upsert_account(
    tx: &mut TenantTx,
    mailbox: MailboxId,
    account: &AccountRow,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into imap_accounts (tenant_id, mailbox_id, owner_id, host, port, security, username, password, folders)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (tenant_id, mailbox_id) do update set
          host = excluded.host, port = excluded.port, security = excluded.security, username = excluded.username,
          password = excluded.password, folders = excluded.folders
        "#,
        tenant.0,
        mailbox.0,
        user.0,
        account.host,
        i32::from(account.port),
        account.security.as_str(),
        account.username,
        account.password.as_deref(),
        account.folders.as_deref(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The mailboxes that use an access token.
pub async fn list_mailboxes_with_tokens(tx: &mut TenantTx) -> Result<Vec<MailboxId>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids = query_scalar!(
        "select mailbox_id from imap_accounts where tenant_id = $1 and owner_id = $2 and password is null",
        tenant.0,
        user.0,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Replaces the encrypted password, unless it was changed meanwhile.
pub async fn update_password(
    tx: &mut TenantTx,
    mailbox: MailboxId,
    old: &[u8],
    new: &[u8],
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update imap_accounts set password = $5
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3 and password = $4
        "#,
        tenant.0,
        user.0,
        mailbox.0,
        old,
        new,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The cursors of the folders of a mailbox, by folder name.
pub async fn list_cursors(
    tx: &mut TenantTx,
    mailbox: MailboxId,
) -> Result<HashMap<String, FolderCursor>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select name, uid_validity, last_uid from imap_folders
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
        "#,
        tenant.0,
        user.0,
        mailbox.0,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let cursor = FolderCursor {
                uid_validity: u32::try_from(r.uid_validity)
                    .map_err(|_| Error::unknown_value("UIDVALIDITY"))?,
                last_uid: u32::try_from(r.last_uid).map_err(|_| Error::unknown_value("UID"))?,
            };
            Ok((r.name, cursor))
        })
        .collect()
}

/// Stores the cursor of a folder. Does nothing if the mailbox was disconnected or connected to another account meanwhile.
pub async fn upsert_cursor(
    tx: &mut TenantTx,
    mailbox: MailboxId,
    account: &AccountRow,
    folder: &str,
    cursor: FolderCursor,
) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into imap_folders as f (tenant_id, mailbox_id, owner_id, name, uid_validity, last_uid)
        select a.tenant_id, a.mailbox_id, a.owner_id, $4, $5, $6 from imap_accounts a
        where a.tenant_id = $1 and a.owner_id = $2 and a.mailbox_id = $3 and a.host = $7 and a.username = $8
        on conflict (tenant_id, mailbox_id, name) do update set
          uid_validity = excluded.uid_validity, last_uid = excluded.last_uid
        "#,
        tenant.0,
        user.0,
        mailbox.0,
        folder,
        i64::from(cursor.uid_validity),
        i64::from(cursor.last_uid),
        account.host,
        account.username,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes the cursors of a mailbox, so that it is read again.
pub async fn delete_cursors(tx: &mut TenantTx, mailbox: MailboxId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from imap_folders where tenant_id = $1 and owner_id = $2 and mailbox_id = $3",
        tenant.0,
        user.0,
        mailbox.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
