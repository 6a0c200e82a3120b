//! Database access.
//!
//! [`Db`] keeps the pool private. [`Db::begin`] takes a [`Grant`], which only the permission check creates, and returns a
//! [`TenantTx`], the only thing that tenant queries accept. [`Db::begin_global`] returns a [`GlobalTx`] for the global
//! tables; the database denies it access to tenant tables.
//!
//! A tenant transaction without a permission does not compile:
//! ```compile_fail
//! # async fn f(db: service::platform::db::Db, tenant: domain::TenantId, user: domain::UserId) {
//! let grant = service::context::Grant { tenant, user, is_read: true }; // its fields are private
//! let tx = db.begin(grant).await;
//! # }
//! ```
//! Nor does access to the pool:
//! ```compile_fail
//! # async fn f(db: service::platform::db::Db) {
//! let tx = service::platform::db::TenantTx::from(db.pool.begin().await);
//! # }
//! ```
//! Nor a tenant query in a global transaction:
//! ```compile_fail
//! # async fn f(tx: &mut service::platform::db::GlobalTx, id: domain::JobApplicationId) {
//! let found: &mut service::platform::db::TenantTx = tx;
//! # }
//! ```

mod advisory_lock;
mod change_buffer;
mod connection;
mod diagnose;
mod global_tx;
mod listener;
mod migrate;
mod pool;
mod purge;
mod queries;
mod role;
mod tenant_tx;
mod tls;
mod user_share;
mod version;

pub(crate) use advisory_lock::{AdvisoryLock, CountedObject};
pub(crate) use change_buffer::StateChange;
pub(crate) use connection::Connection;
pub use diagnose::{Diagnosis, diagnose};
pub use global_tx::{GlobalConn, GlobalTx};
pub(crate) use listener::{Listener, Notification};
pub use migrate::{MIGRATOR, migrate, migrate_with};
pub(crate) use purge::purge_in_batches;
pub use role::{RoleError, check_role};
/// The address of a database and the login role. Re-exported so that no other crate needs sqlx.
pub use sqlx::postgres::PgConnectOptions as ConnectOptions;
pub use tenant_tx::TenantTx;
#[cfg(feature = "no_where_tenant")]
pub use tenant_tx::with_wrong_tenant;
pub use tls::require_tls;
pub use version::is_supported_version;

use crate::{Error, context::Grant, platform::notifier::Notifier};
use domain::UserId;
use pool::Pool;
use sqlx::postgres::PgConnectOptions;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Settings of each session, sent with the connection request.
const SESSION_SETTINGS: [(&str, &str); 9] = [
    ("statement_timeout", "20s"),
    ("lock_timeout", "5s"),
    // Releases the locks of a server that hangs in the middle of a transaction.
    ("idle_in_transaction_session_timeout", "30s"),
    // These release the locks of a server that has vanished without closing its connections.
    ("client_connection_check_interval", "5s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "15000"),
    ("client_min_messages", "error"),
];

/// The connection pool.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    transactions: Arc<AtomicU64>,
    notifier: Notifier,
}

/// A snapshot of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// Idle connections.
    pub idle: u32,
    /// Connections in use.
    pub used: u32,
    /// Tasks that wait for a connection.
    pub waiting: u32,
}

impl Db {
    /// Creates the pool; it connects when a connection is first needed.
    pub fn connect(options: PgConnectOptions, max_connections: u32) -> Self {
        let options = options.application_name("jobhax").options(SESSION_SETTINGS);
        Self {
            pool: Pool::new(options, max_connections),
            transactions: Arc::default(),
            notifier: Notifier::default(),
        }
    }

    /// The database for background jobs: the same pool, in which each user has a separate share from requests.
    #[must_use]
    pub(crate) fn for_jobs(&self) -> Self {
        Self {
            pool: self.pool.with_separate_shares(),
            transactions: self.transactions.clone(),
            notifier: self.notifier.clone(),
        }
    }

    /// Begins a transaction in the grant's tenant that sees what the grant's user may see. One round trip. It counts towards
    /// the user's share of the pool, so no request may have two at once.
    pub async fn begin(&self, grant: Grant) -> Result<TenantTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        TenantTx::begin(&self.pool, &self.notifier, grant).await
    }

    /// As [`Self::begin`], and runs `claim`, the statement that claims an idempotency key, in the same round trip.
    pub(crate) async fn begin_claimed(&self, grant: Grant, claim: &str) -> Result<TenantTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        TenantTx::begin_claimed(&self.pool, &self.notifier, grant, claim).await
    }

    /// Begins a transaction on the global tables.
    pub async fn begin_global(&self) -> Result<GlobalTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        GlobalTx::begin(&self.pool, &self.notifier).await
    }

    /// As [`Self::begin_global`], for a request of this user and within their share of the pool.
    pub(crate) async fn begin_global_for(&self, user: UserId) -> Result<GlobalTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        GlobalTx::begin_for(&self.pool, &self.notifier, user).await
    }

    /// A connection for single autocommitted statements on the global tables.
    pub async fn global_conn(&self) -> Result<GlobalConn, Error> {
        GlobalConn::acquire(&self.pool).await
    }

    /// A dedicated connection, outside of the pool, that receives the notifications of the channels.
    pub(crate) async fn listen(&self, channels: [&str; 2]) -> Result<Listener, Error> {
        Listener::connect(self.pool.options().clone(), channels).await
    }

    /// Changes of committed transactions, and the requests that wait for them.
    pub fn notifier(&self) -> &Notifier {
        &self.notifier
    }

    /// The current state of the pool.
    pub fn pool_state(&self) -> PoolState {
        self.pool.state()
    }

    /// How long ago a statement last got its complete response.
    pub fn last_response(&self) -> Duration {
        self.pool.last_response()
    }

    /// Probes the connections of the pool and replaces dead ones until cancelled.
    pub async fn supervise(&self) {
        self.pool.supervise().await;
    }

    /// Number of transactions begun since startup.
    pub fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        queries::ping(&mut self.pool.acquire().await?).await
    }

    /// Closes each connection after its current use.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
