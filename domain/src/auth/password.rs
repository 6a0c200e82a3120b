//! Password rules, and changing, resetting and confirming the password.

use crate::FieldCode;
use serde::{Deserialize, Serialize};

/// Minimum number of characters, unless the password is strong.
pub const MIN_PASSWORD_LEN: usize = 12;
/// Minimum number of characters of a strong password.
pub const MIN_STRONG_PASSWORD_LEN: usize = 8;
/// Maximum number of characters.
pub const MAX_PASSWORD_LEN: usize = 128;

/// Checks the length that every password must have, whatever its strength.
pub fn check_password_length(password: &str) -> Result<(), (FieldCode, String)> {
    let n = password.chars().count();
    if n == 0 {
        Err((FieldCode::Required, "Choose a password.".into()))
    } else if n < MIN_STRONG_PASSWORD_LEN {
        Err((
            FieldCode::TooShort,
            format!("Use at least {MIN_PASSWORD_LEN} characters. A sentence works well."),
        ))
    } else if n > MAX_PASSWORD_LEN {
        Err((
            FieldCode::TooLong,
            format!("Use at most {MAX_PASSWORD_LEN} characters."),
        ))
    } else {
        Ok(())
    }
}

/// Body of `POST /api/users/change_password`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordInput {
    /// The current password. Optional if the account has no password and the sign-in is recent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(format = "password", max_length = 128))]
    pub current_password: Option<String>,
    /// At least 12 characters, or at least 8 if it is strong; 128 at most.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "password", min_length = 8, max_length = 128)
    )]
    pub new_password: String,
}

/// Body of `POST /api/users/forgot_password`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForgotPasswordInput {
    /// Email address of the account.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "email", min_length = 1, max_length = 254)
    )]
    pub email: String,
}

/// Body of `POST /api/users/reset_password`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPasswordInput {
    /// Token from the link in the email.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
    /// At least 12 characters, or at least 8 if it is strong; 128 at most.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "password", min_length = 8, max_length = 128)
    )]
    pub new_password: String,
}

/// Body of `POST /api/users/delete_user`, `POST /api/users/export_data` and `POST /api/users/export_archive`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReauthInput {
    /// The password. Optional where a recent sign-in is sufficient.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(format = "password", max_length = 128))]
    pub password: Option<String>,
}
