//! Password hashing with Argon2id (RFC 9106) on blocking threads, with limited concurrency.

use crate::{Error, platform::rng::Rng};
use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use domain::ErrorCode;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Cost parameters of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Number of passes over the memory.
    pub passes: u32,
}

impl HashCost {
    /// The minimum recommended by the OWASP cheat sheet: 19 MiB, two passes.
    pub const PRODUCTION: Self = Self {
        memory: 19_456,
        passes: 2,
    };
    /// Fast parameters for tests.
    pub const TESTING: Self = Self {
        memory: 64,
        passes: 1,
    };
}

/// Maximum number of hashes that wait or run at once; more get `unavailable`.
const MAX_QUEUE_LEN: usize = 64;
/// How long a hash may wait for a free thread.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(8);
/// Maximum cost of a stored hash. A manipulated row must not exhaust memory or CPU.
const MAX_COST: HashCost = HashCost {
    memory: 262_144,
    passes: 16,
};

const DUMMY_PASSWORD: &[u8] = b"nobody has this password";

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Hasher {
    cost: HashCost,
    rng: Arc<dyn Rng>,
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Verified for unknown users, so that the response takes as long as for a wrong password.
    dummy_hash: Arc<str>,
}

impl Hasher {
    /// Runs as many hashes at once as there are CPU cores.
    pub fn new(cost: HashCost, rng: Arc<dyn Rng>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let dummy_hash = hash(cost, DUMMY_PASSWORD, &[7; 16]).unwrap_or_default();
        Self {
            cost,
            rng,
            running: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(MAX_QUEUE_LEN)),
            dummy_hash: dummy_hash.into(),
        }
    }

    /// Hashes a password for storage, as a PHC string.
    ///
    /// # Errors
    /// `unavailable` if too many hashes are waiting.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let mut salt = [0; 16];
        self.rng.fill(&mut salt);
        let cost = self.cost;
        self.run(move || hash(cost, password.as_bytes(), &salt)).await?
    }

    /// Whether the password matches the stored hash. Without a stored hash the result is false after the same time.
    ///
    /// # Errors
    /// `unavailable` if too many hashes are waiting.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Error> {
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy_hash.to_string());
        let is_match = self.run(move || verify(password.as_bytes(), &stored)).await?;
        Ok(is_match && is_known)
    }

    /// Whether the stored hash has other cost parameters than new hashes.
    pub fn is_outdated(&self, stored: &str) -> bool {
        PasswordHash::new(stored)
            .ok()
            .and_then(|h| Params::try_from(&h).ok())
            .is_none_or(|p| p.m_cost() != self.cost.memory || p.t_cost() != self.cost.passes)
    }

    /// Runs other expensive work on a password with the same limits.
    ///
    /// # Errors
    /// `unavailable` if too many hashes are waiting.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let unavailable = || {
            Error::api(
                ErrorCode::Unavailable,
                "Too many sign-ins at the moment. Try again in a few seconds.",
            )
        };
        let _queued = self.queue.try_acquire().map_err(|_| unavailable())?;
        let permit = tokio::time::timeout(QUEUE_TIMEOUT, self.running.clone().acquire_owned())
            .await
            .map_err(|_| unavailable())?
            .map_err(|_| unavailable())?;
        tokio::task::spawn_blocking(move || {
            // Held by the work itself, because it continues when the caller is cancelled.
            let _permit = permit;
            work()
        })
        .await
        .map_err(|e| Error::Internal(format!("hashing: {e}")))
    }
}

fn argon2(cost: HashCost) -> Result<Argon2<'static>, Error> {
    let params = Params::new(cost.memory, cost.passes, 1, None)
        .map_err(|e| Error::Internal(format!("argon2: {e}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(cost: HashCost, password: &[u8], salt: &[u8]) -> Result<String, Error> {
    let hash = argon2(cost)?.hash_password_with_salt(password, salt);
    Ok(hash
        .map_err(|e| Error::Internal(format!("argon2: {e}")))?
        .to_string())
}

fn verify(password: &[u8], stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else {
        return false;
    };
    let is_cost_allowed = Params::try_from(&parsed)
        .is_ok_and(|p| p.m_cost() <= MAX_COST.memory && p.t_cost() <= MAX_COST.passes);
    is_cost_allowed && Argon2::default().verify_password(password, &parsed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::rng::SeededRng;

    #[tokio::test]
    async fn verify_accepts_own_hash_and_rejects_excessive_cost() {
        let hasher = Hasher::new(HashCost::TESTING, Arc::new(SeededRng::new(1)));
        let stored = hasher.hash("correct horse".into()).await.expect("hashed");
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(
            hasher
                .verify("correct horse".into(), Some(stored.clone()))
                .await
                .expect("verified")
        );
        assert!(
            !hasher
                .verify("wrong".into(), Some(stored.clone()))
                .await
                .expect("verified")
        );
        assert!(
            !hasher
                .verify(String::from_utf8_lossy(DUMMY_PASSWORD).into(), None)
                .await
                .expect("verified")
        );
        assert!(!hasher.is_outdated(&stored));
        let expensive = stored.replace("m=64,", "m=67108864,");
        assert!(
            !hasher
                .verify("correct horse".into(), Some(expensive))
                .await
                .expect("verified")
        );
    }
}
