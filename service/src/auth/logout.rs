//! Logout.

use super::{Invalidation, begin_for_user, sessions::queries};
use crate::{
    Error, Services,
    audit_log::{self, AuditEvent},
    context::Caller,
};
use domain::auth::LogoutInput;

/// Revokes the caller's session, or all sessions of the user. Their tokens become invalid immediately.
pub async fn logout(services: &Services, caller: &Caller, input: LogoutInput) -> Result<(), Error> {
    let user = caller.user.id;
    let mut tx = begin_for_user(services, user).await?;
    let (invalidation, event) = if input.everywhere {
        queries::delete_sessions(&mut tx, user, None).await?;
        (Invalidation::User(user), AuditEvent::SignedOutEverywhere)
    } else {
        queries::delete_session(&mut tx, user, caller.session).await?;
        (Invalidation::Session(caller.session), AuditEvent::SignedOut)
    };
    services.auth_cache.commit(tx, &[invalidation]).await?;
    audit_log::record(event, Some(user), None);
    Ok(())
}
