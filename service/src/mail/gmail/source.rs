//! Fetches messages from Gmail, page by page, newest first. Each page is stored in one transaction together with the cursor.

use super::client::{GmailClient, GmailError, MessagePage};
use crate::{
    Error,
    auth::oauth::{MailboxProvider, RefreshOutcome, provider_unavailable, refresh_mailbox_token},
    background::{JobError, JobKind, Lane},
    mail::{
        mail_reader,
        queries::{
            mailbox_tokens::{self, TokensRow},
            mailboxes::{self, SyncCursor},
        },
        sync::{MailSource, RawMessage, SyncRun, SyncStep},
        tokens::MailboxTokens,
    },
    platform::http_client::FetchError,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::task::JoinSet;

/// Gmail's search index lags behind a little, so each sync requests the end of the previous one again.
const OVERLAP_MS: i64 = 10 * 60 * 1000;
const MAX_CONCURRENT_FETCHES: usize = 4;
/// Higher than the number of pages of any mailbox; guards against a server whose list never ends.
const MAX_PAGES: i32 = 1_000;

/// The mail source for Gmail mailboxes.
pub(crate) struct Gmail;

#[async_trait]
impl MailSource for Gmail {
    const KIND: JobKind = JobKind::new("sync_gmail", Lane::Bulk);

    /// Fetches pages, starting at the cursor.
    async fn fetch(run: &mut SyncRun<'_>) -> Result<SyncStep, JobError> {
        let Some(row) = find_tokens(run).await? else {
            return Ok(SyncStep::Stopped);
        };
        let tokens = MailboxTokens::decrypt(&run.ctx.services, run.grant.tenant(), &row);
        let mut tokens = match tokens {
            Ok(tokens) => tokens,
            Err(error) => {
                tracing::warn!(
                    %error,
                    mailbox.id = %run.mailbox,
                    "mailbox tokens cannot be decrypted, reconnect required"
                );
                return Ok(SyncStep::AccessRevoked);
            }
        };
        let mut cursor = row.cursor;
        let now = run.ctx.services.clock.now();
        let query = search_query(cursor.synced_through_ms, run.initial_since())?;
        let mut is_refreshed = false;
        if tokens.expires_at.is_some_and(|at| at <= now) {
            is_refreshed = true;
            if !refresh(run, &mut tokens).await? {
                return Ok(SyncStep::AccessRevoked);
            }
        }
        loop {
            let gmail = GmailClient::new(&run.ctx.services, tokens.access_token.clone());
            let now = run.ctx.services.clock.now();
            let (page, messages) = match fetch_page(&gmail, &query, &cursor, now).await {
                Ok(page) => page,
                Err(GmailError::Unauthorized) if !is_refreshed => {
                    is_refreshed = true;
                    if refresh(run, &mut tokens).await? {
                        continue;
                    }
                    return Ok(SyncStep::AccessRevoked);
                }
                Err(GmailError::Unauthorized | GmailError::Forbidden) => return Ok(SyncStep::AccessRevoked),
                Err(GmailError::RateLimited(delay)) => return Ok(SyncStep::RetryAfter(delay)),
                Err(GmailError::Unavailable(error)) => {
                    tracing::warn!(%error, mailbox.id = %run.mailbox, "Gmail request failed");
                    return Err(provider_unavailable("Gmail").into());
                }
            };
            let newest = messages.iter().map(|m| m.received_at.timestamp_millis()).max();
            cursor = cursor.after_page(&page, newest);
            let Some(mut tx) = run.insert_messages(messages).await? else {
                return Ok(SyncStep::Stopped);
            };
            mailboxes::update_cursor(&mut tx, run.mailbox, &cursor).await?;
            tx.commit().await?;
            if cursor.page_token.is_none() {
                return Ok(SyncStep::Finished);
            }
            if run.ctx.should_yield().await? {
                return Ok(SyncStep::Yielded);
            }
        }
    }
}

async fn find_tokens(run: &SyncRun<'_>) -> Result<Option<TokensRow>, Error> {
    let mut tx = run.ctx.services.db.begin(run.grant).await?;
    let row = mailbox_tokens::find(&mut tx, run.mailbox).await?;
    tx.commit().await?;
    Ok(row)
}

/// Fetches the next page and its messages.
async fn fetch_page(
    gmail: &GmailClient,
    query: &str,
    cursor: &SyncCursor,
    now: DateTime<Utc>,
) -> Result<(MessagePage, Vec<RawMessage>), GmailError> {
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

/// Gets a new access token. Returns false if there is no refresh token or Google rejects it.
async fn refresh(run: &SyncRun<'_>, tokens: &mut MailboxTokens) -> Result<bool, JobError> {
    let services = &run.ctx.services;
    let Some(refresh_token) = &tokens.refresh_token else {
        return Ok(false);
    };
    match refresh_mailbox_token(services, MailboxProvider::Gmail, refresh_token).await? {
        RefreshOutcome::Revoked => Ok(false),
        RefreshOutcome::Refreshed(new) => {
            tokens.renew(new);
            let encrypted = tokens.encrypt(services, run.grant.tenant(), run.mailbox)?;
            let mut tx = run.begin_step().await?;
            mailbox_tokens::update(&mut tx, run.mailbox, &encrypted).await?;
            tx.commit().await?;
            Ok(true)
        }
    }
}

impl SyncCursor {
    fn after_page(&self, page: &MessagePage, newest_ms: Option<i64>) -> Self {
        let newest_seen_ms = self.newest_seen_ms.max(newest_ms);
        let pages_fetched = self.pages_fetched.saturating_add(1);
        // A page that points to itself, and the page at the limit, count as the last page.
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

/// Gmail search query for messages from senders that the rulesets list, and for messages whose text may be about an application.
/// Other messages of the user are never fetched.
fn search_query(synced_through_ms: Option<i64>, initial_since: DateTime<Utc>) -> Result<String, Error> {
    let reader = mail_reader()?;
    let senders = reader.senders().join(" OR ");
    let words = reader.search_words().join(" ");
    let after = synced_through_ms.map_or_else(|| initial_since.timestamp(), |ms| (ms - OVERLAP_MS) / 1000);
    Ok(format!(
        "{{from:({senders}) {words}}} -in:chats -in:drafts -in:sent after:{after}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_query_is_limited_to_senders_and_words_of_applications_and_new_messages() {
        let since = DateTime::from_timestamp(1_736_928_000, 0).expect("time");
        let first = search_query(None, since).expect("query");
        assert!(
            first.starts_with("{from:(") && first.contains("greenhouse.io") && first.contains(" bewerbung "),
            "{first}"
        );
        assert!(first.ends_with("after:1736928000"), "{first}");
        let next = search_query(Some(1_799_999_000_000), since).expect("query");
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
