//! Accepting invitations.

use super::{
    membership::{add_member, commit_membership},
    queries::{domains, invitations as queries, members},
};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    auth::{self, Channel, SignIn, begin_for_user},
    context::ClientInfo,
    platform::{
        db::{AdvisoryLock, GlobalTx},
        rng,
    },
    rate_limit, tenants,
};
use domain::{
    ErrorCode, GroupId, TenantId, UserId,
    audit::{AuditAction, AuditDetails, AuditObjectKind},
    tenants::{InvitationPreview, InvitationToken, MAX_GROUP_MEMBERS, Tenant},
    users::User,
};

/// The organization and role of an invitation, for everyone who has its link.
///
/// # Errors
/// `link_expired` if it was accepted, revoked, renewed or has expired; `rate_limited`.
pub async fn find_invitation(
    services: &Services,
    input: &InvitationToken,
    client: &ClientInfo,
) -> Result<InvitationPreview, Error> {
    let token = input.parse()?;
    rate_limit::check_invitation_lookup(services, client).await?;
    let mut conn = services.db.global_conn().await?;
    let hash = rng::sha256(token.as_bytes());
    let found = queries::find_preview(&mut conn, &hash, services.clock.now()).await?;
    found.ok_or_else(link_expired)
}

/// The workspace of an invitation link, if the user is a member of it. The link may already have been used.
///
/// # Errors
/// `invalid` if the token is malformed; `unauthorized` if the user has been deleted.
pub async fn find_joined_tenant(
    services: &Services,
    user: UserId,
    input: &InvitationToken,
) -> Result<Option<Tenant>, Error> {
    let hash = rng::sha256(input.parse()?.as_bytes());
    let mut tx = begin_for_user(services, user).await?;
    let tenant = match queries::find_tenant(&mut tx, &hash).await? {
        Some(tenant) => tenants::queries::find_tenant_by_id(&mut tx, user, tenant).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(tenant)
}

/// The name of the organization that the user's confirmed address was last invited to, while that invitation is pending.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub async fn find_pending_organization(services: &Services, user: &User) -> Result<Option<String>, Error> {
    if !user.email_verified {
        return Ok(None);
    }
    let address = auth::normalize_email(&user.email);
    let mut conn = services.db.global_conn().await?;
    queries::find_last_tenant_name(&mut conn, &address, services.clock.now()).await
}

/// Makes the user a member of the workspace that the invitation is to. Accepting it again as the same member changes nothing. For an
/// API client a session in that workspace begins.
///
/// # Errors
/// `link_expired`; `other_address` if it was sent to another address than the user's; `email_not_verified`; `quota_exceeded`;
/// `rate_limited`.
pub async fn accept_invitation(
    services: &Services,
    user: UserId,
    input: &InvitationToken,
    client: &ClientInfo,
    channel: Channel,
) -> Result<SignIn, Error> {
    let token = input.parse()?;
    rate_limit::check_invitation_lookup(services, client).await?;
    let hash = rng::sha256(token.as_bytes());
    let mut tx = begin_for_user(services, user).await?;
    let tenant = queries::find_tenant(&mut tx, &hash)
        .await?
        .ok_or_else(link_expired)?;
    tx.lock(AdvisoryLock::Owners(tenant)).await?;
    let user = auth::queries::find_user(tx.conn(), user)
        .await?
        .ok_or_else(Error::account_missing)?;
    let is_new = join(services, &mut tx, &user, &hash).await?;
    let tenant = tenants::queries::find_tenant_by_id(&mut tx, user.id, tenant).await?;
    let tenant: Tenant = tenant.ok_or_else(link_expired)?;
    commit_membership(services, tx, user, tenant, is_new, client, channel).await
}

/// Returns false if the user had accepted the invitation before and is still a member. The caller holds the ownership lock, so concurrent
/// calls run one after the other.
async fn join(services: &Services, tx: &mut GlobalTx, user: &User, hash: &[u8]) -> Result<bool, Error> {
    let now = services.clock.now();
    let invitation = queries::find(tx, hash).await?.ok_or_else(link_expired)?;
    let is_member = members::find_role(tx, invitation.tenant, user.id)
        .await?
        .is_some();
    if let Some(accepted_by) = invitation.accepted_by {
        return if is_member && accepted_by == user.id {
            Ok(false)
        } else {
            Err(link_expired())
        };
    }
    if invitation.expires_at <= now {
        return Err(link_expired());
    }
    if invitation.email_normalized != auth::normalize_email(&user.email) {
        return Err(Error::api(
            ErrorCode::OtherAddress,
            "This invitation was sent to another email address. Sign in with that address, or ask for an invitation to yours.",
        ));
    }
    if !user.email_verified {
        return Err(Error::api(
            ErrorCode::EmailNotVerified,
            "Your email address is not confirmed yet. Open the link in the email that we have sent you, then try again.",
        ));
    }
    queries::mark_accepted(tx, invitation.id, user.id, now).await?;
    if is_member {
        return Ok(false);
    }
    domains::delete_removed_member(tx, invitation.tenant, user.id).await?;
    add_member(services, tx, invitation.tenant, user, invitation.role).await?;
    if let Some(group) = invitation.group {
        join_group(services, tx, invitation.tenant, group, user.id).await?;
    }
    Ok(true)
}

/// A full group does not prevent anyone from joining the organization: the audit log records that the person is not in the group.
async fn join_group(
    services: &Services,
    tx: &mut GlobalTx,
    tenant: TenantId,
    group: GroupId,
    user: UserId,
) -> Result<(), Error> {
    tx.lock(AdvisoryLock::Groups(tenant)).await?;
    let limit = i64::try_from(MAX_GROUP_MEMBERS).unwrap_or(i64::MAX);
    let Some((name, is_joined)) = queries::join_group(tx, tenant, group, user, limit).await? else {
        return Ok(());
    };
    let action = if is_joined {
        AuditAction::GroupJoined
    } else {
        AuditAction::GroupFull
    };
    let event = NewEvent::of_user(tenant, user, None, action)
        .about_object(AuditObjectKind::Group, group.0)
        .with(AuditDetails {
            name: Some(name),
            ..AuditDetails::default()
        });
    audit::append(services, tx.conn(), &event).await
}

fn link_expired() -> Error {
    Error::api(
        ErrorCode::LinkExpired,
        "This invitation is no longer valid: it was used, withdrawn, sent again, or is older than seven days. If you have a newer email, open the link in that one. Otherwise ask for a new invitation.",
    )
}
