//! Reauthentication before sensitive actions, such as changing the password or deleting the account.

use super::{login, queries};
use crate::{
    Error, Services,
    audit_log::{self, AuditEvent},
    context::{Caller, ClientInfo},
    platform::normalize::nfc,
    rate_limit,
};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode, FieldCode,
    auth::{MAX_PASSWORD_LEN, ReauthInput},
};

/// How long after signing in a user need not enter the password again, for [`ReauthPolicy::PasswordOrRecentSignIn`].
pub const REAUTH_WINDOW: TimeDelta = TimeDelta::minutes(15);

/// The proof that is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReauthPolicy {
    /// The password; a recent sign-in only for users without a password.
    Password,
    /// The password or a recent sign-in.
    PasswordOrRecentSignIn,
}

/// Checks the password or the time of the sign-in, and returns the stored password hash. `field` is the input field of the
/// password. Attempts count as login attempts, so that a stolen access token cannot be used to guess the password.
///
/// # Errors
/// `invalid` for a wrong password; `reauthentication_required` if the password is missing; `rate_limited`.
pub(crate) async fn reauthenticate(
    services: &Services,
    caller: &Caller,
    client: &ClientInfo,
    policy: ReauthPolicy,
    field: &'static str,
    password: Option<String>,
) -> Result<Option<String>, Error> {
    let mut conn = services.db.global_conn().await?;
    let state = queries::find_reauth_state(&mut conn, caller.user.id, caller.session).await?;
    drop(conn);
    let state = state.ok_or_else(Error::account_missing)?;
    let invalid = |code, detail: &str| Error::from(ApiError::field(field, code, detail));
    match (password.filter(|p| !p.is_empty()), state.password_hash) {
        (Some(password), _) if password.chars().count() > MAX_PASSWORD_LEN => {
            let detail = format!("Use at most {MAX_PASSWORD_LEN} characters.");
            Err(invalid(FieldCode::TooLong, &detail))
        }
        (Some(password), Some(hash)) => {
            let email = login::normalize_email(&caller.user.email);
            let permit = rate_limit::check_login(services, client, &email).await?;
            if services.hasher.verify(nfc(&password), Some(hash.clone())).await? {
                rate_limit::record_login_success(services, caller.user.id, &permit).await?;
                Ok(Some(hash))
            } else {
                audit_log::record(
                    AuditEvent::ReauthenticationFailed,
                    Some(caller.user.id),
                    Some(client.ip()),
                );
                Err(invalid(FieldCode::NotAllowed, "The password is incorrect."))
            }
        }
        (_, hash) => {
            let is_recent = state
                .signed_in_at
                .is_some_and(|at| services.clock.now() - at < REAUTH_WINDOW);
            let is_recent_sufficient = hash.is_none() || policy == ReauthPolicy::PasswordOrRecentSignIn;
            if state.is_demo || is_recent && is_recent_sufficient {
                return Ok(hash);
            }
            let detail = if hash.is_some() {
                "Enter your password."
            } else {
                "Sign in again first. You can then do this for 15 minutes."
            };
            Err(Error::api(ErrorCode::ReauthenticationRequired, detail))
        }
    }
}

/// For pages, which ask for the password before they start the download.
///
/// # Errors
/// As for `users::export_data`, except for its concurrency limits.
pub async fn reauthenticate_for_export(
    services: &Services,
    caller: &Caller,
    input: ReauthInput,
    client: &ClientInfo,
) -> Result<(), Error> {
    let policy = ReauthPolicy::PasswordOrRecentSignIn;
    reauthenticate(services, caller, client, policy, "password", input.password).await?;
    Ok(())
}
