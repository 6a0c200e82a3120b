//! Proof that it is still the person who asks: before the account, or all that is in it, changes hands.

use super::queries;
use crate::{Error, Services, db::SystemReason, tenants::Caller, text::nfc};
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

/// Checks it. `field` is where the password stood. Gives the stored hash that the proof was held against.
///
/// # Errors
/// `invalid` for a wrong password, `reauthentication_required` when there is no proof.
pub(in crate::users) async fn prove(
    services: &Services,
    caller: &Caller,
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
            if services
                .hasher
                .verify(nfc(&password), Some(stored.clone()))
                .await?
            {
                Ok(Some(stored))
            } else {
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
pub async fn prove_for_export(services: &Services, caller: &Caller, input: ProofInput) -> Result<(), Error> {
    prove(services, caller, Proof::Recent, "password", input.password)
        .await
        .map(|_| ())
}
