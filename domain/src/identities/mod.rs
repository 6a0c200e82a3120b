//! Accounts at other providers that people sign in with.

use crate::{FieldCode, FieldErrors, IdentityId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Longest token of a provider that is taken, in bytes.
pub const TOKEN_MAX: usize = 8_192;

/// Who vouches for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Google.
    Google,
    /// LinkedIn.
    Linkedin,
    /// GitHub.
    Github,
    /// The OpenID Connect provider that the operator chose.
    Oidc,
}

impl Provider {
    /// All there are, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Google, Self::Linkedin, Self::Github, Self::Oidc];

    /// As it stands on the wire and in paths.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Linkedin => "linkedin",
            Self::Github => "github",
            Self::Oidc => "oidc",
        }
    }

    /// Reads a part of a path.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == value)
    }

    /// What it is called, where the operator gave it no name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Linkedin => "LinkedIn",
            Self::Github => "GitHub",
            Self::Oidc => "single sign-on",
        }
    }
}

/// A provider that can be signed in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// Which.
    pub provider: Provider,
    /// What it is called.
    pub name: String,
}

/// An account at a provider that the person signs in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// Which.
    pub id: IdentityId,
    /// Whose account it is.
    pub provider: Provider,
    /// What the provider is called.
    pub name: String,
    /// The address of the account there, as it was last seen.
    pub email: Option<String>,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// When it was last signed in with.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// How a person can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInMethods {
    /// Whether there is a password.
    pub password: bool,
    /// Accounts at providers, the oldest first.
    pub identities: Vec<Identity>,
    /// Providers that could be linked.
    pub offers: Vec<Offer>,
}

impl SignInMethods {
    /// Whether one of them can be removed and another is left.
    pub fn removable(&self) -> bool {
        usize::from(self.password) + self.identities.len() > 1
    }
}

/// Providers that programs sign in with.
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

/// Body of `POST /api/users/auth_social_user`.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AuthSocialUserInput {
    /// Who vouches.
    pub provider: SocialProvider,
    /// An access token that the provider issued to our client.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 8192))]
    pub token: Option<String>,
    /// Or an OpenID Connect ID token. GitHub has none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 8192))]
    pub id_token: Option<String>,
}

/// What a program signs in with.
#[derive(Clone)]
pub enum Proof {
    /// An access token.
    AccessToken(String),
    /// An ID token.
    IdToken(String),
}

impl AuthSocialUserInput {
    /// The one token that was given.
    ///
    /// # Errors
    /// Names the fields that are wrong: none given, both given, too long, or an ID token of GitHub.
    pub fn proof(self) -> Result<(Provider, Proof), crate::ApiError> {
        let mut errors = FieldErrors::default();
        for (field, value) in [("token", &self.token), ("id_token", &self.id_token)] {
            errors.take(field, value.as_deref().map_or(Ok(()), token));
        }
        if self.id_token.is_some() && self.provider == SocialProvider::Github {
            errors.add(
                "id_token",
                FieldCode::NotAllowed,
                "GitHub issues no ID tokens. Send token.",
            );
        }
        let proof = match (self.token, self.id_token) {
            (Some(token), None) => Some(Proof::AccessToken(token)),
            (None, Some(token)) => Some(Proof::IdToken(token)),
            (None, None) => {
                errors.add("token", FieldCode::Required, "Send token or id_token.");
                None
            }
            (Some(_), Some(_)) => {
                errors.add(
                    "id_token",
                    FieldCode::Contradicts,
                    "Send token or id_token, not both.",
                );
                None
            }
        };
        match (errors.0.is_empty(), proof) {
            (true, Some(proof)) => Ok((self.provider.into(), proof)),
            _ => Err(errors.into()),
        }
    }
}

/// Whether a text can be a token (RFC 6750 §2.1): visible ASCII, and not endless.
///
/// # Errors
/// What is wrong with it.
pub fn token(value: &str) -> Result<(), (FieldCode, String)> {
    if value.is_empty() {
        Err((FieldCode::Required, "Send the token.".into()))
    } else if value.len() > TOKEN_MAX {
        Err((FieldCode::TooLong, format!("Use at most {TOKEN_MAX} characters.")))
    } else if !value.bytes().all(|b| b.is_ascii_graphic()) {
        Err((
            FieldCode::InvalidFormat,
            "Send the token as the provider wrote it.".into(),
        ))
    } else {
        Ok(())
    }
}

/// What LinkedIn says of the person (OpenID Connect userinfo).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedinProfile {
    /// LinkedIn's id of the person, for our client.
    pub sub: String,
    /// The whole name.
    pub name: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Address of a picture.
    pub picture: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Language and country, such as `en-US`.
    pub locale: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<(Provider, Proof), Vec<String>> {
        let input: AuthSocialUserInput = serde_json::from_str(body).expect("json");
        input
            .proof()
            .map_err(|e| e.errors.into_iter().map(|e| e.field).collect())
    }

    #[test]
    fn takes_one_token_of_a_provider_that_issues_such() {
        assert!(matches!(
            read(r#"{"provider":"google","id_token":"a.b.c"}"#),
            Ok((Provider::Google, Proof::IdToken(_)))
        ));
        assert!(matches!(
            read(r#"{"provider":"github","token":"gho_x"}"#),
            Ok((Provider::Github, Proof::AccessToken(_)))
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
            assert_eq!(read(body).err().expect(body), fields, "{body}");
        }
        let long = format!(
            r#"{{"provider":"google","token":"{}"}}"#,
            "a".repeat(TOKEN_MAX + 1)
        );
        assert_eq!(read(&long).err().expect("refused"), ["token"]);
    }
}
