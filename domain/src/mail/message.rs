//! Messages that were read.

use super::MailDecision;
use crate::{ApiError, JobApplicationId, MailMessageId, MailboxId, pagination};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The kind of a message.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MessageKind {
    /// The application was received.
    Confirmation,
    /// The employer looked at the application.
    Viewed,
    /// The application was rejected.
    Rejection,
    /// Invitation to an interview.
    Interview,
    /// Invitation to an assessment.
    Assessment,
    /// A job offer.
    Offer,
    /// Hiring is paused; the application stays open.
    OnHold,
    /// The job was cancelled.
    Cancelled,
    /// The user withdrew the application.
    Withdrawn,
    /// Somebody referred the user for a job.
    Referral,
    /// A recruiter writes to someone who has not applied.
    Recruiter,
    /// Job alerts and adverts.
    Alert,
    /// Everything else.
    Other,
}

impl MessageKind {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The inverse of [`as_str`](Self::as_str).
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// Whether messages of this kind belong to an application.
    pub fn is_about_application(self) -> bool {
        match self {
            Self::Confirmation
            | Self::Viewed
            | Self::Rejection
            | Self::Interview
            | Self::Assessment
            | Self::Offer
            | Self::OnHold
            | Self::Cancelled
            | Self::Withdrawn => true,
            Self::Referral | Self::Recruiter | Self::Alert | Self::Other => false,
        }
    }
}

/// The stored data of a message. The body is never stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Id of the message.
    pub id: MailMessageId,
    /// The mailbox it was read from.
    pub mailbox_id: MailboxId,
    /// The Message-ID header, or a hash of the message if it has none.
    pub message_id: String,
    /// The subject.
    pub subject: String,
    /// Name and address of the sender.
    pub sender: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// The platform that sent it, if known.
    pub platform: Option<String>,
    /// The kind of message.
    pub kind: MessageKind,
    /// Confidence of the classification, from 0 to 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub confidence: f32,
    /// The employer.
    pub company: Option<String>,
    /// The job title.
    pub job_title: Option<String>,
    /// Location of the job.
    pub location: Option<String>,
    /// The employer's requisition number.
    pub requisition: Option<String>,
    /// The application it belongs to.
    pub jobapp_id: Option<JobApplicationId>,
    /// The decision about the message.
    pub decision: MailDecision,
}

/// Query of `GET /api/users/get_user_google_emails`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListMessagesInput {
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; defaults to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
    pub limit: Option<u32>,
}

impl ListMessagesInput {
    /// The validated page size.
    ///
    /// # Errors
    /// `out_of_range` outside of 1 to 500.
    pub fn limit(&self) -> Result<u32, ApiError> {
        pagination::limit(self.limit)
    }
}
