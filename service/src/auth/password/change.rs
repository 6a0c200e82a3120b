//! Changing the password with the current one.

use super::{check_new_password, revoke_access_after_change};
use crate::{
    Error, Services, audit,
    audit_log::{self, AuditEvent},
    auth::{Invalidation, ReauthPolicy, begin_for_user, demo::reject_demo, queries, reauthenticate},
    background,
    context::{Caller, ClientInfo},
    platform::normalize::nfc,
};
use domain::{
    ApiError, ErrorCode, FieldCode, FieldErrors,
    audit::AuditAction,
    auth::{ChangePasswordInput, check_password_length},
};

/// Changes the password, revokes all other sessions and all email tokens of the user, and notifies the user by email.
///
/// # Errors
/// `invalid` for a wrong current password or a weak new one; `reauthentication_required`; `forbidden` for a demo;
/// `conflict` if the password was changed at the same time; `rate_limited`.
pub async fn change_password(
    services: &Services,
    caller: &Caller,
    input: ChangePasswordInput,
    client: &ClientInfo,
) -> Result<(), Error> {
    let new = nfc(&input.new_password);
    let mut errors = FieldErrors::default();
    errors.check("new_password", check_password_length(&new));
    errors.into_result()?;
    reject_demo(services, caller.user.id).await?;
    let old_hash = reauthenticate(
        services,
        caller,
        client,
        ReauthPolicy::Password,
        "current_password",
        input.current_password,
    )
    .await?;
    check_new_password(services, &new, &caller.user).await?;
    if let Some(old_hash) = &old_hash
        && services
            .hasher
            .verify(new.clone(), Some(old_hash.clone()))
            .await?
    {
        let detail = "This is your current password. Choose a different one.";
        return Err(ApiError::field("new_password", FieldCode::NotAllowed, detail).into());
    }
    let new_hash = services.hasher.hash(new).await?;
    let mut tx = begin_for_user(services, caller.user.id).await?;
    if !queries::replace_password(&mut tx, caller.user.id, old_hash.as_deref(), &new_hash).await? {
        return Err(Error::api(
            ErrorCode::Conflict,
            "The password has just been changed. Sign in with the new one.",
        ));
    }
    revoke_access_after_change(services, &mut tx, &caller.user, Some(caller.session)).await?;
    let action = AuditAction::PasswordChanged;
    audit::append_to_account(services, &mut tx, caller.user.id, Some(client.ip()), action).await?;
    services
        .auth_cache
        .commit(tx, &[Invalidation::User(caller.user.id)])
        .await?;
    audit_log::record(
        AuditEvent::PasswordChanged,
        Some(caller.user.id),
        Some(client.ip()),
    );
    background::wake();
    Ok(())
}
