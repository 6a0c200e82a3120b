//! The deletion of organizations, across all features. It is requested here, and done by [`super::DeleteOrganization`].

use super::{DeleteOrganization, memberships::delete_uploads};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{Invalidation, ReauthPolicy, begin_for_user, reauthenticate},
    background::{self, Job},
    context::{Caller, ClientInfo, permit},
    organizations::{
        self,
        queries::{members, tenants as organization},
    },
    platform::db::{AdvisoryLock, GlobalTx},
};
use domain::{
    ApiError, ErrorCode, FieldCode, TenantId, UserId,
    audit::{AuditAction, AuditObjectKind},
    tenants::{Action, DeleteTenantInput, TenantKind},
};
use uuid::Uuid;

/// Closes an organization immediately for all members. A job then moves the data of each member to their personal workspace,
/// even beyond its limits, and deletes the organization. The accounts and personal workspaces stay; all but the caller get an email.
///
/// # Errors
/// `forbidden` for other roles than owner; `personal_workspace`; `invalid` for another slug or a wrong password;
/// `reauthentication_required`; `rate_limited`.
pub async fn delete_tenant(
    services: &Services,
    caller: &Caller,
    input: DeleteTenantInput,
    client: &ClientInfo,
) -> Result<(), Error> {
    let input = input.parse()?;
    permit(caller, Action::DeleteTenant)?;
    let detail = "A personal workspace is deleted together with the account.";
    organizations::require_organization(caller, detail)?;
    if input.slug != caller.tenant.slug {
        let detail = format!(
            "This is not the address of the workspace. Type {}.",
            caller.tenant.slug
        );
        return Err(ApiError::field("slug", FieldCode::NotAllowed, detail).into());
    }
    let policy = ReauthPolicy::PasswordOrRecentSignIn;
    reauthenticate(services, caller, client, policy, "password", input.password).await?;
    let (tenant, user) = (caller.tenant.id, caller.user.id);
    let mut tx = begin_for_user(services, user).await?;
    let jobs = lock_for_deletion(&mut tx, tenant).await?;
    organizations::check_role(&mut tx, tenant, user, Action::DeleteTenant).await?;
    audit::append_to_account(services, &mut tx, user, caller.ip, AuditAction::TenantDeleted).await?;
    close_locked(services, tx, tenant, Some(user), jobs).await?;
    audit_log::record(AuditEvent::TenantDeleted, Some(user), Some(client.ip()));
    Ok(())
}

/// As [`delete_tenant`], for the operator. Members get no email. The log of the organization is deleted with it, so the event is in the
/// accounts of its owners.
///
/// # Errors
/// `not_found`; `personal_workspace`.
pub(crate) async fn delete_tenant_as_operator(services: &Services, tenant: TenantId) -> Result<(), Error> {
    let mut tx = services.db.begin_global().await?;
    match organization::find_kind(&mut tx, tenant).await? {
        Some(TenantKind::Organization) => {}
        Some(TenantKind::Personal) => {
            let detail = "A personal workspace is deleted together with the account.";
            return Err(Error::api(ErrorCode::PersonalWorkspace, detail));
        }
        None => return Err(Error::not_found()),
    }
    let jobs = lock_for_deletion(&mut tx, tenant).await?;
    for owner in members::list_owners(&mut tx, tenant).await? {
        if let Some(personal) = audit::find_personal_tenant(&mut tx, owner).await? {
            let event = NewEvent::by_operator(personal, AuditAction::TenantDeleted)
                .about_object(AuditObjectKind::Tenant, tenant.0);
            audit::append(services, tx.conn(), &event).await?;
        }
    }
    close_locked(services, tx, tenant, None, jobs).await?;
    audit_log::record(AuditEvent::TenantDeleted, None, None);
    Ok(())
}

/// Waits for transactions that write in the tenant, and blocks new ones. Returns the jobs that were cancelled.
async fn lock_for_deletion(tx: &mut GlobalTx, tenant: TenantId) -> Result<Vec<(String, Uuid)>, Error> {
    let mut jobs = background::cancel_in_tenant(tx, tenant, None).await?;
    members::lock_all_for_deletion(tx, tenant).await?;
    jobs.extend(background::cancel_unlocked_in_tenant(tx, tenant, None).await?);
    tx.lock(AdvisoryLock::Owners(tenant)).await?;
    Ok(jobs)
}

/// Closes an organization after [`lock_for_deletion`], enqueues its deletion, and commits.
async fn close_locked(
    services: &Services,
    mut tx: GlobalTx,
    tenant: TenantId,
    closed_by: Option<UserId>,
    jobs: Vec<(String, Uuid)>,
) -> Result<(), Error> {
    let now = services.clock.now();
    if !organization::close(&mut tx, tenant, closed_by, now).await? {
        return Err(Error::not_found());
    }
    organization::delete_ways_to_join(&mut tx, tenant).await?;
    // The job has no tenant and no user, so that neither the end of an account nor of a membership cancels it.
    Job::enqueue_in(services, &mut tx, DeleteOrganization::KIND, None, None, tenant.0).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::Tenant(tenant)])
        .await?;
    // Open pages notice immediately.
    services.db.notifier().mark_tenant(tenant);
    background::wake();
    delete_uploads(services, jobs).await;
    Ok(())
}
