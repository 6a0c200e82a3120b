//! The inbox: the decision about each message, and how users change it.

mod findings;

pub use findings::{Finding, FindingAction, ListFindingsInput};

use crate::{
    ApiError, FieldCode, FieldErrors, JobApplicationId, MailMessageId, MailboxId,
    jobapps::JobApplication,
    mail::{MailDecision, Message, MessageKind},
    normalize, pagination,
};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};

/// The ruleset and rule that decided about a message, and the matched words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailExplanation {
    /// The ruleset: a platform or a language.
    pub pack: String,
    /// Version of the ruleset.
    pub pack_version: i32,
    /// The rule that decided the kind.
    pub rule: String,
    /// The words that the rules matched.
    pub words: Vec<MatchedWords>,
}

/// Words that a rule matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchedWords {
    /// The part of the message: `header`, `subject`, `text` or `sender`.
    pub part: String,
    /// The words.
    pub text: String,
    /// The field that the words decided: `kind`, `company` or `title`.
    #[serde(default = "kind")]
    pub explains: String,
}

fn kind() -> String {
    "kind".into()
}

/// The suggested decision about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SuggestedAction {
    /// Add an application.
    Create,
    /// Add the message to an application, and change it.
    Update,
    /// Nothing.
    Ignore,
}

/// A suggestion for a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// The decision.
    pub action: SuggestedAction,
    /// The application to update.
    pub jobapp_id: Option<JobApplicationId>,
    /// The employer.
    pub company: Option<String>,
    /// The job title.
    pub job_title: Option<String>,
    /// The kind of message.
    pub kind: MessageKind,
    /// Confidence of the classification, from 0 to 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub confidence: f32,
}

/// A message that waits for a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewItem {
    /// The message.
    pub mail: Message,
    /// The suggested decision.
    pub suggestion: Suggestion,
    /// At most five applications that it may belong to, the likeliest first.
    pub candidates: Vec<JobApplication>,
}

/// A message with its explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailDetail {
    /// The message.
    pub mail: Message,
    /// Why it was read as it was.
    pub explanation: MailExplanation,
    /// At most five applications that it may belong to, the likeliest first.
    pub candidates: Vec<JobApplication>,
    /// The suggested decision; `null` if the message belongs to an application.
    pub suggestion: Option<Suggestion>,
}

/// Query of `GET /api/mail/get_mails`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListInboxInput {
    /// Only messages of this kind.
    #[serde(default)]
    pub kind: Option<MessageKind>,
    /// Only messages of this platform.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub platform: Option<String>,
    /// Only messages of this mailbox.
    #[serde(default)]
    pub mailbox_id: Option<MailboxId>,
    /// Only messages of this application.
    #[serde(default)]
    pub jobapp_id: Option<JobApplicationId>,
    /// Only messages with this decision.
    #[serde(default)]
    pub decision: Option<MailDecision>,
    /// Part of the subject, the sender, the company or the job title; ignores case.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    pub q: Option<String>,
    /// Only messages sent at this time or later.
    #[serde(default)]
    pub sent_from: Option<DateTime<Utc>>,
    /// Only messages sent before this time.
    #[serde(default)]
    pub sent_to: Option<DateTime<Utc>>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

impl ListInboxInput {
    /// Validates the filters, and returns them with the page size.
    ///
    /// # Errors
    /// `invalid`, with the fields.
    pub fn validate(mut self) -> Result<(Self, u32), ApiError> {
        let mut errors = FieldErrors::default();
        self.q = errors
            .check("q", normalize::optional_line(self.q.as_deref(), 200))
            .flatten();
        self.platform = errors
            .check(
                "platform",
                normalize::optional_line(self.platform.as_deref(), 200),
            )
            .flatten();
        for (name, time) in [("sent_from", self.sent_from), ("sent_to", self.sent_to)] {
            if time.is_some_and(|time| !(1900..=2100).contains(&time.year())) {
                errors.add(name, FieldCode::OutOfRange, "Use a time from 1900 to 2100.");
            }
        }
        errors.into_result()?;
        let limit = pagination::limit(self.limit)?;
        Ok((self, limit))
    }
}

/// The decision of a user about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailChoice {
    /// Do what was suggested.
    Accept,
    /// The message is not about an application.
    NotAnApplication,
    /// The message belongs to another application or a new one, or is of another kind.
    Change,
}

/// Body of `POST /api/mail/decide_mail`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideMailInput {
    /// The message.
    pub mail_id: MailMessageId,
    /// The decision. `change` needs at least one of `jobapp_id`, `new`, `company`, `job_title` and `kind`.
    pub decision: MailChoice,
    /// The application it belongs to.
    #[serde(default)]
    pub jobapp_id: Option<JobApplicationId>,
    /// Whether the message belongs to a new application.
    #[serde(default)]
    pub new: bool,
    /// The employer.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub company: Option<String>,
    /// The job title.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub job_title: Option<String>,
    /// The kind of message.
    #[serde(default)]
    pub kind: Option<MessageKind>,
    /// Whether the decision holds for later email of the same sender, too.
    #[serde(default)]
    pub remember: bool,
}

/// A validated decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailDecisionRequest {
    /// The message.
    pub mail_id: MailMessageId,
    /// The decision.
    pub choice: MailChoice,
    /// The application it belongs to.
    pub jobapp_id: Option<JobApplicationId>,
    /// Whether the message belongs to a new application.
    pub is_new: bool,
    /// The employer.
    pub company: Option<String>,
    /// The job title.
    pub job_title: Option<String>,
    /// The kind of message.
    pub kind: Option<MessageKind>,
    /// Whether the decision holds for later email of the same sender, too.
    pub remember: bool,
}

impl DecideMailInput {
    /// Validates the fields.
    ///
    /// # Errors
    /// `invalid`, with the fields.
    pub fn validate(self) -> Result<MailDecisionRequest, ApiError> {
        let mut errors = FieldErrors::default();
        let mut line = |name: &'static str, value: Option<String>| {
            value.and_then(|v| errors.check(name, normalize::line(&v, 1, 200)))
        };
        let company = line("company", self.company);
        let job_title = line("job_title", self.job_title);
        let has_field = self.jobapp_id.is_some()
            || self.new
            || company.is_some()
            || job_title.is_some()
            || self.kind.is_some();
        if self.decision == MailChoice::Change && !has_field {
            let detail =
                "Choose an application, add a new one, or correct the company, the title or the kind.";
            errors.add("jobapp_id", FieldCode::Required, detail);
        }
        if self.new && self.jobapp_id.is_some() {
            errors.add(
                "new",
                FieldCode::Conflicting,
                "Choose either an application or a new one.",
            );
        }
        errors.into_result()?;
        Ok(MailDecisionRequest {
            mail_id: self.mail_id,
            choice: self.decision,
            jobapp_id: self.jobapp_id,
            is_new: self.new,
            company,
            job_title,
            kind: self.kind,
            remember: self.remember,
        })
    }
}

/// Body of `POST /api/mail/undo_mail`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailRef {
    /// The message.
    pub mail_id: MailMessageId,
}

/// A message after a decision, and its application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecidedMail {
    /// The message.
    pub mail: Message,
    /// The application it belongs to, or the one whose change was undone.
    pub jobapp: Option<JobApplication>,
}
