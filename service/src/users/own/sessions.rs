//! The person's sign-ins that still hold, and ending them.

use super::queries;
use crate::{
    Error, Services,
    db::SystemReason,
    security::{self, Event},
    tenants::Caller,
    users::{callers::Revoked, page_sessions::IDLE},
};
use domain::users::{RevokeSessionInput, Session};

/// All of them, the last heard of first.
pub async fn get_sessions(services: &Services, caller: &Caller) -> Result<Vec<Session>, Error> {
    let now = services.clock.now();
    let mut conn = services.db.system_read(SystemReason::Account).await?;
    let mut sessions = queries::sessions_of(&mut conn, caller.user.id, now, now - IDLE).await?;
    for session in &mut sessions {
        session.current = session.id == caller.session;
    }
    Ok(sessions)
}

/// Ends one of them; its tokens are dead at once.
///
/// # Errors
/// `not_found` when it is not the person's, or ended already.
pub async fn revoke_session(
    services: &Services,
    caller: &Caller,
    input: RevokeSessionInput,
) -> Result<(), Error> {
    let mut tx = services.db.system(SystemReason::Account).await?;
    if !queries::end_session(&mut tx, caller.user.id, input.session_id).await? {
        return Err(Error::not_found());
    }
    tx.commit().await?;
    services.callers.revoke([Revoked::Session(input.session_id)]);
    security::note(Event::SessionsEnded, Some(caller.user.id), None);
    Ok(())
}

/// Ends all but the one that asks.
pub async fn revoke_other_sessions(services: &Services, caller: &Caller) -> Result<(), Error> {
    let mut tx = services.db.system(SystemReason::Account).await?;
    queries::end_sessions(&mut tx, caller.user.id, Some(caller.session)).await?;
    tx.commit().await?;
    services.callers.revoke([Revoked::User(caller.user.id)]);
    security::note(Event::SessionsEnded, Some(caller.user.id), None);
    Ok(())
}
