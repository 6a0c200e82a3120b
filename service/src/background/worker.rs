//! The workers of a process.

use super::{
    HEARTBEAT_INTERVAL, Job, JobContext, JobError, JobHandler, JobOutcome, LEASE_DURATION, Lane, queries,
};
use crate::{Error, Services};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    task::{JoinError, JoinSet},
    time,
};

/// How often an idle worker polls the queue; jobs enqueued by this process wake it immediately.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

static WAKE_WORKERS: Notify = Notify::const_new();
static WAKE_INTERACTIVE_WORKER: Notify = Notify::const_new();
static WAKE_SHORT_WORKER: Notify = Notify::const_new();
static WAKE_WEBHOOKS_WORKER: Notify = Notify::const_new();

/// Number of webhook jobs that a process runs at the same time.
const MAX_WEBHOOK_JOBS: usize = 16;

/// Wakes an idle worker of this process for each lane.
pub(crate) fn wake() {
    WAKE_WORKERS.notify_one();
    WAKE_INTERACTIVE_WORKER.notify_one();
    WAKE_SHORT_WORKER.notify_one();
    WAKE_WEBHOOKS_WORKER.notify_one();
}

/// Running workers.
pub struct Workers {
    shutdown: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Starts this many workers, one of them only for interactive jobs and one only for short jobs, and the worker of webhooks. With 0,
    /// other servers run the jobs.
    pub fn start(services: &Services, count: usize) -> Self {
        let services = Arc::new(Services {
            db: services.db.for_jobs(),
            ..services.clone()
        });
        let (shutdown, shutting_down) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            tasks.spawn(run_worker(services.clone(), None, 1, shutting_down.clone()));
        }
        if count > 0 {
            for (lane, max_jobs) in [
                (Lane::Interactive, 1),
                (Lane::Short, 1),
                (Lane::Webhooks, MAX_WEBHOOK_JOBS),
            ] {
                let shutting_down = shutting_down.clone();
                tasks.spawn(run_worker(services.clone(), Some(lane), max_jobs, shutting_down));
            }
            for handler in services.jobs.handlers() {
                tasks.spawn(run_on_start(handler.clone(), services.clone()));
            }
        }
        Self { shutdown, tasks }
    }

    /// Stops each worker after its current step and releases its job, so that another server can acquire it immediately.
    pub async fn stop(mut self, timeout: Duration) {
        self.shutdown.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if time::timeout(timeout, all).await.is_err() {
            tracing::warn!("worker did not stop before timeout; job will be retried after lease expiry");
        }
    }
}

async fn run_on_start(handler: Arc<dyn JobHandler>, services: Arc<Services>) {
    if let Err(error) = handler.on_start(&services).await {
        tracing::warn!(%error, job.kind = handler.kind().as_str(), "start-up clean-up of job handler failed");
    }
}

/// Runs one due job of this lane, or of all lanes, in the calling task. False if no job is due.
#[cfg(feature = "testing")]
pub async fn run_one(services: &Arc<Services>, lane: Option<Lane>) -> Result<bool, Error> {
    let (_shutdown, shutting_down) = watch::channel(false);
    run_next(services, lane, &shutting_down).await
}

/// Runs all due jobs in the calling task.
#[cfg(feature = "testing")]
pub async fn run_until_idle(services: &Arc<Services>) -> Result<(), Error> {
    let (_shutdown, shutting_down) = watch::channel(false);
    loop {
        let has_run = run_next(services, None, &shutting_down).await?
            || run_next(services, Some(Lane::Webhooks), &shutting_down).await?;
        if !has_run {
            return Ok(());
        }
    }
}

/// Runs jobs of this lane, or of all lanes but webhooks, up to this many at the same time.
async fn run_worker(
    services: Arc<Services>,
    lane: Option<Lane>,
    max_jobs: usize,
    mut shutdown: watch::Receiver<bool>,
) {
    let wake = match lane {
        Some(Lane::Interactive) => &WAKE_INTERACTIVE_WORKER,
        Some(Lane::Short) => &WAKE_SHORT_WORKER,
        Some(Lane::Webhooks) => &WAKE_WEBHOOKS_WORKER,
        Some(Lane::Bulk) | None => &WAKE_WORKERS,
    };
    // In separate tasks, so that a panic ends the job and not the worker.
    let mut running = JoinSet::new();
    while !*shutdown.borrow() {
        while let Some(result) = running.try_join_next() {
            log_result(result);
        }
        let has_room = running.len() < max_jobs;
        if has_room {
            match acquire(&services, lane).await {
                Ok(Some((job, handler))) => {
                    let (services, shutdown) = (services.clone(), shutdown.clone());
                    running.spawn(async move { run_attempt(&services, job, handler, &shutdown).await });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "failed to poll job queue"),
            }
        }
        tokio::select! {
            () = wake.notified(), if has_room => {}
            () = time::sleep(POLL_INTERVAL), if has_room => {}
            Some(result) = running.join_next() => log_result(result),
            _ = shutdown.changed() => {}
        }
    }
    while let Some(result) = running.join_next().await {
        log_result(result);
    }
}

fn log_result(result: Result<Result<(), Error>, JoinError>) {
    match result {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "failed to end a job"),
        Err(error) => tracing::error!(%error, "job panicked"),
    }
}

/// Acquires a job and runs one attempt of it. False if no job is due.
#[cfg(feature = "testing")]
async fn run_next(
    services: &Arc<Services>,
    lane: Option<Lane>,
    shutdown: &watch::Receiver<bool>,
) -> Result<bool, Error> {
    let Some((job, handler)) = acquire(services, lane).await? else {
        return Ok(false);
    };
    run_attempt(services, job, handler, shutdown).await?;
    Ok(true)
}

async fn acquire(
    services: &Services,
    lane: Option<Lane>,
) -> Result<Option<(Job, Arc<dyn JobHandler>)>, Error> {
    let mut conn = services.db.global_conn().await?;
    queries::acquire(&mut conn, LEASE_DURATION, &services.jobs, lane).await
}

/// Runs one attempt of a job that was acquired, and releases it.
async fn run_attempt(
    services: &Arc<Services>,
    job: Job,
    handler: Arc<dyn JobHandler>,
    shutdown: &watch::Receiver<bool>,
) -> Result<(), Error> {
    let ctx = JobContext::new(services.clone(), job, shutdown.clone());
    let result = tokio::select! {
        result = execute(handler.as_ref(), ctx) => result,
        () = watch_lease(services, job) => Err(JobError::LeaseLost),
    };
    let delay = match result {
        Ok(JobOutcome::Completed) | Err(JobError::LeaseLost) => None,
        Ok(JobOutcome::Yielded) => Some(Duration::ZERO),
        Ok(JobOutcome::RetryAfter(delay)) => Some(delay),
        Err(JobError::Failed(error)) => {
            ::metrics::counter!("jobhax_jobs_failed_total").increment(1);
            tracing::warn!(%error, job.kind = job.kind.as_str(), job.attempt = job.attempts, "job failed, will retry");
            Some(handler.backoff(job.attempts))
        }
    };
    let mut conn = services.db.global_conn().await?;
    if let Some(delay) = delay {
        queries::release(&mut conn, &job, delay).await?;
    }
    if job.user.is_some() {
        queries::end_turn(&mut conn, &job).await?;
    }
    Ok(())
}

async fn execute(handler: &dyn JobHandler, ctx: JobContext) -> Result<JobOutcome, JobError> {
    if handler.should_give_up(&ctx.job) {
        handler.give_up(ctx).await
    } else {
        handler.run(ctx).await
    }
}

/// Sends heartbeats; returns when another worker has acquired the job.
async fn watch_lease(services: &Services, job: Job) {
    loop {
        time::sleep(HEARTBEAT_INTERVAL).await;
        let heartbeat = async {
            let mut conn = services.db.global_conn().await?;
            queries::heartbeat(&mut conn, &job, LEASE_DURATION).await
        };
        match heartbeat.await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::debug!(%error, job.id = %job.id, "job heartbeat failed"),
        }
    }
}
