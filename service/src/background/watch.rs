//! Leases of processes that wait for an event that makes a recurring job due early, such as new email. At most one process waits for
//! a job, and waiting never holds a database connection.

use super::{Job, JobKind, queries};
use crate::{Error, Services};
use std::{collections::HashSet, time::Duration};
use uuid::Uuid;

/// How long a process keeps its leases without renewing them.
pub(crate) const WATCH_LEASE: Duration = Duration::from_mins(1);

/// Leases jobs of this kind that no process waits for: at most `limit`, and at most `per_user` jobs of each user across all processes.
pub(crate) async fn acquire_watches(
    services: &Services,
    kind: JobKind,
    process: Uuid,
    limit: usize,
    per_user: i64,
) -> Result<Vec<Job>, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut conn = services.db.global_conn().await?;
    queries::watch::acquire(&mut conn, kind, process, WATCH_LEASE, limit, per_user).await
}

/// Renews the leases of a process. Returns the jobs that it still has; others were deleted or leased by another process.
pub(crate) async fn renew_watches(services: &Services, process: Uuid) -> Result<HashSet<Uuid>, Error> {
    let mut conn = services.db.global_conn().await?;
    queries::watch::renew(&mut conn, process, WATCH_LEASE).await
}

/// The jobs that a process has leased.
pub(crate) async fn list_watches(services: &Services, process: Uuid) -> Result<HashSet<Uuid>, Error> {
    let mut conn = services.db.global_conn().await?;
    queries::watch::list(&mut conn, process).await
}

/// Ends the lease of a job. No process waits for the job again before this time has passed.
pub(crate) async fn end_watch(
    services: &Services,
    process: Uuid,
    job: Uuid,
    pause: Duration,
) -> Result<(), Error> {
    let mut conn = services.db.global_conn().await?;
    queries::watch::end(&mut conn, process, Some(job), pause).await
}

/// Ends all leases of a process, so that another can wait for the jobs immediately.
pub(crate) async fn end_watches(services: &Services, process: Uuid) -> Result<(), Error> {
    let mut conn = services.db.global_conn().await?;
    queries::watch::end(&mut conn, process, None, Duration::ZERO).await
}

/// Makes a job due that the process has leased. False while a worker runs it, because the end of the run sets another time.
pub(crate) async fn make_due(services: &Services, process: Uuid, job: Uuid) -> Result<bool, Error> {
    let mut conn = services.db.global_conn().await?;
    queries::watch::make_due(&mut conn, process, job).await
}
