//! The only doors to the database.
//!
//! [`Db`] keeps the pool to itself. [`Db::begin`] takes a [`Grant`], which only the permission check makes, and gives a
//! [`TenantTx`], the only thing that tenant queries take. [`Db::system`] gives a [`SystemTx`] for the global tables; the
//! database refuses tenant tables to it.
//!
//! A tenant transaction without a permission does not compile:
//! ```compile_fail
//! # async fn f(db: service::db::Db, tenant: domain::TenantId, user: domain::UserId) {
//! let grant = service::tenants::Grant { tenant, user }; // its fields are private
//! let tx = db.begin(grant).await;
//! # }
//! ```
//! Nor does one that was not begun through the door, nor the pool behind it:
//! ```compile_fail
//! # async fn f(db: service::db::Db) {
//! let tx = service::db::TenantTx::from(db.pool.begin().await);
//! # }
//! ```
//! Nor a tenant query on a system transaction:
//! ```compile_fail
//! # async fn f(tx: &mut service::db::SystemTx, id: domain::JobApplicationId) {
//! let found: &mut service::db::TenantTx = tx;
//! # }
//! ```

mod listener;
mod migrate;
mod queries;
mod role;
mod system_tx;
mod tenant_tx;
mod transport;

pub(crate) use listener::Listener;
pub use migrate::{MIGRATOR, migrate};
pub use role::{RoleProblem, check_role};
/// How to reach a database and as whom. Named here so that no other crate has to name sqlx.
pub use sqlx::postgres::PgConnectOptions as ConnectOptions;
pub use system_tx::{SystemConn, SystemReason, SystemTx};
pub use tenant_tx::TenantTx;
#[cfg(feature = "no_where_tenant")]
pub use tenant_tx::misdirect;
pub use transport::protected;

use crate::{Error, tenants::Grant};
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

/// How long the database works for us before it gives up. They travel with the opening of a connection.
const TIMES: [(&str, &str); 3] = [
    ("statement_timeout", "20s"),
    ("lock_timeout", "5s"),
    // A transaction whose server froze gives back what it holds.
    ("idle_in_transaction_session_timeout", "30s"),
];

/// The database, as the pool's login.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
    transactions: Arc<AtomicU64>,
    waiting: Arc<AtomicU32>,
}

/// How the pool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// Connections that wait for work.
    pub idle: u32,
    /// Connections at work.
    pub used: u32,
    /// Pieces of work that wait for a connection.
    pub waiting: u32,
}

/// Waits for a connection until dropped.
struct Waiting(Arc<AtomicU32>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Db {
    /// Makes the pool; connects when first needed.
    pub fn connect(options: PgConnectOptions, connections: u32) -> Self {
        let options = options.application_name("jobhax").options(TIMES);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(Duration::from_mins(5))
            // A ping per request would double the round trips; a dead connection answers 503 and is dropped.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Self {
            pool,
            transactions: Arc::default(),
            waiting: Arc::default(),
        }
    }

    /// Begins a transaction inside the tenant of the grant, seeing what its person may see. One message.
    pub async fn begin(&self, grant: Grant) -> Result<TenantTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let _waiting = self.wait();
        TenantTx::begin(&self.pool, grant).await
    }

    /// As [`Self::begin`], and claims a key in the same message; `claim` is the statement that does.
    pub(crate) async fn begin_claimed(&self, grant: Grant, claim: &str) -> Result<TenantTx, Error> {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let _waiting = self.wait();
        TenantTx::begin_claimed(&self.pool, grant, claim).await
    }

    /// Begins a transaction on the global tables. The reason is logged at debug level.
    pub async fn system(&self, reason: SystemReason) -> Result<SystemTx, Error> {
        tracing::debug!(?reason, "system transaction");
        self.transactions.fetch_add(1, Ordering::Relaxed);
        let _waiting = self.wait();
        SystemTx::begin(&self.pool).await
    }

    /// A connection for single statements on the global tables, each of which stands for itself.
    pub async fn system_read(&self, reason: SystemReason) -> Result<SystemConn, Error> {
        tracing::debug!(?reason, "system statement");
        let _waiting = self.wait();
        SystemConn::acquire(&self.pool).await
    }

    /// A connection beside the pool that hears what transactions tell on the channel.
    pub(crate) async fn listen(&self, channel: &str) -> Result<Listener, Error> {
        Listener::connect(self.pool.connect_options().as_ref().clone(), channel).await
    }

    fn wait(&self) -> Waiting {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(self.waiting.clone())
    }

    /// How the pool is at the moment.
    pub fn pool_state(&self) -> PoolState {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        PoolState {
            idle,
            used: self.pool.size().saturating_sub(idle),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// Transactions begun since the start.
    pub fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        queries::ping(&self.pool).await
    }

    /// Closes all connections; those at work finish first.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
