//! Leaving for good: nothing of the person stays.

mod erased;
mod queries;

use super::{
    callers::Revoked,
    own::{Proof, prove},
};
use crate::{
    Error, Services,
    db::SystemReason,
    identities, jobs, letters,
    limits::Client,
    mail,
    security::{self, Event},
    tenants::Caller,
};
use domain::{ImportId, UserId, users::ProofInput};

/// Erases the person: sign-ins, identities, workspaces that nobody else is in, everything that is theirs in others,
/// waiting work and letters, uploads on the disk. Where they alone owned a workspace with other members, the admin who
/// is longest in it becomes its owner, or the member who is.
///
/// # Errors
/// `invalid` for a wrong password, `reauthentication_required` without proof, `rate_limited`.
pub async fn delete_user(
    services: &Services,
    caller: &Caller,
    input: ProofInput,
    client: &Client,
) -> Result<(), Error> {
    prove(
        services,
        caller,
        client,
        Proof::Password,
        "password",
        input.password,
    )
    .await?;
    let user = caller.user.id;
    if !erase(services, user).await? {
        return Err(Error::not_found());
    }
    if let Err(error) = erased::add(services, user).await {
        tracing::error!(%error, user.id = %user, "an erased person could not be noted and would come back with a backup");
    }
    Ok(())
}

/// Erases again whom a backup brought back that was made before they left; gives how many. To be done before anybody is
/// served.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer, [`Error::Internal`] when the file does not.
pub async fn erase_again(services: &Services) -> Result<usize, Error> {
    let left = erased::all(services)
        .await
        .map_err(|e| Error::Internal(format!("reading who was erased: {e}")))?;
    if left.is_empty() {
        return Ok(0);
    }
    let back = {
        let mut conn = services.db.system_read(SystemReason::Account).await?;
        queries::still_there(&mut conn, &left).await?
    };
    for user in &back {
        erase(services, *user).await?;
    }
    Ok(back.len())
}

/// False when there is no such person.
async fn erase(services: &Services, user: UserId) -> Result<bool, Error> {
    identities::revoke_grants(services, user).await?;
    let mut tx = services.db.system(SystemReason::Account).await?;
    if !queries::lock(&mut tx, user).await? {
        return Ok(false);
    }
    letters::forget(&mut tx, user).await?;
    let imports = jobs::queries::drop_all_of(&mut tx, user, jobs::Kind::ImportMail).await?;
    queries::hand_over_workspaces(&mut tx, user).await?;
    queries::delete_own_workspaces(&mut tx, user).await?;
    queries::delete(&mut tx, user).await?;
    tx.commit().await?;
    services.callers.revoke([Revoked::User(user)]);
    // The rows are gone; what cannot be removed now is removed by the next sweep.
    for import in imports {
        if let Err(error) = mail::remove(services, ImportId(import)).await {
            tracing::warn!(%error, import.id = %import, "an upload of an erased person could not be removed yet");
        }
    }
    if let Err(error) = letters::clear_outbox(services, user).await {
        tracing::warn!(%error, "letters of an erased person could not be removed from the outbox");
    }
    security::note(Event::Erased, Some(user), None);
    Ok(true)
}
