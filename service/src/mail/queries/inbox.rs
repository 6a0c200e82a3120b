//! The list of messages, and the users' decisions about them.

use crate::{
    Error,
    mail::matching::{DIRECT_EMAIL, MessageChanges, UnmatchedMessage},
    platform::{db::TenantTx, normalize::escape_like},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    MailMessageId,
    changes::ChangeType,
    inbox::{ListInboxInput, MailExplanation, MatchedWords},
    mail::{MailDecision, Message, MessageKind},
};
use sqlx::{FromRow, Postgres, QueryBuilder, query, query_scalar, types::Json};
use uuid::Uuid;

/// Messages stored by earlier versions have no decision.
const DECISION: &str =
    "coalesce(m.decision, case when m.application_id is not null then 'automatic' else 'ignored' end)";

/// A message with all of its stored columns.
#[derive(FromRow)]
pub struct InboxRow {
    id: Uuid,
    mailbox_id: Uuid,
    identity: String,
    message_id: String,
    thread_ids: Vec<String>,
    subject: String,
    sender: String,
    sent_at: DateTime<Utc>,
    platform: Option<String>,
    kind: String,
    confidence: f32,
    company: Option<String>,
    job_title: Option<String>,
    location: Option<String>,
    requisition: Option<String>,
    applied_on: Option<NaiveDate>,
    calendar_uid: Option<String>,
    application_id: Option<Uuid>,
    decision: String,
    ruleset: Option<String>,
    ruleset_version: Option<i32>,
    rule: Option<String>,
    matched_text: Vec<String>,
    explanation: Json<Vec<MatchedWords>>,
    changes: Option<Json<MessageChanges>>,
}

impl InboxRow {
    /// Position of the message in the order by time sent. It does not depend on how the message arrived.
    pub fn position(&self) -> (DateTime<Utc>, String) {
        (self.sent_at, self.identity.clone())
    }

    /// The changes of the message in its application.
    pub fn changes(&self) -> MessageChanges {
        self.changes.as_ref().map(|c| c.0.clone()).unwrap_or_default()
    }

    /// The explanation of the classification of the message.
    pub fn explanation(&self) -> MailExplanation {
        let mut words = self.explanation.0.clone();
        if words.is_empty() {
            // Earlier versions did not store the parts of an explanation.
            words.extend(self.matched_text.iter().map(|text| MatchedWords {
                part: "text".into(),
                text: text.clone(),
                explains: "kind".into(),
            }));
        }
        MailExplanation {
            pack: self.ruleset.clone().unwrap_or_else(|| "none".into()),
            pack_version: self.ruleset_version.unwrap_or(1),
            rule: self.rule.clone().unwrap_or_else(|| "none".into()),
            words,
        }
    }

    /// The message as shown by API and pages.
    pub fn to_message(&self) -> Result<Message, Error> {
        Ok(Message {
            id: self.id.into(),
            mailbox_id: self.mailbox_id.into(),
            message_id: self.message_id.clone(),
            subject: self.subject.clone(),
            sender: self.sender.clone(),
            sent_at: self.sent_at,
            platform: self.platform.clone(),
            kind: MessageKind::parse(&self.kind).ok_or_else(|| Error::unknown_value("message kind"))?,
            confidence: self.confidence,
            company: self.company.clone(),
            job_title: self.job_title.clone(),
            location: self.location.clone(),
            requisition: self.requisition.clone(),
            jobapp_id: self.application_id.map(Into::into),
            decision: MailDecision::parse(&self.decision).ok_or_else(|| Error::unknown_value("decision"))?,
        })
    }

    /// The message in the form that is matched with applications.
    pub fn to_unmatched(&self) -> Result<UnmatchedMessage, Error> {
        Ok(UnmatchedMessage {
            id: self.id.into(),
            message_id: self.message_id.clone(),
            thread_ids: self.thread_ids.clone(),
            sender: self.sender.clone(),
            kind: MessageKind::parse(&self.kind).ok_or_else(|| Error::unknown_value("message kind"))?,
            confidence: self.confidence,
            platform: self.platform.clone().unwrap_or_else(|| DIRECT_EMAIL.into()),
            company: self.company.clone(),
            title: self.job_title.clone(),
            location: self.location.clone(),
            requisition: self.requisition.clone(),
            applied_on: self.applied_on,
            sent_at: self.sent_at,
            calendar_uid: self.calendar_uid.clone(),
            words: UnmatchedMessage::join_words(&self.subject, &self.explanation.0),
        })
    }
}

fn select() -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(
        "select m.id, m.mailbox_id, m.identity, m.message_id, m.thread_ids, m.subject, m.sender, m.sent_at, m.platform, m.kind, \
         m.confidence, m.company, m.job_title, m.location, m.requisition, m.applied_on, m.calendar_uid, m.application_id, m.ruleset, \
         m.ruleset_version, m.rule, m.matched_text, m.explanation, m.changes, ",
    );
    sql.push(DECISION)
        .push(" as decision from mail_messages m where m.tenant_id = ");
    sql
}

/// One page of the caller's messages, newest first.
pub async fn list(
    tx: &mut TenantTx,
    filter: &ListInboxInput,
    decisions: &[MailDecision],
    after: Option<(DateTime<Utc>, MailMessageId)>,
    limit: i64,
) -> Result<Vec<InboxRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let mut sql = select();
    sql.push_bind(tenant.0)
        .push(" and m.owner_id = ")
        .push_bind(user.0);
    if let Some(kind) = filter.kind {
        sql.push(" and m.kind = ").push_bind(kind.as_str());
    }
    if let Some(platform) = &filter.platform {
        sql.push(" and m.platform = ").push_bind(platform.clone());
    }
    if let Some(mailbox) = filter.mailbox_id {
        sql.push(" and m.mailbox_id = ").push_bind(mailbox.0);
    }
    if let Some(application) = filter.jobapp_id {
        sql.push(" and m.application_id = ").push_bind(application.0);
    }
    match decisions {
        [] => {}
        // Written exactly as in the partial index.
        [MailDecision::Review] => {
            sql.push(" and m.decision = 'review'");
        }
        decisions => {
            let names: Vec<&str> = decisions.iter().map(|d| d.as_str()).collect();
            sql.push(" and ").push(DECISION).push(" = any(");
            sql.push_bind(names).push(")");
        }
    }
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        sql.push(" and concat_ws(' ', m.subject, m.sender, m.company, m.job_title) ilike ")
            .push_bind(format!("%{}%", escape_like(q)));
    }
    if let Some(from) = filter.sent_from {
        sql.push(" and m.sent_at >= ").push_bind(from);
    }
    if let Some(to) = filter.sent_to {
        sql.push(" and m.sent_at < ").push_bind(to);
    }
    if let Some((sent_at, id)) = after {
        sql.push(" and (m.sent_at, m.id) < (").push_bind(sent_at);
        sql.push(", ").push_bind(id.0).push(")");
    }
    sql.push(" order by m.sent_at desc, m.id desc limit ")
        .push_bind(limit);
    Ok(sql.build_query_as().fetch_all(tx.conn()).await?)
}

/// The next messages of the caller in review after a position, in the order they were sent.
pub async fn list_waiting(
    tx: &mut TenantTx,
    after: Option<&(DateTime<Utc>, String)>,
    limit: i64,
) -> Result<Vec<InboxRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let mut sql = select();
    sql.push_bind(tenant.0)
        .push(" and m.owner_id = ")
        .push_bind(user.0)
        .push(" and m.decision = 'review'");
    if let Some((sent_at, identity)) = after {
        sql.push(" and (m.sent_at, m.identity) > (").push_bind(*sent_at);
        sql.push(", ").push_bind(identity.clone()).push(")");
    }
    sql.push(" order by m.sent_at, m.identity limit ")
        .push_bind(limit);
    Ok(sql.build_query_as().fetch_all(tx.conn()).await?)
}

/// One of the caller's messages.
pub async fn find(tx: &mut TenantTx, id: MailMessageId) -> Result<Option<InboxRow>, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let mut sql = select();
    sql.push_bind(tenant.0)
        .push(" and m.owner_id is not distinct from ")
        .push_bind(user.0)
        .push(" and m.id = ")
        .push_bind(id.0);
    Ok(sql.build_query_as().fetch_optional(tx.conn()).await?)
}

/// Number of the caller's messages in review, at most `max`.
pub async fn count_review(tx: &mut TenantTx, max: i64) -> Result<i64, Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let count = query_scalar!(
        r#"
        select count(*) as "count!" from (
          select 1 as one from mail_messages
          where tenant_id = $1 and owner_id = $2 and decision = 'review'
          limit $3) m
        "#,
        tenant.0,
        user.0,
        max,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// The fields of a message that a decision corrects.
pub struct Correction<'a> {
    pub kind: MessageKind,
    pub company: Option<&'a str>,
    pub job_title: Option<&'a str>,
}

/// Stores the correction of a user.
pub async fn correct(tx: &mut TenantTx, id: MailMessageId, correction: &Correction<'_>) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    query!(
        r#"
        update mail_messages set kind = $4, company = $5, job_title = $6
        where tenant_id = $1 and owner_id is not distinct from $2 and id = $3
        "#,
        tenant.0,
        user.0,
        id.0,
        correction.kind.as_str(),
        correction.company,
        correction.job_title,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ignores the messages of a sender that are in review.
pub async fn ignore_sender(tx: &mut TenantTx, sender: &str) -> Result<(), Error> {
    let (tenant, user) = (tx.tenant(), tx.user());
    let ignored = query_scalar!(
        r#"
        update mail_messages set decision = 'ignored'
        where tenant_id = $1 and owner_id = $2 and decision = 'review' and sender = $3
        returning id
        "#,
        tenant.0,
        user.0,
        sender,
    )
    .fetch_all(tx.conn())
    .await?;
    tx.record_each(ChangeType::MailDecided, &ignored, None);
    Ok(())
}
