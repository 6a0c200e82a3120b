//! ID token validation (OpenID Connect Core 1.0 §2, §3.1.3.7). The token's header selects neither the algorithm list nor
//! the key source: algorithms are fixed here, keys come from the configured issuer.

use crate::{
    auth::oauth::{ProviderError, endpoints::Endpoints, providers::OAuthClient},
    platform::http_client::HttpClient,
};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::KeyAlgorithm};
use serde::Deserialize;
use uuid::Uuid;

/// Asymmetric signatures only: neither `none` nor a shared secret.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// Tolerated difference between the provider's clock and ours.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(60);
/// Maximum length of `sub` (OpenID Connect Core 1.0 §2).
const MAX_SUBJECT_LEN: usize = 255;

/// The requirements for a token in addition to the fixed checks.
pub(in crate::auth::oauth) struct TokenExpectations<'a> {
    /// The nonce of the authorization request; `None` for a token that an API client sent.
    pub nonce: Option<&'a str>,
    /// Maximum time since `iat`.
    pub max_age: TimeDelta,
}

/// The claims that are used.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::auth::oauth) struct Claims {
    iss: String,
    pub sub: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    nonce: Option<String>,
    /// Microsoft: the tenant of the account. Other providers may use the claim differently.
    #[serde(default)]
    tid: Option<serde_json::Value>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub preferred_username: Option<serde_json::Value>,
    #[serde(default)]
    pub email_verified: Option<serde_json::Value>,
    #[serde(default)]
    pub given_name: Option<String>,
    #[serde(default)]
    pub family_name: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Verifies the signature and validates the claims.
pub(in crate::auth::oauth) async fn verify(
    http: &HttpClient,
    oauth_client: &OAuthClient,
    endpoints: &Endpoints,
    token: &str,
    expected: &TokenExpectations<'_>,
    now: DateTime<Utc>,
) -> Result<Claims, ProviderError> {
    let header =
        decode_header(token).map_err(|e| ProviderError::rejected(format!("malformed ID token: {e}")))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(ProviderError::rejected("algorithm not allowed"));
    }
    let jwks_endpoint = endpoints
        .jwks
        .as_ref()
        .ok_or_else(|| ProviderError::rejected("provider does not issue ID tokens"))?;
    let key = oauth_client
        .jwks
        .find(http, jwks_endpoint, header.kid.as_deref(), now)
        .await?
        .ok_or_else(|| ProviderError::rejected("unknown key ID"))?;
    let is_other_algorithm = key
        .common
        .key_algorithm
        .is_some_and(|a| a != KeyAlgorithm::from(header.alg));
    if is_other_algorithm {
        return Err(ProviderError::rejected("key is for another algorithm"));
    }
    let decoding_key =
        DecodingKey::from_jwk(&key).map_err(|e| ProviderError::rejected(format!("invalid key: {e}")))?;
    let mut validation = Validation::new(header.alg);
    // `validate_claims` checks all of these, strictly and against the injected clock.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let claims = decode::<Claims>(token, &decoding_key, &validation)
        .map_err(|e| ProviderError::rejected(format!("verification failed: {e}")))?
        .claims;
    validate_claims(&claims, endpoints, &oauth_client.client_id, expected, now)
        .map_err(ProviderError::rejected)?;
    Ok(claims)
}

/// OpenID Connect Core 1.0 §3.1.3.7.
fn validate_claims(
    claims: &Claims,
    endpoints: &Endpoints,
    client_id: &str,
    expected: &TokenExpectations<'_>,
    now: DateTime<Utc>,
) -> Result<(), &'static str> {
    let checks = [
        (issuer_matches(claims, endpoints), "wrong issuer"),
        (audience_matches(claims, client_id), "wrong audience"),
        (
            !claims.sub.is_empty() && claims.sub.len() <= MAX_SUBJECT_LEN && claims.sub.is_ascii(),
            "invalid subject",
        ),
        (claims.exp > (now - CLOCK_SKEW).timestamp(), "expired"),
        (
            claims.iat <= (now + CLOCK_SKEW).timestamp(),
            "issued in the future",
        ),
        (
            claims.iat >= (now - expected.max_age - CLOCK_SKEW).timestamp(),
            "issued too long ago",
        ),
        (
            claims.nbf.is_none_or(|nbf| nbf <= (now + CLOCK_SKEW).timestamp()),
            "not valid yet",
        ),
        (
            expected
                .nonce
                .is_none_or(|nonce| claims.nonce.as_deref() == Some(nonce)),
            "nonce mismatch",
        ),
    ];
    checks
        .into_iter()
        .find_map(|(passed, reason)| (!passed).then_some(reason))
        .map_or(Ok(()), Err)
}

/// Whether the issuer belongs to the provider. For Microsoft, it must be the issuer of the tenant that the token names.
fn issuer_matches(claims: &Claims, endpoints: &Endpoints) -> bool {
    let tenant = claims.tid.as_ref().and_then(serde_json::Value::as_str);
    let of_tenant = tenant
        .filter(|tenant| endpoints.has_microsoft_issuers && Uuid::parse_str(tenant).is_ok())
        .map(|tenant| format!("https://login.microsoftonline.com/{tenant}/v2.0"));
    of_tenant.as_ref() == Some(&claims.iss) || endpoints.issuers.contains(&claims.iss)
}

/// Whether the token was issued to this client: `aud` contains it, and `azp` names it where there are several audiences.
fn audience_matches(claims: &Claims, client_id: &str) -> bool {
    let (is_included, is_only) = match &claims.aud {
        Audience::One(one) => (one == client_id, true),
        Audience::Many(many) => (many.iter().any(|a| a == client_id), many.len() == 1),
    };
    let authorized_party = claims.azp.as_deref();
    is_included
        && (is_only || authorized_party.is_some())
        && authorized_party.is_none_or(|azp| azp == client_id)
}
