//! Fetching mail from Gmail. Pages come newest first; each is one transaction with the place from which to go on, so a
//! server may die at any moment. When all pages are read, the mails are matched in the order in which they were sent.

use super::{
    access::Access,
    gmail::{Gmail, Listed, Message, Trouble},
    queries::{self, AccessRow, Reached},
};
use crate::{
    Error, Services,
    identities::{Renewal, renew_google, unavailable},
    jobs::{Job, Stopped, Turn, Turned},
    mail::{
        import::readers,
        queries::{MailRow, insert_mails},
        scan::Scanned,
        settle::settle,
    },
    tenants::{Caller, Grant, permit},
};
use chrono::{DateTime, TimeDelta};
use domain::{ImportId, MailboxId, jobapps::Cause, mail::MailboxState, tenants::Action};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;

/// How far back the first fetching goes.
const FIRST: TimeDelta = TimeDelta::days(730);
/// Mails may reach the index a little late: what was received shortly before the last end is asked for again.
const OVERLAP_MS: i64 = 10 * 60 * 1000;
/// Messages that are fetched at once.
const AT_ONCE: usize = 4;
/// More pages than any mailbox has of such mails; a server that never ends stops here.
const PAGES_MAX: i32 = 1_000;

/// Does a turn of fetching.
pub(crate) async fn sync(
    services: &Arc<Services>,
    caller: &Caller,
    job: Job,
    mut turn: Turn,
) -> Result<Turned, Stopped> {
    let run = Run::new(services, caller, job)?;
    let Some(row) = run.row().await? else {
        // Disconnected meanwhile.
        run.job.finish(services, run.grant).await?.commit().await?;
        return Ok(Turned::Done);
    };
    match run.read(row, &mut turn).await {
        Ok(Read::End) => {}
        Ok(Read::Interrupted) => return Ok(Turned::More),
        Ok(Read::Shut) => return run.end(MailboxState::ReconnectRequired).await,
        Ok(Read::Wait(wait)) => {
            // Being told to wait is no failure: the step forgets earlier ones.
            run.job.step(services, run.grant).await?.commit().await?;
            return Ok(Turned::Later(wait));
        }
        Err(stopped) => return Err(stopped),
    }
    loop {
        let mut tx = run.job.step(services, run.grant).await?;
        let settled = settle(services, caller, &mut tx, run.import(), Cause::Mail).await?;
        tx.commit().await?;
        if settled.is_none() {
            break;
        }
        if turn.over(services).await? {
            return Ok(Turned::More);
        }
    }
    run.end(MailboxState::Ok).await
}

/// Fetching failed again and again: its person is not shown that it is under way any more. It goes on where it stopped,
/// after a while.
pub(crate) async fn give_up_sync(
    services: &Arc<Services>,
    caller: &Caller,
    job: Job,
) -> Result<Turned, Stopped> {
    let run = Run::new(services, caller, job)?;
    let mut tx = services.db.begin(run.grant).await?;
    queries::leave_syncing(&mut tx, run.mailbox, services.clock.now()).await?;
    tx.commit().await?;
    // The failures stay counted, and what waits longest after so many comes next.
    Ok(Turned::Later(job.pause()))
}

struct Run<'a> {
    services: &'a Arc<Services>,
    grant: Grant,
    job: Job,
    mailbox: MailboxId,
}

/// How reading ended.
enum Read {
    /// All is read.
    End,
    /// It is another's turn.
    Interrupted,
    /// Gmail does not let us in any more.
    Shut,
    /// Gmail wants us to wait.
    Wait(Duration),
}

impl<'a> Run<'a> {
    fn new(services: &'a Arc<Services>, caller: &Caller, job: Job) -> Result<Self, Error> {
        Ok(Self {
            services,
            grant: permit(caller, Action::ImportMail)?,
            job,
            mailbox: job.subject.into(),
        })
    }

    /// Mails that wait for being matched are marked with what brought them: here the mailbox itself.
    fn import(&self) -> ImportId {
        self.mailbox.0.into()
    }

    async fn row(&self) -> Result<Option<AccessRow>, Error> {
        let mut tx = self.services.db.begin(self.grant).await?;
        let row = queries::find_access(&mut tx, self.mailbox).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Reads on, page by page.
    async fn read(&self, row: AccessRow, turn: &mut Turn) -> Result<Read, Stopped> {
        let access = Access::open(self.services, self.grant.tenant(), &row).inspect_err(|error| {
            tracing::warn!(%error, mailbox.id = %self.mailbox, "a mailbox does not open any more: its person has to connect it again");
        });
        let Ok(mut access) = access else {
            return Ok(Read::Shut);
        };
        let mut reached = row.reached;
        let query = query(reached.since_ms, self.services.clock.now())?;
        let mut renewed = false;
        if access
            .expires_at
            .is_some_and(|at| at <= self.services.clock.now())
        {
            renewed = true;
            if !self.renew(&mut access).await? {
                return Ok(Read::Shut);
            }
        }
        loop {
            let gmail = Gmail::new(self.services, access.token.clone());
            let (listed, messages) = match self.page(&gmail, &query, &reached).await {
                Ok(page) => page,
                Err(Trouble::Unauthorized) if !renewed => {
                    renewed = true;
                    if self.renew(&mut access).await? {
                        continue;
                    }
                    return Ok(Read::Shut);
                }
                Err(Trouble::Unauthorized | Trouble::Forbidden) => return Ok(Read::Shut),
                Err(Trouble::Busy(wait)) => return Ok(Read::Wait(wait)),
                Err(Trouble::Away(error)) => {
                    tracing::warn!(%error, "Gmail does not answer as it should");
                    return Err(unavailable("Gmail").into());
                }
            };
            reached = reached.after(&listed, messages.iter().map(|m| m.received_ms).max());
            self.store(messages, &reached).await?;
            if reached.page.is_none() {
                return Ok(Read::End);
            }
            if turn.over(self.services).await? {
                return Ok(Read::Interrupted);
            }
        }
    }

    /// The next page and its messages.
    async fn page(
        &self,
        gmail: &Gmail,
        query: &str,
        reached: &Reached,
    ) -> Result<(Listed, Vec<Message>), Trouble> {
        let now = self.services.clock.now();
        let listed = gmail.list(query, reached.page.as_deref(), now).await?;
        let mut messages = Vec::with_capacity(listed.ids.len());
        for some in listed.ids.chunks(AT_ONCE) {
            let mut fetching = JoinSet::new();
            for id in some {
                let (gmail, id) = (gmail.clone(), id.clone());
                fetching.spawn(async move { gmail.message(&id, now).await });
            }
            while let Some(fetched) = fetching.join_next().await {
                let fetched =
                    fetched.map_err(|e| Trouble::Away(crate::outbound::Away::Nonsense(e.to_string())))?;
                messages.extend(fetched?);
            }
        }
        Ok((listed, messages))
    }

    /// Reads the messages and keeps what was read, in one transaction with the place that was reached.
    async fn store(&self, messages: Vec<Message>, reached: &Reached) -> Result<(), Stopped> {
        let readers = readers()?;
        let read = move || -> Vec<Scanned> {
            let read = |m: Message| {
                let received = DateTime::from_timestamp_millis(m.received_ms)?;
                // A mail that cannot be read is left out, as it is from an upload.
                readers.read(&m.raw, b"", received).ok()
            };
            messages.into_iter().filter_map(read).collect()
        };
        let scanned = tokio::task::spawn_blocking(read)
            .await
            .map_err(|e| Error::Internal(format!("reading mails ended: {e}")))?;
        let rows: Vec<MailRow> = scanned
            .into_iter()
            .map(|mail| MailRow::new(self.services.id(), mail))
            .collect();
        let mut tx = self.job.step(self.services, self.grant).await?;
        if !rows.is_empty() {
            insert_mails(
                &mut tx,
                self.mailbox,
                self.import(),
                &rows,
                self.services.clock.now(),
            )
            .await?;
        }
        queries::reach(&mut tx, self.mailbox, reached).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A new access token for the old one. False when Google does not give one any more.
    async fn renew(&self, access: &mut Access) -> Result<bool, Stopped> {
        let Some(refresh) = &access.refresh else {
            return Ok(false);
        };
        match renew_google(self.services, refresh).await? {
            Renewal::Ended => Ok(false),
            Renewal::Renewed(granted) => {
                access.token = granted.access;
                access.expires_at = granted.expires_at;
                if let Some(next) = granted.refresh {
                    access.refresh = Some(next);
                }
                let sealed = access.seal(self.services, self.grant.tenant(), self.mailbox)?;
                let mut tx = self.job.step(self.services, self.grant).await?;
                queries::renew_access(&mut tx, self.mailbox, &sealed).await?;
                tx.commit().await?;
                Ok(true)
            }
        }
    }

    async fn end(&self, state: MailboxState) -> Result<Turned, Stopped> {
        // What can be fetched from is, again and again; what must be connected again is left alone until it is.
        let mut tx = match state {
            MailboxState::ReconnectRequired => self.job.finish(self.services, self.grant).await?,
            _ => self.job.rest(self.services, self.grant).await?,
        };
        let synced_at = (state == MailboxState::Ok).then(|| self.services.clock.now());
        queries::end_syncing(&mut tx, self.mailbox, state, synced_at).await?;
        tx.commit().await?;
        Ok(Turned::Done)
    }
}

impl Reached {
    /// The place behind a page.
    fn after(&self, listed: &Listed, newest_ms: Option<i64>) -> Self {
        let newest_ms = self.newest_ms.max(newest_ms);
        let pages = self.pages.saturating_add(1);
        // A page that leads to itself, or a list that never ends, is an end.
        let next = listed
            .next
            .clone()
            .filter(|next| self.page.as_ref() != Some(next) && pages < PAGES_MAX);
        match next {
            Some(page) => Self {
                since_ms: self.since_ms,
                page: Some(page),
                newest_ms,
                pages,
            },
            None => Self {
                since_ms: self.since_ms.max(newest_ms),
                page: None,
                newest_ms: None,
                pages: 0,
            },
        }
    }
}

/// What is looked for: mails of senders that the rules know, and no others of this person.
fn query(since_ms: Option<i64>, now: DateTime<chrono::Utc>) -> Result<String, Error> {
    let senders = readers()?.senders().join(" OR ");
    let first = || (now - FIRST).timestamp();
    let after = since_ms.map_or_else(first, |ms| (ms - OVERLAP_MS) / 1000);
    Ok(format!(
        "from:({senders}) -in:chats -in:drafts -in:sent after:{after}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_only_for_senders_that_the_rules_know() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("time");
        let first = query(None, now).expect("query");
        assert!(
            first.starts_with("from:(") && first.contains("greenhouse.io"),
            "{first}"
        );
        assert!(first.ends_with("after:1736928000"), "{first}");
        let next = query(Some(1_799_999_000_000), now).expect("query");
        assert!(next.ends_with("after:1799998400"), "{next}");
    }

    /// OB-13: a list that leads back to itself, or never ends, ends.
    #[test]
    fn pages_end() {
        let page = |next: Option<&str>| Listed {
            ids: Vec::new(),
            next: next.map(str::to_owned),
        };
        let mut reached = Reached::default().after(&page(Some("a")), Some(5));
        assert_eq!(
            (reached.page.as_deref(), reached.newest_ms, reached.since_ms),
            (Some("a"), Some(5), None)
        );
        let end = reached.after(&page(Some("a")), Some(3));
        assert_eq!((end.page.as_deref(), end.since_ms), (None, Some(5)));
        let mut pages = 1;
        while reached.page.is_some() {
            reached = reached.after(&page(Some(&format!("p{pages}"))), None);
            pages += 1;
            assert!(pages <= PAGES_MAX, "it never ends");
        }
    }
}
