//! Login with email and password.

use super::{
    Channel, SignIn, begin_for_user, devices, if_account_missing,
    queries::{self, LoginRow},
    start_session,
};
use crate::{
    Error, Services, audit,
    audit_log::{self, AuditEvent},
    background,
    context::ClientInfo,
    platform::normalize::nfc,
    rate_limit, tenants,
};
use domain::{ErrorCode, audit::AuditAction, auth::LoginInput, tenants::Tenant, users::User};

/// Signs a user in. An unknown email address and a wrong password give the same response and take the same time.
///
/// # Errors
/// `invalid_credentials`; `not_found` for a tenant that the user is not a member of; `rate_limited`.
pub async fn login(
    services: &Services,
    input: LoginInput,
    client: &ClientInfo,
    channel: Channel,
) -> Result<SignIn, Error> {
    let (user, tenant) = check_credentials(services, input, client).await?;
    let mut tx = begin_for_user(services, user.id)
        .await
        .map_err(|error| if_account_missing(error, invalid_credentials))?;
    devices::notify_if_new_device(services, &mut tx, &user, client.user_agent()).await?;
    audit::append_to_account(
        services,
        &mut tx,
        user.id,
        Some(client.ip()),
        AuditAction::SignedIn,
    )
    .await?;
    let sign_in = start_session(services, &mut tx, user, tenant, client, channel).await?;
    tx.commit().await?;
    background::wake();
    Ok(sign_in)
}

/// The form of an email address under which login attempts are counted.
pub(crate) fn normalize_email(email: &str) -> String {
    nfc(email.trim()).to_lowercase()
}

fn invalid_credentials() -> Error {
    Error::api(
        ErrorCode::InvalidCredentials,
        "Email or password is incorrect. Check both, or reset your password.",
    )
}

async fn check_credentials(
    services: &Services,
    input: LoginInput,
    client: &ClientInfo,
) -> Result<(User, Tenant), Error> {
    input.check()?;
    let email = normalize_email(&input.email);
    let permit = rate_limit::check_login(services, client, &email).await?;
    let row = queries::find_login(&mut services.db.global_conn().await?, &email).await?;
    let stored_hash = row.as_ref().and_then(|r| r.password_hash.clone());
    let password = nfc(&input.password);
    if !services
        .hasher
        .verify(password.clone(), stored_hash.clone())
        .await?
    {
        ::metrics::counter!("jobhax_sign_in_failures_total").increment(1);
        audit_log::record(
            AuditEvent::SignInFailed,
            row.map(|r| r.user.id),
            Some(client.ip()),
        );
        return Err(invalid_credentials());
    }
    let LoginRow { user, .. } = row.ok_or_else(invalid_credentials)?;
    rate_limit::record_login_success(services, user.id, &permit)
        .await
        .map_err(|error| if_account_missing(error, invalid_credentials))?;
    if stored_hash.is_some_and(|hash| services.hasher.is_outdated(&hash)) {
        let hash = services.hasher.hash(password).await?;
        let mut tx = begin_for_user(services, user.id)
            .await
            .map_err(|error| if_account_missing(error, invalid_credentials))?;
        queries::set_password_hash(&mut tx, user.id, &hash).await?;
        tx.commit().await?;
    }
    let mut conn = services.db.global_conn().await?;
    let tenant = tenants::queries::find_tenant(&mut conn, user.id, input.tenant.as_deref()).await?;
    let Some(tenant) = tenant else {
        // The account may have been deleted since its password was checked.
        let exists = queries::find_user(conn.conn(), user.id).await?.is_some();
        return Err(if exists {
            Error::not_found()
        } else {
            invalid_credentials()
        });
    };
    audit_log::record(AuditEvent::SignedIn, Some(user.id), Some(client.ip()));
    Ok((user, tenant))
}
