//! The background job that deletes a closed organization.

use super::memberships::queue_revocations;
use crate::{
    Error, Services,
    auth::{Invalidation, caller_for_job, is_demo},
    background::{self, Job, JobContext, JobError, JobHandler, JobKind, JobOutcome, Lane},
    email::{self, EmailTemplate, EndedMembership},
    mail,
    organizations::queries::{members, tenants as organization},
    platform::db::AdvisoryLock,
    tenants, transfers,
};
use async_trait::async_trait;
use domain::{TenantId, UserId};
use organization::ClosedOrganization;
use std::time::Duration;

/// Delay before the next attempt after a failed deletion, in which an operator can fix the cause.
const GIVE_UP_DELAY: Duration = Duration::from_hours(1);

/// Deletes the closed organization that is its payload. It moves the data of one member to their personal workspace and ends their
/// membership, then continues with the next member. A run that was interrupted continues with the members who are left, and no member's
/// data is deleted before it is copied.
pub(crate) struct DeleteOrganization;

impl DeleteOrganization {
    pub const KIND: JobKind = JobKind::new("delete_organization", Lane::Bulk);
}

#[async_trait]
impl JobHandler for DeleteOrganization {
    fn kind(&self) -> JobKind {
        Self::KIND
    }

    fn max_attempts(&self) -> u32 {
        10
    }

    async fn run(&self, mut ctx: JobContext) -> Result<JobOutcome, JobError> {
        let tenant = TenantId(ctx.job.payload_id);
        loop {
            let (closed, members) = {
                let mut conn = ctx.services.db.global_conn().await?;
                let closed = organization::find_closed(&mut conn, tenant).await?;
                (closed, tenants::queries::list_members(&mut conn, tenant).await?)
            };
            let Some(closed) = closed else {
                // Deleted with the account of its last member.
                return ctx.discard().await;
            };
            if members.is_empty() {
                return finish(&ctx.services, ctx.job, tenant).await;
            }
            let mut failure = None;
            for member in members {
                match end_membership(&ctx.services, ctx.job, &closed, tenant, member).await {
                    // The other members need not wait for this one.
                    Err(JobError::Failed(error)) => {
                        tracing::warn!(%error, tenant.id = %tenant, user.id = %member, "member of a deleted organization not moved");
                        failure = Some(error);
                    }
                    ended => ended?,
                }
                if ctx.should_yield().await? {
                    return Ok(JobOutcome::Yielded);
                }
            }
            if let Some(error) = failure {
                return Err(error.into());
            }
        }
    }

    /// The organization stays closed, and nothing in it is lost.
    async fn give_up(&self, ctx: JobContext) -> Result<JobOutcome, JobError> {
        tracing::error!(tenant.id = %ctx.job.payload_id, "deletion of an organization keeps failing");
        ctx.job.postpone(&ctx.services, GIVE_UP_DELAY).await?;
        Ok(JobOutcome::Completed)
    }
}

/// Moves the member's data, then ends the membership. No one can write in a closed organization, so nothing changes in between.
async fn end_membership(
    services: &Services,
    job: Job,
    closed: &ClosedOrganization,
    tenant: TenantId,
    member: UserId,
) -> Result<(), JobError> {
    // Demo accounts have only sample data, and members of a demo organization have no personal workspace.
    let applications = if is_demo(services, member).await? {
        0
    } else {
        let caller = match caller_for_job(services, member, tenant).await {
            Ok(caller) => caller,
            // Their account was deleted in the meantime.
            Err(Error::Api(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let moved = transfers::move_removed_to_personal(services, &caller).await?;
        moved.copied.saturating_add(moved.already_there)
    };
    let tokens = mail::revocable_tokens(services, tenant, member).await?;
    let mut tx = job.begin_global_step(services).await?;
    members::lock_for_deletion(&mut tx, tenant, member).await?;
    tx.lock(AdvisoryLock::Owners(tenant)).await?;
    queue_revocations(services, &mut tx, tokens).await?;
    if let Some(closed_by) = closed.closed_by {
        let recipients = members::list_recipients(&mut tx, tenant, Some(member), closed_by).await?;
        let ended = EndedMembership {
            organization: &closed.name,
            applications,
        };
        let template = EmailTemplate::TenantDeleted;
        email::enqueue_ended(services, &mut tx, template, &recipients, ended).await?;
    }
    members::delete(&mut tx, tenant, member).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(member)])
        .await?;
    background::wake();
    Ok(())
}

/// Deletes the organization, which no longer has members.
async fn finish(services: &Services, job: Job, tenant: TenantId) -> Result<JobOutcome, JobError> {
    let mut tx = job.finish_global(services).await?;
    organization::delete(&mut tx, tenant).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::Tenant(tenant)])
        .await?;
    Ok(JobOutcome::Completed)
}
