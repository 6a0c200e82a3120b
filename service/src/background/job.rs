//! A job and its steps.

use super::{JobKind, LEASE_DURATION, queries};
use crate::{
    Error, Services,
    context::Grant,
    platform::db::{GlobalTx, TenantTx},
};
use domain::{TenantId, UserId};
use std::time::Duration;
use uuid::Uuid;

/// A row of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    pub id: Uuid,
    pub kind: JobKind,
    /// The user of the job; `None` if only the handler knows the user.
    pub user: Option<UserId>,
    /// The tenant that the job works in; `None` for jobs on global tables.
    pub tenant: Option<TenantId>,
    /// The row that the job is about; its table depends on the kind.
    pub payload_id: Uuid,
    /// Attempts since the last completed step.
    pub attempts: u32,
    /// Changes with every acquisition, so that a worker that lost its lease is recognized.
    pub fencing_token: i64,
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    /// Another worker has acquired the job.
    #[error("job lease lost")]
    LeaseLost,
    /// Any other error.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Job {
    /// Enqueues a job and continues inside the tenant in the same transaction.
    pub async fn enqueue(
        services: &Services,
        grant: Grant,
        kind: JobKind,
        payload_id: Uuid,
    ) -> Result<TenantTx, Error> {
        let mut tx = services.db.begin_global_for(grant.user()).await?;
        Self::enqueue_for(services, &mut tx, grant, kind, payload_id).await?;
        tx.into_tenant(grant).await
    }

    /// Enqueues a job for a user in a tenant, in the caller's transaction.
    pub async fn enqueue_for(
        services: &Services,
        tx: &mut GlobalTx,
        grant: Grant,
        kind: JobKind,
        payload_id: Uuid,
    ) -> Result<(), Error> {
        let (tenant, user) = (Some(grant.tenant()), Some(grant.user()));
        Self::enqueue_in(services, tx, kind, tenant, user, payload_id).await
    }

    /// Enqueues a job in the caller's transaction. If the same job is already queued, it becomes due now and its attempts are
    /// reset.
    pub async fn enqueue_in(
        services: &Services,
        tx: &mut GlobalTx,
        kind: JobKind,
        tenant: Option<TenantId>,
        user: Option<UserId>,
        payload_id: Uuid,
    ) -> Result<(), Error> {
        let job = Self::new(services, kind, tenant, user, payload_id);
        queries::insert(tx, &job, Duration::ZERO, services.clock.now()).await
    }

    /// Enqueues a job of a user on global tables that is due after the delay. If the same job is already queued, it becomes due by then
    /// at the latest, and stays locked until the end of the transaction, so that it cannot finish before it sees the transaction's rows.
    pub async fn enqueue_after(
        services: &Services,
        tx: &mut GlobalTx,
        kind: JobKind,
        user: UserId,
        payload_id: Uuid,
        delay: Duration,
    ) -> Result<(), Error> {
        let job = Self::new(services, kind, None, Some(user), payload_id);
        queries::insert(tx, &job, delay, services.clock.now()).await
    }

    /// Enqueues new jobs of users on global tables, with their payloads. They are due now, but jobs that are enqueued before the delay
    /// has passed run first, because there may be thousands of new jobs.
    pub async fn enqueue_many(
        services: &Services,
        tx: &mut GlobalTx,
        kind: JobKind,
        jobs: &[(UserId, Uuid)],
        turn_delay: Duration,
    ) -> Result<(), Error> {
        let rows: Vec<queries::UserJobRow> = jobs
            .iter()
            .map(|(user, payload)| queries::UserJobRow {
                id: services.id(),
                user: *user,
                payload: *payload,
            })
            .collect();
        queries::insert_many(tx, kind, &rows, turn_delay, services.clock.now()).await
    }

    fn new(
        services: &Services,
        kind: JobKind,
        tenant: Option<TenantId>,
        user: Option<UserId>,
        payload_id: Uuid,
    ) -> Self {
        Self {
            id: services.id(),
            kind,
            user,
            tenant,
            payload_id,
            attempts: 0,
            fencing_token: 0,
        }
    }

    /// Begins a step: a transaction inside the tenant that commits only while this worker holds the job. It renews the lease
    /// and resets the attempts.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] when another worker has acquired the job.
    pub async fn begin_step(&self, services: &Services, grant: Grant) -> Result<TenantTx, JobError> {
        let tx = self.begin_global_step(services).await?;
        Ok(tx.into_tenant(grant).await?)
    }

    /// As [`begin_step`](Self::begin_step), on global tables first.
    ///
    /// # Errors
    /// As [`begin_step`](Self::begin_step).
    pub async fn begin_global_step(&self, services: &Services) -> Result<GlobalTx, JobError> {
        let mut tx = self.lock(services).await?;
        queries::renew(&mut tx, self, LEASE_DURATION).await?;
        Ok(tx)
    }

    /// Begins the last step of a recurring job: the commit reschedules it.
    ///
    /// # Errors
    /// As [`begin_step`](Self::begin_step).
    pub async fn reschedule(
        &self,
        services: &Services,
        grant: Grant,
        delay: Duration,
    ) -> Result<TenantTx, JobError> {
        let mut tx = self.lock(services).await?;
        queries::reschedule(&mut tx, self, delay).await?;
        Ok(tx.into_tenant(grant).await?)
    }

    /// Ends the run; the job is due again after the delay.
    ///
    /// # Errors
    /// As [`begin_step`](Self::begin_step).
    pub async fn postpone(&self, services: &Services, delay: Duration) -> Result<(), JobError> {
        let mut tx = self.lock(services).await?;
        queries::reschedule(&mut tx, self, delay).await?;
        Ok(tx.commit().await?)
    }

    /// Begins the last step: the commit deletes the job.
    ///
    /// # Errors
    /// As [`begin_step`](Self::begin_step).
    pub async fn finish(&self, services: &Services, grant: Grant) -> Result<TenantTx, JobError> {
        let mut tx = self.lock(services).await?;
        queries::delete(&mut tx, self).await?;
        Ok(tx.into_tenant(grant).await?)
    }

    /// As [`finish`](Self::finish), for a job on global tables.
    ///
    /// # Errors
    /// As [`begin_step`](Self::begin_step).
    pub async fn finish_global(&self, services: &Services) -> Result<GlobalTx, JobError> {
        let mut tx = self.lock(services).await?;
        queries::delete(&mut tx, self).await?;
        Ok(tx)
    }

    async fn lock(&self, services: &Services) -> Result<GlobalTx, JobError> {
        let mut tx = services.db.begin_global().await?;
        if queries::lock(&mut tx, self).await? {
            Ok(tx)
        } else {
            Err(JobError::LeaseLost)
        }
    }
}
