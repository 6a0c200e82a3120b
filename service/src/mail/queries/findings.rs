//! Messages and findings of previews.

use super::messages::MessageRow;
use crate::{Error, platform::db::TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    ImportId, JobApplicationId, MailMessageId,
    inbox::{Finding, FindingAction, MailExplanation, MatchedWords},
    mail::MessageKind,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{query, query_scalar, types::Json};
use uuid::Uuid;

/// The effect of a message.
#[derive(Serialize)]
pub struct FindingEffect {
    pub id: MailMessageId,
    pub action: FindingAction,
    /// The existing application that the message is about.
    pub application_id: Option<JobApplicationId>,
    pub company: Option<String>,
    pub job_title: Option<String>,
}

/// The columns of a stored message that a finding contains.
#[derive(Debug, Deserialize)]
struct StoredMessage {
    subject: String,
    sender: String,
    kind: MessageKind,
    company: Option<String>,
    job_title: Option<String>,
    ruleset: Option<String>,
    ruleset_version: Option<i32>,
    rule: Option<String>,
    explanation: Vec<MatchedWords>,
}

/// Position of a finding in the list.
pub type Position = (DateTime<Utc>, MailMessageId);

/// Inserts the messages that neither the preview nor a mailbox of the user contains yet. Returns how many of them have to be
/// matched.
pub async fn insert_findings(tx: &mut TenantTx, import: ImportId, rows: &[MessageRow]) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let inserted = query_scalar!(
        r#"
        insert into import_findings as t
          (tenant_id, import_id, id, owner_id, identity, sent_at, message, is_relevant, action)
        select $1, $3, r.id, $2, r.identity, r.sent_at, e.value, not r.matched, case when r.matched then 'ignore' end
        from jsonb_array_elements($4) e,
          jsonb_to_record(e.value) as r (id uuid, identity text, message_id text, sent_at timestamptz, matched boolean)
        where not exists (
          select 1 from mail_messages o
          where o.tenant_id = $1 and o.owner_id = $2 and o.identity = r.identity)
        and not exists (
          -- Messages that were stored before they had an identity.
          select 1 from mail_messages o
          where o.tenant_id = $1 and o.owner_id = $2 and o.message_id = r.message_id and o.sent_at = r.sent_at
            and o.identity like 'id:%')
        on conflict (tenant_id, import_id, identity) do nothing
        returning is_relevant
        "#,
        tenant.0,
        user.0,
        import.0,
        Json(rows) as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(i64::try_from(inserted.iter().filter(|relevant| **relevant).count()).unwrap_or(i64::MAX))
}

/// Number of messages of a preview, at most `max`.
pub async fn count(tx: &mut TenantTx, import: ImportId, max: i64) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from (
          select 1 from import_findings where tenant_id = $1 and owner_id = $2 and import_id = $3 limit $4) f
        "#,
        tenant.0,
        user.0,
        import.0,
        max,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// The next unmatched messages, in the form in which they are stored, oldest first.
pub async fn list_unmatched(
    tx: &mut TenantTx,
    import: ImportId,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<(Position, Value)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select sent_at, id, message from import_findings
        where tenant_id = $1 and owner_id = $2 and import_id = $3 and action is null
          and ($4::timestamptz is null or (sent_at, id) > ($4, $5))
        order by sent_at, id
        limit $6
        "#,
        tenant.0,
        user.0,
        import.0,
        after.map(|(at, _)| at),
        after.map(|(_, id)| id.0),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ((r.sent_at, r.id.into()), r.message))
        .collect())
}

/// Stores the effects of messages.
pub async fn set_effects(
    tx: &mut TenantTx,
    import: ImportId,
    effects: &[FindingEffect],
) -> Result<(), Error> {
    let tenant = tx.tenant();
    query!(
        "select set_findings($1, $2, $3)",
        tenant.0,
        import.0,
        Json(effects) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One page of a preview, newest first.
pub async fn list(
    tx: &mut TenantTx,
    import: ImportId,
    action: Option<FindingAction>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<(Position, Finding)>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select sent_at, id, message as "message: Json<StoredMessage>", action as "action!", application_id, company, job_title
        from import_findings
        where tenant_id = $1 and owner_id = $2 and import_id = $3 and action is not null
          and ($4::text is null or action = $4)
          and ($5::timestamptz is null or (sent_at, id) < ($5, $6))
        order by sent_at desc, id desc
        limit $7
        "#,
        tenant.0,
        user.0,
        import.0,
        action.map(FindingAction::as_str),
        after.map(|(at, _)| at),
        after.map(|(_, id)| id.0),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let message = r.message.0;
            let finding = Finding {
                subject: message.subject,
                sender: message.sender,
                sent_at: r.sent_at,
                kind: message.kind,
                company: r.company.or(message.company),
                job_title: r.job_title.or(message.job_title),
                action: FindingAction::parse(&r.action)
                    .ok_or_else(|| Error::unknown_value("finding action"))?,
                jobapp_id: r.application_id.map(Into::into),
                explanation: MailExplanation {
                    pack: message.ruleset.unwrap_or_else(|| "none".into()),
                    pack_version: message.ruleset_version.unwrap_or(1),
                    rule: message.rule.unwrap_or_else(|| "none".into()),
                    words: message.explanation,
                },
            };
            Ok(((r.sent_at, r.id.into()), finding))
        })
        .collect()
}

/// Deletes the next messages and returns them in the form in which they are stored.
pub async fn take(tx: &mut TenantTx, import: ImportId, limit: i64) -> Result<Vec<Value>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = query_scalar!(
        "select id from import_findings where tenant_id = $1 and owner_id = $2 and import_id = $3 order by id limit $4",
        tenant.0,
        user.0,
        import.0,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    let messages = query_scalar!(
        r#"
        delete from import_findings
        where tenant_id = $1 and owner_id = $2 and import_id = $3 and id = any($4)
        returning message
        "#,
        tenant.0,
        user.0,
        import.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(messages)
}

/// Deletes the messages of a preview.
pub async fn delete(tx: &mut TenantTx, import: ImportId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from import_findings where tenant_id = $1 and owner_id = $2 and import_id = $3",
        tenant.0,
        user.0,
        import.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
