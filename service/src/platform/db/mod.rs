//! Database access.
//!
//! [`Db`] keeps the pool private. [`Db::begin`] takes a [`Grant`], which only the permission check creates, and returns a
//! [`TenantTx`], the only thing that tenant queries accept. [`Db::begin_global`] returns a [`GlobalTx`] for the global
//! tables; the database denies it access to tenant tables.
//!
//! A tenant transaction without a permission does not compile:
//! ```compile_fail
//! # async fn f(db: service::platform::db::Db, tenant: domain::TenantId, user: domain::UserId) {
//! let grant = service::context::Grant { tenant, user }; // its fields are private
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

mod global_tx;
mod listener;
mod migrate;
mod queries;
mod role;
mod tenant_tx;
mod tls;
mod version;

pub use global_tx::{GlobalConn, GlobalTx};
pub(crate) use listener::Listener;
pub use migrate::{MIGRATOR, migrate};
pub use role::{RoleError, check_role};
/// The address of a database and the login role. Re-exported so that no other crate needs sqlx.
pub use sqlx::postgres::PgConnectOptions as ConnectOptions;
pub use tenant_tx::TenantTx;
#[cfg(feature = "no_where_tenant")]
pub use tenant_tx::with_wrong_tenant;
pub use tls::require_tls;
pub use version::is_supported_version;

use crate::{Error, context::Grant};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

/// Settings of each session, sent with the connection request.
const SESSION_TIMEOUTS: [(&str, &str); 3] = [
    ("statement_timeout", "20s"),
    ("lock_timeout", "5s"),
    // Releases the locks of a server that hangs in the middle of a transaction.
    ("idle_in_transaction_session_timeout", "30s"),
];

/// The connection pool.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    transactions: Arc<AtomicU64>,
    waiting: Arc<AtomicU32>,
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

/// Counts as waiting for a connection until dropped.
struct WaitingGuard(Arc<AtomicU32>);

impl Drop for WaitingGuard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Db {
    /// Creates the pool; it connects when a connection is first needed.
    pub fn connect(options: PgConnectOptions, max_connections: u32) -> Self {
        let options = options.application_name("jobhax").options(SESSION_TIMEOUTS);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(Duration::from_mins(5))
            // A ping per request would double the round trips; on a dead connection the request fails with 503 and the
            // connection is dropped.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Self {
            pool,
            transactions: Arc::default(),
            waiting: Arc::default(),
        }
    }

    /// Begins a transaction in the grant's tenant that sees what the grant's user may see. One round trip.
    pub async fn begin(&self, grant: Grant) -> Result<TenantTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let _waiting = self.count_waiting();
        TenantTx::begin(&self.pool, grant).await
    }

    /// As [`Self::begin`], and runs `claim`, the statement that claims an idempotency key, in the same round trip.
    pub(crate) async fn begin_claimed(&self, grant: Grant, claim: &str) -> Result<TenantTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let _waiting = self.count_waiting();
        TenantTx::begin_claimed(&self.pool, grant, claim).await
    }

    /// Begins a transaction on the global tables.
    pub async fn begin_global(&self) -> Result<GlobalTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let _waiting = self.count_waiting();
        GlobalTx::begin(&self.pool).await
    }

    /// A connection for single autocommitted statements on the global tables.
    pub async fn global_conn(&self) -> Result<GlobalConn, Error> {
        let _waiting = self.count_waiting();
        GlobalConn::acquire(&self.pool).await
    }

    /// A dedicated connection, outside of the pool, that receives the notifications of the channel.
    pub(crate) async fn listen(&self, channel: &str) -> Result<Listener, Error> {
        Listener::connect(self.pool.connect_options().as_ref().clone(), channel).await
    }

    fn count_waiting(&self) -> WaitingGuard {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        WaitingGuard(self.waiting.clone())
    }

    /// The current state of the pool.
    pub fn pool_state(&self) -> PoolState {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        PoolState {
            idle,
            used: self.pool.size().saturating_sub(idle),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
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
        queries::ping(&self.pool).await
    }

    /// Closes all connections after their present use.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
