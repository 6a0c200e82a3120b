//! Login with email and password, token refresh and logout.

use super::MAX_PASSWORD_LEN;
use crate::{ApiError, FieldCode, FieldErrors, normalize, tenants::Tenant, users::User};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/users/login`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    /// Email address.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 254))]
    pub email: String,
    /// Password.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "password", min_length = 1, max_length = 128)
    )]
    pub password: String,
    /// Slug of the workspace to sign in to. Defaults to the personal workspace.
    #[serde(default)]
    pub tenant: Option<String>,
}

impl LoginInput {
    /// Checks that both fields are filled in and not too long. A malformed email address is not an error here: it matches no account, so
    /// the response is the same as for an unknown address.
    pub fn check(&self) -> Result<(), ApiError> {
        let mut errors = FieldErrors::default();
        errors.check("email", normalize::line(&self.email, 1, 254));
        if self.password.is_empty() {
            errors.add("password", FieldCode::Required, "Enter your password.");
        } else if self.password.chars().count() > MAX_PASSWORD_LEN {
            errors.add(
                "password",
                FieldCode::TooLong,
                format!("Use at most {MAX_PASSWORD_LEN} characters."),
            );
        }
        errors.into_result()
    }
}

/// Tokens for an API client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenSet {
    /// JWT for the `Authorization` header.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u32,
    /// Opaque token that can be exchanged once for the next set.
    pub refresh_token: String,
    /// The user who signed in.
    pub user: User,
    /// The workspace that the access token is valid for.
    pub tenant: Tenant,
}

/// Body of `POST /api/users/refresh_token`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshTokenInput {
    /// The refresh token received last.
    pub refresh_token: String,
    /// Slug of the workspace to switch to.
    #[serde(default)]
    pub tenant: Option<String>,
}

/// Body of `POST /api/users/logout`. May be empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LogoutInput {
    /// Revokes all sessions of the user, not only the current one.
    #[serde(default)]
    pub everywhere: bool,
}
