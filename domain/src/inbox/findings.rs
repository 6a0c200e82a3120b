//! Findings of a preview: what an import would do with each message.

use super::MailExplanation;
use crate::{ApiError, ImportId, JobApplicationId, mail::MessageKind, pagination};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The effect that an import would have.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FindingAction {
    /// Add an application.
    Create,
    /// Add the email to an application, and change the application if it says so.
    Update,
    /// Ask the user.
    Review,
    /// Change nothing.
    Ignore,
}

impl FindingAction {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

/// The effect that an import would have because of a message, and the reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// Subject of the message.
    pub subject: String,
    /// Name and address of the sender.
    pub sender: String,
    /// When the message was sent.
    pub sent_at: DateTime<Utc>,
    /// The kind of message.
    pub kind: MessageKind,
    /// The employer.
    pub company: Option<String>,
    /// The job title.
    pub job_title: Option<String>,
    /// The effect of the import.
    pub action: FindingAction,
    /// The existing application that the message is about; `null` if the import would add it.
    pub jobapp_id: Option<JobApplicationId>,
    /// Why the message was read as it was.
    pub explanation: MailExplanation,
}

/// Query of `GET /api/mail/get_import_findings`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListFindingsInput {
    /// Id of an import with `dry_run`.
    pub import_id: ImportId,
    /// Only findings with this action.
    #[serde(default)]
    pub action: Option<FindingAction>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

impl ListFindingsInput {
    /// The page size.
    ///
    /// # Errors
    /// `invalid` outside of 1 to 500.
    pub fn page_size(&self) -> Result<u32, ApiError> {
        pagination::limit(self.limit)
    }
}
