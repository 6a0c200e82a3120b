//! The background job that sweeps a workspace once a day.

use super::sweep;
use crate::{
    Error, Services, auth,
    background::{self, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    context::{Grant, permit},
    tenants,
};
use async_trait::async_trait;
use domain::{TenantId, tenants::Action};
use std::time::Duration;

/// Time between two sweeps of a workspace.
const SWEEP_INTERVAL: Duration = Duration::from_hours(24);
/// Number of workspaces whose first sweep is scheduled in one transaction.
const SCHEDULE_BATCH_SIZE: i64 = 1_000;

/// Sweeps a workspace: the payload is its id. The job stays in the queue as long as the workspace exists.
pub(crate) struct SweepSilence;

impl SweepSilence {
    pub const KIND: JobKind = JobKind::new("sweep_silence", Lane::Bulk);
}

#[async_trait]
impl JobHandler for SweepSilence {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    fn max_attempts(&self) -> u32 {
        5
    }

    async fn run(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let grants = match ctx.job.tenant {
            Some(tenant) => member_grants(&ctx.services, tenant).await?,
            None => Vec::new(),
        };
        if grants.is_empty() {
            return ctx.discard().await;
        }
        for grant in grants {
            let mut after = None;
            loop {
                let mut tx = ctx.job.begin_step(&ctx.services, grant).await?;
                after = sweep(&ctx.services, &mut tx, after).await?;
                tx.commit().await?;
                if after.is_none() {
                    break;
                }
                if ctx.should_yield().await? {
                    return Ok(JobOutcome::Yielded);
                }
            }
        }
        ctx.job.postpone(&ctx.services, SWEEP_INTERVAL).await?;
        Ok(JobOutcome::Completed)
    }

    /// Tries again with the next sweep.
    async fn give_up(&self, _ctx: JobContext) -> Result<JobOutcome, JobError> {
        Ok(JobOutcome::RetryAfter(SWEEP_INTERVAL))
    }
}

/// The members whose applications are swept: members who may change applications.
async fn member_grants(services: &Services, tenant: TenantId) -> Result<Vec<Grant>, Error> {
    let members = {
        let mut conn = services.db.global_conn().await?;
        tenants::queries::list_members(&mut conn, tenant).await?
    };
    let mut grants = Vec::new();
    for user in members {
        match auth::caller_for_job(services, user, tenant).await {
            Ok(caller) => grants.extend(permit(&caller, Action::WriteApplications).ok()),
            // No longer a member.
            Err(Error::Api(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(grants)
}

/// Makes sure that every workspace is swept once a day; demo workspaces do not live that long. Safe to call at any time, on
/// several servers at once.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn schedule_sweeps(services: &Services) -> Result<(), Error> {
    let mut conn = services.db.global_conn().await?;
    background::schedule_for_tenants(
        services,
        &mut conn,
        SweepSilence::KIND,
        SWEEP_INTERVAL,
        SCHEDULE_BATCH_SIZE,
    )
    .await
}
