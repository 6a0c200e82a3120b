//! Waits for new email with IDLE (RFC 2177), so that it is read within seconds instead of at the next poll. Each process watches a
//! limited number of mailboxes, and no two processes watch the same one. All other mailboxes are only polled.

use super::{
    error::ImapError,
    sign_in::{SignIn, SignInError, sign_in},
    source::Imap,
};
use crate::{
    Error, Services,
    auth::{self, ActiveCaller},
    background::{self, Job},
    context::{Grant, permit},
    mail::{
        queries::imap::{self, AccountRow, FolderCursor},
        sync::MailSource as _,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MailboxId, tenants::Action};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::watch,
    task::{AbortHandle, JoinHandle, JoinSet},
    time,
};
use uuid::Uuid;

/// Maximum number of connections of a process.
const MAX_CONNECTIONS: usize = 500;
/// Maximum number of connections for one user.
const MAX_CONNECTIONS_OF_USER: i64 = 3;
/// Maximum number of new connections per round, so that a starting server does not open all at the same time.
const MAX_NEW_CONNECTIONS: usize = 20;
const ROUND: Duration = Duration::from_secs(3);
const RENEWAL_INTERVAL: Duration = Duration::from_secs(20);
/// Servers end connections that are idle for 29 minutes.
const MAX_IDLE: Duration = Duration::from_mins(25);
/// A connection is replaced this long before its access token expires, because servers end it then.
const EXPIRY_MARGIN: TimeDelta = TimeDelta::minutes(1);
/// Pause between two syncs of a mailbox that receives many messages.
const SYNC_PAUSE: Duration = Duration::from_secs(5);
/// After a failure, the mailbox is only polled for this time.
const FAILURE_PAUSE: Duration = Duration::from_mins(10);
/// Like [`FAILURE_PAUSE`], for servers without IDLE and mailboxes whose inbox is not read.
const UNSUPPORTED_PAUSE: Duration = Duration::from_hours(6);
const INBOX: &str = "INBOX";

/// Why waiting ended.
enum IdleError {
    /// The mailbox does not support waiting with IDLE.
    Unsupported,
    Imap(ImapError),
    Other(Error),
}

impl From<SignInError> for IdleError {
    fn from(error: SignInError) -> Self {
        match error {
            // The next sync asks the user to connect again.
            SignInError::Revoked => Self::Unsupported,
            SignInError::Imap(error) => Self::Imap(error),
            SignInError::Other(error) => Self::Other(error),
        }
    }
}

impl From<ImapError> for IdleError {
    fn from(error: ImapError) -> Self {
        Self::Imap(error)
    }
}

impl From<Error> for IdleError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// Waits for new email in a task of this process.
pub struct IdleConnections {
    shutdown: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl IdleConnections {
    /// Starts watching the mailboxes that no other process watches.
    pub fn start(services: &Services) -> Self {
        let services = Arc::new(Services {
            db: services.db.for_jobs(),
            ..services.clone()
        });
        let (shutdown, shutting_down) = watch::channel(false);
        Self {
            shutdown,
            task: tokio::spawn(run(services, shutting_down)),
        }
    }

    /// Closes all connections and releases the mailboxes to other processes.
    pub async fn stop(self) {
        self.shutdown.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "waiting for email ended unexpectedly");
        }
    }
}

/// The connections of a process.
struct Connections {
    services: Arc<Services>,
    /// Identifies the process in the leases.
    process: Uuid,
    tasks: JoinSet<()>,
    handles: HashMap<Uuid, AbortHandle>,
    renewed_at: Instant,
}

async fn run(services: Arc<Services>, mut shutdown: watch::Receiver<bool>) {
    let mut connections = Connections {
        process: services.id(),
        services,
        tasks: JoinSet::new(),
        handles: HashMap::new(),
        renewed_at: Instant::now(),
    };
    while !*shutdown.borrow() {
        if let Err(error) = connections.update().await {
            tracing::warn!(%error, "mailboxes to wait for could not be updated");
        }
        tokio::select! {
            () = time::sleep(ROUND) => {}
            _ = shutdown.changed() => {}
        }
    }
    connections.tasks.shutdown().await;
    if let Err(error) = background::end_watches(&connections.services, connections.process).await {
        tracing::debug!(%error, "leases of mailboxes were not ended; they expire");
    }
}

impl Connections {
    /// Closes connections whose lease was lost, for example because the mailbox was disconnected, and opens new ones.
    async fn update(&mut self) -> Result<(), Error> {
        while self.tasks.try_join_next().is_some() {}
        self.handles.retain(|_, handle| !handle.is_finished());
        let leased = if self.renewed_at.elapsed() >= RENEWAL_INTERVAL {
            let leased = background::renew_watches(&self.services, self.process).await;
            if leased.is_err() && self.renewed_at.elapsed() >= background::WATCH_LEASE {
                // Other processes may have leased the mailboxes.
                self.tasks.abort_all();
            }
            let leased = leased?;
            self.renewed_at = Instant::now();
            leased
        } else {
            background::list_watches(&self.services, self.process).await?
        };
        for (job, handle) in &self.handles {
            if !leased.contains(job) {
                handle.abort();
            }
        }
        let left = MAX_CONNECTIONS.saturating_sub(self.handles.len());
        let (limit, per_user) = (left.min(MAX_NEW_CONNECTIONS), MAX_CONNECTIONS_OF_USER);
        let jobs =
            background::acquire_watches(&self.services, Imap::KIND, self.process, limit, per_user).await?;
        for job in jobs {
            let task = wait_for_mailbox(self.services.clone(), self.process, job);
            self.handles.insert(job.id, self.tasks.spawn(task));
        }
        Ok(())
    }
}

/// Watches a mailbox until an error occurs.
async fn wait_for_mailbox(services: Arc<Services>, process: Uuid, job: Job) {
    let Err(error) = wait(&services, process, job).await;
    let pause = match error {
        IdleError::Unsupported => UNSUPPORTED_PAUSE,
        IdleError::Imap(error) => {
            tracing::debug!(%error, mailbox.id = %job.payload_id, "waiting for email failed");
            FAILURE_PAUSE
        }
        IdleError::Other(error) => {
            tracing::debug!(%error, mailbox.id = %job.payload_id, "waiting for email failed");
            FAILURE_PAUSE
        }
    };
    if let Err(error) = background::end_watch(&services, process, job.id, pause).await {
        tracing::debug!(%error, "the lease of a mailbox was not ended; it expires");
    }
}

async fn wait(
    services: &Arc<Services>,
    process: Uuid,
    job: Job,
) -> Result<std::convert::Infallible, IdleError> {
    loop {
        wait_in_session(services, process, job).await?;
        time::sleep(ROUND).await;
    }
}

/// Watches a mailbox until its access token is about to expire.
async fn wait_in_session(services: &Arc<Services>, process: Uuid, job: Job) -> Result<(), IdleError> {
    let (grant, account, cursor) = load(services, job).await?.ok_or(IdleError::Unsupported)?;
    let SignIn {
        mut client,
        expires_at,
    } = sign_in(services, grant, MailboxId(job.payload_id), &account).await?;
    if !client.has_idle().await? {
        client.sign_out().await;
        return Err(IdleError::Unsupported);
    }
    let status = client.examine(INBOX).await?;
    let read_until = cursor
        .filter(|cursor| cursor.uid_validity == status.uid_validity)
        .map_or(0, |cursor| cursor.last_uid);
    // Messages may have arrived before the connection was opened.
    let mut is_new = status
        .uid_next
        .is_none_or(|next| next > read_until.saturating_add(1));
    loop {
        if is_new {
            request_sync(services, process, job).await?;
            time::sleep(SYNC_PAUSE).await;
        }
        let max = max_idle(expires_at, services.clock.now());
        if max.is_zero() {
            client.sign_out().await;
            return Ok(());
        }
        (client, is_new) = client.idle(max).await?;
    }
}

/// How long a connection can wait in IDLE. Zero if its access token is about to expire.
fn max_idle(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Duration {
    expires_at.map_or(MAX_IDLE, |at| {
        let left = (at - EXPIRY_MARGIN - now).to_std().unwrap_or_default();
        left.min(MAX_IDLE)
    })
}

/// The account, and the cursor of its inbox. `None` if the mailbox cannot be watched.
async fn load(
    services: &Services,
    job: Job,
) -> Result<Option<(Grant, AccountRow, Option<FolderCursor>)>, Error> {
    let ActiveCaller::Active(caller) = auth::find_active_job_caller(services, job).await? else {
        return Ok(None);
    };
    let Ok(grant) = permit(&caller, Action::ImportMail) else {
        return Ok(None);
    };
    let mailbox = MailboxId(job.payload_id);
    let mut tx = services.db.begin(grant).await?;
    let account = imap::find_account(&mut tx, mailbox).await?;
    let cursor = imap::list_cursors(&mut tx, mailbox).await?.remove(INBOX);
    tx.commit().await?;
    let reads_inbox = |account: &AccountRow| {
        let folders = account.folders.as_ref();
        folders.is_none_or(|folders| folders.iter().any(|f| f.eq_ignore_ascii_case(INBOX)))
    };
    let Some(account) = account.filter(reads_inbox) else {
        return Ok(None);
    };
    Ok(Some((grant, account, cursor)))
}

/// Makes the sync due. A sync that is running may have read the inbox already, so this waits until it has ended.
async fn request_sync(services: &Services, process: Uuid, job: Job) -> Result<(), Error> {
    while !background::make_due(services, process, job.id).await? {
        time::sleep(ROUND).await;
    }
    background::wake();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_waits_until_its_token_is_about_to_expire() {
        let now = DateTime::UNIX_EPOCH;
        let max = |minutes| max_idle(Some(now + TimeDelta::minutes(minutes)), now);
        assert_eq!(max_idle(None, now), MAX_IDLE);
        assert_eq!(max(60), MAX_IDLE);
        assert_eq!(max(11), Duration::from_mins(10));
        assert_eq!((max(1), max(-5)), (Duration::ZERO, Duration::ZERO));
    }
}
