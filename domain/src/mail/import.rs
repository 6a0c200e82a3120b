//! Imports of uploaded mailbox files.

use crate::ImportId;
use serde::{Deserialize, Serialize};

/// State of an import.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ImportState {
    /// Queued or in progress.
    Running,
    /// All files were read.
    Done,
    /// Stopped by an error. Everything imported so far is kept.
    Failed,
    /// Stopped by the user, everything imported so far is kept; or a preview that was discarded or has expired.
    Cancelled,
}

impl ImportState {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// An upload of mailbox files, its progress and its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// Id of the import.
    pub id: ImportId,
    /// State of the import.
    pub state: ImportState,
    /// Whether this is a preview, which changes nothing: the numbers are what the import would do.
    #[serde(default)]
    pub dry_run: bool,
    /// Messages read so far, including unreadable ones.
    pub messages_seen: i64,
    /// Applications created.
    pub applications_created: i64,
    /// Messages that belong to applications that existed.
    pub applications_updated: i64,
    /// Messages without effect: already imported, not about an application, or marked as spam, a draft or a chat.
    pub mails_ignored: i64,
    /// Messages that wait for the user's decision.
    #[serde(default)]
    pub mails_in_review: i64,
    /// Files and messages that could not be read and were skipped.
    pub errors: Vec<ImportError>,
}

/// An import.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportRef {
    /// Id from `import_mails`, or the `import_id` of a mailbox.
    pub import_id: ImportId,
}

/// A file or message that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportError {
    /// Name of the uploaded file.
    pub file: String,
    /// Number of the message in its file, from 1; 0 for the file as a whole.
    pub position: i64,
    /// The problem and how to fix it.
    pub detail: String,
}
