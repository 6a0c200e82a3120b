//! Transactions and connections outside of any tenant.

use super::{TenantTx, queries, tenant_tx};
use crate::{Error, context::Grant};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, PgPool, Postgres, Transaction, pool::PoolConnection};

/// A transaction on the global tables. The database denies it access to tenant tables.
pub struct GlobalTx {
    tx: Transaction<'static, Postgres>,
}

impl GlobalTx {
    #[expect(
        clippy::disallowed_methods,
        reason = "the only place that begins global transactions"
    )]
    pub(super) async fn begin(pool: &PgPool) -> Result<Self, Error> {
        let pool = pool.clone();
        Ok(Self {
            tx: tenant_tx::begin_detached(async move { pool.begin().await }).await?,
        })
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Continues the same transaction inside a tenant, so that for instance a new tenant and its first rows are committed
    /// together.
    pub(crate) async fn into_tenant(mut self, grant: Grant) -> Result<TenantTx, Error> {
        let set_context = tenant_tx::set_tenant_context(grant);
        self.tx.execute(AssertSqlSafe(set_context)).await?;
        Ok(TenantTx::begun(self.tx, grant))
    }

    /// As [`Self::into_tenant`], and runs `claim`, the statement that claims an idempotency key, in the same round trip.
    pub(crate) async fn into_tenant_claimed(mut self, grant: Grant, claim: &str) -> Result<TenantTx, Error> {
        let statements = format!("{}; {claim}", tenant_tx::set_tenant_context(grant));
        self.tx.execute(AssertSqlSafe(statements)).await?;
        Ok(TenantTx::begun(self.tx, grant))
    }

    /// Commits the transaction.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }
}

/// A connection for single statements on the global tables. A transaction would cost two more round trips.
pub struct GlobalConn {
    conn: PoolConnection<Postgres>,
}

impl GlobalConn {
    #[expect(
        clippy::disallowed_methods,
        reason = "the only place that acquires connections"
    )]
    pub(super) async fn acquire(pool: &PgPool) -> Result<Self, Error> {
        Ok(Self {
            conn: pool.acquire().await?,
        })
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.conn
    }

    /// Sends a notification to all servers that listen on the channel.
    pub(crate) async fn notify(&mut self, channel: &str, payload: &str) -> Result<(), Error> {
        queries::notify(&mut self.conn, channel, payload).await
    }
}
