//! Matches messages to applications and decides what they change. The functions are pure, so that the same messages in the same
//! order always result in the same applications.
//!
//! Messages are processed in the order they were sent. Existing applications are passed as [`Candidate`]s. New applications become
//! candidates, too, so that later messages match them.

mod apply_message;
mod field_changes;
mod find_match;
mod interview_stage;
mod merged;
#[cfg(test)]
mod tests;

pub(super) use find_match::{candidate_dates, candidate_keys};
pub(super) use merged::{MergedApplication, MergedApplications, StatedCompany};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    JobApplicationId, MailMessageId, StageId,
    inbox::MatchedWords,
    jobapps::{Outcome, Stage, StageKind, state_machine},
    mail::{MailDecision, MessageKind},
};
use mail_reader::match_key;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Messages with at least this confidence create or change applications.
const LIKELY_THRESHOLD: f32 = 0.7;
/// Rejections with at least this confidence create an application if none matches.
const CERTAIN_THRESHOLD: f32 = 0.9;
/// The source of applications whose messages were not sent by a platform.
pub(super) const DIRECT_EMAIL: &str = "Email";

/// A classified message that is not matched yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UnmatchedMessage {
    pub id: MailMessageId,
    /// The Message-ID header.
    pub message_id: String,
    /// The Message-IDs of the messages it replies to.
    pub thread_ids: Vec<String>,
    /// Name and address of the sender.
    pub sender: String,
    pub kind: MessageKind,
    pub confidence: f32,
    pub platform: String,
    pub company: Option<String>,
    pub title: Option<String>,
    pub location: Option<String>,
    pub requisition: Option<String>,
    pub applied_on: Option<NaiveDate>,
    pub sent_at: DateTime<Utc>,
    /// The UID of the calendar event it is about.
    pub calendar_uid: Option<String>,
    /// The subject and the words that determined the kind.
    pub words: String,
}

impl UnmatchedMessage {
    /// Joins the subject and the words that explain the kind of the message.
    pub fn join_words(subject: &str, explanation: &[MatchedWords]) -> String {
        let of_kind = explanation.iter().filter(|words| words.explains == "kind");
        std::iter::once(subject)
            .chain(of_kind.map(|words| words.text.as_str()))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The key of its event in the map of threads. It cannot collide with a Message-ID, which never contains a space.
    pub fn event_key(&self) -> Option<String> {
        self.calendar_uid.as_deref().map(event_key)
    }

    /// Whether messages of this kind change applications.
    pub fn is_relevant(&self) -> bool {
        self.kind.is_about_application()
    }
}

/// The key of an event in the map of threads.
pub(super) fn event_key(uid: &str) -> String {
    format!("event {uid}")
}

/// The first confirmation of an application by a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Confirmation {
    pub platform: String,
    pub sent_at: DateTime<Utc>,
}

/// An application that a message may belong to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub id: JobApplicationId,
    pub company: Option<String>,
    pub title: Option<String>,
    pub requisitions: Vec<String>,
    pub state: state_machine::State,
    pub stage_kind: StageKind,
    /// When the last event happened.
    pub stage_changed_at: DateTime<Utc>,
    pub apply_date: NaiveDate,
    pub source: String,
    pub location: Option<String>,
    pub user_edited_fields: Vec<String>,
    pub is_deleted: bool,
    /// Set if the application was closed for silence: since when it had been silent. An email sent after this time shows that it
    /// was not silent.
    pub silent_since: Option<DateTime<Utc>>,
    pub confirmations: Vec<Confirmation>,
    pub keys: MatchKeys,
    /// Match keys of the titles, and requisition numbers, of applications that were merged into it.
    pub merged_titles: Vec<String>,
    pub merged_requisitions: Vec<String>,
    /// Created from a message of this batch.
    pub is_new: bool,
    /// Whether it differs from the database.
    pub is_changed: bool,
}

impl Candidate {
    /// Whether a message sent at this time reopens the application.
    fn is_reopened_at(&self, sent_at: DateTime<Utc>) -> bool {
        self.silent_since.is_some_and(|since| sent_at > since)
    }

    /// Whether the message continues the application although it was closed before, without an accepted offer and not for silence.
    fn is_continued_by(&self, message: &UnmatchedMessage) -> bool {
        let is_continuing = matches!(
            message.kind,
            MessageKind::Assessment | MessageKind::Interview | MessageKind::Offer
        );
        let is_closed = self
            .state
            .outcome
            .is_some_and(|outcome| outcome != Outcome::Accepted);
        is_continuing
            && is_closed
            && message.sent_at > self.stage_changed_at
            && !self.is_reopened_at(message.sent_at)
    }

    fn is_edited(&self, field: &str) -> bool {
        self.user_edited_fields.iter().any(|f| f == field)
    }
}

/// Normalized company and title; see [`match_key`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MatchKeys {
    pub company: Option<String>,
    pub title: Option<String>,
}

impl MatchKeys {
    pub fn new(company: Option<&str>, title: Option<&str>) -> Self {
        Self {
            company: company.map(match_key::company),
            title: title.map(match_key::title),
        }
    }
}

/// An event that a message appends to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MessageEvent {
    pub application: JobApplicationId,
    pub event: state_machine::Event,
    pub message: MailMessageId,
}

/// Settings of the workspace and the user.
pub(super) struct MatchContext<'a> {
    /// The stages of the workspace, in their order.
    pub stages: &'a [Stage],
    /// The stage of new applications.
    pub applied_stage: StageId,
    pub time_zone: &'a str,
    /// If both a job board and the employer's system confirm an application, the job board is its source.
    pub job_boards: Vec<&'a str>,
    /// Maximum number of new applications. Messages about further ones have no effect.
    pub max_new: i64,
    /// Senders whose email is not about applications, in lower case.
    pub ignored_senders: HashSet<String>,
}

impl MatchContext<'_> {
    fn is_ignored_sender(&self, sender: &str) -> bool {
        !self.ignored_senders.is_empty() && self.ignored_senders.contains(&sender.to_lowercase())
    }

    /// The first stage of a kind.
    fn stage_of(&self, kind: StageKind) -> Option<StageId> {
        self.stages.iter().find(|s| s.kind == kind).map(|s| s.id)
    }
}

/// The result of matching.
#[derive(Debug, Default)]
pub(super) struct MatchReport {
    /// All candidates, existing and new.
    pub candidates: Vec<Candidate>,
    /// Applications by the Message-IDs of their messages, and by the [`event_key`] of their events.
    pub threads: HashMap<String, JobApplicationId>,
    /// New events, in order.
    pub events: Vec<MessageEvent>,
    /// The outcome for each message.
    pub links: Vec<MessageLink>,
    /// Number of new applications.
    pub created: i64,
    /// Number of messages that belong to an existing application.
    pub updated: i64,
    /// Number of messages in review.
    pub in_review: i64,
    /// Number of messages without effect.
    pub ignored: i64,
}

impl MatchReport {
    /// Adds the counts of another report.
    pub fn add_counts(&mut self, other: &Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.in_review += other.in_review;
        self.ignored += other.ignored;
    }
}

/// The outcome of matching a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MessageLink {
    pub message: MailMessageId,
    /// The application it belongs to.
    pub application: Option<JobApplicationId>,
    pub decision: MailDecision,
    /// What it changed in the application, for undoing it.
    pub changes: Option<MessageChanges>,
}

/// The changes of a message in its application, except the events, which refer to the message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MessageChanges {
    /// Whether it created the application.
    #[serde(default)]
    pub created: bool,
    /// The changed fields.
    #[serde(default)]
    pub fields: Vec<FieldChange>,
    /// The state before a user dismissed the message, if it is dismissed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<Box<Dismissal>>,
    /// The company in the message before a user corrected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_company: Option<String>,
    /// The reading from before the user's decision, if the message was in review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Box<Reading>>,
}

/// The data read from a message that a user can correct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reading {
    pub kind: MessageKind,
    pub company: Option<String>,
    pub job_title: Option<String>,
}

/// The state of a message before a user dismissed it, so that the dismissal can be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dismissal {
    pub decision: MailDecision,
    /// The changes by the message.
    pub changes: MessageChanges,
    /// The application it belonged to.
    pub application: Option<DismissedApplication>,
}

/// The application of a message before the message was dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DismissedApplication {
    pub id: JobApplicationId,
    pub stage: StageId,
    pub outcome: Option<Outcome>,
    /// Whether the dismissal deleted it.
    pub is_deleted: bool,
}

/// A field that a message changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FieldChange {
    /// Name of the column.
    pub name: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Creates one application from these messages, whatever else they match. There must be at least one message; they are oldest
/// first.
pub(super) fn create_application(
    context: &MatchContext<'_>,
    messages: &[UnmatchedMessage],
    id: JobApplicationId,
) -> MatchReport {
    let mut report = MatchReport::default();
    for message in messages {
        let application = report.candidates.first().map(|candidate| candidate.id);
        report.add_decided(context, message, application, MailDecision::Changed, || id);
    }
    report
}

/// Matches the messages in order.
pub(super) fn match_messages(
    context: &MatchContext<'_>,
    candidates: Vec<Candidate>,
    threads: HashMap<String, JobApplicationId>,
    messages: &[UnmatchedMessage],
    mut new_id: impl FnMut() -> JobApplicationId,
) -> MatchReport {
    let mut report = MatchReport {
        candidates,
        threads,
        ..MatchReport::default()
    };
    for message in messages {
        report.add(context, message, &mut new_id);
    }
    report
}
