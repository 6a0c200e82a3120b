//! The public keys of a provider (RFC 7517), kept for a while.

use crate::outbound::{Away, CAP, Endpoint, Outbound};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// Keys are asked for at most this often, whatever key ids tokens name.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// Keys older than this are asked for anew, so that a withdrawn one ends.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// More keys than any provider has.
const MOST: usize = 50;

/// Keys, and when they were last asked for.
#[derive(Default)]
pub(crate) struct Jwks {
    keys: RwLock<Arc<Vec<Jwk>>>,
    asked: Mutex<Option<DateTime<Utc>>>,
}

impl Jwks {
    /// The key of this id. One that is unknown makes us ask the provider once more, but not more than once a minute.
    /// While it does not answer, the keys that we have serve on.
    pub async fn find(
        &self,
        outbound: &Outbound,
        at: &Endpoint,
        kid: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<Jwk>, Away> {
        let found = self.known(kid);
        let Ok(mut asked) = (match found {
            // Whoever has a key does not wait for another who asks.
            Some(_) => self.asked.try_lock().map_err(|_| ()),
            None => Ok(self.asked.lock().await),
        }) else {
            return Ok(found);
        };
        let age = asked.map(|at| now - at);
        let wanted = match (&found, age) {
            (_, None) => true,
            (Some(_), Some(age)) => age > FRESH,
            (None, Some(age)) => age > PAUSE,
        };
        if !wanted {
            // Another may have asked while we waited.
            return Ok(found.or_else(|| self.known(kid)));
        }
        *asked = Some(now);
        match ask(outbound, at).await {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                Ok(self.known(kid))
            }
            Err(error)
                if self
                    .keys
                    .read()
                    .unwrap_or_else(PoisonError::into_inner)
                    .is_empty() =>
            {
                Err(error)
            }
            Err(error) => {
                tracing::warn!(%error, at = %at.url(), "keys could not be renewed");
                Ok(found)
            }
        }
    }

    /// By its id; without one, the only key there is.
    fn known(&self, kid: Option<&str>) -> Option<Jwk> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        match kid {
            Some(kid) => keys
                .iter()
                .find(|k| k.common.key_id.as_deref() == Some(kid))
                .cloned(),
            None if keys.len() == 1 => keys.first().cloned(),
            None => None,
        }
    }
}

async fn ask(outbound: &Outbound, at: &Endpoint) -> Result<Vec<Jwk>, Away> {
    let reply = outbound.send(outbound.get(at), CAP).await?;
    if !reply.ok() {
        return Err(Away::Nonsense(format!("keys with status {}", reply.status)));
    }
    let set: JwkSet = reply.json()?;
    let keys: Vec<Jwk> = set.keys.into_iter().filter(signs).take(MOST).collect();
    if keys.is_empty() {
        return Err(Away::Nonsense("no key that signs".into()));
    }
    Ok(keys)
}

/// Whether it is a public key for signatures. A shared secret in public is none.
fn signs(key: &Jwk) -> bool {
    let public = matches!(
        key.algorithm,
        AlgorithmParameters::RSA(_)
            | AlgorithmParameters::EllipticCurve(_)
            | AlgorithmParameters::OctetKeyPair(_)
    );
    public && matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature))
}
