//! Messages.

pub use super::message_rows::MessageRow;

use crate::{
    Error,
    mail::matching::{DIRECT_EMAIL, MessageChanges, MessageLink, UnmatchedMessage},
    platform::db::TenantTx,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    ImportId, JobApplicationId, MailMessageId, MailboxId,
    changes::ChangeType,
    inbox::MatchedWords,
    mail::{MailDecision, Message, MessageKind},
};
use serde::Serialize;
use sqlx::{query, query_as, types::Json};
use uuid::Uuid;

/// The source of a message: an import, or the sync of a mailbox. Only messages of the same source are matched together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceId(Uuid);

impl From<ImportId> for SourceId {
    fn from(import: ImportId) -> Self {
        Self(import.0)
    }
}

impl From<MailboxId> for SourceId {
    fn from(mailbox: MailboxId) -> Self {
        Self(mailbox.0)
    }
}

#[derive(Serialize)]
struct LinkRow<'a> {
    id: MailMessageId,
    application_id: Option<JobApplicationId>,
    decision: MailDecision,
    changes: Option<&'a MessageChanges>,
}

/// Inserts the messages, given as [`MessageRow`]s, that no mailbox of the user contains yet. Returns how many of them have to be
/// matched.
pub async fn insert_messages(
    tx: &mut TenantTx,
    mailbox: MailboxId,
    source: SourceId,
    rows: &[impl Serialize + Sync],
    now: DateTime<Utc>,
) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let inserted = query!(
        r#"
        insert into mail_messages as t
          (tenant_id, owner_id, mailbox_id, source_id, id, identity, message_id, thread_ids, subject, sender, sent_at, platform, kind, confidence,
           company, job_title, location, requisition, applied_on, ruleset, ruleset_version, rule, explanation, calendar_uid, invitation,
           appointment, matched, decision, recorded_at)
        select $1, $2, $3, $4, r.id, r.identity, r.message_id, r.thread_ids, r.subject, r.sender, r.sent_at, r.platform, r.kind, r.confidence,
          r.company, r.job_title, r.location, r.requisition, r.applied_on, r.ruleset, r.ruleset_version, r.rule,
          r.explanation, r.calendar_uid, r.invitation, r.appointment, r.matched, case when r.matched then 'ignored' end, $6
        from jsonb_to_recordset($5) as r (
          id uuid, identity text, message_id text, thread_ids text[], subject text, sender text, sent_at timestamptz, platform text, kind text, confidence real,
          company text, job_title text, location text, requisition text, applied_on date, ruleset text, ruleset_version integer,
          rule text, explanation jsonb, calendar_uid text, invitation jsonb, appointment jsonb, matched boolean)
        where not exists (
          -- Messages that were stored before they had an identity.
          select 1 from mail_messages o
          where o.tenant_id = $1 and o.owner_id = $2 and o.message_id = r.message_id and o.sent_at = r.sent_at
            and o.identity like 'id:%')
        on conflict (tenant_id, owner_id, identity) do nothing
        returning matched
        "#,
        tenant.0,
        user.0,
        mailbox.0,
        source.0,
        Json(rows) as _,
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(i64::try_from(inserted.iter().filter(|r| !r.matched).count()).unwrap_or(i64::MAX))
}

/// Deletes the messages of a source that are not matched yet.
pub async fn delete_unmatched(tx: &mut TenantTx, source: SourceId) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        "delete from mail_messages where tenant_id = $1 and owner_id = $2 and source_id = $3 and not matched",
        tenant.0,
        user.0,
        source.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Number of messages of the user, at most `max`.
pub async fn count(tx: &mut TenantTx, max: i64) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let row = query!(
        r#"
        select count(*) as "count!" from (
          select 1 as one from mail_messages where tenant_id = $1 and owner_id = $2 limit $3) m
        "#,
        tenant.0,
        user.0,
        max,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.count)
}

/// The columns needed for matching.
struct UnmatchedRow {
    id: Uuid,
    message_id: String,
    thread_ids: Vec<String>,
    sender: String,
    kind: String,
    confidence: f32,
    platform: Option<String>,
    company: Option<String>,
    job_title: Option<String>,
    location: Option<String>,
    requisition: Option<String>,
    applied_on: Option<NaiveDate>,
    sent_at: DateTime<Utc>,
    calendar_uid: Option<String>,
    subject: String,
    explanation: Json<Vec<MatchedWords>>,
}

impl TryFrom<UnmatchedRow> for UnmatchedMessage {
    type Error = Error;
    fn try_from(row: UnmatchedRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            message_id: row.message_id,
            thread_ids: row.thread_ids,
            sender: row.sender,
            kind: MessageKind::parse(&row.kind).ok_or_else(|| Error::unknown_value("message kind"))?,
            confidence: row.confidence,
            platform: row.platform.unwrap_or_else(|| DIRECT_EMAIL.into()),
            company: row.company,
            title: row.job_title,
            location: row.location,
            requisition: row.requisition,
            applied_on: row.applied_on,
            sent_at: row.sent_at,
            calendar_uid: row.calendar_uid,
            words: Self::join_words(&row.subject, &row.explanation.0),
        })
    }
}

/// The messages with these ids that are about this application, in the order they were sent.
pub async fn list_of_application(
    tx: &mut TenantTx,
    application: JobApplicationId,
    ids: &[MailMessageId],
) -> Result<Vec<UnmatchedMessage>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = query_as!(
        UnmatchedRow,
        r#"
        select id, message_id, thread_ids, sender, kind, confidence, platform, company, job_title, location, requisition, applied_on,
          sent_at, calendar_uid, subject, explanation as "explanation: Json<Vec<MatchedWords>>"
        from mail_messages
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3 and id = any($4)
        order by sent_at, message_id
        "#,
        tenant.0,
        user.0,
        application.0,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(UnmatchedMessage::try_from).collect()
}

/// Whether messages other than these are about this application.
pub async fn has_others(
    tx: &mut TenantTx,
    application: JobApplicationId,
    ids: &[MailMessageId],
) -> Result<bool, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let row = query!(
        r#"
        select 1 as found from mail_messages
        where tenant_id = $1 and owner_id is not distinct from $2 and application_id = $3 and id <> all($4)
        limit 1
        "#,
        tenant.0,
        user.0,
        application.0,
        &ids,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// The next messages to match, in the order they were sent.
pub async fn list_unmatched(
    tx: &mut TenantTx,
    source: SourceId,
    limit: i64,
) -> Result<Vec<UnmatchedMessage>, Error> {
    let tenant = tx.tenant();
    let rows = query_as!(
        UnmatchedRow,
        r#"
        select id as "id!", message_id as "message_id!", thread_ids as "thread_ids!", sender as "sender!", kind as "kind!", confidence as "confidence!", platform, company, job_title, location, requisition,
          applied_on, sent_at as "sent_at!", calendar_uid, subject as "subject!",
          explanation as "explanation!: Json<Vec<MatchedWords>>"
        from list_unmatched($1, $2, $3)
        "#,
        tenant.0,
        source.0,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(UnmatchedMessage::try_from).collect()
}

/// Marks messages as matched and links them to their applications.
pub async fn set_matched(tx: &mut TenantTx, links: &[MessageLink]) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows: Vec<LinkRow<'_>> = links
        .iter()
        .map(|link| LinkRow {
            id: link.message,
            application_id: link.application,
            decision: link.decision,
            changes: link.changes.as_ref(),
        })
        .collect();
    query!(
        "select link_messages($1, $2, $3)",
        tenant.0,
        user.0,
        Json(rows) as _,
    )
    .execute(tx.conn())
    .await?;
    let decided = links.iter().filter(|link| {
        link.application.is_some() || !matches!(link.decision, MailDecision::Review | MailDecision::Ignored)
    });
    for link in decided {
        tx.record(ChangeType::MailDecided, link.message, link.application);
    }
    Ok(())
}

/// The user's messages from Gmail, newest first, after a position in the list.
pub async fn list_gmail_messages(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, MailMessageId)>,
    limit: i64,
) -> Result<Vec<Message>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let rows = query!(
        r#"
        select m.id, m.mailbox_id, m.message_id, m.subject, m.sender, m.sent_at, m.platform, m.kind, m.confidence, m.company,
          m.job_title, m.location, m.requisition, m.application_id,
          coalesce(m.decision, case when m.application_id is not null then 'automatic' else 'ignored' end) as "decision!"
        from mail_messages m
        where m.tenant_id = $1 and m.owner_id = $2
          and m.mailbox_id in (select b.id from mailboxes b where b.tenant_id = $1 and b.owner_id = $2 and b.kind = 'gmail')
          and ($3::timestamptz is null or (m.sent_at, m.id) < ($3, $4))
        order by m.sent_at desc, m.id desc
        limit $5
        "#,
        tenant.0,
        user.0,
        after.map(|(at, _)| at),
        after.map(|(_, id)| id.0),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let kind = MessageKind::parse(&r.kind).ok_or_else(|| Error::unknown_value("message kind"))?;
            Ok(Message {
                id: r.id.into(),
                mailbox_id: r.mailbox_id.into(),
                message_id: r.message_id,
                subject: r.subject,
                sender: r.sender,
                sent_at: r.sent_at,
                platform: r.platform,
                kind,
                confidence: r.confidence,
                company: r.company,
                job_title: r.job_title,
                location: r.location,
                requisition: r.requisition,
                jobapp_id: r.application_id.map(Into::into),
                decision: MailDecision::parse(&r.decision).ok_or_else(|| Error::unknown_value("decision"))?,
            })
        })
        .collect()
}
