//! Use cases: permission, one tenant transaction, rules of [`domain`], SQL, commit. Knows the database and mail, never
//! axum or Leptos. One folder per word, the same words as everywhere; SQL only in each folder's `queries.rs`.

pub mod clock;
pub mod cursor;
pub mod db;
mod error;
pub mod idempotency;
pub mod identities;
pub mod jobapps;
pub mod jobs;
pub mod keys;
pub mod letters;
pub mod limits;
pub mod mail;
pub mod metrics;
mod outbound;
pub mod rng;
pub mod security;
pub mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
pub mod users;
mod vault;

pub use error::Error;

use clock::Clock;
use db::Db;
use identities::Providers;
use keys::Keys;
use limits::{Limiter, Limits};
use rng::Rng;
use std::{path::PathBuf, sync::Arc};
use users::{Callers, Hasher, Tokens};

/// What use cases work with. Made once at start, shared by everything that serves.
#[derive(Clone)]
pub struct Services {
    /// The doors to the database.
    pub db: Db,
    /// The present time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for ids and secrets.
    pub rng: Arc<dyn Rng>,
    /// Hashes and checks passwords, off the async threads.
    pub hasher: Hasher,
    /// Signs and verifies access tokens.
    pub tokens: Tokens,
    /// Who stands behind access tokens, as far as it is known without asking.
    pub callers: Callers,
    /// Signing keys of cursors and the like.
    pub keys: Arc<Keys>,
    /// How often something may be asked.
    pub limiter: Limiter,
    /// Who is having their data written as a document.
    pub exports: users::Places,
    /// Where uploads are kept while they are read.
    pub data_dir: PathBuf,
    /// How letters to people leave.
    pub post: letters::Post,
    /// Where people reach us; links in letters begin with it.
    pub public_url: Arc<str>,
    /// Other providers that people sign in with, and the way out to them.
    pub providers: Arc<Providers>,
}

impl Services {
    /// Puts the parts together. `issuer` is the public URL, which access tokens name as issuer and audience.
    ///
    /// # Errors
    /// [`Error::Internal`] when the signing key does not sign and verify.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        keys: Keys,
        issuer: &str,
        hashing: users::HashCost,
        data_dir: PathBuf,
    ) -> Result<Self, Error> {
        let tokens = Tokens::new(&keys, issuer, clock.as_ref())?;
        let post = letters::Post::outbox(issuer).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(Self {
            db,
            hasher: Hasher::new(hashing, rng.clone()),
            tokens,
            callers: Callers::default(),
            keys: Arc::new(keys),
            clock,
            rng,
            limiter: Limiter::default(),
            exports: users::Places::default(),
            data_dir,
            post,
            public_url: issuer.into(),
            providers: Arc::new(Providers::none()?),
        })
    }

    /// With other limits than the usual ones.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self {
            limiter: Limiter::new(limits),
            ..self
        }
    }

    /// The same, with another way out for letters than the outbox.
    #[must_use]
    pub fn with_post(mut self, post: letters::Post) -> Self {
        self.post = post;
        self
    }

    /// With these providers instead of none.
    ///
    /// # Errors
    /// [`Error::Internal`] with a sentence for the operator when an address is none that may be called.
    pub fn with_providers(mut self, settings: &identities::Settings) -> Result<Self, Error> {
        self.providers = Arc::new(Providers::new(settings)?);
        Ok(self)
    }

    /// A new `UUIDv7` from the injected clock and randomness.
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        rng::uuid(self.clock.now(), self.rng.as_ref()).into()
    }
}
