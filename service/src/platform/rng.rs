//! Randomness, injected so that tests are deterministic.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use rand_core::{OsRng, TryRngCore as _};
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// A source of random bytes.
pub trait Rng: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's cryptographically secure generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::panic, reason = "without randomness every secret would be guessable")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = OsRng.try_fill_bytes(bytes) {
            panic!("the operating system provides no random bytes: {error}");
        }
    }
}

/// Deterministic bytes for tests: SHA-256 of a seed and a counter. Not for secrets.
#[derive(Debug)]
pub struct SeededRng {
    seed: u64,
    counter: AtomicU64,
}

impl SeededRng {
    /// A generator whose bytes depend only on the seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            counter: AtomicU64::new(0),
        }
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let n = self.counter.fetch_add(1, Ordering::Relaxed);
            let block = Sha256::new()
                .chain_update(self.seed.to_le_bytes())
                .chain_update(n.to_le_bytes())
                .finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

/// A `UUIDv7` (RFC 9562 §5.7).
pub fn uuid(now: DateTime<Utc>, rng: &dyn Rng) -> Uuid {
    let mut random = [0; 10];
    rng.fill(&mut random);
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A secret of 256 random bits, base64url without padding, for cookies and tokens.
pub fn secret(rng: &dyn Rng) -> String {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The hash under which a secret is stored.
pub fn sha256(secret: &[u8]) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}
