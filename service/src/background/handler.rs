//! The interface between the worker and the features.

use super::{Job, JobError, queries};
use crate::{Error, Services};
use async_trait::async_trait;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{sync::watch, time::Instant};

/// After this time, a job yields between two steps if other jobs of its lane are due.
const TIME_SLICE: Duration = Duration::from_secs(5);
/// How often a job of a locked account is checked, in case nothing made it due when the account was unlocked.
const SUSPENSION: Duration = Duration::from_hours(1);

/// A class of jobs. Each process has a worker for each of the first two, so that they never wait for jobs of another lane, and one for
/// the last that runs many of its jobs at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Jobs that take less than a second, and for which a user may be waiting.
    Interactive,
    /// Jobs that take less than a few seconds.
    Short,
    /// Jobs that may take long.
    Bulk,
    /// Jobs that mostly wait for servers of users.
    Webhooks,
}

impl Lane {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::Short => "short",
            Self::Bulk => "bulk",
            Self::Webhooks => "webhooks",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Interactive, Self::Short, Self::Bulk, Self::Webhooks]
            .into_iter()
            .find(|lane| lane.as_str() == name)
    }
}

/// Identifies the handler of a job and its lane; stored in the columns `kind` and `lane`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct JobKind {
    name: &'static str,
    lane: Lane,
}

impl JobKind {
    pub const fn new(name: &'static str, lane: Lane) -> Self {
        Self { name, lane }
    }

    /// The same kind in another lane.
    pub const fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }

    /// The same kind, in the lane [`Lane::Short`] for a job of this size.
    pub const fn short_if(self, is_short: bool) -> Self {
        if is_short { self.in_lane(Lane::Short) } else { self }
    }

    pub const fn as_str(self) -> &'static str {
        self.name
    }

    pub const fn lane(self) -> Lane {
        self.lane
    }
}

/// Runs all jobs of one kind.
#[async_trait]
pub(crate) trait JobHandler: Send + Sync {
    /// The kind of jobs that the handler runs.
    fn kind(&self) -> JobKind;

    /// Attempts without progress before [`give_up`](Self::give_up) replaces [`run`](Self::run).
    fn max_attempts(&self) -> u32;

    /// How long to wait after this many failed attempts in a row: half a minute, doubled up to three hours.
    fn backoff(&self, failures: u32) -> Duration {
        exponential_backoff(failures)
    }

    /// Whether this attempt should give up instead of running the job once more.
    fn should_give_up(&self, job: &Job) -> bool {
        job.attempts > self.max_attempts()
    }

    /// Runs the job until it is completed or yields. An error leads to a retry after [`backoff`](Self::backoff).
    async fn run(&self, ctx: JobContext) -> Result<JobOutcome, JobError>;

    /// Ends a job that failed too often.
    async fn give_up(&self, ctx: JobContext) -> Result<JobOutcome, JobError>;

    /// Runs once when the workers of a process start, for instance to remove files of a crashed process.
    async fn on_start(&self, _services: &Services) -> Result<(), Error> {
        Ok(())
    }
}

/// One attempt to run a job.
pub(crate) struct JobContext {
    pub services: Arc<Services>,
    pub job: Job,
    shutdown: watch::Receiver<bool>,
    slice_started: Instant,
}

impl JobContext {
    pub(super) fn new(services: Arc<Services>, job: Job, shutdown: watch::Receiver<bool>) -> Self {
        Self {
            services,
            job,
            shutdown,
            slice_started: Instant::now(),
        }
    }

    /// Whether to return [`JobOutcome::Yielded`] after the current step: the process shuts down, or the time slice is over
    /// and other jobs of its lane are due.
    pub async fn should_yield(&mut self) -> Result<bool, Error> {
        if *self.shutdown.borrow() {
            return Ok(true);
        }
        if self.slice_started.elapsed() < TIME_SLICE {
            return Ok(false);
        }
        self.slice_started = Instant::now();
        let mut conn = self.services.db.global_conn().await?;
        queries::has_due_jobs(&mut conn, self.job.kind.lane()).await
    }

    /// Suspends the job until its user's account is unlocked, which makes the job due: see [`super::resume_for_user`].
    pub async fn suspend(&self) -> Result<JobOutcome, JobError> {
        self.job.postpone(&self.services, SUSPENSION).await?;
        Ok(JobOutcome::Completed)
    }

    /// Deletes a job that is no longer needed, for instance because its user was deleted.
    pub async fn discard(&self) -> Result<JobOutcome, JobError> {
        let mut conn = self.services.db.global_conn().await?;
        queries::discard(&mut conn, &self.job).await?;
        Ok(JobOutcome::Completed)
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobOutcome {
    /// The job is done and its row deleted, or it was rescheduled by [`Job::reschedule`] or [`Job::postpone`].
    Completed,
    /// There is more to do; run it again as soon as possible.
    Yielded,
    /// There is more to do, but not before this time has passed.
    RetryAfter(Duration),
}

/// The handlers of all kinds of jobs.
#[derive(Default)]
pub struct Registry(HashMap<&'static str, Arc<dyn JobHandler>>);

impl Registry {
    pub(crate) fn register(mut self, handler: impl JobHandler + 'static) -> Self {
        self.0.insert(handler.kind().as_str(), Arc::new(handler));
        self
    }

    pub(super) fn find(&self, kind: &str) -> Option<Arc<dyn JobHandler>> {
        self.0.get(kind).cloned()
    }

    pub(super) fn handlers(&self) -> impl Iterator<Item = &Arc<dyn JobHandler>> {
        self.0.values()
    }
}

/// Half a minute, doubled up to three hours: for servers that are down, or that defer unknown senders.
fn exponential_backoff(failures: u32) -> Duration {
    Duration::from_secs(30) * 2_u32.pow(failures.saturating_sub(1).min(9)).min(360)
}

#[cfg(test)]
mod tests {
    use super::exponential_backoff;

    #[test]
    fn exponential_backoff_doubles_up_to_three_hours() {
        let waits: Vec<u64> = (1..20).map(|n| exponential_backoff(n).as_secs() / 30).collect();
        assert_eq!(waits[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
        assert!(waits[10..].iter().all(|wait| *wait == 360), "{waits:?}");
    }
}
