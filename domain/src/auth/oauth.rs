//! OAuth providers, users' accounts at them, and sign-in with their tokens.

use crate::{ApiError, FieldCode, FieldErrors, IdentityId, TenantId, numbers::group_len};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of a provider's token in bytes.
pub const MAX_TOKEN_LEN: usize = 8_192;

/// A kind of OAuth provider.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Provider {
    /// Google.
    Google,
    /// LinkedIn.
    Linkedin,
    /// GitHub.
    Github,
    /// The OpenID Connect provider that the operator configured.
    Oidc,
}

impl Provider {
    /// The name in JSON, in URLs and in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Parses the name.
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }

    /// Display name. For OpenID Connect the operator can configure another one.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Linkedin => "LinkedIn",
            Self::Github => "GitHub",
            Self::Oidc => "single sign-on",
        }
    }
}

/// A configured provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailableProvider {
    /// The provider.
    pub provider: Provider,
    /// Its display name.
    pub name: String,
    /// The organization that the provider belongs to; null for the providers of this installation.
    pub tenant_id: Option<TenantId>,
}

/// An account at a provider that is linked to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The provider.
    pub provider: Provider,
    /// Display name of the provider.
    pub name: String,
    /// Email address of the account at the time of the last sign-in.
    pub email: Option<String>,
    /// When it was linked.
    pub linked_at: DateTime<Utc>,
    /// When the user last signed in with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The sign-in methods of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInMethods {
    /// Whether the user has a password.
    pub password: bool,
    /// Linked accounts, the oldest first.
    pub identities: Vec<Identity>,
    /// Providers that accounts can be linked from.
    pub offers: Vec<AvailableProvider>,
}

impl SignInMethods {
    /// Whether the user has more than one sign-in method, so that one can be removed.
    pub fn is_removable(&self) -> bool {
        usize::from(self.password) + self.identities.len() > 1
    }
}

/// A provider that API clients can sign in with, by its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SocialProvider {
    /// Google.
    Google,
    /// LinkedIn.
    Linkedin,
    /// GitHub.
    Github,
}

impl From<SocialProvider> for Provider {
    fn from(provider: SocialProvider) -> Self {
        match provider {
            SocialProvider::Google => Self::Google,
            SocialProvider::Linkedin => Self::Linkedin,
            SocialProvider::Github => Self::Github,
        }
    }
}

/// Body of `POST /api/users/auth_social_user`: exactly one of `token` and `id_token`.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AuthSocialUserInput {
    /// The provider that issued the token.
    pub provider: SocialProvider,
    /// An access token that the provider issued to this installation's OAuth client.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 8192))]
    pub token: Option<String>,
    /// An OpenID Connect ID token. GitHub does not issue these.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 8192))]
    pub id_token: Option<String>,
}

/// A provider's token that an API client signs in with.
#[derive(Clone)]
pub enum Credential {
    /// An access token.
    AccessToken(String),
    /// An OpenID Connect ID token.
    IdToken(String),
}

impl AuthSocialUserInput {
    /// Validates the input.
    ///
    /// # Errors
    /// `invalid` when neither or both tokens are given, a token is malformed, or an ID token is given for GitHub.
    pub fn credential(self) -> Result<(Provider, Credential), ApiError> {
        let mut errors = FieldErrors::default();
        for (field, value) in [("token", &self.token), ("id_token", &self.id_token)] {
            errors.check(field, value.as_deref().map_or(Ok(()), validate_token));
        }
        if self.id_token.is_some() && self.provider == SocialProvider::Github {
            errors.add(
                "id_token",
                FieldCode::NotAllowed,
                "GitHub does not issue ID tokens. Send token.",
            );
        }
        let credential = match (self.token, self.id_token) {
            (Some(token), None) => Some(Credential::AccessToken(token)),
            (None, Some(token)) => Some(Credential::IdToken(token)),
            (None, None) => {
                errors.add("token", FieldCode::Required, "Send token or id_token.");
                None
            }
            (Some(_), Some(_)) => {
                errors.add(
                    "id_token",
                    FieldCode::Conflicting,
                    "Send token or id_token, not both.",
                );
                None
            }
        };
        match (errors.0.is_empty(), credential) {
            (true, Some(credential)) => Ok((self.provider.into(), credential)),
            _ => Err(errors.into()),
        }
    }
}

/// Checks that a text has the form of a token (RFC 6750 §2.1): visible ASCII of limited length.
///
/// # Errors
/// The code and message for the field.
pub fn validate_token(value: &str) -> Result<(), (FieldCode, String)> {
    if value.is_empty() {
        Err((FieldCode::Required, "Send the token.".into()))
    } else if value.len() > MAX_TOKEN_LEN {
        Err((
            FieldCode::TooLong,
            format!("Use at most {} characters.", group_len(MAX_TOKEN_LEN)),
        ))
    } else if !value.bytes().all(|b| b.is_ascii_graphic()) {
        Err((
            FieldCode::InvalidFormat,
            "Send the token exactly as the provider issued it.".into(),
        ))
    } else {
        Ok(())
    }
}

/// The LinkedIn profile of a user (OpenID Connect userinfo).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedinProfile {
    /// The user's id at LinkedIn, specific to this installation's OAuth client.
    pub sub: String,
    /// Full name.
    pub name: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// URL of the profile picture.
    pub picture: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Language and country, such as `en-US`.
    pub locale: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<(Provider, Credential), Vec<String>> {
        let input: AuthSocialUserInput = serde_json::from_str(body).expect("json");
        input
            .credential()
            .map_err(|e| e.errors.into_iter().map(|e| e.field).collect())
    }

    #[test]
    fn input_needs_exactly_one_token_that_the_provider_issues() {
        assert!(matches!(
            parse(r#"{"provider":"google","id_token":"a.b.c"}"#),
            Ok((Provider::Google, Credential::IdToken(_)))
        ));
        assert!(matches!(
            parse(r#"{"provider":"github","token":"gho_x"}"#),
            Ok((Provider::Github, Credential::AccessToken(_)))
        ));
        for (body, fields) in [
            (r#"{"provider":"google"}"#, vec!["token"]),
            (
                r#"{"provider":"google","token":"a","id_token":"b"}"#,
                vec!["id_token"],
            ),
            (r#"{"provider":"github","id_token":"b"}"#, vec!["id_token"]),
            (r#"{"provider":"google","token":"a b"}"#, vec!["token"]),
            (r#"{"provider":"google","token":""}"#, vec!["token"]),
        ] {
            assert_eq!(parse(body).err().expect(body), fields, "{body}");
        }
        let long = format!(
            r#"{{"provider":"google","token":"{}"}}"#,
            "a".repeat(MAX_TOKEN_LEN + 1)
        );
        assert_eq!(parse(&long).err().expect("too long"), ["token"]);
    }
}
