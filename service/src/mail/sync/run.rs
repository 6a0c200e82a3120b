//! One attempt of a sync.

use crate::{
    Error, Services,
    auth::{self, ActiveCaller},
    background::{JobContext, JobError, JobOutcome},
    context::{Caller, Grant, permit},
    mail::{
        apply::{apply_matches, apply_review},
        mail_reader,
        queries::{
            findings,
            imports::{self, Progress},
            mailboxes,
            messages::{self, MessageRow},
        },
    },
    platform::db::TenantTx,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ImportId, MailboxId, jobapps::EventSource, mail::MailboxState, tenants::Action};
use std::time::Duration;

/// Average time between two syncs of a mailbox.
pub const SYNC_INTERVAL: Duration = Duration::from_mins(15);
/// How far back the first sync goes.
const INITIAL_SYNC_WINDOW: TimeDelta = TimeDelta::days(730);

/// A message in RFC 5322 format.
pub struct RawMessage {
    pub received_at: DateTime<Utc>,
    pub raw: Vec<u8>,
}

/// An attempt to sync a mailbox.
pub struct SyncRun<'a> {
    pub ctx: &'a mut JobContext,
    pub grant: Grant,
    pub mailbox: MailboxId,
    /// The preview that the messages are fetched for. It changes no applications.
    pub preview: Option<ImportId>,
    pub caller: Caller,
}

/// Whether a sync can run.
pub enum Start<'a> {
    Run(Box<SyncRun<'a>>),
    /// The account is locked.
    Suspend,
    /// The user was deleted, left the workspace, or may not import email any more.
    Discard,
}

impl<'a> SyncRun<'a> {
    pub async fn start(ctx: &'a mut JobContext) -> Result<Start<'a>, Error> {
        let caller = match auth::find_active_job_caller(&ctx.services, ctx.job).await? {
            ActiveCaller::Active(caller) => caller,
            ActiveCaller::Locked(_) => return Ok(Start::Suspend),
            ActiveCaller::Missing => return Ok(Start::Discard),
        };
        let Ok(grant) = permit(&caller, Action::ImportMail) else {
            return Ok(Start::Discard);
        };
        Ok(Start::Run(Box::new(Self {
            mailbox: ctx.job.payload_id.into(),
            preview: None,
            ctx,
            grant,
            caller,
        })))
    }

    /// The earliest time of messages that the first sync reads.
    pub fn initial_since(&self) -> DateTime<Utc> {
        self.ctx.services.clock.now() - INITIAL_SYNC_WINDOW
    }

    pub async fn begin_step(&self) -> Result<TenantTx, JobError> {
        self.ctx.job.begin_step(&self.ctx.services, self.grant).await
    }

    /// Parses the messages and begins a step that inserts them. The caller stores its cursor in the same transaction and commits.
    /// There may be no messages. Returns `None` if the user has discarded the preview that they were fetched for.
    pub async fn insert_messages(&self, raw_messages: Vec<RawMessage>) -> Result<Option<TenantTx>, JobError> {
        let services = &self.ctx.services;
        let reader = mail_reader()?;
        let now = services.clock.now();
        let parse = move || {
            raw_messages
                .into_iter()
                // Unreadable messages are skipped, as in an import. Also as in an import, dates are plausible up to now rather
                // than up to the arrival of the message, which some mailboxes do not know.
                .filter_map(|message| reader.read(&message.raw, b"", now).ok())
                .collect::<Vec<_>>()
        };
        let parsed = tokio::task::spawn_blocking(parse)
            .await
            .map_err(|e| Error::Internal(format!("parsing messages: {e}")))?;
        let rows: Vec<MessageRow> = parsed
            .into_iter()
            .map(|message| MessageRow::new(services.id(), message))
            .collect();
        let mut tx = self.begin_step().await?;
        let max_messages = services.storage_limits.max_messages;
        if let Some(preview) = self.preview {
            let is_running = insert_findings(services, &mut tx, preview, &rows).await?;
            return Ok(is_running.then_some(tx));
        }
        if !rows.is_empty() && messages::count(&mut tx, max_messages).await? < max_messages {
            messages::insert_messages(&mut tx, self.mailbox, self.mailbox.into(), &rows, now).await?;
        }
        Ok(Some(tx))
    }

    /// Matches the next messages. If there are none, matches the messages in review again and returns false.
    pub async fn match_batch(&self) -> Result<bool, JobError> {
        let mut tx = self.begin_step().await?;
        let (services, source) = (&self.ctx.services, self.mailbox.into());
        let report = apply_matches(services, &self.caller, &mut tx, source, EventSource::Mail).await?;
        if report.is_none() {
            apply_review(services, &self.caller, &mut tx, EventSource::Mail).await?;
        }
        tx.commit().await?;
        Ok(report.is_some())
    }

    pub async fn mark_failed(&self) -> Result<(), Error> {
        let services = &self.ctx.services;
        let mut tx = services.db.begin(self.grant).await?;
        mailboxes::fail_sync(&mut tx, self.mailbox, services.clock.now()).await?;
        tx.commit().await
    }

    /// Ends the job without storing a result.
    pub async fn end(&self) -> Result<JobOutcome, JobError> {
        let tx = self.ctx.job.finish(&self.ctx.services, self.grant).await?;
        tx.commit().await?;
        Ok(JobOutcome::Completed)
    }

    /// Stores the result and reschedules the job. If the mailbox must be reconnected, the job ends; reconnecting enqueues a new
    /// one.
    pub async fn finish(&self, state: MailboxState) -> Result<JobOutcome, JobError> {
        let services = &self.ctx.services;
        let mut tx = if state == MailboxState::ReconnectRequired {
            self.ctx.job.finish(services, self.grant).await?
        } else {
            let delay = next_delay(services);
            self.ctx.job.reschedule(services, self.grant, delay).await?
        };
        let synced_at = (state == MailboxState::Ok).then(|| services.clock.now());
        mailboxes::finish_sync(&mut tx, self.mailbox, state, synced_at).await?;
        tx.commit().await?;
        Ok(JobOutcome::Completed)
    }
}

/// Adds messages to a preview. Returns false if the user has discarded it.
async fn insert_findings(
    services: &Services,
    tx: &mut TenantTx,
    preview: ImportId,
    rows: &[MessageRow],
) -> Result<bool, Error> {
    let max_messages = services.storage_limits.max_messages;
    let mut progress = Progress::default();
    if !rows.is_empty() && findings::count(tx, preview, max_messages).await? < max_messages {
        let relevant = findings::insert_findings(tx, preview, rows).await?;
        progress.seen = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        progress.ignored = progress.seen - relevant;
    }
    imports::add_progress(tx, preview, &progress, services.clock.now()).await
}

/// The sync interval plus or minus a tenth, so that mailboxes connected or delayed together do not stay synchronized.
fn next_delay(services: &Services) -> Duration {
    let mut random = [0; 1];
    services.rng.fill(&mut random);
    SYNC_INTERVAL.mul_f64(0.9 + 0.2 * f64::from(random[0]) / 255.0)
}
