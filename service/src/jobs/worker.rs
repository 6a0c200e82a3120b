//! The workers of a process.

use super::{BEAT, Job, Kind, LEASE, Stopped, queries};
use crate::{
    Error, Services,
    db::SystemReason,
    identities, letters, mail,
    tenants::{Caller, permit},
    users,
};
use domain::tenants::Action;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time,
};

/// How long an idle worker waits before it looks again; work of this process wakes it at once.
const IDLE: Duration = Duration::from_secs(1);
/// Work that takes longer gives way, between two steps, to other work that waits.
const SLICE: Duration = Duration::from_secs(5);

static NEWS: Notify = Notify::const_new();

/// Wakes an idle worker of this process.
pub(crate) fn wake() {
    NEWS.notify_one();
}

/// Running workers.
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// What the present work asks between two steps.
pub(crate) struct Turn {
    stop: watch::Receiver<bool>,
    began: time::Instant,
}

impl Turn {
    /// Whether to stop after this step: the process ends, or it is another's turn.
    pub async fn over(&mut self, services: &Services) -> Result<bool, Error> {
        if *self.stop.borrow() {
            return Ok(true);
        }
        if self.began.elapsed() < SLICE {
            return Ok(false);
        }
        self.began = time::Instant::now();
        let mut conn = services.db.system_read(SystemReason::Work).await?;
        queries::others_wait(&mut conn).await
    }
}

/// How a turn of work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turned {
    /// All is done and the row is gone.
    Done,
    /// There is more to do.
    More,
    /// There is more to do, but not before this time has passed.
    Later(Duration),
}

impl Workers {
    /// Starts so many; none is allowed.
    pub fn start(services: &Arc<Services>, workers: usize) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            tasks.spawn(work(services.clone(), stopped.clone()));
        }
        if workers > 0 {
            let services = services.clone();
            tasks.spawn(async move {
                if let Err(error) = mail::sweep_uploads(&services).await {
                    tracing::warn!(%error, "left-over uploads could not be removed");
                }
            });
        }
        Self { stop, tasks }
    }

    /// Ends each after its present step, and gives the work back so that another server takes it at once.
    pub async fn stop(mut self, patience: Duration) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if time::timeout(patience, all).await.is_err() {
            tracing::warn!("a worker did not end in time; its work goes on elsewhere when the lease is over");
        }
    }
}

/// Works off all that is due, in the calling task.
#[cfg(feature = "testing")]
pub async fn work_off(services: &Arc<Services>) -> Result<(), Error> {
    let (_stop, stopped) = watch::channel(false);
    while next(services, &stopped).await? {}
    Ok(())
}

async fn work(services: Arc<Services>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        // In a task of its own, so that a panic ends this piece of work and not the worker.
        let mut one = JoinSet::new();
        let (doing, told) = (services.clone(), stop.clone());
        one.spawn(async move { next(&doing, &told).await });
        match one.join_next().await {
            Some(Ok(Ok(true))) => continue,
            Some(Ok(Err(error))) => tracing::warn!(%error, "background work could not be looked for"),
            Some(Err(error)) => tracing::error!(%error, "background work panicked"),
            Some(Ok(Ok(false))) | None => {}
        }
        tokio::select! {
            () = NEWS.notified() => {}
            () = time::sleep(IDLE) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Takes one piece of work and does a turn of it. False when there is none.
async fn next(services: &Arc<Services>, stop: &watch::Receiver<bool>) -> Result<bool, Error> {
    let taken = {
        let mut conn = services.db.system_read(SystemReason::Work).await?;
        queries::take(&mut conn, LEASE).await?
    };
    let Some(job) = taken else { return Ok(false) };
    let turn = Turn {
        stop: stop.clone(),
        began: time::Instant::now(),
    };
    let ended = tokio::select! {
        ended = one(services, job, turn) => ended,
        () = lost(services, job) => Err(Stopped::Lost),
    };
    let wait = match ended {
        Ok(Turned::Done) | Err(Stopped::Lost) => return Ok(true),
        Ok(Turned::More) => Duration::ZERO,
        Ok(Turned::Later(wait)) => wait,
        Err(Stopped::Failed(error)) => {
            ::metrics::counter!("jobhax_jobs_failed_total").increment(1);
            tracing::warn!(%error, kind = job.kind.as_str(), attempt = job.attempts, "background work failed; it is tried again");
            job.pause()
        }
    };
    let mut conn = services.db.system_read(SystemReason::Work).await?;
    queries::give_back(&mut conn, &job, wait).await?;
    Ok(true)
}

async fn one(services: &Arc<Services>, job: Job, turn: Turn) -> Result<Turned, Stopped> {
    let most = job.kind.max_attempts();
    let given_up = match job.kind {
        // Once, so that its person sees it; then it is tried again, though less and less.
        Kind::SyncMailbox => job.attempts == most + 1,
        _ => job.attempts > most,
    };
    match job.kind {
        Kind::SendLetter if given_up => letters::give_up(services, job).await,
        Kind::SendLetter => letters::work(services, job).await,
        Kind::RevokeGrant => identities::work(services, job).await,
        Kind::ImportMail | Kind::SyncMailbox => {
            // The person may be gone, and with the workspace all that the work was about; or their role in it brings no mail
            // in any more.
            let brings =
                |caller: &Caller| job.kind != Kind::SyncMailbox || permit(caller, Action::ImportMail).is_ok();
            let Some(caller) = caller(services, job).await?.filter(brings) else {
                let mut conn = services.db.system_read(SystemReason::Work).await?;
                queries::drop(&mut conn, &job).await?;
                return Ok(Turned::Done);
            };
            match (job.kind, given_up) {
                (Kind::SyncMailbox, true) => mail::give_up_sync(services, &caller, job).await,
                (Kind::SyncMailbox, false) => mail::sync(services, &caller, job, turn).await,
                (_, true) => mail::give_up(services, &caller, job).await,
                (_, false) => mail::work(services, &caller, job, turn).await,
            }
        }
    }
}

/// Whom the work is for, as long as they are in the workspace.
async fn caller(services: &Services, job: Job) -> Result<Option<Caller>, Error> {
    let (Some(user), Some(tenant)) = (job.user, job.tenant) else {
        return Ok(None);
    };
    match users::caller_of_job(services, user, tenant).await {
        Ok(caller) => Ok(Some(caller)),
        Err(Error::Api(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Gives signs of life; ends when the work is another's.
async fn lost(services: &Services, job: Job) {
    loop {
        time::sleep(BEAT).await;
        let beat = async {
            let mut conn = services.db.system_read(SystemReason::Work).await?;
            queries::beat(&mut conn, &job, LEASE).await
        };
        match beat.await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::debug!(%error, "no sign of life could be given"),
        }
    }
}
