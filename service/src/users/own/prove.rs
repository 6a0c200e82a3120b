//! Proof that it is still the person who asks: before the account, or all that is in it, changes hands.

use super::queries;
use crate::{
    Error, Services,
    db::SystemReason,
    limits::{self, Client},
    security::{self, Event},
    tenants::Caller,
    text::nfc,
    users::login,
};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode, FieldCode,
    users::{PASSWORD_MAX, ProofInput},
};

/// How long a sign-in counts as recent.
pub const RECENT: TimeDelta = TimeDelta::minutes(15);

/// What is proof enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::users) enum Proof {
    /// The password; a recent sign-in only where the account has none.
    Password,
    /// The password or a recent sign-in.
    Recent,
}

/// Checks it. `field` is where the password stood. Gives the stored hash that the proof was held against. A password is
/// counted as a try to sign in: who has somebody's access token does not get to guess their password with it.
///
/// # Errors
/// `invalid` for a wrong password, `reauthentication_required` when there is no proof, `rate_limited`.
pub(in crate::users) async fn prove(
    services: &Services,
    caller: &Caller,
    client: &Client,
    enough: Proof,
    field: &'static str,
    password: Option<String>,
) -> Result<Option<String>, Error> {
    let mut conn = services.db.system_read(SystemReason::Account).await?;
    let found = queries::find_proof(&mut conn, caller.user.id, caller.session).await?;
    drop(conn);
    let found = found.ok_or_else(Error::not_found)?;
    let wrong = |code, detail: &str| Error::from(ApiError::field(field, code, detail));
    match (password.filter(|p| !p.is_empty()), found.password_hash) {
        (Some(password), _) if password.chars().count() > PASSWORD_MAX => {
            let detail = format!("Use at most {PASSWORD_MAX} characters.");
            Err(wrong(FieldCode::TooLong, &detail))
        }
        (Some(password), Some(stored)) => {
            let allowed = limits::login(services, client, &login::key(&caller.user.email)).await?;
            if services
                .hasher
                .verify(nfc(&password), Some(stored.clone()))
                .await?
            {
                limits::welcome(services, caller.user.id, &allowed).await?;
                Ok(Some(stored))
            } else {
                security::note(Event::PasswordRefused, Some(caller.user.id), Some(client));
                Err(wrong(
                    FieldCode::NotAllowed,
                    "This is not the password of this account.",
                ))
            }
        }
        (_, stored) => {
            let recent = found
                .signed_in_at
                .is_some_and(|at| services.clock.now() - at < RECENT);
            if found.throw_away || recent && (stored.is_none() || enough == Proof::Recent) {
                Ok(stored)
            } else if stored.is_some() {
                Err(Error::api(
                    ErrorCode::ReauthenticationRequired,
                    "Send the password of the account with this.",
                ))
            } else {
                Err(Error::api(
                    ErrorCode::ReauthenticationRequired,
                    "Sign in again first; then this is possible for a quarter of an hour.",
                ))
            }
        }
    }
}

/// For pages that ask first and send the export afterwards.
///
/// # Errors
/// As [`export_data`](crate::users::export_data).
pub async fn prove_for_export(
    services: &Services,
    caller: &Caller,
    input: ProofInput,
    client: &Client,
) -> Result<(), Error> {
    prove(
        services,
        caller,
        client,
        Proof::Recent,
        "password",
        input.password,
    )
    .await
    .map(|_| ())
}
