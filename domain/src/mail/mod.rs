//! Mail that speaks of applications.

mod mailbox;

pub use mailbox::{ListMailsInput, Mailbox, MailboxKind, MailboxState, UpdateGmailTokenInput};

use crate::{ImportId, JobApplicationId, MailMessageId, MailboxId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// An application arrived.
    Confirmation,
    /// They say no.
    Rejection,
    /// They want to talk.
    Interview,
    /// They want a test.
    Assessment,
    /// They say yes.
    Offer,
    /// Nothing that moves an application.
    Other,
}

impl MailKind {
    /// As it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::Rejection => "rejection",
            Self::Interview => "interview",
            Self::Assessment => "assessment",
            Self::Offer => "offer",
            Self::Other => "other",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        [
            Self::Confirmation,
            Self::Rejection,
            Self::Interview,
            Self::Assessment,
            Self::Offer,
            Self::Other,
        ]
        .into_iter()
        .find(|k| k.as_str() == value)
    }
}

/// What was read from one mail; never its body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mail {
    /// Which.
    pub id: MailMessageId,
    /// Where it came from.
    pub mailbox_id: MailboxId,
    /// The header of that name, or a hash of the mail where it has none.
    pub message_id: String,
    /// Its subject.
    pub subject: String,
    /// Who sent it.
    pub sender: String,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// The platform whose rules read it.
    pub platform: Option<String>,
    /// What it says.
    pub kind: MailKind,
    /// How sure that is, from 0 to 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub confidence: f32,
    /// The company it names.
    pub company: Option<String>,
    /// The job it names.
    pub job_title: Option<String>,
    /// The application that it belongs to.
    pub jobapp_id: Option<JobApplicationId>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Working, or waiting for its turn.
    Running,
    /// Everything was read.
    Done,
    /// It could not go on; what was read until then stays.
    Failed,
}

impl ImportState {
    /// As it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Failed]
            .into_iter()
            .find(|s| s.as_str() == value)
    }
}

/// One upload of mail files and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// Which.
    pub id: ImportId,
    /// How far it is.
    pub state: ImportState,
    /// Mails read so far.
    pub messages_seen: i64,
    /// Applications made.
    pub applications_created: i64,
    /// Applications moved or completed.
    pub applications_updated: i64,
    /// Mails that changed nothing: known already, or not about an application.
    pub mails_ignored: i64,
    /// What could not be read; the rest was.
    pub errors: Vec<ImportError>,
}

/// One thing that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportError {
    /// Name of the file as it was uploaded.
    pub file: String,
    /// Number of the mail in its file, from 1; 0 for the file as a whole.
    pub position: i64,
    /// What is wrong and what to do.
    pub detail: String,
}
