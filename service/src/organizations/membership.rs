//! New memberships, for every way to join.

use super::{invitations::check_member_quota, queries::members};
use crate::{
    Error, Services,
    audit::{self, NewEvent},
    audit_log::{self, AuditEvent},
    auth::{Channel, Invalidation, SignIn, start_session},
    context::ClientInfo,
    platform::db::GlobalTx,
    tenants,
};
use domain::{
    TenantId,
    audit::{AuditAction, AuditDetails},
    changes::ChangeType,
    tenants::{Role, Tenant},
    users::User,
};

/// Makes the user a member. The caller has locked the ownership.
///
/// # Errors
/// `quota_exceeded`.
pub(super) async fn add_member(
    services: &Services,
    tx: &mut GlobalTx,
    tenant: TenantId,
    user: &User,
    role: Role,
) -> Result<(), Error> {
    let (name, now) = (user.display_name(), services.clock.now());
    tenants::queries::insert_membership(tx, tenant, user.id, role, &name, now).await?;
    let count = members::count(tx, tenant).await?;
    check_member_quota(services, tx, tenant, count).await
}

/// Commits a transaction in which the user has joined the tenant, or was already a member. For an API client a session in the tenant
/// begins.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached.
pub(super) async fn commit_membership(
    services: &Services,
    mut tx: GlobalTx,
    user: User,
    tenant: Tenant,
    is_new: bool,
    client: &ClientInfo,
    channel: Channel,
) -> Result<SignIn, Error> {
    let user_id = user.id;
    if is_new {
        let event = NewEvent::of_user(tenant.id, user_id, Some(client.ip()), AuditAction::MemberJoined);
        let details = AuditDetails {
            role: Some(tenant.role),
            ..AuditDetails::default()
        };
        audit::append(services, tx.conn(), &event.with(details)).await?;
        tx.record_member(tenant.id, ChangeType::MemberJoined, user_id);
    }
    let sign_in = start_session(services, &mut tx, user, tenant, client, channel).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(user_id)])
        .await?;
    if is_new {
        audit_log::record(AuditEvent::MemberJoined, Some(user_id), Some(client.ip()));
    }
    Ok(sign_in)
}
