//! Background jobs: work that outlives a request.
//!
//! A job is a row of the table `background_jobs`, inserted in the transaction that needs the work, so that both are committed
//! or neither is. A worker acquires the row with a lease and a new fencing token, which every step of the job checks in its
//! own transaction: a worker that lost its lease can no longer change anything.
//!
//! Each job has a [`Lane`]. Each process has one worker for interactive jobs alone and one for short jobs, so that an email never
//! waits for an import, nor a small import for a large one. Webhooks have a lane whose worker runs many jobs at the same time, because
//! they wait for other servers. In each lane, users share the time fairly: the next job belongs to the
//! user with the fewest running jobs or, among several, to the user whose last turn is longest ago.
//!
//! Each feature implements [`JobHandler`] for its kinds of jobs; [`Registry`] holds all handlers.

mod handler;
mod job;
mod queries;
mod watch;
mod worker;

pub(crate) use handler::{JobContext, JobHandler, JobKind, JobOutcome};
pub use handler::{Lane, Registry};
pub(crate) use job::{Job, JobError};
pub use queries::QueueDepth;
pub(crate) use watch::{
    WATCH_LEASE, acquire_watches, end_watch, end_watches, list_watches, make_due, renew_watches,
};
pub use worker::Workers;
pub(crate) use worker::wake;
#[cfg(feature = "testing")]
pub use worker::{run_one, run_until_idle};

use crate::{
    Error, Services,
    platform::db::{GlobalConn, GlobalTx},
};
use domain::{TenantId, UserId};
use std::{collections::HashSet, time::Duration};
use uuid::Uuid;

/// How long a job stays reserved for its worker without a heartbeat. The job of a crashed worker is retried after this.
const LEASE_DURATION: Duration = Duration::from_secs(15);
/// How often a worker extends its lease.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);

/// The number of jobs in the queue, of all servers together.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn queue_depth(services: &Services) -> Result<QueueDepth, Error> {
    queries::queue_depth(&mut services.db.global_conn().await?).await
}

/// Makes the webhook jobs of these members due, because their data has changed. A tenant without a user stands for all its members. Wakes
/// the workers of this process.
pub(crate) async fn make_webhooks_due(
    conn: &mut GlobalConn,
    audiences: &[(TenantId, Option<UserId>)],
) -> Result<(), Error> {
    let (tenants, users): (Vec<Uuid>, Vec<Option<Uuid>>) = audiences
        .iter()
        .map(|(tenant, user)| (tenant.0, user.map(|user| user.0)))
        .unzip();
    if queries::make_webhooks_due(conn, &tenants, &users).await? > 0 {
        wake();
    }
    Ok(())
}

/// Adds this job for each tenant that has none, for at most `limit` tenants, at times spread over `interval`. The payload is the tenant.
/// Demo tenants get no job.
pub(crate) async fn schedule_for_tenants(
    services: &Services,
    conn: &mut GlobalConn,
    kind: JobKind,
    interval: Duration,
    limit: i64,
) -> Result<(), Error> {
    let tenants = queries::list_tenants_without(conn, kind, limit).await?;
    let count = u32::try_from(tenants.len()).unwrap_or(u32::MAX).max(1);
    let rows: Vec<queries::ScheduledRow> = tenants
        .into_iter()
        .zip(1_u32..)
        .map(|(tenant, n)| queries::ScheduledRow {
            id: services.id(),
            tenant,
            delay: interval * n / count,
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    queries::schedule(conn, kind, &rows, services.clock.now()).await
}

/// The payload ids of all jobs in the queue.
pub(crate) async fn pending_payloads(conn: &mut GlobalConn) -> Result<HashSet<Uuid>, Error> {
    queries::pending_payloads(conn).await
}

/// Takes the user's jobs of these kinds away from the workers and processes that hold them, at the next step. A process that acquires
/// them later finds the account locked.
pub(crate) async fn interrupt_for_user(
    tx: &mut GlobalTx,
    user: UserId,
    kinds: &[JobKind],
) -> Result<(), Error> {
    queries::cancel::interrupt_for_user(tx, user, kinds).await
}

/// Makes a user's jobs of these kinds due that [`JobContext::suspend`] has suspended.
pub(crate) async fn resume_for_user(tx: &mut GlobalTx, user: UserId, kinds: &[JobKind]) -> Result<(), Error> {
    queries::cancel::resume_for_user(tx, user, kinds).await
}

/// Deletes all jobs of a user and returns the payload ids of the jobs of this kind.
pub(crate) async fn cancel_for_user(
    tx: &mut GlobalTx,
    user: UserId,
    kind: JobKind,
) -> Result<Vec<Uuid>, Error> {
    queries::cancel::cancel_for_user(tx, user, kind).await
}

/// Deletes all jobs of a tenant, or those of one of its members, and returns their kinds and payload ids. Waits for their current steps.
pub(crate) async fn cancel_in_tenant(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: Option<UserId>,
) -> Result<Vec<(String, Uuid)>, Error> {
    queries::cancel::cancel_in_tenant(tx, tenant, user).await
}

/// As [`cancel_in_tenant`], for jobs enqueued after it, without waiting. See [`cancel_unlocked_for_user`].
pub(crate) async fn cancel_unlocked_in_tenant(
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: Option<UserId>,
) -> Result<Vec<(String, Uuid)>, Error> {
    queries::cancel::cancel_unlocked_in_tenant(tx, tenant, user).await
}

/// Deletes the job of this kind with this payload. Waits for its current step; its worker then loses it.
pub(crate) async fn cancel(tx: &mut GlobalTx, kind: JobKind, payload_id: Uuid) -> Result<(), Error> {
    queries::cancel::cancel(tx, kind, payload_id).await
}

/// As [`cancel_for_user`], for jobs enqueued after it, without waiting: the transaction has locked memberships, and a step locks its job
/// before its membership. A job that remains fails because its membership no longer exists, and then discards itself.
pub(crate) async fn cancel_unlocked_for_user(
    tx: &mut GlobalTx,
    user: UserId,
    kind: JobKind,
) -> Result<Vec<Uuid>, Error> {
    queries::cancel::cancel_unlocked_for_user(tx, user, kind).await
}
