//! Merging duplicate applications, undoing a merge, and splitting an application.

use super::JobApplication;
use crate::{ApiError, FieldCode, JobApplicationId, MailMessageId, MergeId};
use serde::{Deserialize, Serialize};

/// Maximum number of messages split off in one request: as many as an application lists.
pub const MAX_SPLIT_MESSAGES: usize = 500;

/// Body of `POST /api/jobapps/merge_jobapps`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeApplicationsInput {
    /// The application that stays.
    pub jobapp_id: JobApplicationId,
    /// The application that becomes a part of it.
    pub other_id: JobApplicationId,
}

impl MergeApplicationsInput {
    /// Both ids.
    ///
    /// # Errors
    /// `invalid` if they are the same.
    pub fn parse(self) -> Result<(JobApplicationId, JobApplicationId), ApiError> {
        if self.jobapp_id == self.other_id {
            let detail = "Choose another application than the one that stays.";
            return Err(ApiError::field("other_id", FieldCode::Conflicting, detail));
        }
        Ok((self.jobapp_id, self.other_id))
    }
}

/// A merge that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MergedApplications {
    /// The application that stays, with the history, notes and emails of both.
    pub jobapp: JobApplication,
    /// Undoes the merge.
    pub merge_id: MergeId,
}

/// Body of `POST /api/jobapps/undo_merge`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UndoMergeInput {
    /// The merge.
    pub merge_id: MergeId,
}

/// Body of `POST /api/jobapps/split_jobapp`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SplitApplicationInput {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The emails to split off; not all emails of the application.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub mail_ids: Vec<MailMessageId>,
}

impl SplitApplicationInput {
    /// The application and its messages, each once.
    ///
    /// # Errors
    /// `invalid` without a message, or with more than [`MAX_SPLIT_MESSAGES`].
    pub fn parse(mut self) -> Result<(JobApplicationId, Vec<MailMessageId>), ApiError> {
        if self.mail_ids.is_empty() {
            let detail = "Choose at least one email.";
            return Err(ApiError::field("mail_ids", FieldCode::TooShort, detail));
        }
        if self.mail_ids.len() > MAX_SPLIT_MESSAGES {
            let detail = format!("Choose at most {MAX_SPLIT_MESSAGES} emails.");
            return Err(ApiError::field("mail_ids", FieldCode::TooLong, detail));
        }
        self.mail_ids.sort_unstable();
        self.mail_ids.dedup();
        Ok((self.jobapp_id, self.mail_ids))
    }
}

/// Two applications that were one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeparatedApplications {
    /// The application that was there.
    pub jobapp: JobApplication,
    /// The one that was a part of it.
    pub other: JobApplication,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn merge_with_itself_is_invalid() {
        let id = JobApplicationId(Uuid::from_u128(1));
        let input = MergeApplicationsInput {
            jobapp_id: id,
            other_id: id,
        };
        assert_eq!(input.parse().expect_err("invalid").errors[0].field, "other_id");
    }

    #[test]
    fn split_input_counts_each_message_once() {
        let mail = |n| MailMessageId(Uuid::from_u128(n));
        let mut input = SplitApplicationInput {
            jobapp_id: JobApplicationId(Uuid::from_u128(1)),
            mail_ids: vec![mail(3), mail(2), mail(3)],
        };
        assert_eq!(input.clone().parse().expect("valid").1, [mail(2), mail(3)]);
        input.mail_ids.clear();
        assert!(input.parse().is_err());
    }
}
