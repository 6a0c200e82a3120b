//! Comments on applications.

use super::Person;
use crate::{ApiError, CommentId, JobApplicationId, UserId, normalize};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a comment, in characters.
pub const MAX_COMMENT_LEN: usize = 5_000;

/// A comment on an application, which its owner and those with access see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    /// Id of the comment.
    pub id: CommentId,
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// Who wrote it.
    pub author: Person,
    /// The text.
    pub text: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last edited; `null` if never.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Whether a user gets emails about coaching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentEmails {
    /// Whether emails are sent.
    pub enabled: bool,
}

/// Body of `POST /api/coaching/set_comment_emails`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetCommentEmailsInput {
    /// Whether to send emails.
    pub enabled: bool,
}

/// Query of `GET /api/coaching/get_comments`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ListCommentsInput {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The member who owns the application. Absent: the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

/// Body of `POST /api/coaching/add_comment`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddCommentInput {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The member who owns the application. Absent: the caller.
    #[serde(default)]
    pub owner_id: Option<UserId>,
    /// 1 to 5 000 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 5000))]
    pub text: String,
}

/// Body of `POST /api/coaching/update_comment`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateCommentInput {
    /// The comment.
    pub comment_id: CommentId,
    /// 1 to 5 000 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 5000))]
    pub text: String,
}

/// Body of `POST /api/coaching/delete_comment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CommentRef {
    /// The comment.
    pub comment_id: CommentId,
}

/// The validated text of a comment.
///
/// # Errors
/// `invalid` if it is empty, too long, or contains control characters.
pub fn comment_text(text: &str) -> Result<String, ApiError> {
    normalize::lines(text, 1, MAX_COMMENT_LEN).map_err(|(code, detail)| ApiError::field("text", code, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comment_text_of_wrong_length_is_invalid() {
        assert_eq!(comment_text(" a\r\nb ").as_deref(), Ok("a\nb"));
        assert!(comment_text(" ").is_err());
        assert!(comment_text(&"x".repeat(MAX_COMMENT_LEN)).is_ok());
        assert!(comment_text(&"x".repeat(MAX_COMMENT_LEN + 1)).is_err());
    }
}
