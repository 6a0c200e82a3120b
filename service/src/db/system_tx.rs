//! A transaction outside of any tenant.

use super::{TenantTx, tenant_tx};
use crate::{Error, tenants::Grant};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, PgPool, Postgres, Transaction, pool::PoolConnection};

/// Why something works outside of a tenant. New reasons are added here, in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemReason {
    /// Making a person and their workspace.
    Register,
    /// Finding a person by e-mail.
    Login,
    /// Exchanging or ending tokens and sessions.
    Session,
    /// Counting against a limit.
    Count,
    /// Finding who calls and in which workspace.
    Identify,
    /// Removing what has expired.
    Sweep,
    /// Taking up and ending background work.
    Work,
    /// Reading and changing one's own account.
    Account,
    /// Sending letters.
    Letter,
    /// Signing in by another provider.
    Identity,
}

/// A transaction on the global tables. The database refuses tenant tables to it.
pub struct SystemTx {
    tx: Transaction<'static, Postgres>,
}

impl SystemTx {
    #[expect(clippy::disallowed_methods, reason = "the door itself")]
    pub(super) async fn begin(pool: &PgPool) -> Result<Self, Error> {
        let pool = pool.clone();
        Ok(Self {
            tx: tenant_tx::whole(async move { pool.begin().await }).await?,
        })
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Goes on inside a tenant, in the same transaction: a new workspace and its first rows come together or not at all.
    pub(crate) async fn enter(mut self, grant: Grant) -> Result<TenantTx, Error> {
        self.tx.execute(AssertSqlSafe(tenant_tx::enter(grant))).await?;
        Ok(TenantTx::entered(self.tx, grant))
    }

    /// As [`Self::enter`], and claims a key in the same message; `claim` is the statement that does.
    pub(crate) async fn enter_claimed(mut self, grant: Grant, claim: &str) -> Result<TenantTx, Error> {
        let enter = format!("{}; {claim}", tenant_tx::enter(grant));
        self.tx.execute(AssertSqlSafe(enter)).await?;
        Ok(TenantTx::entered(self.tx, grant))
    }

    /// Makes everything last.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }
}

/// A connection for single statements on the global tables, where a transaction would only cost two messages more.
pub struct SystemConn {
    conn: PoolConnection<Postgres>,
}

impl SystemConn {
    #[expect(clippy::disallowed_methods, reason = "the door itself")]
    pub(super) async fn acquire(pool: &PgPool) -> Result<Self, Error> {
        Ok(Self {
            conn: pool.acquire().await?,
        })
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.conn
    }

    /// Tells all servers that listen on the channel.
    pub(crate) async fn notify(&mut self, channel: &str, payload: &str) -> Result<(), Error> {
        super::queries::notify(&mut self.conn, channel, payload).await
    }
}
