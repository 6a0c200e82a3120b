//! Transactions inside one tenant.

#[cfg(feature = "no_where_tenant")]
use self::with_wrong_tenant::wrong_tenant;
use super::{
    AdvisoryLock, CountedObject,
    change_buffer::{ChangeBuffer, ChangeRecord, StateChange},
    connection::Connection,
    pool::Pool,
    queries,
};
use crate::{Error, context::Grant, platform::notifier::Notifier};
use domain::{JobApplicationId, TenantId, UserId, changes::ChangeType};
use uuid::Uuid;

/// A transaction in which row level security shows and accepts only rows of one tenant that one user may see and change.
/// Rolled back when dropped without [`commit`](Self::commit).
pub struct TenantTx {
    conn: Connection,
    notifier: Notifier,
    grant: Grant,
    buffer: ChangeBuffer,
}

impl TenantTx {
    pub(super) async fn begin(pool: &Pool, notifier: &Notifier, grant: Grant) -> Result<Self, Error> {
        let mut conn = pool.acquire_for(grant.user()).await?;
        let begin = if grant.is_read() {
            "begin read only"
        } else {
            "begin"
        };
        conn.begin(Some(&set_tenant_context(grant)), begin).await?;
        Ok(Self::begun(
            conn,
            notifier.clone(),
            grant,
            ChangeBuffer::default(),
        ))
    }

    /// As [`Self::begin`], with `claim` in the same message.
    pub(super) async fn begin_claimed(
        pool: &Pool,
        notifier: &Notifier,
        grant: Grant,
        claim: &str,
    ) -> Result<Self, Error> {
        let mut conn = pool.acquire_for(grant.user()).await?;
        let statements = format!("{}; {claim}", set_tenant_context(grant));
        conn.begin(Some(&statements), "begin").await?;
        Ok(Self::begun(
            conn,
            notifier.clone(),
            grant,
            ChangeBuffer::default(),
        ))
    }

    pub(super) fn begun(conn: Connection, notifier: Notifier, grant: Grant, buffer: ChangeBuffer) -> Self {
        Self {
            conn,
            notifier,
            grant,
            buffer,
        }
    }

    /// The tenant; every statement filters by it.
    pub fn tenant(&self) -> TenantId {
        #[cfg(feature = "no_where_tenant")]
        if let Some((tenant, _)) = wrong_tenant() {
            return tenant;
        }
        self.grant.tenant()
    }

    /// The user whose rows the transaction is about.
    pub fn user(&self) -> UserId {
        #[cfg(feature = "no_where_tenant")]
        if let Some((_, user)) = wrong_tenant() {
            return user;
        }
        self.grant.owner()
    }

    /// The user that the transaction works for. Differs from [`Self::user`] when they view the rows of a client.
    pub(crate) fn viewer(&self) -> UserId {
        self.grant.user()
    }

    pub(crate) fn conn(&mut self) -> &mut Connection {
        &mut self.conn
    }

    /// Waits for an advisory lock until the end of the transaction. The statements after it see what others have committed.
    pub(crate) async fn lock(&mut self, lock: AdvisoryLock) -> Result<(), Error> {
        queries::lock(&mut self.conn, &lock.key()).await
    }

    /// Waits for other transactions that add such objects of the same user. Call it before any row is changed, so that concurrent
    /// requests do not exceed a limit together.
    pub(crate) async fn lock_objects(&mut self, object: CountedObject) -> Result<(), Error> {
        self.lock(AdvisoryLock::Objects(object, self.user(), self.tenant()))
            .await
    }

    /// Records a change of data of the user, which the commit appends to the changes feed.
    pub(crate) fn record(
        &mut self,
        change_type: ChangeType,
        object: impl Into<Uuid>,
        application: Option<JobApplicationId>,
    ) {
        self.record_of(Some(self.grant.owner()), change_type, object, application);
    }

    /// Records a change of an application of the user.
    pub(crate) fn record_application(&mut self, change_type: ChangeType, id: JobApplicationId) {
        self.record(change_type, id, Some(id));
    }

    /// Records a change of the state of an application of the user.
    pub(crate) fn record_transition(&mut self, id: JobApplicationId, change: StateChange) {
        let record = ChangeRecord {
            change_type: change.change_type(),
            object: id.0,
            owner: Some(self.grant.owner()),
            application: Some(id),
            transition: Some(change),
        };
        self.buffer.push(self.grant.tenant(), record);
    }

    /// Records the same change of objects of one application.
    pub(crate) fn record_each(
        &mut self,
        change_type: ChangeType,
        objects: &[Uuid],
        application: Option<JobApplicationId>,
    ) {
        for object in objects {
            self.record(change_type, *object, application);
        }
    }

    /// Records a change of data of this owner; of `None` for data that all members share.
    pub(crate) fn record_of(
        &mut self,
        owner: Option<UserId>,
        change_type: ChangeType,
        object: impl Into<Uuid>,
        application: Option<JobApplicationId>,
    ) {
        let record = ChangeRecord {
            change_type,
            object: object.into(),
            owner,
            application,
            transition: None,
        };
        self.buffer.push(self.grant.tenant(), record);
    }

    /// Commits the transaction. If it may have written something, open pages of the user are notified. A transaction that views the rows
    /// of a client writes only the access log and notifies no one.
    pub async fn commit(mut self) -> Result<(), Error> {
        self.buffer.commit(&mut self.conn, &self.notifier).await?;
        if !self.grant.is_read() && self.grant.owner() == self.grant.user() {
            self.notifier.mark(self.grant.tenant(), self.grant.user());
        }
        Ok(())
    }

    /// Rolls back. On return all locks are released, which dropping does not guarantee.
    pub(crate) async fn rollback(mut self) -> Result<(), Error> {
        Ok(self.conn.rollback().await?)
    }
}

/// The statements that switch the transaction to the tenant, and lock the membership before anything is written. Both
/// arguments are UUIDs, so nothing has to be escaped.
pub(super) fn set_tenant_context(grant: Grant) -> String {
    let (tenant, user) = (grant.tenant(), grant.user());
    let set_context = format!("select set_tenant_context('{tenant}', '{user}')");
    if grant.is_read() {
        set_context
    } else {
        format!("select lock_membership('{tenant}', '{user}'); {set_context}")
    }
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
