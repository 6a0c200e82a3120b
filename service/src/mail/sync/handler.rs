//! The background job that syncs a mailbox of any kind.

use super::{
    plan::SyncPlan,
    run::{SYNC_INTERVAL, Start, SyncRun},
};
use crate::background::{Job, JobContext, JobError, JobHandler, JobKind, JobOutcome};
use async_trait::async_trait;
use domain::mail::MailboxState;
use std::time::Duration;

/// The maximum delay after repeated failures.
const MAX_SYNC_BACKOFF: Duration = Duration::from_hours(6);
const MAX_ATTEMPTS: u32 = 5;

/// Fetches the messages of one kind of mailbox.
#[async_trait]
pub trait MailSource: Send + Sync + 'static {
    /// The kind of the background jobs.
    const KIND: JobKind;

    /// Fetches new messages and stores them together with a cursor in the same transactions, so that nothing is repeated after a
    /// crash.
    async fn fetch(run: &mut SyncRun<'_>) -> Result<SyncStep, JobError>;
}

/// The result of fetching.
pub enum SyncStep {
    /// All messages are fetched.
    Finished,
    /// The job should yield to others.
    Yielded,
    /// The mailbox was disconnected, or its preview discarded.
    Stopped,
    /// The access was revoked; the user must reconnect the mailbox.
    AccessRevoked,
    /// The server is limiting requests.
    RetryAfter(Duration),
}

/// Syncs mailboxes of one kind.
pub(crate) struct SyncMailbox<S>(pub S);

#[async_trait]
impl<S: MailSource> JobHandler for SyncMailbox<S> {
    fn kind(&self) -> JobKind {
        S::KIND
    }

    fn max_attempts(&self) -> u32 {
        MAX_ATTEMPTS
    }

    fn backoff(&self, failures: u32) -> Duration {
        backoff(failures)
    }

    /// Gives up once, to show the failure to the user. After that the sync is retried with increasing delays.
    fn should_give_up(&self, job: &Job) -> bool {
        job.attempts == MAX_ATTEMPTS + 1
    }

    async fn run(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let mut run = match SyncRun::start(&mut ctx).await? {
            Start::Run(run) => run,
            Start::Suspend => return ctx.suspend().await,
            Start::Discard => return ctx.discard().await,
        };
        match run.prepare().await? {
            SyncPlan::Fetch => {}
            SyncPlan::Wait(delay) => return run.wait(delay).await,
            SyncPlan::Stop => return run.end().await,
        }
        match S::fetch(&mut run).await? {
            SyncStep::Finished => {}
            SyncStep::Yielded => return Ok(JobOutcome::Yielded),
            SyncStep::Stopped => return run.end().await,
            SyncStep::AccessRevoked => return run.finish(MailboxState::ReconnectRequired).await,
            SyncStep::RetryAfter(delay) => {
                // A rate limit is not a failure: an empty step resets the attempts.
                let tx = run.begin_step().await?;
                tx.commit().await?;
                return Ok(JobOutcome::RetryAfter(delay));
            }
        }
        if let Some(preview) = run.preview {
            return run.finish_preview(preview).await;
        }
        while run.match_batch().await? {
            if run.ctx.should_yield().await? {
                return Ok(JobOutcome::Yielded);
            }
        }
        run.finish(MailboxState::Ok).await
    }

    /// Shows the failure to the user. The job stays and resumes from its cursor.
    async fn give_up(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let delay = backoff(ctx.job.attempts);
        match SyncRun::start(&mut ctx).await? {
            Start::Run(run) => {
                run.mark_failed().await?;
                Ok(JobOutcome::RetryAfter(delay))
            }
            Start::Suspend => ctx.suspend().await,
            Start::Discard => ctx.discard().await,
        }
    }
}

fn backoff(failures: u32) -> Duration {
    if failures > MAX_ATTEMPTS {
        let doublings = (failures - MAX_ATTEMPTS - 1).min(8);
        (SYNC_INTERVAL * 2_u32.pow(doublings)).min(MAX_SYNC_BACKOFF)
    } else {
        Duration::from_secs(2) * failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_is_short_at_first_and_doubles_after_giving_up() {
        let minutes = |failures| backoff(failures).as_secs() / 60;
        assert_eq!(minutes(5), 0);
        let waits: Vec<u64> = (6..20).map(minutes).collect();
        assert_eq!(waits[..6], [15, 30, 60, 120, 240, 360]);
        assert!(waits[5..].iter().all(|wait| *wait == 360), "{waits:?}");
    }
}
