//! Passwords: hashing, strength, changing and resetting.

mod change;
mod hasher;
mod reset;
mod strength;

pub use change::change_password;
pub use hasher::{HashCost, Hasher};
pub use reset::{forgot_password, reset_password};
pub(super) use strength::check_strength;

use super::{queries, sessions};
use crate::{
    Error, Services,
    context::Caller,
    email::{self, EmailTemplate, Recipient},
    platform::db::GlobalTx,
};
use domain::{
    FieldErrors, SessionId,
    users::{EmailAddress, User},
};

/// Whether the user has a password, or signs in only with OAuth providers.
pub async fn has_password(services: &Services, caller: &Caller) -> Result<bool, Error> {
    let mut conn = services.db.global_conn().await?;
    let state = queries::find_reauth_state(&mut conn, caller.user.id, caller.session).await?;
    Ok(state.is_some_and(|state| state.password_hash.is_some()))
}

/// Checks the strength of the password in the field `new_password`.
async fn check_new_password(services: &Services, password: &str, user: &User) -> Result<(), Error> {
    let email = EmailAddress::parse(&user.email)
        .map_err(|_| Error::Internal("a user has an invalid email address".into()))?;
    let names = [user.first_name.clone(), user.last_name.clone()];
    let mut errors = FieldErrors::default();
    let strength = check_strength(&services.hasher, password, &email, names).await?;
    errors.check("new_password", strength);
    Ok(errors.into_result()?)
}

/// Revokes the sessions, except one, and the email tokens of a user whose password was changed, and notifies the user.
async fn revoke_access_after_change(
    services: &Services,
    tx: &mut GlobalTx,
    user: &User,
    current_session: Option<SessionId>,
) -> Result<(), Error> {
    sessions::queries::delete_sessions(tx, user.id, current_session).await?;
    email::tokens::revoke_all(tx, user.id).await?;
    email::cancel_pending(tx, EmailTemplate::ResetPassword, &user.email).await?;
    let recipient = Recipient::User(user.id, &user.email);
    email::enqueue(services, tx, EmailTemplate::PasswordChanged, recipient, None).await
}
