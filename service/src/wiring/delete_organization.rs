//! The deletion of organizations, across all features.

use super::memberships::{delete_uploads, queue_revocations};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{Invalidation, ReauthPolicy, begin_for_user, oauth::RevocableToken, reauthenticate},
    background,
    context::{Caller, ClientInfo, permit},
    email::{self, EmailTemplate, EndedMembership},
    mail,
    organizations::{
        self,
        queries::{members, tenants as organization},
    },
    platform::db::GlobalTx,
    tenants,
};
use domain::{
    ApiError, ErrorCode, FieldCode, TenantId,
    audit::{AuditAction, AuditObjectKind},
    tenants::{Action, DeleteTenantInput, TenantKind},
};
use uuid::Uuid;

/// Deletes an organization with everything in it. The accounts and personal workspaces of its members stay; all but the caller get an
/// email.
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
        let detail = "This is not the address of the workspace. Type it as it is shown.";
        return Err(ApiError::field("slug", FieldCode::NotAllowed, detail).into());
    }
    let policy = ReauthPolicy::PasswordOrRecentSignIn;
    reauthenticate(services, caller, client, policy, "password", input.password).await?;
    let (tenant, user) = (caller.tenant.id, caller.user.id);
    let tokens = tokens_of_members(services, tenant).await?;
    let mut tx = begin_for_user(services, user).await?;
    let jobs = lock_for_deletion(&mut tx, tenant).await?;
    organizations::check_role(&mut tx, tenant, user, Action::DeleteTenant).await?;
    let recipients = members::list_recipients(&mut tx, tenant, None, user).await?;
    let ended = EndedMembership {
        organization: &caller.tenant.name,
        applications: 0,
    };
    email::enqueue_ended(
        services,
        &mut tx,
        EmailTemplate::TenantDeleted,
        &recipients,
        ended,
    )
    .await?;
    audit::append_to_account(services, &mut tx, user, caller.ip, AuditAction::TenantDeleted).await?;
    delete_locked(services, tx, tenant, tokens, jobs).await?;
    audit_log::record(AuditEvent::TenantDeleted, Some(user), Some(client.ip()));
    Ok(())
}

/// As [`delete_tenant`], for the operator. The log of the organization is deleted with it, so the event is in the accounts of its owners.
///
/// # Errors
/// `not_found`; `personal_workspace`.
pub(crate) async fn delete_tenant_as_operator(services: &Services, tenant: TenantId) -> Result<(), Error> {
    let tokens = tokens_of_members(services, tenant).await?;
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
    delete_locked(services, tx, tenant, tokens, jobs).await?;
    audit_log::record(AuditEvent::TenantDeleted, None, None);
    Ok(())
}

/// Waits for everybody who writes in the tenant, and keeps others from beginning. Returns the jobs that were cancelled.
async fn lock_for_deletion(tx: &mut GlobalTx, tenant: TenantId) -> Result<Vec<(String, Uuid)>, Error> {
    let mut jobs = background::cancel_in_tenant(tx, tenant, None).await?;
    members::lock_all_for_deletion(tx, tenant).await?;
    jobs.extend(background::cancel_unlocked_in_tenant(tx, tenant, None).await?);
    organizations::lock_ownership(tx, tenant).await?;
    Ok(jobs)
}

/// Deletes an organization after [`lock_for_deletion`], and commits.
async fn delete_locked(
    services: &Services,
    mut tx: GlobalTx,
    tenant: TenantId,
    tokens: Vec<RevocableToken>,
    jobs: Vec<(String, Uuid)>,
) -> Result<(), Error> {
    queue_revocations(services, &mut tx, tokens).await?;
    if !organization::delete(&mut tx, tenant).await? {
        return Err(Error::not_found());
    }
    services
        .auth_cache
        .commit(tx, &[Invalidation::Tenant(tenant)])
        .await?;
    background::wake();
    delete_uploads(services, jobs).await;
    Ok(())
}

/// The tokens that providers issued for the mailboxes of all members in the tenant.
async fn tokens_of_members(services: &Services, tenant: TenantId) -> Result<Vec<RevocableToken>, Error> {
    let members = {
        let mut conn = services.db.global_conn().await?;
        tenants::queries::list_members(&mut conn, tenant).await?
    };
    let mut tokens = Vec::new();
    for member in members {
        tokens.extend(mail::revocable_tokens(services, tenant, member).await?);
    }
    Ok(tokens)
}
