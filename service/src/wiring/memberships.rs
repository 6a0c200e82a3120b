//! The end of memberships and of organizations, across all features.

use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{
        Invalidation, ReauthPolicy, begin_for_user,
        oauth::{RevocableToken, queue_revocation},
        reauthenticate,
    },
    background::{self, JobKind},
    context::{Caller, ClientInfo, permit},
    jobapps::ImportCsv,
    mail::{self, ImportMail},
    organizations::{
        self,
        queries::{domains, invitations, members, tenants as organization},
    },
    platform::db::GlobalTx,
    tenants, transfers, uploads,
};
use domain::{
    ApiError, ErrorCode, FieldCode, TenantId, UserId,
    audit::{AuditAction, AuditObjectKind},
    changes::ChangeType,
    tenants::{
        Action, DeleteTenantInput, LeaveTenantInput, MemberRef, TakeAlong, TenantKind, may_change_member,
    },
    transfers::CopiedApplications,
};
use uuid::Uuid;

/// How often everything is copied again because it has changed meanwhile.
const MAX_MOVES: usize = 5;

/// Ends the membership of another member, or the caller's own. Everything the member has in the workspace is deleted; their other
/// workspaces stay. Effective at once on all servers.
///
/// # Errors
/// `forbidden` for roles that may not; `not_found` if the user is not a member; `last_owner`.
pub async fn remove_member(services: &Services, caller: &Caller, input: MemberRef) -> Result<(), Error> {
    permit(caller, Action::ManageMembers)?;
    end_membership(services, caller, input.user_id, Action::ManageMembers, None).await?;
    Ok(())
}

/// Ends the caller's membership, as [`remove_member`]. With [`TakeAlong::Move`], everything is in the personal workspace before it
/// ends; if that fails, the caller is still a member, and repeating it continues.
///
/// # Errors
/// `personal_workspace`; `last_owner`; `quota_exceeded` or `conflict` if the personal workspace has no room, or if the caller keeps
/// changing their applications meanwhile.
pub async fn leave_tenant(
    services: &Services,
    caller: &Caller,
    input: LeaveTenantInput,
) -> Result<CopiedApplications, Error> {
    permit(caller, Action::LeaveTenant)?;
    let detail = "You cannot leave your personal workspace. Delete your account if you no longer need it.";
    organizations::require_organization(caller, detail)?;
    let (tenant, user) = (caller.tenant.id, caller.user.id);
    if input.take_along.unwrap_or_default() == TakeAlong::None {
        end_membership(services, caller, user, Action::LeaveTenant, None).await?;
        return Ok(CopiedApplications::default());
    }
    check_may_leave(services, caller).await?;
    let mut moved = CopiedApplications::default();
    for _ in 0..MAX_MOVES {
        let before = {
            let mut conn = services.db.global_conn().await?;
            transfers::checksum(conn.conn(), tenant, user).await?
        };
        let result = transfers::move_to_personal(services, caller).await?;
        moved.copied = moved.copied.saturating_add(result.copied);
        moved.already_there = result.already_there;
        if end_membership(services, caller, user, Action::LeaveTenant, Some(before)).await? {
            return Ok(moved);
        }
    }
    Err(Error::api(
        ErrorCode::Conflict,
        "Your applications changed while they were moved, so you have not left. Wait until imports are done, and try again.",
    ))
}

/// Rejects the last owner before anything is moved. The check counts only when the membership ends.
async fn check_may_leave(services: &Services, caller: &Caller) -> Result<(), Error> {
    let (tenant, user) = (caller.tenant.id, caller.user.id);
    let mut tx = begin_for_user(services, user).await?;
    organizations::lock_ownership(&mut tx, tenant).await?;
    let current = members::find_role(&mut tx, tenant, user).await?;
    organizations::check_last_owner(&mut tx, tenant, current.ok_or_else(Error::not_found)?).await?;
    tx.commit().await
}

/// With the `checksum` of what the member had when it was moved, returns false, and the membership does not end, if that has changed.
async fn end_membership(
    services: &Services,
    caller: &Caller,
    member: UserId,
    action: Action,
    checksum: Option<String>,
) -> Result<bool, Error> {
    let (tenant, user) = (caller.tenant.id, caller.user.id);
    let is_member = {
        let mut conn = services.db.global_conn().await?;
        tenants::queries::list_members(&mut conn, tenant)
            .await?
            .contains(&member)
    };
    if !is_member {
        return Err(Error::not_found());
    }
    let tokens = mail::revocable_tokens(services, tenant, member).await?;
    let mut tx = begin_for_user(services, user).await?;
    // In the order of all locks: a step of a job locks the job before the membership.
    let mut jobs = background::cancel_in_tenant(&mut tx, tenant, Some(member)).await?;
    members::lock_for_deletion(&mut tx, tenant, member).await?;
    if let Some(moved) = checksum
        && transfers::checksum(tx.conn(), tenant, member).await? != moved
    {
        return Ok(false);
    }
    jobs.extend(background::cancel_unlocked_in_tenant(&mut tx, tenant, Some(member)).await?);
    organizations::lock_ownership(&mut tx, tenant).await?;
    let actor = organizations::check_role(&mut tx, tenant, user, action).await?;
    let current = members::find_role(&mut tx, tenant, member).await?;
    let current = current.ok_or_else(Error::not_found)?;
    if member != user && !may_change_member(actor, current, None) {
        return Err(organizations::forbidden());
    }
    organizations::check_last_owner(&mut tx, tenant, current).await?;
    queue_revocations(services, &mut tx, tokens).await?;
    invitations::delete_sent_by(&mut tx, tenant, member).await?;
    members::delete(&mut tx, tenant, member).await?;
    tx.record_member(tenant, ChangeType::MemberLeft, member);
    if member != user {
        domains::insert_removed_member(&mut tx, tenant, member, services.clock.now()).await?;
    }
    let event = if member == user {
        NewEvent::by(caller, AuditAction::MemberLeft)
    } else {
        NewEvent::by(caller, AuditAction::MemberRemoved).about_member(member)
    };
    audit::append(services, tx.conn(), &event).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(member)])
        .await?;
    background::wake();
    delete_uploads(services, jobs).await;
    audit_log::record(AuditEvent::MemberRemoved, Some(user), None);
    Ok(true)
}

/// Deletes an organization with everything in it. The accounts and personal workspaces of its members stay.
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

async fn queue_revocations(
    services: &Services,
    tx: &mut GlobalTx,
    tokens: Vec<RevocableToken>,
) -> Result<(), Error> {
    for token in tokens {
        queue_revocation(services, tx, token).await?;
    }
    Ok(())
}

/// The rows are deleted. Files that cannot be deleted now are deleted later, by the regular clean-up.
async fn delete_uploads(services: &Services, jobs: Vec<(String, Uuid)>) {
    let imports = [ImportMail::KIND, ImportCsv::KIND].map(JobKind::as_str);
    for (_, import) in jobs
        .into_iter()
        .filter(|(kind, _)| imports.contains(&kind.as_str()))
    {
        if let Err(error) = uploads::delete_uploaded_files(services, import).await {
            tracing::warn!(%error, import.id = %import, "failed to delete uploaded files of a former member");
        }
    }
}
