//! The background job that emails one user about coaching.

use super::{DELAY, INTERVAL, digest, to_duration, unsubscribe_url};
use crate::{
    Services,
    background::{Job, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    coaching::queries::notifications as queries,
    email::{CoachingRecipient, send_coaching},
    platform::rng,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::UserId;
use queries::NotificationRow;
use uuid::Uuid;

/// Emails one user, who is its payload, about coaching in all workspaces, at least once: if a worker crashes after sending, the same
/// email is sent again.
pub(crate) struct NotifyOfCoaching;

impl NotifyOfCoaching {
    /// The name dates from when the emails were only about comments. It is kept for jobs that older servers have enqueued.
    pub const KIND: JobKind = JobKind::new("notify_of_comments", Lane::Short);
}

#[async_trait]
impl JobHandler for NotifyOfCoaching {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    /// With the backoff, retries continue for more than a day.
    fn max_attempts(&self) -> u32 {
        16
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
        let Some(digest) = digest::read(services, user, &pending).await? else {
            return finish(services, job, user, &pending, None).await;
        };
        let unsubscribe = unsubscribe_url(services, user);
        let to = CoachingRecipient {
            user,
            address: recipient.email,
            first_name: recipient.first_name,
        };
        send_coaching(
            services,
            email_id(user, &pending),
            &to,
            digest.context(&unsubscribe),
        )
        .await?;
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
            attempts = self.max_attempts(),
            "email about coaching gave up; check JOBHAX_SMTP_URL"
        );
        finish(services, ctx.job, user, &pending, None).await
    }
}

/// The message id: the same for each attempt to send an email, so that receivers recognize repetitions.
fn email_id(user: UserId, pending: &[NotificationRow]) -> Uuid {
    let mut message = user.0.into_bytes().to_vec();
    for row in pending {
        message.extend(row.object.into_bytes());
        message.extend(row.created_at.timestamp_micros().to_be_bytes());
    }
    let hash = rng::sha256(&message);
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash) {
        *byte = hashed;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Deletes the events that were reported. If newer events exist, the next email is due after the interval.
async fn finish(
    services: &Services,
    job: Job,
    user: UserId,
    reported: &[NotificationRow],
    sent_at: Option<DateTime<Utc>>,
) -> Result<JobOutcome, JobError> {
    let mut tx = job.finish_global(services).await?;
    queries::delete(&mut tx, user, reported).await?;
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
