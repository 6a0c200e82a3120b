//! The job posting of an application, kept as text because postings disappear.

use super::fields::web_url;
use crate::{ApiError, FieldErrors, JobApplicationId, normalize};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a posting, in characters.
pub const MAX_POSTING_LEN: usize = 100_000;

/// The job posting of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Posting {
    /// The text, as it was sent.
    pub text: String,
    /// Where it was found.
    pub url: Option<String>,
    /// When it was saved.
    pub saved_at: DateTime<Utc>,
}

/// Body of `POST /api/jobapps/set_posting`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetPostingInput {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// Plain text of up to 100 000 characters; an empty one removes the posting.
    #[cfg_attr(feature = "openapi", schema(max_length = 100_000))]
    pub text: String,
    /// An `http` or `https` URL of up to 2000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub url: Option<String>,
}

/// A validated [`SetPostingInput`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingDraft {
    /// The application.
    pub jobapp_id: JobApplicationId,
    /// The text; empty to remove the posting.
    pub text: String,
    /// Where it was found.
    pub url: Option<String>,
}

impl SetPostingInput {
    /// Validates every field.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(self) -> Result<PostingDraft, ApiError> {
        let mut errors = FieldErrors::default();
        // Browsers submit a line break as two characters, but count it as one for the length limit of a form.
        let text = self.text.replace("\r\n", "\n");
        let text = errors.check("text", normalize::lines(&text, 0, MAX_POSTING_LEN));
        let url = errors.check("url", web_url(self.url.as_deref()));
        errors.into_result()?;
        Ok(PostingDraft {
            jobapp_id: self.jobapp_id,
            text: text.unwrap_or_default(),
            url: url.flatten(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, url: &str) -> Result<PostingDraft, ApiError> {
        let input = SetPostingInput {
            jobapp_id: JobApplicationId(uuid::Uuid::nil()),
            text: text.into(),
            url: Some(url.into()),
        };
        input.parse()
    }

    #[test]
    fn posting_keeps_its_lines_and_has_a_maximum_length() {
        let draft = parse(" Baker\r\n\r\n- bread ", " ").expect("valid");
        assert_eq!((draft.text.as_str(), draft.url), ("Baker\n\n- bread", None));
        assert!(parse(&"x".repeat(MAX_POSTING_LEN), "").is_ok());
        assert!(parse(&"x\r\n".repeat(MAX_POSTING_LEN / 2), "").is_ok());
        let error = parse(&"x".repeat(MAX_POSTING_LEN + 1), "javascript:alert(1)").expect_err("invalid");
        let fields: Vec<_> = error.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["text", "url"]);
    }
}
