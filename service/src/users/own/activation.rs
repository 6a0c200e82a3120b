//! Whether the address is the person's.

use super::queries;
use crate::{
    Error, Services,
    db::SystemReason,
    jobs,
    letters::{self, Kind, To, links},
    limits::{self, Client},
    tenants::Caller,
    users::callers::Revoked,
};
use domain::{
    ErrorCode, FieldErrors,
    users::{ActivateInput, mail_token},
};

/// Takes the address as proved. Whoever holds the link need not be signed in.
///
/// # Errors
/// `link_expired` when the link was used, replaced or is too old; `rate_limited`.
pub async fn activate(services: &Services, input: ActivateInput, client: &Client) -> Result<(), Error> {
    let mut errors = FieldErrors::default();
    let token = errors.take("token", mail_token(&input.token));
    errors.finish()?;
    limits::reset(services, client).await?;
    let now = services.clock.now();
    let mut tx = services.db.system(SystemReason::Account).await?;
    let user = links::take(&mut tx, Kind::ConfirmEmail, token.unwrap_or_default(), now)
        .await?
        .ok_or_else(|| {
            Error::api(
                ErrorCode::LinkExpired,
                "This link was used already, replaced by a newer one, or is too old. The settings send a new one.",
            )
        })?;
    queries::set_verified(&mut tx, user, now).await?;
    tx.commit().await?;
    services.callers.revoke([Revoked::User(user)]);
    Ok(())
}

/// Sends the link once more. Does nothing where the address is proved already.
///
/// # Errors
/// `rate_limited`.
pub async fn resend_activation(services: &Services, caller: &Caller, client: &Client) -> Result<(), Error> {
    if caller.user.email_verified {
        return Ok(());
    }
    limits::mail(services, client, &caller.user.email.to_lowercase()).await?;
    let to = To::Person(caller.user.id, &caller.user.email);
    let mut tx = services.db.system(SystemReason::Account).await?;
    letters::enqueue(services, &mut tx, Kind::ConfirmEmail, to, None).await?;
    tx.commit().await?;
    jobs::wake();
    Ok(())
}
