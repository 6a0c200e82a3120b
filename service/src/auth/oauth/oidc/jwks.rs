//! Signing keys of a provider (JSON Web Key Set, RFC 7517), cached.

use crate::platform::http_client::{Endpoint, FetchError, HttpClient, MAX_BODY_BYTES};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// Minimum time between two fetches, so that tokens with made-up key IDs cannot flood the provider with requests.
const REFETCH_COOLDOWN: TimeDelta = TimeDelta::minutes(1);
/// Older keys are fetched again, so that a withdrawn key stops being accepted.
const CACHE_TTL: TimeDelta = TimeDelta::hours(1);
/// Keys beyond this number are ignored.
const MAX_KEYS: usize = 50;

/// The cached key set and the time of its last fetch.
#[derive(Default)]
pub(crate) struct Jwks {
    keys: RwLock<Arc<Vec<Jwk>>>,
    last_fetch: Mutex<Option<DateTime<Utc>>>,
}

impl Jwks {
    /// Finds a key by its ID. An unknown ID triggers a fetch, limited by [`REFETCH_COOLDOWN`]. Stale keys are served
    /// while the provider is unavailable.
    pub async fn find(
        &self,
        http: &HttpClient,
        at: &Endpoint,
        kid: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<Jwk>, FetchError> {
        let cached = self.cached(kid);
        let Ok(mut last_fetch) = (match cached {
            // With a cached key there is no need to wait for the fetch of another request.
            Some(_) => self.last_fetch.try_lock().map_err(|_| ()),
            None => Ok(self.last_fetch.lock().await),
        }) else {
            return Ok(cached);
        };
        let age = last_fetch.map(|at| now - at);
        let fetch_due = match (&cached, age) {
            (_, None) => true,
            (Some(_), Some(age)) => age > CACHE_TTL,
            (None, Some(age)) => age > REFETCH_COOLDOWN,
        };
        if !fetch_due {
            // Another request may have fetched the key while this one waited for the lock.
            return Ok(cached.or_else(|| self.cached(kid)));
        }
        *last_fetch = Some(now);
        match fetch(http, at).await {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                Ok(self.cached(kid))
            }
            Err(error) if self.is_empty() => Err(error),
            Err(error) => {
                tracing::warn!(%error, url = %at.url(), "failed to refresh JWKS, using cached keys");
                Ok(cached)
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    /// The cached key with this ID; without an ID, the only key of the set.
    fn cached(&self, kid: Option<&str>) -> Option<Jwk> {
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

async fn fetch(http: &HttpClient, at: &Endpoint) -> Result<Vec<Jwk>, FetchError> {
    let response = http.send(http.get(at), MAX_BODY_BYTES).await?;
    if !response.is_success() {
        return Err(FetchError::InvalidResponse(format!(
            "JWKS request returned status {}",
            response.status
        )));
    }
    let set: JwkSet = response.json()?;
    let keys: Vec<Jwk> = set
        .keys
        .into_iter()
        .filter(is_signing_key)
        .take(MAX_KEYS)
        .collect();
    if keys.is_empty() {
        return Err(FetchError::InvalidResponse("JWKS has no signing key".into()));
    }
    Ok(keys)
}

/// Whether this is a public signature key. Symmetric keys are ignored: a published secret proves nothing.
fn is_signing_key(key: &Jwk) -> bool {
    let is_asymmetric = matches!(
        key.algorithm,
        AlgorithmParameters::RSA(_)
            | AlgorithmParameters::EllipticCurve(_)
            | AlgorithmParameters::OctetKeyPair(_)
    );
    is_asymmetric && matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature))
}
