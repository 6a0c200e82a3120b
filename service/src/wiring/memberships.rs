//! The end of memberships, across all features.

use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{
        Invalidation, begin_for_user, caller_for_job, is_demo,
        oauth::{RevocableToken, queue_revocation},
    },
    background::{self, JobKind},
    context::{Caller, permit},
    email::{self, EmailTemplate, EndedMembership},
    jobapps::ImportCsv,
    mail::{self, ImportMail},
    organizations::{
        self,
        queries::{domains, invitations, members},
    },
    platform::db::{AdvisoryLock, GlobalTx},
    tenants, transfers, uploads,
};
use domain::{
    ErrorCode, TenantId, UserId,
    audit::AuditAction,
    changes::ChangeType,
    tenants::{Action, LeaveTenantInput, MemberRef, TakeAlong, may_change_member},
    transfers::CopiedApplications,
};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Maximum number of times that everything is copied again because it has changed in the meantime.
const MAX_MOVES: usize = 5;

/// Held while applications are moved under the lock of a membership. The transaction with the lock keeps its connection during that time,
/// so only one such move in this process may wait for a second connection.
static LOCKED_MOVE: Mutex<()> = Mutex::const_new(());

/// How the member's data in the workspace is handled.
enum MemberData {
    /// It is deleted.
    Delete,
    /// It was copied when it had this checksum and this number of applications. If it has changed, the membership does not end.
    Copied { checksum: String, applications: u32 },
    /// It is copied while the member cannot write. The member is the caller here.
    CopyLocked(Box<Caller>),
}

/// Ends the membership of another member. Before, the member's data is moved to their personal workspace, even
/// beyond its limits. If the move fails, they are still a member, and a repetition continues the move. They get an email. Effective
/// immediately on all servers. Ends the caller's own membership as [`leave_tenant`] with [`TakeAlong::Move`].
///
/// # Errors
/// `forbidden` for roles that may not remove the member; `not_found` if the user is not a member; `last_owner`; `conflict` if the member
/// has no personal workspace; for the caller's own membership, the errors of [`leave_tenant`].
pub async fn remove_member(services: &Services, caller: &Caller, input: MemberRef) -> Result<(), Error> {
    let action = Action::ManageMembers;
    permit(caller, action)?;
    let (tenant, member) = (caller.tenant.id, input.user_id);
    if member == caller.user.id {
        move_and_leave(services, caller).await?;
        return Ok(());
    }
    check_may_end(services, caller, member, action).await?;
    // Demo accounts have only sample data, and members of a demo organization have no personal workspace.
    if is_demo(services, member).await? {
        end_membership(services, caller, member, action, MemberData::Delete).await?;
        return Ok(());
    }
    let removed = caller_for_job(services, member, tenant).await?;
    for _ in 0..MAX_MOVES {
        let checksum = find_checksum(services, tenant, member).await?;
        let moved = transfers::move_removed_to_personal(services, &removed).await?;
        let applications = moved.copied.saturating_add(moved.already_there);
        let data = MemberData::Copied {
            checksum,
            applications,
        };
        if end_membership(services, caller, member, action, data).await? {
            return Ok(());
        }
    }
    // A member who keeps writing must not be able to prevent the removal.
    let _turn = LOCKED_MOVE.lock().await;
    let data = MemberData::CopyLocked(Box::new(removed));
    end_membership(services, caller, member, action, data).await?;
    Ok(())
}

/// Ends the caller's membership. Everything they have in the workspace is deleted; their other workspaces stay. With
/// [`TakeAlong::Move`], everything is in the personal workspace before it ends; if that fails, the caller is still a member, and repeating
/// it continues. Effective immediately on all servers.
///
/// # Errors
/// `personal_workspace`; `last_owner`; `quota_exceeded` or `conflict` if the personal workspace has no room, or if the caller keeps
/// changing their applications in the meantime.
pub async fn leave_tenant(
    services: &Services,
    caller: &Caller,
    input: LeaveTenantInput,
) -> Result<CopiedApplications, Error> {
    permit(caller, Action::LeaveTenant)?;
    let detail = "You cannot leave your personal workspace. Delete your account if you no longer need it.";
    organizations::require_organization(caller, detail)?;
    if input.take_along.unwrap_or_default() == TakeAlong::Move {
        return move_and_leave(services, caller).await;
    }
    let action = Action::LeaveTenant;
    end_membership(services, caller, caller.user.id, action, MemberData::Delete).await?;
    Ok(CopiedApplications::default())
}

async fn move_and_leave(services: &Services, caller: &Caller) -> Result<CopiedApplications, Error> {
    let (tenant, user) = (caller.tenant.id, caller.user.id);
    let action = Action::LeaveTenant;
    check_may_end(services, caller, user, action).await?;
    let mut moved = CopiedApplications::default();
    for _ in 0..MAX_MOVES {
        let checksum = find_checksum(services, tenant, user).await?;
        let result = transfers::move_to_personal(services, caller).await?;
        moved.copied = moved.copied.saturating_add(result.copied);
        moved.already_there = result.already_there;
        let data = MemberData::Copied {
            checksum,
            applications: moved.copied,
        };
        if end_membership(services, caller, user, action, data).await? {
            return Ok(moved);
        }
    }
    Err(Error::api(
        ErrorCode::Conflict,
        "Your applications changed while they were moved, so you have not left. Wait until imports are done, and try again.",
    ))
}

/// A checksum of the member's data, before it is copied.
async fn find_checksum(services: &Services, tenant: TenantId, member: UserId) -> Result<String, Error> {
    let mut conn = services.db.global_conn().await?;
    transfers::checksum(conn.conn(), tenant, member).await
}

/// Rejects a membership that may not end before anything is moved. The final check is repeated when the membership ends.
async fn check_may_end(
    services: &Services,
    caller: &Caller,
    member: UserId,
    action: Action,
) -> Result<(), Error> {
    let mut tx = begin_for_user(services, caller.user.id).await?;
    tx.lock(AdvisoryLock::Owners(caller.tenant.id)).await?;
    check_locked(&mut tx, caller, member, action).await?;
    tx.commit().await
}

/// As [`check_may_end`], under the lock [`AdvisoryLock::Owners`].
async fn check_locked(
    tx: &mut GlobalTx,
    caller: &Caller,
    member: UserId,
    action: Action,
) -> Result<(), Error> {
    let (tenant, user) = (caller.tenant.id, caller.user.id);
    let current = members::find_role(tx, tenant, member).await?;
    let current = current.ok_or_else(Error::not_found)?;
    let actor = organizations::check_role(tx, tenant, user, action).await?;
    if member != user && !may_change_member(actor, current, None) {
        return Err(organizations::forbidden());
    }
    organizations::check_last_owner(tx, tenant, current).await
}

/// Returns false, without ending the membership, if the copied data has changed.
async fn end_membership(
    services: &Services,
    caller: &Caller,
    member: UserId,
    action: Action,
    data: MemberData,
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
    let applications = match data {
        MemberData::Delete => 0,
        MemberData::Copied {
            checksum,
            applications,
        } => {
            if transfers::checksum(tx.conn(), tenant, member).await? != checksum {
                return Ok(false);
            }
            applications
        }
        MemberData::CopyLocked(removed) => copy_locked(services, &removed).await?,
    };
    jobs.extend(background::cancel_unlocked_in_tenant(&mut tx, tenant, Some(member)).await?);
    tx.lock(AdvisoryLock::Owners(tenant)).await?;
    check_locked(&mut tx, caller, member, action).await?;
    queue_revocations(services, &mut tx, tokens).await?;
    invitations::delete_sent_by(&mut tx, tenant, member).await?;
    let recipients = members::list_recipients(&mut tx, tenant, Some(member), user).await?;
    let ended = EndedMembership {
        organization: &caller.tenant.name,
        applications,
    };
    email::enqueue_ended(
        services,
        &mut tx,
        EmailTemplate::MemberRemoved,
        &recipients,
        ended,
    )
    .await?;
    let now = services.clock.now();
    audit::insert_former_member(&mut tx, tenant, member, now).await?;
    members::delete(&mut tx, tenant, member).await?;
    tx.record_member(tenant, ChangeType::MemberLeft, member);
    if member != user {
        domains::insert_removed_member(&mut tx, tenant, member, now).await?;
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

/// Copies all data of a member who cannot write, because the caller's transaction holds the lock of their membership. Returns the number
/// of applications. It reads without that lock and uses connections of the share for jobs, because the member's requests that wait for
/// the lock may occupy the whole other share.
async fn copy_locked(services: &Services, removed: &Caller) -> Result<u32, Error> {
    let services = Services {
        db: services.db.for_jobs(),
        ..services.clone()
    };
    let moved = transfers::move_removed_to_personal(&services, removed).await?;
    Ok(moved.copied.saturating_add(moved.already_there))
}

pub(super) async fn queue_revocations(
    services: &Services,
    tx: &mut GlobalTx,
    tokens: Vec<RevocableToken>,
) -> Result<(), Error> {
    for token in tokens {
        queue_revocation(services, tx, token).await?;
    }
    Ok(())
}

/// Deletes the files of imports whose rows are deleted.
pub(super) async fn delete_uploads(services: &Services, jobs: Vec<(String, Uuid)>) {
    let imports = [ImportMail::KIND, ImportCsv::KIND].map(JobKind::as_str);
    for (_, import) in jobs
        .into_iter()
        .filter(|(kind, _)| imports.contains(&kind.as_str()))
    {
        uploads::delete_uploaded_files(services, import).await;
    }
}
