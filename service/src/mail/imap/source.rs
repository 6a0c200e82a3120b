//! Reads IMAP mailboxes, one folder after another, starting with the oldest new message. Each chunk of messages is stored in one
//! transaction together with the cursor of its folder.

use super::{
    client::{Folder, ImapClient},
    error::ImapError,
    fetch::BATCH_SIZE,
    folders::choose_folders,
    sign_in::{SignInError, sign_in},
};
use crate::{
    Error,
    background::{JobError, JobKind, Lane},
    mail::{
        mail_reader,
        queries::imap::{self, AccountRow, FolderCursor},
        sync::{MailSource, RawMessage, SyncRun, SyncStep},
    },
};
use async_trait::async_trait;
use std::collections::HashMap;

/// A rejected login is retried once before the user is asked to connect again.
const MAX_LOGIN_ATTEMPTS: u32 = 2;

/// The mail source for IMAP mailboxes.
pub(crate) struct Imap;

/// Why reading ended early.
enum ReadError {
    Imap(ImapError),
    Job(JobError),
    /// The preview of the mailbox was discarded.
    Stopped,
}

impl From<ImapError> for ReadError {
    fn from(error: ImapError) -> Self {
        Self::Imap(error)
    }
}

impl From<JobError> for ReadError {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Job(error.into())
    }
}

#[async_trait]
impl MailSource for Imap {
    const KIND: JobKind = JobKind::new("sync_imap", Lane::Bulk);

    async fn fetch(run: &mut SyncRun<'_>) -> Result<SyncStep, JobError> {
        let Some(account) = find_account(run).await? else {
            return Ok(SyncStep::Stopped);
        };
        match read_mailbox(run, &account).await {
            Ok(step) => Ok(step),
            Err(ReadError::Stopped) => Ok(SyncStep::Stopped),
            Err(ReadError::Job(error)) => Err(error),
            Err(ReadError::Imap(ImapError::LoginRefused)) if run.ctx.job.attempts >= MAX_LOGIN_ATTEMPTS => {
                Ok(SyncStep::AccessRevoked)
            }
            Err(ReadError::Imap(error)) => {
                tracing::warn!(%error, mailbox.id = %run.mailbox, "reading the IMAP mailbox failed");
                Err(error.into_api_error(&account.host, account.port).into())
            }
        }
    }
}

async fn find_account(run: &SyncRun<'_>) -> Result<Option<AccountRow>, Error> {
    let mut tx = run.ctx.services.db.begin(run.grant).await?;
    let account = imap::find_account(&mut tx, run.mailbox).await?;
    tx.commit().await?;
    Ok(account)
}

async fn read_mailbox(run: &mut SyncRun<'_>, account: &AccountRow) -> Result<SyncStep, ReadError> {
    let services = run.ctx.services.clone();
    let mut client = match sign_in(&services, run.grant, run.mailbox, account).await {
        Ok(sign_in) => sign_in.client,
        Err(SignInError::Revoked) => return Ok(SyncStep::AccessRevoked),
        Err(SignInError::Imap(error)) => return Err(error.into()),
        Err(SignInError::Other(error)) => return Err(error.into()),
    };
    let folders = choose_folders(client.list_folders().await?, account.folders.as_deref());
    let mut cursors = list_cursors(run).await?;
    for folder in folders {
        let cursor = cursors.remove(&folder.name);
        if !read_folder(run, &mut client, account, &folder, cursor).await? {
            client.sign_out().await;
            return Ok(SyncStep::Yielded);
        }
    }
    client.sign_out().await;
    Ok(SyncStep::Finished)
}

async fn list_cursors(run: &SyncRun<'_>) -> Result<HashMap<String, FolderCursor>, Error> {
    let mut tx = run.ctx.services.db.begin(run.grant).await?;
    let cursors = imap::list_cursors(&mut tx, run.mailbox).await?;
    tx.commit().await?;
    Ok(cursors)
}

/// Reads the new messages of a folder. Returns false if the job should yield before the end.
async fn read_folder(
    run: &mut SyncRun<'_>,
    client: &mut ImapClient,
    account: &AccountRow,
    folder: &Folder,
    cursor: Option<FolderCursor>,
) -> Result<bool, ReadError> {
    let reader = mail_reader()?;
    let now = run.ctx.services.clock.now();
    let status = match client.examine(&folder.name).await {
        Ok(status) => status,
        // The folder was deleted meanwhile, or this user may not read it.
        Err(ImapError::CommandRefused) => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    let uid_validity = status.uid_validity;
    let cursor_at = |last_uid| FolderCursor {
        uid_validity,
        last_uid,
    };
    // If UIDVALIDITY has changed, the folder is read again. Messages that are stored already are recognized.
    let last_uid = cursor
        .filter(|cursor| cursor.uid_validity == uid_validity)
        .map_or(0, |cursor| cursor.last_uid);
    if status
        .uid_next
        .is_some_and(|next| next <= last_uid.saturating_add(1))
    {
        return Ok(true);
    }
    let uids = client.search(last_uid, run.initial_since()).await?;
    for batch in uids.chunks(BATCH_SIZE) {
        for chunk in client.select_messages(reader, batch, now).await? {
            let messages = client.fetch_messages(&chunk, now).await?;
            let last_uid = chunk.uids.last().copied().unwrap_or(last_uid);
            store(run, account, folder, messages, cursor_at(last_uid)).await?;
        }
        let last_uid = batch.last().copied().unwrap_or(last_uid);
        store(run, account, folder, Vec::new(), cursor_at(last_uid)).await?;
        if run.ctx.should_yield().await? {
            return Ok(false);
        }
    }
    // Moves the cursor past messages that did not match the search, so that they are not searched again.
    let last_uid = status.uid_next.map_or(0, |next| next.saturating_sub(1));
    if last_uid > uids.last().copied().unwrap_or(0) {
        store(run, account, folder, Vec::new(), cursor_at(last_uid)).await?;
    }
    Ok(true)
}

async fn store(
    run: &SyncRun<'_>,
    account: &AccountRow,
    folder: &Folder,
    messages: Vec<RawMessage>,
    cursor: FolderCursor,
) -> Result<(), ReadError> {
    let Some(mut tx) = run.insert_messages(messages).await? else {
        return Err(ReadError::Stopped);
    };
    imap::upsert_cursor(&mut tx, run.mailbox, account, &folder.name, cursor).await?;
    tx.commit().await?;
    Ok(())
}
