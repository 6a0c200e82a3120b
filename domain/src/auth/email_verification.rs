//! Email verification and the tokens that are sent by email.

use crate::FieldCode;
use serde::{Deserialize, Serialize};

/// Maximum length of a token from an email in bytes. The tokens we issue have 43.
const MAX_EMAIL_TOKEN_LEN: usize = 200;

/// Body of `POST /api/users/activate`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyEmailInput {
    /// Token from the link in the email.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
}

/// Body of endpoints without parameters: nothing, or an empty object.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EmptyInput {}

/// Trims a token from an email and checks its length.
pub fn parse_email_token(token: &str) -> Result<&str, (FieldCode, String)> {
    let token = token.trim();
    if token.is_empty() {
        Err((
            FieldCode::Required,
            "Enter the token from the link in the email.".into(),
        ))
    } else if token.len() > MAX_EMAIL_TOKEN_LEN {
        Err((FieldCode::TooLong, "This is not a valid token.".into()))
    } else {
        Ok(token)
    }
}
