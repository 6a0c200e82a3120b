//! ID tokens (OpenID Connect Core 1.0 §2, §3.1.3.7). The header chooses nothing: algorithms are ours, keys are those of
//! the configured issuer.

use super::{Unproven, endpoints::Endpoints, providers::Registered};
use crate::outbound::Outbound;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::KeyAlgorithm};
use serde::Deserialize;

/// Signatures with a public key. Nothing without a signature, nothing with a shared secret.
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
/// How far the clocks of two servers may differ.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// Longest subject (OpenID Connect Core 1.0 §2).
const SUBJECT_MAX: usize = 255;

/// What a token is held against.
pub(super) struct Expected<'a> {
    /// The nonce that went out with this very sign-in. Nothing where a program brings a token of its own.
    pub nonce: Option<&'a str>,
    /// How long ago it may have been issued.
    pub max_age: TimeDelta,
}

/// What a token says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claims {
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
    #[serde(default)]
    pub email: Option<String>,
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

/// Checks signature and claims.
pub(super) async fn verify(
    outbound: &Outbound,
    registered: &Registered,
    endpoints: &Endpoints,
    token: &str,
    expected: &Expected<'_>,
    now: DateTime<Utc>,
) -> Result<Claims, Unproven> {
    let header = decode_header(token).map_err(|e| Unproven::refused(format!("not a token: {e}")))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Unproven::refused("an algorithm that is not taken"));
    }
    let at = endpoints
        .jwks
        .as_ref()
        .ok_or_else(|| Unproven::refused("a provider without ID tokens"))?;
    let key = registered
        .jwks
        .find(outbound, at, header.kid.as_deref(), now)
        .await?
        .ok_or_else(|| Unproven::refused("a key that the provider does not have"))?;
    let other_use = key
        .common
        .key_algorithm
        .is_some_and(|a| a != KeyAlgorithm::from(header.alg));
    if other_use {
        return Err(Unproven::refused("a key of another algorithm"));
    }
    let decoding =
        DecodingKey::from_jwk(&key).map_err(|e| Unproven::refused(format!("a broken key: {e}")))?;
    let mut validation = Validation::new(header.alg);
    // All of these are judged below, strictly and against the injected clock.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let claims = decode::<Claims>(token, &decoding, &validation)
        .map_err(|e| Unproven::refused(format!("does not verify: {e}")))?
        .claims;
    judge(&claims, endpoints, &registered.client_id, expected, now).map_err(Unproven::refused)?;
    Ok(claims)
}

fn judge(
    claims: &Claims,
    endpoints: &Endpoints,
    client_id: &str,
    expected: &Expected<'_>,
    now: DateTime<Utc>,
) -> Result<(), &'static str> {
    let checks = [
        (endpoints.issuers.contains(&claims.iss), "another issuer"),
        (for_us(claims, client_id), "issued to another client"),
        (
            !claims.sub.is_empty() && claims.sub.len() <= SUBJECT_MAX && claims.sub.is_ascii(),
            "no subject",
        ),
        (claims.exp > (now - SKEW).timestamp(), "expired"),
        (claims.iat <= (now + SKEW).timestamp(), "issued in the future"),
        (
            claims.iat >= (now - expected.max_age - SKEW).timestamp(),
            "issued too long ago",
        ),
        (
            claims.nbf.is_none_or(|nbf| nbf <= (now + SKEW).timestamp()),
            "not valid yet",
        ),
        (
            expected
                .nonce
                .is_none_or(|nonce| claims.nonce.as_deref() == Some(nonce)),
            "of another sign-in",
        ),
    ];
    checks
        .into_iter()
        .find_map(|(good, why)| (!good).then_some(why))
        .map_or(Ok(()), Err)
}

fn for_us(claims: &Claims, client_id: &str) -> bool {
    let (named, alone) = match &claims.aud {
        Audience::One(one) => (one == client_id, true),
        Audience::Many(many) => (many.iter().any(|a| a == client_id), many.len() == 1),
    };
    let party = claims.azp.as_deref();
    named && (alone || party.is_some()) && party.is_none_or(|azp| azp == client_id)
}
