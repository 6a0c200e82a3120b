//! Work that outlives a request. A row of the table `job` is enqueued in the transaction that needs the work, so both are
//! there or neither is. Workers take a row for a short lease and prove by its token, inside each transaction of the work,
//! that it is still theirs: a worker that was stopped for too long changes nothing any more.

pub(crate) mod queries;
mod worker;

pub use queries::Backlog;
pub use worker::Workers;
#[cfg(feature = "testing")]
pub use worker::work_off;
pub(crate) use worker::{Turn, Turned, wake};

use crate::{
    Error, Services,
    db::{SystemReason, SystemTx, TenantTx},
    tenants::Grant,
};
use domain::{TenantId, UserId};
use std::time::Duration;
use uuid::Uuid;

/// How long a worker holds a piece of work without a sign of life. The work of a killed one goes on after this.
pub(crate) const LEASE: Duration = Duration::from_secs(15);
/// How often a sign of life is given.
pub(crate) const BEAT: Duration = Duration::from_secs(5);
/// How often a connected mailbox is fetched from, more or less: a tenth either way, so that mailboxes that were connected
/// or held up together do not stay together.
const EVERY: Duration = Duration::from_mins(15);
/// How often one is tried whose fetching fails again and again.
const SELDOM: Duration = Duration::from_hours(6);

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reading uploaded mail files.
    ImportMail,
    /// Sending a letter.
    SendLetter,
    /// Fetching mail from a mailbox.
    SyncMailbox,
    /// Giving a grant back to a provider. Nobody's work: its person may be gone.
    RevokeGrant,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::ImportMail,
        Self::SendLetter,
        Self::SyncMailbox,
        Self::RevokeGrant,
    ];

    /// As it stands in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ImportMail => "import_mail",
            Self::SendLetter => "send_letter",
            Self::SyncMailbox => "sync_mailbox",
            Self::RevokeGrant => "revoke_grant",
        }
    }

    fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == value)
    }

    /// Takes without a step in between, after which work is given up; fetching mail only for the time being.
    pub const fn max_attempts(self) -> i32 {
        match self {
            Self::ImportMail | Self::SyncMailbox => 5,
            // With the waiting times below that is more than a day.
            Self::SendLetter | Self::RevokeGrant => 16,
        }
    }

    /// Waiting time after so many failures in a row.
    fn wait(self, failures: u32) -> Duration {
        match self {
            Self::SyncMailbox if failures > self.max_attempts().unsigned_abs() => {
                let doublings = (failures - self.max_attempts().unsigned_abs() - 1).min(8);
                (EVERY * 2_u32.pow(doublings)).min(SELDOM)
            }
            Self::ImportMail | Self::SyncMailbox => Duration::from_secs(2) * failures,
            // A server that is away, or puts new senders off: half a minute, doubled up to three hours.
            Self::SendLetter | Self::RevokeGrant => {
                Duration::from_secs(30) * 2_u32.pow(failures.saturating_sub(1).min(9)).min(360)
            }
        }
    }
}

/// How much work there is, of all servers together.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn backlog(services: &Services) -> Result<Backlog, Error> {
    queries::backlog(&mut services.db.system_read(SystemReason::Work).await?).await
}

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    pub id: Uuid,
    pub kind: Kind,
    /// For whom; nobody where that shows only while working.
    pub user: Option<UserId>,
    /// In which workspace; none for work about the person alone.
    pub tenant: Option<TenantId>,
    /// What it is about.
    pub subject: Uuid,
    /// Takes since the last step.
    pub attempts: i32,
    /// Proves the taking.
    pub token: i64,
}

/// Why a step was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    /// Another worker holds the work now.
    #[error("the work was taken by another worker")]
    Lost,
    /// See there.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<sqlx::Error> for Stopped {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Job {
    /// Enqueues work and goes on inside the tenant, in one transaction.
    pub async fn enqueue(
        services: &Services,
        grant: Grant,
        kind: Kind,
        subject: Uuid,
    ) -> Result<TenantTx, Error> {
        let mut tx = services.db.system(SystemReason::Work).await?;
        Self::enqueue_for(services, &mut tx, grant, kind, subject).await?;
        tx.enter(grant).await
    }

    /// Enqueues work for somebody in their workspace, in a transaction of the caller's.
    pub async fn enqueue_for(
        services: &Services,
        tx: &mut SystemTx,
        grant: Grant,
        kind: Kind,
        subject: Uuid,
    ) -> Result<(), Error> {
        let (tenant, user) = (Some(grant.tenant()), Some(grant.user()));
        Self::enqueue_in(services, tx, kind, tenant, user, subject).await
    }

    /// Enqueues work in a transaction of the caller's. Where the same work waits already, it is brought forward,
    /// and its failures are forgotten.
    pub async fn enqueue_in(
        services: &Services,
        tx: &mut SystemTx,
        kind: Kind,
        tenant: Option<TenantId>,
        user: Option<UserId>,
        subject: Uuid,
    ) -> Result<(), Error> {
        let job = Self {
            id: services.id(),
            kind,
            user,
            tenant,
            subject,
            attempts: 0,
            token: 0,
        };
        queries::insert(tx, &job, services.clock.now()).await
    }

    /// Begins a step: a transaction inside the tenant that holds only while the work is still ours.
    pub async fn step(&self, services: &Services, grant: Grant) -> Result<TenantTx, Stopped> {
        let mut tx = self.held(services).await?;
        queries::renew(&mut tx, self, LEASE).await?;
        Ok(tx.enter(grant).await?)
    }

    /// How long it waits after its failures.
    pub fn pause(&self) -> Duration {
        self.kind.wait(self.attempts.unsigned_abs())
    }

    /// Begins the last step of work that comes again: with its commit it rests until it is time.
    pub async fn rest(&self, services: &Services, grant: Grant) -> Result<TenantTx, Stopped> {
        let mut tx = self.held(services).await?;
        queries::rest(&mut tx, self, next_time(services)).await?;
        Ok(tx.enter(grant).await?)
    }

    /// Begins the last step: with its commit the work is gone.
    pub async fn finish(&self, services: &Services, grant: Grant) -> Result<TenantTx, Stopped> {
        let mut tx = self.held(services).await?;
        queries::delete(&mut tx, self).await?;
        Ok(tx.enter(grant).await?)
    }

    /// As [`finish`](Self::finish), for work that is in no tenant.
    pub async fn finish_system(&self, services: &Services) -> Result<SystemTx, Stopped> {
        let mut tx = self.held(services).await?;
        queries::delete(&mut tx, self).await?;
        Ok(tx)
    }

    async fn held(&self, services: &Services) -> Result<SystemTx, Stopped> {
        let mut tx = services.db.system(SystemReason::Work).await?;
        if queries::hold(&mut tx, self).await? {
            Ok(tx)
        } else {
            Err(Stopped::Lost)
        }
    }
}

/// Until the next fetching.
fn next_time(services: &Services) -> Duration {
    let mut random = [0; 1];
    services.rng.fill(&mut random);
    EVERY.mul_f64(0.9 + 0.2 * f64::from(random[0]) / 255.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_less_and_less() {
        let minutes = |failures| Kind::SyncMailbox.wait(failures).as_secs() / 60;
        assert_eq!(minutes(5), 0, "a hiccup");
        let waits: Vec<u64> = (6..20).map(minutes).collect();
        assert_eq!(waits[..6], [15, 30, 60, 120, 240, 360]);
        assert!(waits[5..].iter().all(|wait| *wait == 360), "{waits:?}");
    }
}
