//! The background job that syncs a Gmail mailbox. Pages are fetched newest first; each is one transaction together with the
//! cursor, so that a crashed server repeats nothing. When all pages are fetched, the messages are matched in the order they
//! were sent.

use super::{
    client::{GmailClient, GmailError, MessagePage, RawMessage},
    tokens::GmailTokens,
};
use crate::{
    Error, Services,
    auth::oauth::{RefreshOutcome, provider_unavailable, refresh_google_token},
    background::{Job, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    context::{Caller, Grant, permit},
    mail::{
        apply::{apply_matches, apply_review},
        job_caller, mail_reader,
        queries::{
            mailboxes::{self, SyncCursor, TokensRow},
            messages::{self, MessageRow},
        },
    },
    platform::http_client::FetchError,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MailboxId, jobapps::EventSource, mail::MailboxState, tenants::Action};
use std::time::Duration;
use tokio::task::JoinSet;

/// Time between two syncs of a mailbox, on average.
const SYNC_INTERVAL: Duration = Duration::from_mins(15);
/// The maximum delay after repeated failures.
const MAX_SYNC_BACKOFF: Duration = Duration::from_hours(6);
/// How far back the first sync goes.
const INITIAL_SYNC_WINDOW: TimeDelta = TimeDelta::days(730);
/// Gmail's search index lags behind a little, so the end of the previous sync is requested again.
const OVERLAP_MS: i64 = 10 * 60 * 1000;
const MAX_CONCURRENT_FETCHES: usize = 4;
/// More pages than any mailbox has; guards against a server whose list never ends.
const MAX_PAGES: i32 = 1_000;

/// Syncs mailboxes.
pub(crate) struct SyncGmail;

impl SyncGmail {
    pub const KIND: JobKind = JobKind::new("sync_gmail", Lane::Bulk);
    const MAX_ATTEMPTS: u32 = 5;
}

#[async_trait]
impl JobHandler for SyncGmail {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    fn max_attempts(&self) -> u32 {
        Self::MAX_ATTEMPTS
    }

    fn backoff(&self, failures: u32) -> Duration {
        if failures > Self::MAX_ATTEMPTS {
            let doublings = (failures - Self::MAX_ATTEMPTS - 1).min(8);
            (SYNC_INTERVAL * 2_u32.pow(doublings)).min(MAX_SYNC_BACKOFF)
        } else {
            Duration::from_secs(2) * failures
        }
    }

    /// Once, so that the user sees the failure. After that the sync is retried with increasing delays.
    fn should_give_up(&self, job: &Job) -> bool {
        job.attempts == Self::MAX_ATTEMPTS + 1
    }

    async fn run(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        match SyncRun::new(&mut ctx).await? {
            Some(run) => run.run().await,
            None => ctx.discard().await,
        }
    }

    /// Shows the failure to the user. The job stays and resumes from its cursor.
    async fn give_up(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let delay = self.backoff(ctx.job.attempts);
        match SyncRun::new(&mut ctx).await? {
            Some(run) => {
                run.mark_failed().await?;
                Ok(JobOutcome::RetryAfter(delay))
            }
            None => ctx.discard().await,
        }
    }
}

struct SyncRun<'a> {
    ctx: &'a mut JobContext,
    caller: Caller,
    grant: Grant,
    mailbox: MailboxId,
}

/// How fetching ended.
enum SyncStep {
    /// All pages are fetched.
    Finished,
    /// The job should yield to others.
    Yielded,
    /// The access was revoked; the user must reconnect the mailbox.
    AccessRevoked,
    /// Gmail is limiting requests.
    RetryAfter(Duration),
}

impl<'a> SyncRun<'a> {
    /// `None` if the user was deleted, left the workspace, or may not import email any more.
    async fn new(ctx: &'a mut JobContext) -> Result<Option<Self>, Error> {
        let Some(caller) = job_caller(&ctx.services, ctx.job).await? else {
            return Ok(None);
        };
        let Ok(grant) = permit(&caller, Action::ImportMail) else {
            return Ok(None);
        };
        Ok(Some(Self {
            mailbox: ctx.job.payload_id.into(),
            ctx,
            caller,
            grant,
        }))
    }

    async fn run(mut self) -> Result<JobOutcome, JobError> {
        let Some(row) = self.find_tokens().await? else {
            // The mailbox was disconnected.
            let tx = self.ctx.job.finish(&self.ctx.services, self.grant).await?;
            tx.commit().await?;
            return Ok(JobOutcome::Completed);
        };
        match self.fetch(row).await? {
            SyncStep::Finished => {}
            SyncStep::Yielded => return Ok(JobOutcome::Yielded),
            SyncStep::AccessRevoked => return self.finish(MailboxState::ReconnectRequired).await,
            SyncStep::RetryAfter(delay) => {
                // A rate limit is not a failure: an empty step resets the attempts.
                let tx = self.ctx.job.begin_step(&self.ctx.services, self.grant).await?;
                tx.commit().await?;
                return Ok(JobOutcome::RetryAfter(delay));
            }
        }
        loop {
            let services = &self.ctx.services;
            let mut tx = self.ctx.job.begin_step(services, self.grant).await?;
            let source = self.mailbox.into();
            let report = apply_matches(services, &self.caller, &mut tx, source, EventSource::Mail).await?;
            if report.is_none() {
                apply_review(services, &self.caller, &mut tx, EventSource::Mail).await?;
            }
            tx.commit().await?;
            if report.is_none() {
                break;
            }
            if self.ctx.should_yield().await? {
                return Ok(JobOutcome::Yielded);
            }
        }
        self.finish(MailboxState::Ok).await
    }

    async fn find_tokens(&self) -> Result<Option<TokensRow>, Error> {
        let mut tx = self.ctx.services.db.begin(self.grant).await?;
        let row = mailboxes::find_tokens(&mut tx, self.mailbox).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Fetches pages from the cursor on.
    async fn fetch(&mut self, row: TokensRow) -> Result<SyncStep, JobError> {
        let tokens = GmailTokens::decrypt(&self.ctx.services, self.grant.tenant(), &row);
        let mut tokens = match tokens {
            Ok(tokens) => tokens,
            Err(error) => {
                tracing::warn!(
                    %error,
                    mailbox.id = %self.mailbox,
                    "mailbox tokens cannot be decrypted, reconnect required"
                );
                return Ok(SyncStep::AccessRevoked);
            }
        };
        let mut cursor = row.cursor;
        let now = self.ctx.services.clock.now();
        let query = search_query(cursor.synced_through_ms, now)?;
        let mut is_refreshed = false;
        if tokens.expires_at.is_some_and(|at| at <= now) {
            is_refreshed = true;
            if !self.refresh(&mut tokens).await? {
                return Ok(SyncStep::AccessRevoked);
            }
        }
        loop {
            let gmail = GmailClient::new(&self.ctx.services, tokens.access_token.clone());
            let (page, messages) = match self.fetch_page(&gmail, &query, &cursor).await {
                Ok(page) => page,
                Err(GmailError::Unauthorized) if !is_refreshed => {
                    is_refreshed = true;
                    if self.refresh(&mut tokens).await? {
                        continue;
                    }
                    return Ok(SyncStep::AccessRevoked);
                }
                Err(GmailError::Unauthorized | GmailError::Forbidden) => return Ok(SyncStep::AccessRevoked),
                Err(GmailError::RateLimited(delay)) => return Ok(SyncStep::RetryAfter(delay)),
                Err(GmailError::Unavailable(error)) => {
                    tracing::warn!(%error, mailbox.id = %self.mailbox, "Gmail request failed");
                    return Err(provider_unavailable("Gmail").into());
                }
            };
            cursor = cursor.after_page(&page, messages.iter().map(|m| m.received_ms).max());
            self.store(messages, &cursor).await?;
            if cursor.page_token.is_none() {
                return Ok(SyncStep::Finished);
            }
            if self.ctx.should_yield().await? {
                return Ok(SyncStep::Yielded);
            }
        }
    }

    /// Fetches the next page and its messages.
    async fn fetch_page(
        &self,
        gmail: &GmailClient,
        query: &str,
        cursor: &SyncCursor,
    ) -> Result<(MessagePage, Vec<RawMessage>), GmailError> {
        let now = self.ctx.services.clock.now();
        let page = gmail
            .list_messages(query, cursor.page_token.as_deref(), now)
            .await?;
        let mut messages = Vec::with_capacity(page.ids.len());
        for ids in page.ids.chunks(MAX_CONCURRENT_FETCHES) {
            let mut tasks = JoinSet::new();
            for id in ids {
                let (gmail, id) = (gmail.clone(), id.clone());
                tasks.spawn(async move { gmail.fetch_message(&id, now).await });
            }
            while let Some(result) = tasks.join_next().await {
                let message = result.map_err(|e| FetchError::InvalidResponse(e.to_string()))?;
                messages.extend(message?);
            }
        }
        Ok((page, messages))
    }

    /// Parses the messages and stores them together with the cursor.
    async fn store(&self, raw_messages: Vec<RawMessage>, cursor: &SyncCursor) -> Result<(), JobError> {
        let services = &self.ctx.services;
        let reader = mail_reader()?;
        let parse = move || {
            raw_messages
                .into_iter()
                .filter_map(|message| {
                    let received_at = DateTime::from_timestamp_millis(message.received_ms)?;
                    // Unreadable messages are skipped, as in an import.
                    reader.read(&message.raw, b"", received_at).ok()
                })
                .collect::<Vec<_>>()
        };
        let parsed = tokio::task::spawn_blocking(parse)
            .await
            .map_err(|e| Error::Internal(format!("parsing messages: {e}")))?;
        let rows: Vec<MessageRow> = parsed
            .into_iter()
            .map(|message| MessageRow::new(services.id(), message))
            .collect();
        let mut tx = self.ctx.job.begin_step(services, self.grant).await?;
        let max_messages = services.storage_limits.max_messages;
        if !rows.is_empty() && messages::count(&mut tx, max_messages).await? < max_messages {
            let now = services.clock.now();
            messages::insert_messages(&mut tx, self.mailbox, self.mailbox.into(), &rows, now).await?;
        }
        mailboxes::update_cursor(&mut tx, self.mailbox, cursor).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gets a new access token. False if there is no refresh token or Google rejects it.
    async fn refresh(&self, tokens: &mut GmailTokens) -> Result<bool, JobError> {
        let services = &self.ctx.services;
        let Some(refresh_token) = &tokens.refresh_token else {
            return Ok(false);
        };
        match refresh_google_token(services, refresh_token).await? {
            RefreshOutcome::Revoked => Ok(false),
            RefreshOutcome::Refreshed(new) => {
                tokens.access_token = new.access_token;
                tokens.expires_at = new.expires_at;
                if let Some(refresh_token) = new.refresh_token {
                    tokens.refresh_token = Some(refresh_token);
                }
                let encrypted = tokens.encrypt(services, self.grant.tenant(), self.mailbox)?;
                let mut tx = self.ctx.job.begin_step(services, self.grant).await?;
                mailboxes::update_tokens(&mut tx, self.mailbox, &encrypted).await?;
                tx.commit().await?;
                Ok(true)
            }
        }
    }

    async fn mark_failed(&self) -> Result<(), Error> {
        let services = &self.ctx.services;
        let mut tx = services.db.begin(self.grant).await?;
        mailboxes::fail_sync(&mut tx, self.mailbox, services.clock.now()).await?;
        tx.commit().await
    }

    /// Stores the result. The job is rescheduled unless the mailbox must be reconnected, which enqueues a new job.
    async fn finish(&self, state: MailboxState) -> Result<JobOutcome, JobError> {
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

/// The sync interval plus or minus a tenth, so that mailboxes connected or delayed together do not stay in step.
fn next_delay(services: &Services) -> Duration {
    let mut random = [0; 1];
    services.rng.fill(&mut random);
    SYNC_INTERVAL.mul_f64(0.9 + 0.2 * f64::from(random[0]) / 255.0)
}

impl SyncCursor {
    fn after_page(&self, page: &MessagePage, newest_ms: Option<i64>) -> Self {
        let newest_seen_ms = self.newest_seen_ms.max(newest_ms);
        let pages_fetched = self.pages_fetched.saturating_add(1);
        // A page that points to itself, or a list that never ends, counts as the end.
        let next_page_token = page
            .next_page_token
            .clone()
            .filter(|next| self.page_token.as_ref() != Some(next) && pages_fetched < MAX_PAGES);
        match next_page_token {
            Some(page_token) => Self {
                synced_through_ms: self.synced_through_ms,
                page_token: Some(page_token),
                newest_seen_ms,
                pages_fetched,
            },
            None => Self {
                synced_through_ms: self.synced_through_ms.max(newest_seen_ms),
                page_token: None,
                newest_seen_ms: None,
                pages_fetched: 0,
            },
        }
    }
}

/// Gmail search for messages from the senders that the rulesets know, and for those whose text may be about an application;
/// other messages of the user are never fetched.
fn search_query(synced_through_ms: Option<i64>, now: DateTime<Utc>) -> Result<String, Error> {
    let reader = mail_reader()?;
    let senders = reader.senders().join(" OR ");
    let words = reader.search_words().join(" ");
    let after = synced_through_ms.map_or_else(
        || (now - INITIAL_SYNC_WINDOW).timestamp(),
        |ms| (ms - OVERLAP_MS) / 1000,
    );
    Ok(format!(
        "{{from:({senders}) {words}}} -in:chats -in:drafts -in:sent after:{after}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_is_short_at_first_and_doubles_after_giving_up() {
        let minutes = |failures| SyncGmail.backoff(failures).as_secs() / 60;
        assert_eq!(minutes(5), 0);
        let waits: Vec<u64> = (6..20).map(minutes).collect();
        assert_eq!(waits[..6], [15, 30, 60, 120, 240, 360]);
        assert!(waits[5..].iter().all(|wait| *wait == 360), "{waits:?}");
    }

    #[test]
    fn search_query_is_limited_to_senders_and_words_of_applications_and_new_messages() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let first = search_query(None, now).expect("query");
        assert!(
            first.starts_with("{from:(") && first.contains("greenhouse.io") && first.contains(" bewerbung "),
            "{first}"
        );
        assert!(first.ends_with("after:1736928000"), "{first}");
        let next = search_query(Some(1_799_999_000_000), now).expect("query");
        assert!(next.ends_with("after:1799998400"), "{next}");
    }

    #[test]
    fn page_list_that_repeats_or_never_ends_is_ended() {
        let page = |next: Option<&str>| MessagePage {
            ids: Vec::new(),
            next_page_token: next.map(str::to_owned),
        };
        let mut cursor = SyncCursor::default().after_page(&page(Some("a")), Some(5));
        assert_eq!(
            (
                cursor.page_token.as_deref(),
                cursor.newest_seen_ms,
                cursor.synced_through_ms
            ),
            (Some("a"), Some(5), None)
        );
        let end = cursor.after_page(&page(Some("a")), Some(3));
        assert_eq!(
            (end.page_token.as_deref(), end.synced_through_ms),
            (None, Some(5))
        );
        let mut pages = 1;
        while cursor.page_token.is_some() {
            cursor = cursor.after_page(&page(Some(&format!("p{pages}"))), None);
            pages += 1;
            assert!(pages <= MAX_PAGES, "the list does not end");
        }
    }
}
