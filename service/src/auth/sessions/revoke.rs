//! Revoking sessions of the caller.

use super::queries;
use crate::{
    Error, Services, audit,
    audit_log::{self, AuditEvent},
    auth::{Invalidation, begin_for_user},
    context::Caller,
};
use domain::{audit::AuditAction, auth::RevokeSessionInput};

/// Revokes one session. Its tokens become invalid immediately.
///
/// # Errors
/// `not_found` if the user has no such session.
pub async fn revoke_session(
    services: &Services,
    caller: &Caller,
    input: RevokeSessionInput,
) -> Result<(), Error> {
    let mut tx = begin_for_user(services, caller.user.id).await?;
    if !queries::delete_session(&mut tx, caller.user.id, input.session_id).await? {
        return Err(Error::not_found());
    }
    let action = AuditAction::SessionsRevoked;
    audit::append_to_account(services, &mut tx, caller.user.id, caller.ip, action).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::Session(input.session_id)])
        .await?;
    audit_log::record(AuditEvent::SessionsRevoked, Some(caller.user.id), caller.ip);
    Ok(())
}

/// Revokes all sessions of the user except the current one.
pub async fn revoke_other_sessions(services: &Services, caller: &Caller) -> Result<(), Error> {
    let mut tx = begin_for_user(services, caller.user.id).await?;
    queries::delete_sessions(&mut tx, caller.user.id, Some(caller.session)).await?;
    let action = AuditAction::SessionsRevoked;
    audit::append_to_account(services, &mut tx, caller.user.id, caller.ip, action).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(caller.user.id)])
        .await?;
    audit_log::record(AuditEvent::SessionsRevoked, Some(caller.user.id), caller.ip);
    Ok(())
}
