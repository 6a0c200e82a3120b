//! Email verification.

use super::{Invalidation, begin_for_user, if_account_missing, queries};
use crate::{
    Error, Services, background,
    context::{Caller, ClientInfo},
    email::{self, EmailTemplate, Recipient},
    rate_limit,
};
use domain::{ErrorCode, FieldErrors, auth::VerifyEmailInput, normalize::email_token};

/// Marks the email address of the token's user as verified. The user need not be signed in.
///
/// # Errors
/// `link_expired` if the token was used, replaced or has expired; `rate_limited`.
pub async fn verify_email(
    services: &Services,
    input: VerifyEmailInput,
    client: &ClientInfo,
) -> Result<(), Error> {
    let mut errors = FieldErrors::default();
    let token = errors.check("token", email_token(&input.token));
    errors.into_result()?;
    rate_limit::check_email_token(services, client).await?;
    let now = services.clock.now();
    let expired = || {
        Error::api(
            ErrorCode::LinkExpired,
            "This link has already been used, was replaced by a newer one, or has expired. You can request a new one in your settings.",
        )
    };
    let (template, token) = (EmailTemplate::VerifyEmail, token.unwrap_or_default());
    let user = {
        let mut conn = services.db.global_conn().await?;
        email::tokens::find(&mut conn, template, token, now).await?
    };
    let user = user.ok_or_else(expired)?;
    let mut tx = begin_for_user(services, user)
        .await
        .map_err(|error| if_account_missing(error, expired))?;
    if email::tokens::consume(&mut tx, template, token, now).await? != Some(user) {
        return Err(expired());
    }
    queries::set_email_verified(&mut tx, user, now).await?;
    services.auth_cache.commit(tx, &[Invalidation::User(user)]).await
}

/// Sends another verification email, unless the address is already verified.
///
/// # Errors
/// `rate_limited`.
pub async fn resend_verification_email(
    services: &Services,
    caller: &Caller,
    client: &ClientInfo,
) -> Result<(), Error> {
    if caller.user.email_verified {
        return Ok(());
    }
    rate_limit::check_email(services, client, &caller.user.email.to_lowercase()).await?;
    let recipient = Recipient::User(caller.user.id, &caller.user.email);
    let mut tx = begin_for_user(services, caller.user.id).await?;
    email::enqueue(services, &mut tx, EmailTemplate::VerifyEmail, recipient, None).await?;
    tx.commit().await?;
    background::wake();
    Ok(())
}
