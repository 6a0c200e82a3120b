//! Access tokens: JWT (RFC 7519) signed with `EdDSA`, for programs. They name the session they belong to and die with it.

mod issue;
mod queries;
mod refresh;

pub(crate) use issue::open_session;
pub use refresh::refresh;

use crate::{Error, clock::Clock, keys::Keys};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ApiError, ErrorCode, SessionId, TenantId, UserId};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// How long an access token holds.
pub(crate) const ACCESS_LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// The media type of access tokens (RFC 9068 §2.1), so that no other kind of JWT passes for one.
const TYPE: &str = "at+jwt";
/// The one algorithm (RFC 8725 §3.1).
const ALGORITHM: &str = "EdDSA";
/// So many seconds may clocks of servers differ.
const LEEWAY: i64 = 60;
/// A private Ed25519 key as PKCS#8 (RFC 8410 §7) is this and then its 32 bytes.
const PKCS8_ED25519: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// What an access token says.
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
    signing: EncodingKey,
    /// The current key and those that still hold, by their ids.
    verifying: Vec<(String, DecodingKey)>,
    validation: Validation,
}

/// All that the header of one of our tokens says. A token that says more, or something else, is none of ours.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    alg: String,
    typ: String,
    kid: String,
}

fn secret(keys: &Keys) -> [u8; 32] {
    keys.derive("access token")
}

/// The id of a key, and what verifies with it.
fn verifying(keys: &Keys) -> (String, DecodingKey) {
    let public = SigningKey::from_bytes(&secret(keys)).verifying_key();
    let id = public.as_bytes()[..8]
        .iter()
        .fold(String::new(), |id, b| id + &format!("{b:02x}"));
    (id, DecodingKey::from_ed_der(public.as_bytes()))
}

impl Tokens {
    /// Derives the keys and tries the current one: a missing crypto backend shows at start, not at the first login.
    pub(crate) fn new(keys: &Keys, issuer: &str, clock: &dyn Clock) -> Result<Self, Error> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[issuer]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Judged against the injected clock below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let tokens = Self(Arc::new(Inner {
            issuer: issuer.to_owned(),
            key_id: verifying(keys).0,
            signing: EncodingKey::from_ed_der(&[&PKCS8_ED25519[..], &secret(keys)].concat()),
            verifying: keys.all().map(verifying).collect(),
            validation,
        }));
        let now = clock.now();
        let nil = Uuid::nil();
        let trial = tokens.sign(nil.into(), nil.into(), nil.into(), nil, now)?;
        tokens
            .verify(&trial, now)
            .map_err(|_| Error::Internal("access tokens do not verify with their own key".into()))?;
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
            exp: (now + ACCESS_LIFETIME).timestamp(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.0.key_id.clone());
        encode(&header, &claims, &self.0.signing).map_err(|e| Error::Internal(format!("signing: {e}")))
    }

    /// What the token says, if it is ours and holds now. Its header decides nothing but which of our keys is tried.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, ApiError> {
        self.claims(token, now).ok_or_else(|| {
            ApiError::new(
                ErrorCode::Unauthorized,
                "The access token does not hold. Refresh it or log in again.",
            )
        })
    }

    fn claims(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        let head = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
        let head: Head = serde_json::from_slice(&head).ok()?;
        if head.alg != ALGORITHM || head.typ != TYPE {
            return None;
        }
        let (_, key) = self.0.verifying.iter().find(|(id, _)| *id == head.kid)?;
        let claims = decode::<Claims>(token, key, &self.0.validation).ok()?.claims;
        let now = now.timestamp();
        let holds = claims.exp > now && claims.nbf <= now + LEEWAY && claims.iat <= now + LEEWAY;
        holds.then_some(claims)
    }
}

#[cfg(test)]
mod tests;
