//! Access tokens: JWT (RFC 7519) signed with `EdDSA`, for programs. They name the session they belong to and die with it.

use crate::{Error, clock::Clock, keys::Keys};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ApiError, ErrorCode, SessionId, TenantId, UserId};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How long an access token holds.
pub(crate) const ACCESS_LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// The media type of access tokens (RFC 9068 §2.1), so that no other kind of JWT passes for one.
const TYPE: &str = "at+jwt";
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
    verifying: DecodingKey,
    validation: Validation,
}

impl Tokens {
    /// Derives the key and tries it once: a missing crypto backend shows at start, not at the first login.
    pub(crate) fn new(keys: &Keys, issuer: &str, clock: &dyn Clock) -> Result<Self, Error> {
        let secret = keys.derive("access token");
        let public = SigningKey::from_bytes(&secret).verifying_key();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Judged against the injected clock below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let key_id = public.as_bytes()[..8]
            .iter()
            .fold(String::new(), |id, b| id + &format!("{b:02x}"));
        let tokens = Self(Arc::new(Inner {
            issuer: issuer.to_owned(),
            key_id,
            signing: EncodingKey::from_ed_der(&[&PKCS8_ED25519[..], &secret].concat()),
            verifying: DecodingKey::from_ed_der(public.as_bytes()),
            validation,
        }));
        let now = clock.now();
        let nil = uuid::Uuid::nil();
        let trial = tokens.sign(nil.into(), nil.into(), nil.into(), now)?;
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
        now: DateTime<Utc>,
    ) -> Result<String, Error> {
        let claims = Claims {
            iss: self.0.issuer.clone(),
            aud: self.0.issuer.clone(),
            sub: user,
            tid: tenant,
            sid: session,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + ACCESS_LIFETIME).timestamp(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.0.key_id.clone());
        encode(&header, &claims, &self.0.signing).map_err(|e| Error::Internal(format!("signing: {e}")))
    }

    /// What the token says, if it is ours and holds now. The header decides nothing: algorithm and key are ours.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, ApiError> {
        let wrong = || {
            ApiError::new(
                ErrorCode::Unauthorized,
                "The access token does not hold. Refresh it or log in again.",
            )
        };
        let data = decode::<Claims>(token, &self.0.verifying, &self.0.validation).map_err(|_| wrong())?;
        let ours =
            data.header.typ.as_deref() == Some(TYPE) && data.header.kid.as_deref() == Some(&self.0.key_id);
        let now = now.timestamp();
        let holds = data.claims.exp > now && data.claims.nbf <= now + 60 && data.claims.iat <= now + 60;
        if ours && holds {
            Ok(data.claims)
        } else {
            Err(wrong())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn holds_fifteen_minutes_and_only_for_its_issuer() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let clock = ManualClock::at(now);
        let nil = uuid::Uuid::nil();
        let tokens = Tokens::new(&Keys::new([1; 32]), "http://a", &clock).expect("tokens");
        let token = tokens
            .sign(nil.into(), nil.into(), nil.into(), now)
            .expect("signed");
        assert!(tokens.verify(&token, now + TimeDelta::seconds(899)).is_ok());
        assert!(tokens.verify(&token, now + TimeDelta::seconds(900)).is_err());
        assert!(
            tokens.verify(&token, now - TimeDelta::seconds(61)).is_err(),
            "issued in the future"
        );
        let other_issuer = Tokens::new(&Keys::new([1; 32]), "http://b", &clock).expect("tokens");
        assert!(other_issuer.verify(&token, now).is_err());
        let other_key = Tokens::new(&Keys::new([2; 32]), "http://a", &clock).expect("tokens");
        assert!(other_key.verify(&token, now).is_err());
        let parts: Vec<&str> = token.split('.').collect();
        assert!(
            tokens
                .verify(&format!("{}.{}.", parts[0], parts[1]), now)
                .is_err(),
            "no signature"
        );
        assert!(
            tokens.verify("eyJhbGciOiJub25lIn0.e30.", now).is_err(),
            "alg none"
        );
    }
}
