//! Access tokens of API clients: JWTs (RFC 7519) signed with `EdDSA`. A token is valid only as long as its session.

use crate::{
    Error,
    platform::{clock::Clock, crypto::keys::Keys},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ApiError, ErrorCode, SessionId, TenantId, UserId};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// Lifetime of an access token.
pub(crate) const ACCESS_TOKEN_TTL: TimeDelta = TimeDelta::minutes(15);
/// Media type of access tokens (RFC 9068 §2.1), so that no other kind of JWT is accepted as one.
const TYPE: &str = "at+jwt";
/// The only accepted algorithm (RFC 8725 §3.1).
const ALGORITHM: &str = "EdDSA";
/// Maximum clock difference between servers in seconds.
const CLOCK_SKEW: i64 = 60;
/// Prefix of a private Ed25519 key in PKCS#8 (RFC 8410 §7), before the 32 bytes of the key.
const PKCS8_ED25519_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    pub sub: UserId,
    pub tid: TenantId,
    pub sid: SessionId,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Signs and verifies access tokens.
#[derive(Clone)]
pub struct Tokens(Arc<Inner>);

struct Inner {
    issuer: String,
    key_id: String,
    signing_key: EncodingKey,
    /// The current key and the other accepted keys, by key id.
    verifying_keys: Vec<(String, DecodingKey)>,
    validation: Validation,
}

/// Header of an access token. Tokens with other members are rejected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenHeader {
    alg: String,
    typ: String,
    kid: String,
}

fn secret_key(keys: &Keys) -> [u8; 32] {
    keys.derive("access token")
}

/// The key's id and its public part.
fn verifying_key(keys: &Keys) -> (String, DecodingKey) {
    let public = SigningKey::from_bytes(&secret_key(keys)).verifying_key();
    let id = hex::encode(&public.as_bytes()[..8]);
    (id, DecodingKey::from_ed_der(public.as_bytes()))
}

impl Tokens {
    /// Derives the keys and tests the current one, so that a missing crypto backend is found at startup.
    pub(crate) fn new(keys: &Keys, issuer: &str, clock: &dyn Clock) -> Result<Self, Error> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[issuer]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Checked against the injected clock in `decode_claims`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let tokens = Self(Arc::new(Inner {
            issuer: issuer.to_owned(),
            key_id: verifying_key(keys).0,
            signing_key: EncodingKey::from_ed_der(&[&PKCS8_ED25519_PREFIX[..], &secret_key(keys)].concat()),
            verifying_keys: keys.all().map(verifying_key).collect(),
            validation,
        }));
        let now = clock.now();
        let nil = Uuid::nil();
        let token = tokens.sign(nil.into(), nil.into(), nil.into(), nil, now)?;
        tokens
            .verify(&token, now)
            .map_err(|_| Error::Internal("access tokens fail verification with their own key".into()))?;
        Ok(tokens)
    }

    pub(crate) fn sign(
        &self,
        user: UserId,
        tenant: TenantId,
        session: SessionId,
        id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<String, Error> {
        let claims = Claims {
            iss: self.0.issuer.clone(),
            aud: self.0.issuer.clone(),
            sub: user,
            tid: tenant,
            sid: session,
            jti: id,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + ACCESS_TOKEN_TTL).timestamp(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.0.key_id.clone());
        encode(&header, &claims, &self.0.signing_key).map_err(|e| Error::Internal(format!("signing: {e}")))
    }

    /// The claims of a valid token. Of its header only the key id is used, to select one of our keys.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, ApiError> {
        self.decode_claims(token, now).ok_or_else(|| {
            ApiError::new(
                ErrorCode::Unauthorized,
                "The access token is not valid. Refresh it or sign in again.",
            )
        })
    }

    fn decode_claims(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
        let header: TokenHeader = serde_json::from_slice(&header).ok()?;
        if header.alg != ALGORITHM || header.typ != TYPE {
            return None;
        }
        let (_, key) = self.0.verifying_keys.iter().find(|(id, _)| *id == header.kid)?;
        let claims = decode::<Claims>(token, key, &self.0.validation).ok()?.claims;
        let now = now.timestamp();
        let is_valid = claims.exp > now && claims.nbf <= now + CLOCK_SKEW && claims.iat <= now + CLOCK_SKEW;
        is_valid.then_some(claims)
    }
}

#[cfg(test)]
mod tests;
