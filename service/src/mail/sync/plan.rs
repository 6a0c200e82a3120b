//! Decides what an attempt of a sync does: it fetches, or waits for a preview of the mailbox.

use super::run::{SYNC_INTERVAL, SyncRun};
use crate::{
    Error,
    background::{JobError, JobOutcome},
    mail::{
        preview,
        queries::{mailboxes, previews},
    },
};
use domain::{
    ImportId,
    mail::{ImportState, MailboxState},
};
use std::time::Duration;

/// The plan for an attempt of a sync.
pub enum SyncPlan {
    /// Fetch new messages, for the preview if there is one.
    Fetch,
    /// Wait until the user has decided about the preview, or it has been applied.
    Wait(Duration),
    /// Do nothing, and do not repeat the sync.
    Stop,
}

impl SyncRun<'_> {
    /// Decides what to do now. Discards a preview that was not applied in time.
    pub async fn prepare(&mut self) -> Result<SyncPlan, Error> {
        let services = &self.ctx.services;
        let now = services.clock.now();
        let mut tx = services.db.begin(self.grant).await?;
        let Some(mailbox) = mailboxes::find_preview(&mut tx, self.mailbox).await? else {
            return Ok(SyncPlan::Stop);
        };
        let plan = match (mailbox.preview, mailbox.state) {
            (None, MailboxState::Paused) => SyncPlan::Stop,
            (None, _) => SyncPlan::Fetch,
            (Some(preview), _) => match previews::lock_import(&mut tx, preview).await? {
                Some(import) if import.state == ImportState::Running && import.dry_run => {
                    self.preview = Some(preview);
                    SyncPlan::Fetch
                }
                Some(import) if import.state == ImportState::Running => SyncPlan::Wait(SYNC_INTERVAL),
                Some(import) if import.state == ImportState::Done && import.dry_run => {
                    if let Some(left) = preview::remaining(&import, now) {
                        SyncPlan::Wait(left)
                    } else {
                        preview::discard(&mut tx, preview, now).await?;
                        SyncPlan::Stop
                    }
                }
                _ => {
                    mailboxes::finish_preview(&mut tx, preview).await?;
                    SyncPlan::Fetch
                }
            },
        };
        tx.commit().await?;
        Ok(plan)
    }

    /// Reschedules the job.
    pub async fn wait(&self, delay: Duration) -> Result<JobOutcome, JobError> {
        let mut tx = self
            .ctx
            .job
            .reschedule(&self.ctx.services, self.grant, delay)
            .await?;
        mailboxes::finish_sync(&mut tx, self.mailbox, MailboxState::Ok, None).await?;
        tx.commit().await?;
        Ok(JobOutcome::Completed)
    }

    /// Computes the effects of the fetched messages, and waits for the user to apply the preview.
    pub async fn finish_preview(&self, preview: ImportId) -> Result<JobOutcome, JobError> {
        let services = &self.ctx.services;
        let found = preview::find_effects(services, &self.caller, self.grant, preview, self.mailbox).await?;
        let mut tx = self
            .ctx
            .job
            .reschedule(services, self.grant, preview::TTL)
            .await?;
        mailboxes::finish_sync(&mut tx, self.mailbox, MailboxState::Ok, None).await?;
        preview::store(tx, preview, found, services.clock.now()).await?;
        Ok(JobOutcome::Completed)
    }
}
