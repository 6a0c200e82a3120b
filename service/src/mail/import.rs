//! Working through an upload: first every mail is read and kept as a row, then, in the order in which they were sent, the
//! mails are matched to applications. Each portion of either is one transaction with the progress that it makes, so a
//! server may die at any moment: what was committed is not done again, and nothing is half.

use super::{
    files,
    queries::{self, Progress, State},
    scan::{Portion, Readers, Scan},
    settle::settle,
};
use crate::{
    Error, Services,
    jobs::{Job, Stopped, Turn, Turned},
    tenants::{Caller, Grant, permit},
};
use domain::{
    ImportId, MailboxId,
    jobapps::Cause,
    mail::{ImportError, ImportState},
    tenants::Action,
};
use std::sync::{Arc, OnceLock};
use tokio::{fs, sync::mpsc};

/// Most errors that are listed; the rest is counted.
const MAX_ERRORS: usize = 100;
/// Portions that may wait between reading and storing.
const WAITING: usize = 2;

static READERS: OnceLock<Readers> = OnceLock::new();

/// What reads mail, compiled at the first use.
pub(super) fn readers() -> Result<Readers, Error> {
    if let Some(readers) = READERS.get() {
        return Ok(readers.clone());
    }
    let readers = Readers::new()?;
    Ok(READERS.get_or_init(|| readers).clone())
}

/// Does a turn of an import.
pub(crate) async fn work(
    services: &Arc<Services>,
    caller: &Caller,
    job: Job,
    mut turn: Turn,
) -> Result<Turned, Stopped> {
    let grant = permit(caller, Action::ImportMail)?;
    let run = Run {
        services,
        caller,
        grant,
        job,
        id: job.subject.into(),
    };
    let Some(state) = run.state().await? else {
        run.job.finish(services, grant).await?.commit().await?;
        return Ok(Turned::Done);
    };
    if state.reading && !run.read(state, &mut turn).await? {
        return Ok(Turned::More);
    }
    loop {
        match run.settle().await? {
            Turned::Done => break,
            _ if turn.over(services).await? => return Ok(Turned::More),
            _ => {}
        }
    }
    run.clear().await;
    Ok(Turned::Done)
}

/// Ends an import that failed again and again without a step. What was read until then stays.
pub(crate) async fn give_up(services: &Arc<Services>, caller: &Caller, job: Job) -> Result<Turned, Stopped> {
    let grant = permit(caller, Action::ImportMail)?;
    let run = Run {
        services,
        caller,
        grant,
        job,
        id: job.subject.into(),
    };
    let mut tx = job.finish(services, grant).await?;
    if let Some(state) = queries::import_state(&mut tx, run.id).await? {
        let file = state
            .files
            .get(state.place.file)
            .map_or_else(|| "upload".to_owned(), |f| f.name.clone());
        let position = i64::try_from(state.place.mails).unwrap_or_default() + 1;
        let detail = "Reading stopped here several times, so the import was ended. What was found before stays; tell us about this mail.";
        let error = ImportError {
            file,
            position,
            detail: detail.into(),
        };
        queries::end_import(
            &mut tx,
            run.id,
            ImportState::Failed,
            &[error],
            services.clock.now(),
        )
        .await?;
    }
    tx.commit().await?;
    run.clear().await;
    Ok(Turned::Done)
}

struct Run<'a> {
    services: &'a Arc<Services>,
    caller: &'a Caller,
    grant: Grant,
    job: Job,
    id: ImportId,
}

impl Run<'_> {
    async fn state(&self) -> Result<Option<State>, Error> {
        let mut tx = self.services.db.begin(self.grant).await?;
        let state = queries::import_state(&mut tx, self.id).await?;
        tx.commit().await?;
        Ok(state)
    }

    /// Reads on from where it stands. False when the turn is over before the end.
    async fn read(&self, state: State, turn: &mut Turn) -> Result<bool, Stopped> {
        let (to, mut portions) = mpsc::channel::<Portion>(WAITING);
        let end = state.files.len();
        let scan = Scan {
            readers: readers()?,
            folder: files::folder(self.services, self.id),
            files: state.files,
            from: state.place,
            now: self.services.clock.now(),
            to,
        };
        let scanning = tokio::task::spawn_blocking(move || scan.run());
        let (mailbox, mut listed) = (state.mailbox, state.errors);
        let mut at_end = state.place.file >= end;
        while let Some(portion) = portions.recv().await {
            at_end = portion.next.file >= end;
            self.store(mailbox, portion, &mut listed, at_end).await?;
            if !at_end && turn.over(self.services).await? {
                return Ok(false);
            }
        }
        let ended = scanning.await;
        if ended.is_err() || !at_end {
            return Err(Error::Internal("reading an upload ended before its end".into()).into());
        }
        Ok(true)
    }

    /// Keeps what was read, in one transaction with the place from which to go on.
    async fn store(
        &self,
        mailbox: MailboxId,
        mut portion: Portion,
        listed: &mut usize,
        at_end: bool,
    ) -> Result<(), Stopped> {
        let now = self.services.clock.now();
        let rows: Vec<_> = portion
            .mails
            .into_iter()
            .map(|m| queries::MailRow::new(self.services.id(), m))
            .collect();
        let room = MAX_ERRORS.saturating_sub(*listed);
        let left_out = portion.errors.len().saturating_sub(room);
        portion.errors.truncate(room);
        let mut tx = self.job.step(self.services, self.grant).await?;
        let waiting = queries::insert_mails(&mut tx, mailbox, self.id, &rows, now).await?;
        let read = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let progress = Progress {
            place: Some(portion.next),
            read: at_end,
            seen: portion.seen,
            ignored: read - waiting,
            errors: &portion.errors,
            errors_left_out: i64::try_from(left_out).unwrap_or(i64::MAX),
            ..Progress::default()
        };
        queries::advance(&mut tx, self.id, &progress, now).await?;
        tx.commit().await?;
        ::metrics::counter!("jobhax_mails_read_total").increment(rows.len() as u64);
        *listed += portion.errors.len();
        Ok(())
    }

    /// Matches the next mails, the oldest first.
    async fn settle(&self) -> Result<Turned, Stopped> {
        let now = self.services.clock.now();
        let mut tx = self.job.step(self.services, self.grant).await?;
        let Some(settled) = settle(self.services, self.caller, &mut tx, self.id, Cause::Import).await? else {
            drop(tx);
            return self.end().await;
        };
        let progress = Progress {
            ignored: settled.ignored,
            created: settled.created,
            updated: settled.updated,
            ..Progress::default()
        };
        queries::advance(&mut tx, self.id, &progress, now).await?;
        tx.commit().await?;
        Ok(Turned::More)
    }

    async fn end(&self) -> Result<Turned, Stopped> {
        let mut tx = self.job.finish(self.services, self.grant).await?;
        queries::end_import(
            &mut tx,
            self.id,
            ImportState::Done,
            &[],
            self.services.clock.now(),
        )
        .await?;
        tx.commit().await?;
        Ok(Turned::Done)
    }

    /// The files have done their service.
    async fn clear(&self) {
        if let Err(error) = fs::remove_dir_all(files::folder(self.services, self.id)).await {
            tracing::debug!(%error, "the folder of an import was gone already");
        }
    }
}
