//! Password hashing: Argon2id (RFC 9106), off the async threads, with a bound on how many run at once.

use crate::{Error, rng::Rng};
use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use domain::ErrorCode;
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// What one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl HashCost {
    /// What the OWASP cheat sheet asks for at least: 19 MiB, two passes.
    pub const SERVING: Self = Self {
        memory: 19_456,
        passes: 2,
    };
    /// For tests that are not about hashing.
    pub const TESTING: Self = Self {
        memory: 64,
        passes: 1,
    };
}

/// Hashes waiting at once; more are told to come back.
const QUEUE: usize = 64;
/// Most memory (KiB) and passes that a stored hash may ask for: a planted row must not exhaust the machine.
const MAX_MEMORY: u32 = 262_144;
const MAX_PASSES: u32 = 16;

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Hasher {
    cost: HashCost,
    rng: Arc<dyn Rng>,
    at_work: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Checked when there is no such person, so that both answers take the same time.
    decoy: Arc<str>,
}

impl Hasher {
    /// As many at once as there are processors.
    pub fn new(cost: HashCost, rng: Arc<dyn Rng>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let decoy = hash(cost, b"nobody has this password", &[7; 16]).unwrap_or_default();
        Self {
            cost,
            rng,
            at_work: Arc::new(Semaphore::new(cores)),
            waiting: Arc::new(Semaphore::new(QUEUE)),
            decoy: decoy.into(),
        }
    }

    /// The string to store for a password.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let mut salt = [0; 16];
        self.rng.fill(&mut salt);
        let cost = self.cost;
        self.run(move || hash(cost, password.as_bytes(), &salt)).await?
    }

    /// Whether the password is the one of the stored string. Without a stored string it works as long and says no.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Error> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let right = self.run(move || verify(password.as_bytes(), &stored)).await?;
        Ok(right && known)
    }

    /// Whether the stored string was made with other costs than today's.
    pub fn outdated(&self, stored: &str) -> bool {
        PasswordHash::new(stored)
            .ok()
            .and_then(|h| Params::try_from(&h).ok())
            .is_none_or(|p| p.m_cost() != self.cost.memory || p.t_cost() != self.cost.passes)
    }

    /// Does other work on a password in the same place: off the async threads, so many at once.
    ///
    /// # Errors
    /// `unavailable` when too many wait already.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let busy = || {
            let mut api = domain::ApiError::new(
                ErrorCode::Unavailable,
                "Many people sign in right now. Try again shortly.",
            );
            api.retry_after = Some(2);
            Error::Api(api)
        };
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        let permit = tokio::time::timeout(Duration::from_secs(8), self.at_work.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| busy())?.map_err(|_| busy())?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit; // kept by the work itself: a caller that goes away does not free its place early
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
    let bounded =
        Params::try_from(&parsed).is_ok_and(|p| p.m_cost() <= MAX_MEMORY && p.t_cost() <= MAX_PASSES);
    bounded && Argon2::default().verify_password(password, &parsed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SeededRng;

    #[tokio::test]
    async fn knows_its_own_hashes_and_refuses_planted_ones() {
        let hasher = Hasher::new(HashCost::TESTING, Arc::new(SeededRng::new(1)));
        let stored = hasher.hash("correct horse".into()).await.expect("hashed");
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(
            hasher
                .verify("correct horse".into(), Some(stored.clone()))
                .await
                .expect("checked")
        );
        assert!(
            !hasher
                .verify("wrong".into(), Some(stored.clone()))
                .await
                .expect("checked")
        );
        assert!(
            !hasher
                .verify("nobody has this password".into(), None)
                .await
                .expect("checked")
        );
        assert!(!hasher.outdated(&stored));
        let bomb = stored.replace("m=64,", "m=67108864,");
        assert!(
            !hasher
                .verify("correct horse".into(), Some(bomb))
                .await
                .expect("refused at once")
        );
    }
}
