//! The OpenID Connect provider of an organization.

use crate::{ApiError, FieldErrors, normalize};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Maximum length of an issuer URL.
pub const MAX_ISSUER_LEN: usize = 500;
/// Maximum length of a client ID and of a client secret.
pub const MAX_CLIENT_FIELD_LEN: usize = 500;

/// The OpenID Connect provider that members of an organization sign in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentityProvider {
    /// Issuer URL, exactly as in the metadata of the provider.
    pub issuer: String,
    /// Client ID at the provider.
    pub client_id: String,
    /// Redirect URI to register at the provider.
    pub callback_url: String,
    /// Since when people can sign in with it: when a test sign-in succeeded. Null until then.
    pub activated_at: Option<DateTime<Utc>>,
    /// When issuer, client or secret were last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether members must sign in with it. Has no effect while it is not active.
    pub required: bool,
    /// Members that this applies to, or would: those with an address in a verified domain who are not owners.
    pub covered_members: i64,
    /// Other members who are not owners.
    pub guests: i64,
    /// Owners, who can always sign in another way.
    pub owners: i64,
}

/// Body of `POST /api/tenants/require_single_sign_on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequireSingleSignOnInput {
    /// Whether members must sign in with the organization's provider.
    pub required: bool,
}

/// Body of `POST /api/tenants/set_identity_provider`.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetIdentityProviderInput {
    /// Issuer URL, exactly as in the metadata of the provider.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub issuer: String,
    /// Client ID at the provider.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub client_id: String,
    /// Client secret at the provider. It is stored encrypted and never returned.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub client_secret: String,
}

impl SetIdentityProviderInput {
    /// Issuer, client ID and client secret, trimmed.
    ///
    /// # Errors
    /// `invalid` with every invalid field.
    pub fn parse(&self) -> Result<(String, String, String), ApiError> {
        let mut errors = FieldErrors::default();
        let issuer = errors.check("issuer", normalize::line(&self.issuer, 1, MAX_ISSUER_LEN));
        let id = errors.check(
            "client_id",
            normalize::line(&self.client_id, 1, MAX_CLIENT_FIELD_LEN),
        );
        let secret = errors.check(
            "client_secret",
            normalize::line(&self.client_secret, 1, MAX_CLIENT_FIELD_LEN),
        );
        match (issuer, id, secret) {
            (Some(issuer), Some(id), Some(secret)) => Ok((issuer, id, secret)),
            _ => Err(errors.into()),
        }
    }
}
