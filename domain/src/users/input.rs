//! What people send to register and sign in.

use super::EmailAddress;
use crate::{ApiError, FieldCode, FieldErrors, text};
use serde::{Deserialize, Serialize};

/// Fewest characters of a password that is not judged strong by itself.
pub const PASSWORD_MIN: usize = 12;
/// Fewest characters of any password.
pub const PASSWORD_MIN_STRONG: usize = 8;
/// Most characters of a password.
pub const PASSWORD_MAX: usize = 128;

/// The outer bounds of a password's length, before its strength is judged.
pub fn password_length(password: &str) -> Result<(), (FieldCode, String)> {
    let n = password.chars().count();
    if n == 0 {
        Err((FieldCode::Required, "Choose a password.".into()))
    } else if n < PASSWORD_MIN_STRONG {
        Err((
            FieldCode::TooShort,
            format!("Use {PASSWORD_MIN} characters or more. A sentence works well."),
        ))
    } else if n > PASSWORD_MAX {
        Err((
            FieldCode::TooLong,
            format!("Use at most {PASSWORD_MAX} characters."),
        ))
    } else {
        Ok(())
    }
}

/// Body of `POST /api/users/register`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterInput {
    /// The address to sign in with.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "email", min_length = 1, max_length = 254)
    )]
    pub email: String,
    /// 12 to 128 characters, or 8 and up when strong.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "password", min_length = 8, max_length = 128)
    )]
    pub password: String,
    /// Given name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub last_name: Option<String>,
    /// IANA name; `UTC` when absent.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// A [`RegisterInput`] whose shape is right.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The address.
    pub email: EmailAddress,
    /// Not yet judged for strength.
    pub password: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Not yet known to be a zone.
    pub time_zone: String,
}

impl RegisterInput {
    /// Checks what can be checked without knowing anything else; what is wrong goes into `errors`.
    pub fn parse(self, errors: &mut FieldErrors) -> Option<Registration> {
        let email = errors.take("email", EmailAddress::parse(&self.email));
        let password = errors.take(
            "password",
            password_length(&self.password).map(|()| self.password),
        );
        let first_name = errors.take("first_name", text::optional_line(self.first_name.as_deref(), 100));
        let last_name = errors.take("last_name", text::optional_line(self.last_name.as_deref(), 100));
        Some(Registration {
            email: email?,
            password: password?,
            first_name: first_name?,
            last_name: last_name?,
            time_zone: self.time_zone.unwrap_or_else(|| "UTC".into()),
        })
    }
}

/// Body of `POST /api/users/login`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    /// The address.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 254))]
    pub email: String,
    /// The password.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "password", min_length = 1, max_length = 128)
    )]
    pub password: String,
    /// Slug of the workspace to speak for; the personal one when absent.
    #[serde(default)]
    pub tenant: Option<String>,
}

impl LoginInput {
    /// The address, or an error that names what is missing. A malformed address is simply unknown later.
    pub fn check(&self) -> Result<(), ApiError> {
        let mut errors = FieldErrors::default();
        errors.take("email", text::line(&self.email, 1, 254));
        if self.password.is_empty() {
            errors.add("password", FieldCode::Required, "Type your password.");
        } else if self.password.chars().count() > PASSWORD_MAX {
            errors.add(
                "password",
                FieldCode::TooLong,
                format!("Use at most {PASSWORD_MAX} characters."),
            );
        }
        errors.finish()
    }
}

/// Body of `POST /api/users/logout`; an empty body counts as all absent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LogoutInput {
    /// Ends every session of the person.
    #[serde(default)]
    pub everywhere: bool,
}

/// Body of `POST /api/users/refresh_token`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshInput {
    /// The last refresh token received.
    pub refresh_token: String,
    /// Slug of the workspace to switch to.
    #[serde(default)]
    pub tenant: Option<String>,
}
