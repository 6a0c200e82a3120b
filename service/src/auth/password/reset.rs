//! Resetting a forgotten password with a token from an email.

use super::{check_new_password, revoke_access_after_change};
use crate::{
    Error, Services, audit,
    audit_log::{self, AuditEvent},
    auth::{Invalidation, begin_for_user, if_account_missing, queries},
    background,
    context::ClientInfo,
    email::{self, EmailTemplate, Recipient},
    platform::normalize::nfc,
    rate_limit,
};
use domain::{
    ErrorCode, FieldErrors,
    audit::AuditAction,
    auth::{ForgotPasswordInput, ResetPasswordInput, check_password_length},
    normalize::email_token,
    users::EmailAddress,
};

/// Enqueues an email with a reset link. Response and duration are the same for unknown addresses: only the worker that
/// sends the email looks up the user.
///
/// # Errors
/// `invalid` for a malformed address; `rate_limited`.
pub async fn forgot_password(
    services: &Services,
    input: ForgotPasswordInput,
    client: &ClientInfo,
) -> Result<(), Error> {
    let mut errors = FieldErrors::default();
    let email = errors.check("email", EmailAddress::parse(&nfc(&input.email)));
    errors.into_result()?;
    let email = email.ok_or_else(|| Error::Internal("email is missing but has no errors".into()))?;
    rate_limit::check_email(services, client, &email.normalized()).await?;
    let recipient = Recipient::Address(email.as_str());
    let mut tx = services.db.begin_global().await?;
    email::enqueue(services, &mut tx, EmailTemplate::ResetPassword, recipient, None).await?;
    tx.commit().await?;
    background::wake();
    Ok(())
}

/// Sets the password of the token's user, revokes all their sessions and email tokens, and marks their address as verified,
/// because the token was sent to it.
///
/// # Errors
/// `link_expired` if the token was used, replaced or has expired; `invalid` for a weak password, which leaves the token
/// usable; `rate_limited`.
pub async fn reset_password(
    services: &Services,
    input: ResetPasswordInput,
    client: &ClientInfo,
) -> Result<(), Error> {
    let expired = || {
        Error::api(
            ErrorCode::LinkExpired,
            "This link has already been used, was replaced by a newer one, or has expired. Request a new one.",
        )
    };
    let new = nfc(&input.new_password);
    let mut errors = FieldErrors::default();
    errors.check("new_password", check_password_length(&new));
    let token = errors.check("token", email_token(&input.token));
    errors.into_result()?;
    let token = token.unwrap_or_default();
    rate_limit::check_email_token(services, client).await?;
    let now = services.clock.now();
    let template = EmailTemplate::ResetPassword;
    let user = {
        let mut conn = services.db.global_conn().await?;
        let user = email::tokens::find(&mut conn, template, token, now)
            .await?
            .ok_or_else(expired)?;
        queries::find_user(conn.conn(), user).await?.ok_or_else(expired)?
    };
    check_new_password(services, &new, &user).await?;
    let hash = services.hasher.hash(new).await?;
    let mut tx = begin_for_user(services, user.id)
        .await
        .map_err(|error| if_account_missing(error, expired))?;
    let token_user = email::tokens::consume(&mut tx, template, token, now).await?;
    if token_user != Some(user.id) {
        return Err(expired());
    }
    queries::set_password_and_verify_email(&mut tx, user.id, &hash, now).await?;
    revoke_access_after_change(services, &mut tx, &user, None).await?;
    let action = AuditAction::PasswordReset;
    audit::append_to_account(services, &mut tx, user.id, Some(client.ip()), action).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(user.id)])
        .await?;
    audit_log::record(AuditEvent::PasswordReset, Some(user.id), Some(client.ip()));
    background::wake();
    Ok(())
}
