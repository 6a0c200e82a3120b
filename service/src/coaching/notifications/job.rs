//! The background job that emails one user about new comments.

use super::{DELAY, INTERVAL, digest, to_duration, unsubscribe_url};
use crate::{
    Services,
    background::{Job, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane, exponential_backoff},
    coaching::queries::notifications as queries,
    email::{CommentsContext, CommentsRecipient, send_comments},
    platform::rng,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{CommentId, UserId};
use queries::NotificationRow;
use std::time::Duration;
use uuid::Uuid;

/// Emails one user, who is its payload, about comments of all workspaces, at least once: if a worker crashes after sending, the same
/// email is sent again.
pub(crate) struct NotifyOfComments;

impl NotifyOfComments {
    pub const KIND: JobKind = JobKind::new("notify_of_comments", Lane::Short);
}

#[async_trait]
impl JobHandler for NotifyOfComments {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    /// With the backoff, more than a day.
    fn max_attempts(&self) -> u32 {
        16
    }

    fn backoff(&self, failures: u32) -> Duration {
        exponential_backoff(failures)
    }

    async fn run(&self, ctx: JobContext) -> Result<JobOutcome, JobError> {
        let (services, job) = (ctx.services.as_ref(), ctx.job);
        let user = UserId(job.payload_id);
        let (recipient, pending) = {
            let mut conn = services.db.global_conn().await?;
            let pending = queries::list_pending(&mut conn, user).await?;
            (queries::find_recipient(&mut conn, user).await?, pending)
        };
        let (Some(recipient), Some(first)) = (recipient, pending.first()) else {
            return finish(services, job, user, &pending, None).await;
        };
        let now = services.clock.now();
        let due = recipient.last_sent_at.map(|sent| sent + INTERVAL);
        let due = due.into_iter().fold(first.created_at + DELAY, DateTime::max);
        if due > now {
            return Ok(JobOutcome::RetryAfter(to_duration(due - now)));
        }
        let applications = digest::read(services, user, &pending).await?;
        if applications.is_empty() {
            return finish(services, job, user, &pending, None).await;
        }
        let unsubscribe = unsubscribe_url(services, user);
        let comments = CommentsContext {
            applications: &applications,
            unsubscribe: &unsubscribe,
        };
        let to = CommentsRecipient {
            user,
            address: recipient.email,
            first_name: recipient.first_name,
        };
        send_comments(services, email_id(user, &pending), &to, comments).await?;
        finish(services, job, user, &pending, Some(now)).await
    }

    async fn give_up(&self, ctx: JobContext) -> Result<JobOutcome, JobError> {
        let (services, user) = (ctx.services.as_ref(), UserId(ctx.job.payload_id));
        let pending = {
            let mut conn = services.db.global_conn().await?;
            queries::list_pending(&mut conn, user).await?
        };
        tracing::error!(
            user.id = %user,
            "email about comments gave up after {} attempts; check JOBHAX_SMTP_URL",
            self.max_attempts()
        );
        finish(services, ctx.job, user, &pending, None).await
    }
}

/// The same for each attempt to send the same email, so that receivers recognize it.
fn email_id(user: UserId, pending: &[NotificationRow]) -> Uuid {
    let ids = pending.iter().map(|row| row.comment.0.into_bytes());
    let message = std::iter::once(user.0.into_bytes()).chain(ids);
    let hash = rng::sha256(&message.collect::<Vec<_>>().concat());
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash) {
        *byte = hashed;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Deletes what was reported. If there are comments since, the next email is due when the interval is over.
async fn finish(
    services: &Services,
    job: Job,
    user: UserId,
    reported: &[NotificationRow],
    sent_at: Option<DateTime<Utc>>,
) -> Result<JobOutcome, JobError> {
    let mut tx = job.finish_global(services).await?;
    let comments: Vec<CommentId> = reported.iter().map(|row| row.comment).collect();
    queries::delete(&mut tx, user, &comments).await?;
    if let Some(sent_at) = sent_at {
        queries::set_last_sent(&mut tx, user, sent_at).await?;
    }
    if queries::has_pending(&mut tx, user).await? {
        let delay = to_duration(if sent_at.is_some() { INTERVAL } else { DELAY });
        Job::enqueue_after(services, &mut tx, job.kind, user, user.0, delay).await?;
    }
    tx.commit().await?;
    Ok(JobOutcome::Completed)
}
