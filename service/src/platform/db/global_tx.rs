//! Transactions and connections outside of any tenant.

use super::{
    AdvisoryLock, TenantTx,
    change_buffer::{ChangeBuffer, ChangeRecord},
    connection::Connection,
    pool::Pool,
    queries, tenant_tx,
};
use crate::{Error, context::Grant, platform::notifier::Notifier};
use domain::{TenantId, UserId, changes::ChangeType};
use sqlx::{AssertSqlSafe, Executor as _};

/// A transaction on the global tables. The database denies it access to tenant tables.
pub struct GlobalTx {
    conn: Connection,
    notifier: Notifier,
    buffer: ChangeBuffer,
}

impl GlobalTx {
    pub(super) async fn begin(pool: &Pool, notifier: &Notifier) -> Result<Self, Error> {
        let mut conn = pool.acquire().await?;
        conn.begin(None, "begin").await?;
        Ok(Self {
            conn,
            notifier: notifier.clone(),
            buffer: ChangeBuffer::default(),
        })
    }

    pub(super) async fn begin_for(pool: &Pool, notifier: &Notifier, user: UserId) -> Result<Self, Error> {
        let mut conn = pool.acquire_for(user).await?;
        conn.begin(None, "begin").await?;
        Ok(Self {
            conn,
            notifier: notifier.clone(),
            buffer: ChangeBuffer::default(),
        })
    }

    pub(crate) fn conn(&mut self) -> &mut Connection {
        &mut self.conn
    }

    /// Waits for an advisory lock until the end of the transaction. The statements after it see what others have committed.
    pub(crate) async fn lock(&mut self, lock: AdvisoryLock) -> Result<(), Error> {
        queries::lock(&mut self.conn, &lock.key()).await
    }

    /// Continues the same transaction inside a tenant, so that for instance a new tenant and its first rows are committed
    /// together.
    pub(crate) async fn into_tenant(mut self, grant: Grant) -> Result<TenantTx, Error> {
        let set_context = tenant_tx::set_tenant_context(grant);
        self.conn.execute(AssertSqlSafe(set_context)).await?;
        Ok(TenantTx::begun(self.conn, self.notifier, grant, self.buffer))
    }

    /// As [`Self::into_tenant`], and runs `claim`, the statement that claims an idempotency key, in the same round trip.
    pub(crate) async fn into_tenant_claimed(mut self, grant: Grant, claim: &str) -> Result<TenantTx, Error> {
        let statements = format!("{}; {claim}", tenant_tx::set_tenant_context(grant));
        self.conn.execute(AssertSqlSafe(statements)).await?;
        Ok(TenantTx::begun(self.conn, self.notifier, grant, self.buffer))
    }

    /// Records a change of a member, which the commit appends to the changes feed of the tenant.
    pub(crate) fn record_member(&mut self, tenant: TenantId, change_type: ChangeType, member: UserId) {
        let record = ChangeRecord {
            change_type,
            object: member.0,
            owner: None,
            application: None,
            transition: None,
        };
        self.buffer.push(tenant, record);
    }

    /// Commits the transaction.
    pub async fn commit(mut self) -> Result<(), Error> {
        Ok(self.buffer.commit(&mut self.conn, &self.notifier).await?)
    }
}

/// A connection for single statements on the global tables. A transaction would cost two more round trips.
pub struct GlobalConn {
    conn: Connection,
}

impl GlobalConn {
    pub(super) async fn acquire(pool: &Pool) -> Result<Self, Error> {
        Ok(Self {
            conn: pool.acquire().await?,
        })
    }

    pub(crate) fn conn(&mut self) -> &mut Connection {
        &mut self.conn
    }

    /// Sends a notification to all servers that listen on the channel.
    pub(crate) async fn notify(&mut self, channel: &str, payload: &str) -> Result<(), Error> {
        queries::notify(&mut self.conn, channel, payload).await
    }
}
