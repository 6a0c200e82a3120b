//! The background job of an import. It parses all files and stores their messages, then matches the messages in the order they were
//! sent. Each batch is stored in one transaction together with its progress, so that nothing is repeated after a crash.

mod parse;

use super::{
    apply::{apply_matches, apply_review},
    load_rulesets, preview,
    queries::{
        findings,
        imports::{self, ImportPhase, Progress, RunningImport},
        mailboxes, messages,
    },
    sync::sync_mailbox,
};
use crate::{
    Error, Services, auth,
    background::{JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    context::{Caller, Grant, permit},
    jobapps::limits,
    platform::db::TenantTx,
    uploads,
};
use async_trait::async_trait;
use domain::{
    ImportId, MailboxId,
    jobapps::EventSource,
    mail::{ImportError, ImportState},
    tenants::Action,
};
use std::time::Duration;

/// Imports up to this total size take less than about a second.
const MAX_SHORT_IMPORT_BYTES: u64 = 1024 * 1024;
/// Messages of a preview stored per transaction.
const STORED_BATCH_SIZE: i64 = 200;

/// Runs imports.
pub(crate) struct ImportMail;

impl ImportMail {
    pub const KIND: JobKind = JobKind::new("import_mail", Lane::Bulk);

    /// The job kind for an import of this size.
    pub const fn kind_for(bytes: u64) -> JobKind {
        Self::KIND.short_if(bytes <= MAX_SHORT_IMPORT_BYTES)
    }
}

#[async_trait]
impl JobHandler for ImportMail {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    fn max_attempts(&self) -> u32 {
        5
    }

    fn backoff(&self, failures: u32) -> Duration {
        Duration::from_secs(2) * failures
    }

    async fn run(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let Some(caller) = auth::find_job_caller(&ctx.services, ctx.job).await? else {
            return ctx.discard().await;
        };
        ImportRun::new(&mut ctx, caller)?.run().await
    }

    /// Messages imported so far are kept.
    async fn give_up(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let Some(caller) = auth::find_job_caller(&ctx.services, ctx.job).await? else {
            return ctx.discard().await;
        };
        ImportRun::new(&mut ctx, caller)?.fail().await
    }

    async fn on_start(&self, services: &Services) -> Result<(), Error> {
        tokio::task::spawn_blocking(load_rulesets)
            .await
            .map_err(|e| Error::Internal(format!("loading rulesets: {e}")))??;
        uploads::delete_orphans(services).await
    }
}

fn applications_error(services: &Services) -> ImportError {
    let message = limits::applications_message(services);
    ImportError {
        file: "upload".into(),
        position: 0,
        detail: format!("{message} Emails about other applications add no application."),
    }
}

/// Result of a step of matching.
enum MatchStep {
    Matched,
    /// No messages are left. The import is done.
    Ended,
    /// The user has cancelled the import.
    Canceled,
}

struct ImportRun<'a> {
    ctx: &'a mut JobContext,
    caller: Caller,
    grant: Grant,
    id: ImportId,
}

impl<'a> ImportRun<'a> {
    fn new(ctx: &'a mut JobContext, caller: Caller) -> Result<Self, Error> {
        Ok(Self {
            grant: permit(&caller, Action::ImportMail)?,
            id: ctx.job.payload_id.into(),
            ctx,
            caller,
        })
    }

    async fn run(mut self) -> Result<JobOutcome, JobError> {
        let Some(import) = self.find().await? else {
            return self.wait_or_end().await;
        };
        let is_stored = match import.phase {
            ImportPhase::Parsing => self.parse(&import).await?,
            ImportPhase::Storing => self.store_findings(&import).await?,
            ImportPhase::Matching => true,
        };
        if !is_stored {
            return Ok(JobOutcome::Yielded);
        }
        if import.dry_run {
            return self.preview(&import).await;
        }
        let source = if import.is_upload {
            EventSource::Import
        } else {
            EventSource::Mail
        };
        loop {
            match self.match_batch(source).await? {
                MatchStep::Ended => break,
                MatchStep::Matched if !self.ctx.should_yield().await? => {}
                MatchStep::Matched | MatchStep::Canceled => return Ok(JobOutcome::Yielded),
            }
        }
        uploads::delete_uploaded_files(&self.ctx.services, self.id.0).await;
        if !import.is_upload {
            self.resume_sync(import.mailbox).await;
        }
        Ok(JobOutcome::Completed)
    }

    /// Queues a sync of a mailbox whose preview was applied. Further syncs follow periodically.
    async fn resume_sync(&self, mailbox: MailboxId) {
        if let Err(error) = sync_mailbox(&self.ctx.services, &self.caller, mailbox, false).await {
            tracing::info!(%error, mailbox.id = %mailbox, "sync after a preview was not queued");
        }
    }

    /// Waits while the import is a preview that can still be applied, then discards it. Ends the job if the import has ended.
    async fn wait_or_end(self) -> Result<JobOutcome, JobError> {
        let services = &self.ctx.services;
        let now = services.clock.now();
        let left = {
            let mut tx = services.db.begin(self.grant).await?;
            let left = preview::remaining_time(&mut tx, self.id, now).await?;
            tx.commit().await?;
            left
        };
        if let Some(left) = left {
            self.ctx.job.postpone(services, left).await?;
            return Ok(JobOutcome::Completed);
        }
        let mut tx = self.ctx.job.finish(services, self.grant).await?;
        preview::discard_expired(&mut tx, self.id, now).await?;
        tx.commit().await?;
        uploads::delete_uploaded_files(&self.ctx.services, self.id.0).await;
        Ok(JobOutcome::Completed)
    }

    /// Computes the effects of the messages, and waits for the user to apply the preview.
    async fn preview(self, import: &RunningImport) -> Result<JobOutcome, JobError> {
        let services = &self.ctx.services;
        let found =
            preview::find_effects(services, &self.caller, self.grant, self.id, import.mailbox).await?;
        let tx = self
            .ctx
            .job
            .reschedule(services, self.grant, preview::TTL)
            .await?;
        preview::store(tx, self.id, found, services.clock.now()).await?;
        uploads::delete_uploaded_files(&self.ctx.services, self.id.0).await;
        Ok(JobOutcome::Completed)
    }

    /// Stores the messages of a preview that was applied. Returns false if the job should yield before the end.
    async fn store_findings(&mut self, import: &RunningImport) -> Result<bool, JobError> {
        loop {
            let services = &self.ctx.services;
            let now = services.clock.now();
            let mut tx = self.ctx.job.begin_step(services, self.grant).await?;
            let batch = findings::take(&mut tx, self.id, STORED_BATCH_SIZE).await?;
            let unmatched =
                messages::insert_messages(&mut tx, import.mailbox, self.id.into(), &batch, now).await?;
            let relevant = batch
                .iter()
                .filter(|message| message.get("matched") == Some(&false.into()))
                .count();
            let progress = Progress {
                is_storing_done: batch.is_empty(),
                // Messages that were stored by another import or sync meanwhile.
                ignored: i64::try_from(relevant).unwrap_or(i64::MAX) - unmatched,
                ..Progress::default()
            };
            if !self.commit_step(tx, &progress).await? {
                return Ok(false);
            }
            if batch.is_empty() {
                return Ok(true);
            }
            if self.ctx.should_yield().await? {
                return Ok(false);
            }
        }
    }

    /// Commits a step with its progress. If the user has cancelled the import, returns false and changes nothing.
    async fn commit_step(&self, mut tx: TenantTx, progress: &Progress<'_>) -> Result<bool, JobError> {
        let now = self.ctx.services.clock.now();
        let is_running = imports::add_progress(&mut tx, self.id, progress, now).await?;
        if is_running {
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok(is_running)
    }

    /// Ends an import that failed repeatedly at the same message.
    async fn fail(self) -> Result<JobOutcome, JobError> {
        let services = &self.ctx.services;
        let mut tx = self.ctx.job.finish(services, self.grant).await?;
        if let Some(import) = imports::find_running(&mut tx, self.id).await? {
            let file = import
                .files
                .get(import.checkpoint.file)
                .map_or_else(|| "upload".to_owned(), |f| f.name.clone());
            let position = i64::try_from(import.checkpoint.messages).unwrap_or_default() + 1;
            let detail = "The import stopped repeatedly at this email and was ended. Everything imported so far is kept. \
                          Please report this email to us.";
            let error = ImportError {
                file,
                position,
                detail: detail.into(),
            };
            let now = services.clock.now();
            imports::end_import(&mut tx, self.id, ImportState::Failed, &[error], now).await?;
            findings::delete(&mut tx, self.id).await?;
            mailboxes::discard_preview(&mut tx, self.id).await?;
        }
        tx.commit().await?;
        uploads::delete_uploaded_files(&self.ctx.services, self.id.0).await;
        Ok(JobOutcome::Completed)
    }

    async fn find(&self) -> Result<Option<RunningImport>, Error> {
        let mut tx = self.ctx.services.db.begin(self.grant).await?;
        let import = imports::find_running(&mut tx, self.id).await?;
        tx.commit().await?;
        Ok(import)
    }

    /// Matches the next messages, or ends the import if there are none.
    async fn match_batch(&self, source: EventSource) -> Result<MatchStep, JobError> {
        let services = &self.ctx.services;
        let mut tx = self.ctx.job.begin_step(services, self.grant).await?;
        let report = apply_matches(services, &self.caller, &mut tx, self.id.into(), source).await?;
        let (report, is_last) = if let Some(report) = report {
            (report, false)
        } else {
            let report = apply_review(services, &self.caller, &mut tx, source).await?;
            (report, true)
        };
        let progress = Progress {
            ignored: report.ignored,
            created: report.created,
            updated: report.updated,
            ..Progress::default()
        };
        if !self.commit_step(tx, &progress).await? {
            return Ok(MatchStep::Canceled);
        }
        if is_last {
            self.finish().await?;
            return Ok(MatchStep::Ended);
        }
        Ok(MatchStep::Matched)
    }

    async fn finish(&self) -> Result<(), JobError> {
        let services = &self.ctx.services;
        let mut tx = self.ctx.job.finish(services, self.grant).await?;
        let now = services.clock.now();
        // Uses the current limit rather than the number of skipped applications, because earlier runs of the job may have skipped
        // some, too.
        let is_full = limits::applications_left(services, &mut tx).await? <= 0;
        let errors: Vec<_> = is_full
            .then(|| applications_error(services))
            .into_iter()
            .collect();
        imports::end_import(&mut tx, self.id, ImportState::Done, &errors, now).await?;
        mailboxes::finish_preview(&mut tx, self.id).await?;
        tx.commit().await?;
        Ok(())
    }
}
