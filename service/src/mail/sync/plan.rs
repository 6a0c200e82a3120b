//! What an attempt of a sync does: fetch, or nothing because of a preview of the mailbox.

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

/// What an attempt of a sync does.
pub enum SyncPlan {
    /// Fetches new messages, for the preview if there is one.
    Fetch,
    /// Nothing before the preview has been decided about or applied.
    Wait(Duration),
    /// Nothing, and the sync is not repeated.
    Stop,
}

impl SyncRun<'_> {
    /// What to do now. Discards a preview that was not applied in time.
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

    /// Tries again later.
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

    /// Finds out what the fetched messages would do, and waits for the user to apply it.
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
