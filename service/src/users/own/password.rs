//! Another password: by the old one, or by a link in a mail.

use super::{
    prove::{Proof, prove},
    queries,
};
use crate::{
    Error, Services,
    db::{SystemReason, SystemTx},
    jobs,
    letters::{self, Kind, To, links},
    limits::{self, Client},
    security::{self, Event},
    tenants::Caller,
    text::nfc,
    users::{callers::Revoked, password::judge_apart},
};
use domain::{
    ApiError, ErrorCode, FieldCode, FieldErrors, SessionId,
    users::{
        ChangePasswordInput, EmailAddress, ForgotPasswordInput, ResetPasswordInput, User, mail_token,
        password_length,
    },
};

/// Changes the password. All other sessions of the person end, and all links in mails; a mail says that it happened.
///
/// # Errors
/// `invalid` for a wrong password or a weak new one, `reauthentication_required` without proof, `rate_limited`.
pub async fn change_password(
    services: &Services,
    caller: &Caller,
    input: ChangePasswordInput,
    client: &Client,
) -> Result<(), Error> {
    let new = nfc(&input.new_password);
    let mut errors = FieldErrors::default();
    errors.take("new_password", password_length(&new));
    errors.finish()?;
    let stored = prove(
        services,
        caller,
        client,
        Proof::Password,
        "current_password",
        input.current_password,
    )
    .await?;
    errors_of_new(services, &new, &caller.user).await?;
    if let Some(stored) = &stored
        && services.hasher.verify(new.clone(), Some(stored.clone())).await?
    {
        let detail = "This is the password that you have. Choose another one.";
        return Err(ApiError::field("new_password", FieldCode::NotAllowed, detail).into());
    }
    let hash = services.hasher.hash(new).await?;
    let mut tx = services.db.system(SystemReason::Account).await?;
    if !queries::replace_password(&mut tx, caller.user.id, stored.as_deref(), &hash).await? {
        return Err(Error::api(
            ErrorCode::Conflict,
            "The password was changed meanwhile. Sign in with the new one.",
        ));
    }
    after_change(services, &mut tx, &caller.user, Some(caller.session)).await?;
    tx.commit().await?;
    services.callers.revoke([Revoked::User(caller.user.id)]);
    security::note(Event::PasswordChanged, Some(caller.user.id), Some(client));
    jobs::wake();
    Ok(())
}

/// Asks for a mail with a link to a new password. The answer is the same, after the same work, whoever has the address:
/// who that is shows only to the worker that sends the mail.
///
/// # Errors
/// `invalid` when it is no address at all; `rate_limited`.
pub async fn forgot_password(
    services: &Services,
    input: ForgotPasswordInput,
    client: &Client,
) -> Result<(), Error> {
    let mut errors = FieldErrors::default();
    let email = errors.take("email", EmailAddress::parse(&nfc(&input.email)));
    errors.finish()?;
    let email = email.ok_or_else(|| Error::Internal("an address without errors and without value".into()))?;
    limits::mail(services, client, &email.key()).await?;
    let mut tx = services.db.system(SystemReason::Account).await?;
    letters::enqueue(
        services,
        &mut tx,
        Kind::ResetPassword,
        To::Address(email.as_str()),
        None,
    )
    .await?;
    tx.commit().await?;
    jobs::wake();
    Ok(())
}

/// Sets the password of the person whose link it is. All their sessions end. That the mail arrived proves the address.
///
/// # Errors
/// `link_expired` when the link was used, replaced or is too old; `invalid` for a weak password, and then the link still
/// holds; `rate_limited`.
pub async fn reset_password(
    services: &Services,
    input: ResetPasswordInput,
    client: &Client,
) -> Result<(), Error> {
    let dead = || {
        Error::api(
            ErrorCode::LinkExpired,
            "This link was used already, replaced by a newer one, or is too old. Ask for a new mail.",
        )
    };
    let new = nfc(&input.new_password);
    let mut errors = FieldErrors::default();
    errors.take("new_password", password_length(&new));
    let token = errors.take("token", mail_token(&input.token));
    errors.finish()?;
    let token = token.unwrap_or_default();
    limits::reset(services, client).await?;
    let now = services.clock.now();
    let user = {
        let mut conn = services.db.system_read(SystemReason::Account).await?;
        let user = links::peek(&mut conn, Kind::ResetPassword, token, now)
            .await?
            .ok_or_else(dead)?;
        queries::find_user(&mut conn, user).await?.ok_or_else(dead)?
    };
    errors_of_new(services, &new, &user).await?;
    let hash = services.hasher.hash(new).await?;
    let mut tx = services.db.system(SystemReason::Account).await?;
    let whose = links::take(&mut tx, Kind::ResetPassword, token, now).await?;
    if whose != Some(user.id) {
        return Err(dead());
    }
    queries::set_proved_password(&mut tx, user.id, &hash, now).await?;
    after_change(services, &mut tx, &user, None).await?;
    tx.commit().await?;
    services.callers.revoke([Revoked::User(user.id)]);
    security::note(Event::PasswordReset, Some(user.id), Some(client));
    jobs::wake();
    Ok(())
}

async fn errors_of_new(services: &Services, new: &str, user: &User) -> Result<(), Error> {
    let email = EmailAddress::parse(&user.email)
        .map_err(|_| Error::Internal("a person has an address that is none".into()))?;
    let names = [user.first_name.clone(), user.last_name.clone()];
    let mut errors = FieldErrors::default();
    errors.take(
        "new_password",
        judge_apart(&services.hasher, new, &email, names).await?,
    );
    Ok(errors.finish()?)
}

/// What follows from another password, whichever way it came.
async fn after_change(
    services: &Services,
    tx: &mut SystemTx,
    user: &User,
    kept: Option<SessionId>,
) -> Result<(), Error> {
    queries::end_sessions(tx, user.id, kept).await?;
    links::end(tx, user.id).await?;
    letters::take_back(tx, Kind::ResetPassword, &user.email).await?;
    letters::enqueue(
        services,
        tx,
        Kind::PasswordChanged,
        To::Person(user.id, &user.email),
        None,
    )
    .await
}
