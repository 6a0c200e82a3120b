//! Listing the caller's sessions, and checking one.

use super::{SESSION_IDLE_TIMEOUT, queries};
use crate::{Error, Services, context::Caller};
use domain::auth::Session;

/// The user's active sessions, the most recently used first.
pub async fn list_sessions(services: &Services, caller: &Caller) -> Result<Vec<Session>, Error> {
    let now = services.clock.now();
    let mut conn = services.db.global_conn().await?;
    let idle_since = now - SESSION_IDLE_TIMEOUT;
    let mut sessions = queries::list_sessions(&mut conn, caller.user.id, now, idle_since).await?;
    for session in &mut sessions {
        session.current = session.id == caller.session;
    }
    Ok(sessions)
}

/// Whether the caller's web session is still active, and they are still a member of the tenant with the same role.
pub async fn is_signed_in(services: &Services, caller: &Caller) -> Result<bool, Error> {
    let now = services.clock.now();
    let idle_since = now - SESSION_IDLE_TIMEOUT;
    let mut conn = services.db.global_conn().await?;
    queries::is_active_member(&mut conn, caller, now, idle_since).await
}
