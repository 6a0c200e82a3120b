//! Signing out.

use super::{callers::Revoked, queries};
use crate::{
    Error, Services,
    db::SystemReason,
    security::{self, Event},
    tenants::Caller,
};
use domain::users::LogoutInput;

/// Ends the caller's session, or with `everywhere` all of the person's. Tokens of ended sessions are dead at once.
pub async fn logout(services: &Services, caller: &Caller, input: LogoutInput) -> Result<(), Error> {
    let mut tx = services.db.system(SystemReason::Session).await?;
    let ended = if input.everywhere {
        queries::delete_sessions_of(&mut tx, caller.user.id).await?;
        Revoked::User(caller.user.id)
    } else {
        queries::delete_session(&mut tx, caller.session).await?;
        Revoked::Session(caller.session)
    };
    tx.commit().await?;
    let event = if input.everywhere {
        Event::SignedOutEverywhere
    } else {
        Event::SignedOut
    };
    security::note(event, Some(caller.user.id), None);
    services.callers.revoke([ended]);
    Ok(())
}
