//! What people send about their own account, and what they are shown of it.

use crate::{FieldCode, FieldErrors, SessionId, text};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

/// Most characters of a token from a mail; ours have 43.
const TOKEN_MAX: usize = 200;

/// Body of `POST /api/users/update_profile`. What is absent stays as it is; `null` takes a name away.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateProfileInput {
    /// Given name, up to 100 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 100))]
    pub first_name: Option<Option<String>>,
    /// Family name, up to 100 characters.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 100))]
    pub last_name: Option<Option<String>>,
    /// IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// Tells `null` from absent.
#[expect(clippy::option_option, reason = "null and absent mean different things here")]
fn present<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// An [`UpdateProfileInput`] whose shape is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChange {
    /// Given name.
    pub first_name: Option<Option<String>>,
    /// Family name.
    pub last_name: Option<Option<String>>,
    /// Not yet known to be a zone.
    pub time_zone: Option<String>,
}

impl UpdateProfileInput {
    /// Checks what can be checked without knowing anything else; what is wrong goes into `errors`.
    pub fn parse(self, errors: &mut FieldErrors) -> Option<ProfileChange> {
        if self.first_name.is_none() && self.last_name.is_none() && self.time_zone.is_none() {
            errors.add(
                "first_name",
                FieldCode::Required,
                "Send at least one of first_name, last_name and time_zone.",
            );
        }
        let mut name = |field, value: Option<Option<String>>| match value {
            None => Some(None),
            Some(value) => errors
                .take(field, text::optional_line(value.as_deref(), 100))
                .map(Some),
        };
        let first_name = name("first_name", self.first_name);
        let last_name = name("last_name", self.last_name);
        Some(ProfileChange {
            first_name: first_name?,
            last_name: last_name?,
            time_zone: self.time_zone,
        })
    }
}

/// Body of `POST /api/users/change_password`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordInput {
    /// The password that holds now. May be absent where the account has none and the sign-in is recent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(format = "password", max_length = 128))]
    pub current_password: Option<String>,
    /// 12 to 128 characters, or 8 and up when strong.
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
    /// The address to sign in with.
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
    /// From the link in the mail.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
    /// 12 to 128 characters, or 8 and up when strong.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "password", min_length = 8, max_length = 128)
    )]
    pub new_password: String,
}

/// Body of `POST /api/users/activate`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivateInput {
    /// From the link in the mail.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub token: String,
}

/// Body of `POST /api/users/revoke_session`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RevokeSessionInput {
    /// Which of one's own.
    pub session_id: SessionId,
}

/// Body of `POST /api/users/delete_user` and `POST /api/users/export_data`.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProofInput {
    /// The password. May be absent where a recent sign-in is proof enough.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(format = "password", max_length = 128))]
    pub password: Option<String>,
}

/// Body of endpoints that take nothing: empty, or an empty object.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoInput {}

/// The token of a mail, of a length that ours may have.
pub fn mail_token(token: &str) -> Result<&str, (FieldCode, String)> {
    let token = token.trim();
    if token.is_empty() {
        Err((FieldCode::Required, "Send the token from the mail.".into()))
    } else if token.len() > TOKEN_MAX {
        Err((FieldCode::TooLong, "This is not a token of ours.".into()))
    } else {
        Ok(token)
    }
}

/// What signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A browser, by its cookie.
    Web,
    /// A program, by its tokens.
    Api,
}

impl SessionKind {
    /// Reads what the database holds.
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            "web" => Some(Self::Web),
            "api" => Some(Self::Api),
            _ => None,
        }
    }
}

/// A sign-in that still holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Which. Says nothing that could be used to sign in.
    pub id: SessionId,
    /// Browser or program.
    pub kind: SessionKind,
    /// What it calls itself.
    pub agent: Option<String>,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last heard of, to about ten minutes.
    pub last_seen_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_stays_and_null_takes_away() {
        let parse = |json: &str| {
            let mut errors = FieldErrors::default();
            let input: UpdateProfileInput = serde_json::from_str(json).expect("shape");
            (input.parse(&mut errors), errors)
        };
        let (change, _) = parse(r#"{"first_name": null, "last_name": " Winter "}"#);
        let change = change.expect("fine");
        assert_eq!(change.first_name, Some(None));
        assert_eq!(change.last_name, Some(Some("Winter".into())));
        assert_eq!(change.time_zone, None);
        assert_eq!(parse("{}").1.0.len(), 1);
        let long = format!(
            r#"{{"first_name": "{}", "last_name": "a\u0000"}}"#,
            "x".repeat(101)
        );
        assert_eq!(parse(&long).1.0.len(), 2);
    }
}
