//! A transaction inside one tenant.

use crate::{Error, tenants::Grant};
use domain::{TenantId, UserId};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};

/// A transaction in which the database itself shows and takes only the rows of one tenant that one person may see and
/// change. Rolled back when dropped without [`commit`](Self::commit).
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    grant: Grant,
}

impl TenantTx {
    pub(super) async fn begin(pool: &PgPool, grant: Grant) -> Result<Self, Error> {
        // Both values are UUIDs, so the text holds nothing that a caller could have written.
        let begin = format!("begin; {}", enter(grant));
        let pool = pool.clone();
        let tx = whole(async move { pool.begin_with(AssertSqlSafe(begin)).await }).await?;
        Ok(Self { tx, grant })
    }

    /// As [`Self::begin`], with one statement more in the message that begins. Its statements are one transaction from the
    /// first on, and BEGIN at their end keeps it open; so a claim that is refused leaves no open one behind, which sqlx 0.9
    /// would not end.
    pub(super) async fn begin_claimed(pool: &PgPool, grant: Grant, claim: &str) -> Result<Self, Error> {
        let begin = format!("{}; {claim}; begin", enter(grant));
        let pool = pool.clone();
        let tx = whole(async move { pool.begin_with(AssertSqlSafe(begin)).await }).await?;
        Ok(Self { tx, grant })
    }

    pub(super) fn entered(tx: Transaction<'static, Postgres>, grant: Grant) -> Self {
        Self { tx, grant }
    }

    /// The tenant; every statement names it in its `where`.
    pub fn tenant(&self) -> TenantId {
        #[cfg(feature = "no_where_tenant")]
        if let Some((tenant, _)) = misdirected() {
            return tenant;
        }
        self.grant.tenant()
    }

    /// The person at work.
    pub fn user(&self) -> UserId {
        #[cfg(feature = "no_where_tenant")]
        if let Some((_, user)) = misdirected() {
            return user;
        }
        self.grant.user()
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Makes everything last.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }

    /// Undoes everything, and is back when it is undone and all locks are free.
    pub(crate) async fn rollback(self) -> Result<(), Error> {
        Ok(self.tx.rollback().await?)
    }
}

/// Begins a transaction in a task of its own. A caller may go away at any moment, as when a client hangs up; sqlx 0.9 then
/// forgets a BEGIN that is on its way, and the connection goes back to the pool inside of somebody's transaction.
pub(super) async fn whole<F>(begin: F) -> Result<Transaction<'static, Postgres>, Error>
where
    F: Future<Output = Result<Transaction<'static, Postgres>, sqlx::Error>> + Send + 'static,
{
    match tokio::spawn(begin).await {
        Ok(transaction) => Ok(transaction?),
        Err(ended) => Err(Error::Internal(format!("a transaction could not begin: {ended}"))),
    }
}

pub(super) fn enter(grant: Grant) -> String {
    format!("select enter('{}', '{}')", grant.tenant(), grant.user())
}

/// Test only: makes every `where` of the application name somebody else's tenant and person. That is worse than leaving
/// the filters out, and row level security alone must hold.
#[cfg(feature = "no_where_tenant")]
pub mod misdirect {
    use domain::{TenantId, UserId};
    use std::sync::{Mutex, PoisonError};

    static VICTIM: Mutex<Option<(TenantId, UserId)>> = Mutex::new(None);

    /// From now on all statements of this process ask for the victim's rows; nothing ends it.
    pub fn to(victim: Option<(TenantId, UserId)>) {
        *VICTIM.lock().unwrap_or_else(PoisonError::into_inner) = victim;
    }

    pub(super) fn misdirected() -> Option<(TenantId, UserId)> {
        *VICTIM.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
#[cfg(feature = "no_where_tenant")]
use misdirect::misdirected;
