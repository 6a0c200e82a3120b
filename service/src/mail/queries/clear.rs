//! Deletes the data of a disconnected mailbox.

use crate::{Error, platform::db::TenantTx};
use domain::{JobApplicationId, MailMessageId, MailboxId};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Whether the mailbox has tokens or a password.
pub async fn is_connected(tx: &mut TenantTx, id: MailboxId) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select exists (
            select 1 from mailbox_tokens where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
          ) or exists (
            select 1 from imap_accounts where tenant_id = $1 and owner_id = $2 and mailbox_id = $3
          ) as "is_connected!"
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.is_connected)
}

/// Whether the application was ever merged with another one.
pub async fn has_merges(tx: &mut TenantTx, id: JobApplicationId) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select exists (
          select 1 from application_merges
          where tenant_id = $1 and owner_id is not distinct from $2 and (application_id = $3 or other_id = $3)
        ) as "has_merges!"
        "#,
        tenant.0,
        user.0,
        id.0,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.has_merges)
}

/// Deletes these messages of the mailbox, and all of its messages about these applications. Returns the UIDs of their events.
pub async fn delete_messages(
    tx: &mut TenantTx,
    mailbox: MailboxId,
    ids: &[MailMessageId],
    applications: &[JobApplicationId],
) -> Result<Vec<String>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let applications: Vec<Uuid> = applications.iter().map(|id| id.0).collect();
    let uids = query_scalar!(
        r#"
        delete from mail_messages
        where tenant_id = $1 and owner_id = $2 and mailbox_id = $3 and (id = any($4) or application_id = any($5))
        returning calendar_uid
        "#,
        tenant.0,
        user.0,
        mailbox.0,
        &ids,
        &applications,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(uids.into_iter().flatten().collect())
}

/// Deletes the mailbox unless it was connected again.
pub async fn delete_unconnected(tx: &mut TenantTx, id: MailboxId) -> Result<(), Error> {
    if is_connected(tx, id).await? {
        return Ok(());
    }
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from mailboxes where tenant_id = $1 and owner_id = $2 and id = $3 and kind <> 'upload'",
        tenant.0,
        user.0,
        id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
