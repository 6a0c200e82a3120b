//! Use cases: each checks permission, opens one tenant transaction, applies the rules of [`domain`], runs SQL and commits.
//! The only crate that knows the database, HTTP clients and email; it knows neither axum nor Leptos. SQL is only in
//! `queries` modules.
//!
//! Modules import only modules that come before them in this order: [`audit_log`], [`context`], [`platform`],
//! [`audit`], [`quotas`], [`rate_limit`], [`idempotency`], [`background`], [`uploads`], [`email`], [`tenants`], [`auth`], [`keys`], [`users`], [`organizations`], [`contacts`],
//! [`interviews`], [`tasks`], [`views`], [`calendar`], [`jobapps`], [`files`], [`changes`], [`webhooks`], [`metrics`], [`mail`], [`today`], [`transfers`], [`wiring`], [`admin`].

pub mod admin;
pub mod audit;
pub mod audit_log;
pub mod auth;
pub mod background;
pub mod calendar;
pub mod changes;
pub mod coaching;
pub mod contacts;
pub mod context;
pub mod email;
mod error;
pub mod files;
pub mod idempotency;
pub mod interviews;
pub mod jobapps;
pub mod keys;
pub mod mail;
pub mod metrics;
pub mod organizations;
pub mod platform;
pub mod quotas;
pub mod rate_limit;
pub mod tasks;
pub mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
pub mod today;
pub mod transfers;
pub(crate) mod uploads;
pub mod users;
pub mod views;
pub mod webhooks;
pub mod wiring;

pub use error::Error;

use auth::{
    AuthCache, HashCost, Hasher, Tokens,
    oauth::{self, Providers, TakeoverHook},
};
use background::Registry;
use email::Mailer;
use keys::UsageCounter;
use mail::{ImapConnector, ImapSettings};
use platform::{
    clock::Clock, crypto::keys::Keys, db::Db, dns::DnsClient, file_store::FileStore, rng, rng::Rng,
    storage_limits::StorageLimits,
};
use quotas::QuotaDefaults;
use rate_limit::{Limiter, Limits};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use url::Url;
use users::ExportSlots;
use webhooks::WebhookSender;

/// The dependencies of use cases, created once at startup. Cloning shares them.
#[derive(Clone)]
pub struct Services {
    /// Connection pool.
    pub db: Db,
    /// Current time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for ids and secrets.
    pub rng: Arc<dyn Rng>,
    /// Hashes and verifies passwords on blocking threads.
    pub hasher: Hasher,
    /// Signs and verifies access tokens.
    pub tokens: Tokens,
    /// Authenticated callers by access token.
    pub auth_cache: AuthCache,
    /// Root keys for signing and encryption.
    pub keys: Arc<Keys>,
    /// Rate limits and this process's share of them.
    pub limiter: Limiter,
    /// Requests with API keys that are not counted in the database yet.
    pub key_usage: UsageCounter,
    /// Limits concurrent data exports.
    pub export_slots: ExportSlots,
    /// Handlers of background jobs.
    pub jobs: Arc<Registry>,
    /// Directory of uploads and the outbox.
    pub data_dir: PathBuf,
    /// Contents of files.
    pub file_store: FileStore,
    /// Limits of what users store.
    pub storage_limits: StorageLimits,
    /// Default limits of workspaces without limits of their own.
    pub quotas: QuotaDefaults,
    /// Sends email.
    pub mailer: Mailer,
    /// Base URL of links in email.
    pub public_url: Arc<str>,
    /// OAuth providers.
    pub providers: Arc<Providers>,
    /// Looks up DNS records.
    pub dns: DnsClient,
    /// Opens connections to IMAP servers.
    pub imap: ImapConnector,
    /// Sends events to webhook endpoints.
    pub webhooks: WebhookSender,
    /// Runs before an unverified account is taken over.
    pub(crate) takeover_hook: Arc<dyn TakeoverHook>,
}

impl Services {
    /// Services with default limits, an outbox directory instead of SMTP, and no OAuth providers. `issuer` is the public URL,
    /// which access tokens carry as issuer and audience.
    ///
    /// # Errors
    /// [`Error::Internal`] when the token signing key fails its self-test or the HTTP client cannot be created.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
        keys: Keys,
        issuer: &str,
        hash_cost: HashCost,
        data_dir: PathBuf,
    ) -> Result<Self, Error> {
        let tokens = Tokens::new(&keys, issuer, clock.as_ref())?;
        let file_store =
            FileStore::directory(&data_dir.join("files")).map_err(|e| Error::Internal(e.to_string()))?;
        let providers = Providers::none()?;
        let mailer = Mailer::outbox(issuer).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(Self {
            db,
            hasher: Hasher::new(hash_cost, rng.clone()),
            tokens,
            auth_cache: AuthCache::default(),
            keys: Arc::new(keys),
            clock,
            rng,
            limiter: Limiter::default(),
            key_usage: UsageCounter::default(),
            export_slots: ExportSlots::default(),
            jobs: Arc::new(wiring::job_registry()),
            data_dir,
            file_store,
            storage_limits: StorageLimits::default(),
            quotas: QuotaDefaults::default(),
            mailer,
            public_url: issuer.into(),
            webhooks: WebhookSender::new(providers.http.clone(), issuer),
            providers: Arc::new(providers),
            dns: DnsClient::new(None)?,
            imap: ImapConnector::new(&ImapSettings::default())?,
            takeover_hook: Arc::new(wiring::DisconnectMailboxes),
        })
    }

    /// Replaces the limits of workspaces.
    #[must_use]
    pub fn with_quotas(self, quotas: QuotaDefaults) -> Self {
        Self { quotas, ..self }
    }

    /// Replaces the rate limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self {
            limiter: Limiter::new(limits),
            ..self
        }
    }

    /// Replaces the store of files, which is a directory of the data directory by default.
    #[must_use]
    pub fn with_file_store(mut self, file_store: FileStore) -> Self {
        self.file_store = file_store;
        self
    }

    /// Replaces the mailer.
    #[must_use]
    pub fn with_mailer(mut self, mailer: Mailer) -> Self {
        self.mailer = mailer;
        self
    }

    /// Replaces the OAuth providers.
    ///
    /// # Errors
    /// [`Error::Internal`], with a message for the operator, when a configured URL must not be called.
    pub fn with_providers(mut self, settings: &oauth::Settings) -> Result<Self, Error> {
        self.providers = Arc::new(Providers::new(settings)?);
        Ok(self)
    }

    /// Replaces the name servers of the system by this one.
    ///
    /// # Errors
    /// [`Error::Internal`] if the resolver cannot be created.
    pub fn with_dns_server(mut self, server: SocketAddr) -> Result<Self, Error> {
        self.dns = DnsClient::new(Some(server))?;
        Ok(self)
    }

    /// Allows webhooks to call these origins, too, even if they are not public or do not use https.
    #[must_use]
    pub fn with_webhook_origins(mut self, origins: &[Url]) -> Self {
        self.webhooks = self.webhooks.with_allowed_origins(origins);
        self
    }

    /// Replaces the settings of connections to IMAP servers.
    ///
    /// # Errors
    /// [`Error::Internal`], with a message for the operator, when the file of certificate authorities cannot be read.
    pub fn with_imap(mut self, settings: &ImapSettings) -> Result<Self, Error> {
        self.imap = ImapConnector::new(settings)?;
        Ok(self)
    }

    /// A new `UUIDv7` from the injected clock and randomness.
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        rng::uuid(self.clock.now(), self.rng.as_ref()).into()
    }
}
