//! Sending, listing and revoking invitations. No result depends on whether an address has an account.

use super::{
    groups::missing_group,
    ownership,
    queries::{
        groups,
        invitations::{self as queries, NewInvitation},
        members,
    },
    reject_demo, require_organization,
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::begin_for_user,
    background,
    context::{Caller, ClientInfo, permit},
    email,
    idempotency::{self, Claim, IdempotentRequest},
    platform::{
        cursor::OptionalPage,
        db::{AdvisoryLock, GlobalTx},
        normalize::nfc,
    },
    quotas, rate_limit,
};
use chrono::TimeDelta;
use domain::{
    ErrorCode, InvitationId, TenantId,
    audit::{AuditAction, AuditDetails, AuditObjectKind},
    quotas::{Quota, QuotaUsage},
    tenants::{
        Action, Invitation, InvitationList, InvitationRef, InviteMemberInput, ListInvitationsInput, Role,
    },
};

/// How long the link in an invitation is valid.
pub(super) const INVITATION_TTL: TimeDelta = TimeDelta::days(7);

/// Invites an address, or renews its invitation: an earlier link ends. With an idempotency key, a repeated request returns the stored
/// response.
///
/// # Errors
/// `invalid` with every invalid field; `forbidden`; `personal_workspace`; `email_not_verified` for the caller; `not_found` if there is no
/// such group; `conflict` if a member has the address; `quota_exceeded`; `rate_limited` per workspace, member and recipient; errors of the
/// idempotency key.
pub async fn invite_member(
    services: &Services,
    caller: &Caller,
    request: Option<&IdempotentRequest>,
    mut input: InviteMemberInput,
    client: &ClientInfo,
) -> Result<Invitation, Error> {
    input.email = nfc(&input.email);
    input.message = input.message.as_deref().map(nfc);
    let (address, role, message) = input.parse()?;
    let grant = permit(caller, Action::ManageMembers)?;
    require_organization(
        caller,
        "A personal workspace has one member. Create an organization to invite others.",
    )?;
    check_sender(services, caller).await?;
    let normalized = address.normalized();
    if let Some(group) = input.group_id {
        let mut tx = services.db.begin(grant.to_read()).await?;
        let is_found = groups::exists(&mut tx, group).await?;
        tx.commit().await?;
        if !is_found {
            return Err(missing_group());
        }
    }
    rate_limit::check_invitation(services, client, caller, &normalized).await?;
    let (tenant, user, now) = (grant.tenant(), grant.user(), services.clock.now());
    let mut tx = begin_for_user(services, user).await?;
    let token_hash = email::enqueue_invitation(services, &mut tx, &normalized).await?;
    tx.lock(AdvisoryLock::Owners(tenant)).await?;
    ownership::check_role(&mut tx, tenant, user, Action::ManageMembers).await?;
    if members::has_address(&mut tx, tenant, &normalized).await? {
        return Err(Error::api(
            ErrorCode::Conflict,
            "Someone with this address is already a member.",
        ));
    }
    let expires_at = now + INVITATION_TTL;
    let new = NewInvitation {
        id: services.id(),
        tenant,
        email: address.as_str(),
        email_normalized: &normalized,
        role,
        group: input.group_id,
        message: message.as_deref(),
        invited_by: user,
        token_hash: &token_hash,
        created_at: now,
        expires_at,
    };
    let (id, group_id) = queries::upsert(&mut tx, &new).await?;
    let count =
        members::count(&mut tx, tenant).await? + queries::count_pending(tx.conn(), tenant, now).await?;
    check_member_quota(services, &mut tx, tenant, count).await?;
    append_invited_event(services, &mut tx, caller, id, role).await?;
    let invitation = Invitation {
        id,
        email: address.as_str().to_owned(),
        role,
        message,
        group_id,
        invited_by: caller.user.display_name(),
        created_at: now,
        expires_at,
    };
    let invitation = match idempotency::begin_in(services, tx, grant, request).await? {
        Claim::New(tx) => tx.commit(Ok(invitation)).await?,
        Claim::Replay(stored) => return Ok(stored),
    };
    background::wake();
    audit_log::record(AuditEvent::MemberInvited, Some(user), Some(client.ip()));
    Ok(invitation)
}

/// Writes to the audit log that the caller has invited a person.
pub(super) async fn append_invited_event(
    services: &Services,
    tx: &mut GlobalTx,
    caller: &Caller,
    invitation: InvitationId,
    role: Role,
) -> Result<(), Error> {
    let event = NewEvent::by(caller, AuditAction::MemberInvited)
        .about_object(AuditObjectKind::Invitation, invitation.0)
        .with(AuditDetails {
            role: Some(role),
            ..AuditDetails::default()
        });
    audit::append(services, tx.conn(), &event).await
}

/// Only users with a confirmed address may send emails to others through us.
pub(super) async fn check_sender(services: &Services, caller: &Caller) -> Result<(), Error> {
    let detail = "A demo account can't invite people. Create an account first.";
    reject_demo(services, caller, detail).await?;
    if !caller.user.email_verified {
        return Err(Error::api(
            ErrorCode::EmailNotVerified,
            "Confirm your email address before you invite others. You can request the email again in your settings.",
        ));
    }
    Ok(())
}

/// Rejects more members, or members and pending invitations together, than a workspace may have.
pub(super) async fn check_member_quota(
    services: &Services,
    tx: &mut GlobalTx,
    tenant: TenantId,
    count: i64,
) -> Result<(), Error> {
    let limit = quotas::member_limit(services, tx, tenant).await?;
    if count > limit {
        return Err(quotas::exceeded(QuotaUsage {
            quota: Quota::Members,
            limit,
            used: count - 1,
        }));
    }
    Ok(())
}

/// The invitations of the caller's workspace that have neither been accepted nor expired, the newest first. All without `limit`
/// and `cursor`, otherwise a page of them.
///
/// # Errors
/// `forbidden` for other roles than owner and admin; `invalid` for an invalid limit or cursor.
pub async fn list_invitations(
    services: &Services,
    caller: &Caller,
    input: ListInvitationsInput,
) -> Result<InvitationList, Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let (tenant, now) = (grant.tenant(), services.clock.now());
    let scope = format!("invitations of {tenant} by {}", grant.user());
    let page = OptionalPage::new(&services.keys, scope, input.limit, input.cursor.as_deref())?;
    let mut conn = services.db.global_conn().await?;
    let mut data = queries::list_pending(&mut conn, tenant, now, page.after, page.rows()).await?;
    let total = match page.total(&data) {
        Some(total) => total,
        None => queries::count_pending(conn.conn(), tenant, now).await?,
    };
    let pagination = page.paginate(&mut data, |last| (last.created_at, last.id.0));
    Ok(InvitationList {
        data,
        pagination,
        total,
    })
}

/// Revokes an invitation. Its link ends immediately.
///
/// # Errors
/// `forbidden`; `not_found` if there is no such invitation.
pub async fn revoke_invitation(
    services: &Services,
    caller: &Caller,
    input: InvitationRef,
) -> Result<(), Error> {
    let grant = permit(caller, Action::ManageMembers)?;
    let (tenant, user) = (grant.tenant(), grant.user());
    let (mut tx, _) = ownership::begin_change(services, tenant, user, Action::ManageMembers).await?;
    if !queries::delete_pending(&mut tx, tenant, input.invitation_id).await? {
        return Err(Error::not_found());
    }
    let event = NewEvent::by(caller, AuditAction::InvitationRevoked)
        .about_object(AuditObjectKind::Invitation, input.invitation_id.0);
    audit::append(services, tx.conn(), &event).await?;
    tx.commit().await?;
    audit_log::record(AuditEvent::InvitationRevoked, Some(user), None);
    Ok(())
}
