//! Registration with email and password.

use super::check_password_length;
use crate::{FieldErrors, normalize, users::EmailAddress};
use serde::{Deserialize, Serialize};

/// Body of `POST /api/users/register`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterInput {
    /// Email address for signing in.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "email", min_length = 1, max_length = 254)
    )]
    pub email: String,
    /// At least 12 characters, or at least 8 if it is strong; 128 at most.
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
    /// IANA time zone name. Defaults to `UTC`.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// A [`RegisterInput`] with valid fields, except for password strength and time zone, which only the server can check.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Email address.
    pub email: EmailAddress,
    /// Password of allowed length; its strength is not checked yet.
    pub password: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Time zone name; not checked yet.
    pub time_zone: String,
}

impl RegisterInput {
    /// Validates the fields and adds all problems to `errors`.
    pub fn parse(self, errors: &mut FieldErrors) -> Option<Registration> {
        let email = errors.check("email", EmailAddress::parse(&self.email));
        let password = errors.check(
            "password",
            check_password_length(&self.password).map(|()| self.password),
        );
        let first_name = errors.check(
            "first_name",
            normalize::optional_line(self.first_name.as_deref(), 100),
        );
        let last_name = errors.check(
            "last_name",
            normalize::optional_line(self.last_name.as_deref(), 100),
        );
        Some(Registration {
            email: email?,
            password: password?,
            first_name: first_name?,
            last_name: last_name?,
            time_zone: self.time_zone.unwrap_or_else(|| "UTC".into()),
        })
    }
}
