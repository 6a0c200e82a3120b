//! Logout.

use super::{Invalidation, begin_for_user, sessions::queries};
use crate::{
    Error, Services, audit,
    audit_log::{self, AuditEvent},
    context::Caller,
};
use domain::{UserId, audit::AuditAction, auth::LogoutInput};
use std::net::IpAddr;

/// Revokes the caller's session, or all sessions of the user. Their tokens become invalid immediately.
pub async fn logout(services: &Services, caller: &Caller, input: LogoutInput) -> Result<(), Error> {
    let user = caller.user.id;
    let mut tx = begin_for_user(services, user).await?;
    let (invalidation, event, action) = if input.everywhere {
        queries::delete_sessions(&mut tx, user, None).await?;
        (
            Invalidation::User(user),
            AuditEvent::SignedOutEverywhere,
            AuditAction::SignedOutEverywhere,
        )
    } else {
        queries::delete_session(&mut tx, user, caller.session).await?;
        (
            Invalidation::Session(caller.session),
            AuditEvent::SignedOut,
            AuditAction::SignedOut,
        )
    };
    audit::append_to_account(services, &mut tx, user, caller.ip, action).await?;
    services.auth_cache.commit(tx, &[invalidation]).await?;
    audit_log::record(event, Some(user), caller.ip);
    Ok(())
}

/// Records that a user has signed out of a browser whose session the session store has already deleted. A failure is only logged, because
/// the user is signed out either way.
pub async fn record_sign_out(services: &Services, user: UserId, ip: IpAddr) {
    audit_log::record(AuditEvent::SignedOut, Some(user), Some(ip));
    let recorded = async {
        let mut tx = begin_for_user(services, user).await?;
        audit::append_to_account(services, &mut tx, user, Some(ip), AuditAction::SignedOut).await?;
        tx.commit().await
    };
    if let Err(error) = recorded.await {
        tracing::warn!(%error, user.id = %user, "failed to record sign-out");
    }
}
