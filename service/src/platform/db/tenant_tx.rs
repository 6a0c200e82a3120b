//! Transactions inside one tenant.

#[cfg(feature = "no_where_tenant")]
use self::with_wrong_tenant::wrong_tenant;
use crate::{Error, context::Grant};
use domain::{TenantId, UserId};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};

/// A transaction in which row level security shows and accepts only rows of one tenant that one user may see and change.
/// Rolled back when dropped without [`commit`](Self::commit).
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    grant: Grant,
}

impl TenantTx {
    pub(super) async fn begin(pool: &PgPool, grant: Grant) -> Result<Self, Error> {
        let begin = format!("begin; {}", set_tenant_context(grant));
        let pool = pool.clone();
        let tx = begin_detached(async move { pool.begin_with(AssertSqlSafe(begin)).await }).await?;
        Ok(Self { tx, grant })
    }

    /// As [`Self::begin`], with `claim` in the same message. The statements of one message form an implicit transaction, and
    /// the BEGIN at the end keeps it open. So a failed claim leaves no open transaction behind, which sqlx 0.9 would not end.
    pub(super) async fn begin_claimed(pool: &PgPool, grant: Grant, claim: &str) -> Result<Self, Error> {
        let begin = format!("{}; {claim}; begin", set_tenant_context(grant));
        let pool = pool.clone();
        let tx = begin_detached(async move { pool.begin_with(AssertSqlSafe(begin)).await }).await?;
        Ok(Self { tx, grant })
    }

    pub(super) fn begun(tx: Transaction<'static, Postgres>, grant: Grant) -> Self {
        Self { tx, grant }
    }

    /// The tenant; every statement filters by it.
    pub fn tenant(&self) -> TenantId {
        #[cfg(feature = "no_where_tenant")]
        if let Some((tenant, _)) = wrong_tenant() {
            return tenant;
        }
        self.grant.tenant()
    }

    /// The user that the transaction works for.
    pub fn user(&self) -> UserId {
        #[cfg(feature = "no_where_tenant")]
        if let Some((_, user)) = wrong_tenant() {
            return user;
        }
        self.grant.user()
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Commits the transaction.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }

    /// Rolls back. On return all locks are released, which dropping does not guarantee.
    pub(crate) async fn rollback(self) -> Result<(), Error> {
        Ok(self.tx.rollback().await?)
    }
}

/// Begins a transaction in a task of its own. The caller may be cancelled at any moment, for instance when a client
/// disconnects; sqlx 0.9 then forgets a BEGIN that is in flight and returns the connection to the pool inside a transaction.
pub(super) async fn begin_detached<F>(begin: F) -> Result<Transaction<'static, Postgres>, Error>
where
    F: Future<Output = Result<Transaction<'static, Postgres>, sqlx::Error>> + Send + 'static,
{
    match tokio::spawn(begin).await {
        Ok(transaction) => Ok(transaction?),
        Err(error) => Err(Error::Internal(format!("failed to begin a transaction: {error}"))),
    }
}

/// The statement that switches the transaction to the tenant. Both arguments are UUIDs, so nothing has to be escaped.
pub(super) fn set_tenant_context(grant: Grant) -> String {
    format!(
        "select set_tenant_context('{}', '{}')",
        grant.tenant(),
        grant.user()
    )
}

/// Test only: makes every query filter by another tenant and user. That is stricter than leaving the filters out, and row
/// level security alone must protect the data.
#[cfg(feature = "no_where_tenant")]
pub mod with_wrong_tenant {
    use domain::{TenantId, UserId};
    use std::sync::{Mutex, PoisonError};

    static WRONG_TENANT: Mutex<Option<(TenantId, UserId)>> = Mutex::new(None);

    /// Sets the tenant and user for all statements of this process, or restores the right ones.
    pub fn set(wrong: Option<(TenantId, UserId)>) {
        *WRONG_TENANT.lock().unwrap_or_else(PoisonError::into_inner) = wrong;
    }

    pub(super) fn wrong_tenant() -> Option<(TenantId, UserId)> {
        *WRONG_TENANT.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
