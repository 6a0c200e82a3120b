//! The users' decisions for all email of a sender.

use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use sqlx::query;
use uuid::Uuid;

/// A decision for all email of a sender.
pub struct SenderRule {
    /// Name and address, in lower case.
    pub sender: String,
    /// Whether its email is not about applications.
    pub is_ignored: bool,
    /// The employer, regardless of the text of the email.
    pub company: Option<String>,
}

/// The rules for these senders, which must be in lower case.
pub async fn list(tx: &mut TenantTx, senders: &[String]) -> Result<Vec<SenderRule>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select sender, is_ignored, company from sender_rules
        where tenant_id = $1 and owner_id = $2 and sender = any($3)
        "#,
        tenant.0,
        user.0,
        senders,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| SenderRule {
            sender: r.sender,
            is_ignored: r.is_ignored,
            company: r.company,
        })
        .collect())
}

/// Saves a rule, replacing an earlier one for the same sender.
pub async fn save(tx: &mut TenantTx, id: Uuid, rule: &SenderRule, now: DateTime<Utc>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        insert into sender_rules as r (tenant_id, id, owner_id, sender, is_ignored, company, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (tenant_id, owner_id, sender)
          do update set is_ignored = excluded.is_ignored, company = excluded.company, created_at = excluded.created_at
        "#,
        tenant.0,
        id,
        user.0,
        rule.sender,
        rule.is_ignored,
        rule.company,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes the rule for a sender.
pub async fn delete(tx: &mut TenantTx, sender: &str) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from sender_rules where tenant_id = $1 and owner_id = $2 and sender = $3",
        tenant.0,
        user.0,
        sender,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
