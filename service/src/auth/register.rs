//! Registration with email and password, and creating users.

use super::{
    Channel, SignIn, devices,
    password::check_strength,
    queries::{self, NewUser},
    start_session,
};
use crate::{
    Error, Services, audit,
    audit_log::{self, AuditEvent},
    background,
    context::ClientInfo,
    email::{self, EmailTemplate, Recipient},
    platform::{db::GlobalTx, normalize::nfc},
    rate_limit,
    tenants::{self, queries::NewTenant},
};
use domain::{
    ErrorCode, FieldCode, FieldErrors,
    audit::AuditAction,
    auth::{RegisterInput, Registration},
    tenants::Tenant,
    users::User,
};

/// Creates a user with a personal tenant and signs them in.
///
/// # Errors
/// `invalid` with every invalid field; `email_taken`; `rate_limited`.
pub async fn register(
    services: &Services,
    input: RegisterInput,
    client: &ClientInfo,
    channel: Channel,
) -> Result<SignIn, Error> {
    create_account(services, input, None, client, channel).await
}

/// As [`register`], for a person with the token of an invitation. If it can still be accepted and was sent to the address of the
/// new account, that address is confirmed: the token was sent nowhere else.
///
/// # Errors
/// As [`register`].
pub(crate) async fn register_invited(
    services: &Services,
    input: RegisterInput,
    token_hash: &[u8],
    client: &ClientInfo,
    channel: Channel,
) -> Result<SignIn, Error> {
    create_account(services, input, Some(token_hash), client, channel).await
}

async fn create_account(
    services: &Services,
    input: RegisterInput,
    invitation: Option<&[u8]>,
    client: &ClientInfo,
    channel: Channel,
) -> Result<SignIn, Error> {
    let registration = validate(services, input).await?;
    rate_limit::check_register(services, client).await?;
    let (new_user, new_tenant) = prepare(services, registration).await?;
    let mut tx = services.db.begin_global().await?;
    let (mut user, tenant) = create_user(services, &mut tx, new_user, new_tenant).await?;
    devices::remember_device(services, &mut tx, user.id, client.user_agent()).await?;
    confirm_address(services, &mut tx, &mut user, invitation).await?;
    let sign_in = start_session(services, &mut tx, user, tenant, client, channel).await?;
    tenants::create_default_stages(services, &mut tx, sign_in.tenant.id).await?;
    audit::append_to_account(
        services,
        &mut tx,
        sign_in.user.id,
        Some(client.ip()),
        AuditAction::Registered,
    )
    .await?;
    tx.commit().await?;
    audit_log::record(AuditEvent::Registered, Some(sign_in.user.id), Some(client.ip()));
    background::wake();
    Ok(sign_in)
}

/// Confirms the address of a new user with an invitation to it, or else sends the email that asks to confirm it.
async fn confirm_address(
    services: &Services,
    tx: &mut GlobalTx,
    user: &mut User,
    invitation: Option<&[u8]>,
) -> Result<(), Error> {
    let now = services.clock.now();
    if let Some(token_hash) = invitation
        && queries::is_invited(tx, user.id, token_hash, now).await?
    {
        queries::set_email_verified(tx, user.id, now).await?;
        user.email_verified = true;
        return Ok(());
    }
    let recipient = Recipient::User(user.id, &user.email);
    email::enqueue(services, tx, EmailTemplate::VerifyEmail, recipient, None).await
}

async fn validate(services: &Services, input: RegisterInput) -> Result<Registration, Error> {
    let input = RegisterInput {
        email: nfc(&input.email),
        first_name: input.first_name.as_deref().map(nfc),
        last_name: input.last_name.as_deref().map(nfc),
        password: nfc(&input.password),
        time_zone: input.time_zone,
    };
    let mut errors = FieldErrors::default();
    if input
        .time_zone
        .as_deref()
        .is_some_and(|zone| zone.parse::<chrono_tz::Tz>().is_err())
    {
        errors.add(
            "time_zone",
            FieldCode::InvalidFormat,
            "Use an IANA name, such as Europe/Berlin.",
        );
    }
    let registration = input.parse(&mut errors);
    if let Some(r) = &registration {
        let names = [r.first_name.clone(), r.last_name.clone()];
        let strength = check_strength(&services.hasher, &r.password, &r.email, names).await?;
        errors.check("password", strength);
    }
    errors.into_result()?;
    registration.ok_or_else(|| Error::Internal("registration is missing but has no errors".into()))
}

async fn prepare(services: &Services, registration: Registration) -> Result<(NewUser, NewTenant), Error> {
    let Registration {
        email,
        password,
        first_name,
        last_name,
        time_zone,
    } = registration;
    let password_hash = services.hasher.hash(password).await?;
    let name = first_name
        .clone()
        .unwrap_or_else(|| email.local_part().to_owned());
    let new_user = NewUser {
        id: services.id(),
        email: email.as_str().to_owned(),
        email_normalized: email.normalized(),
        password_hash: Some(password_hash),
        first_name,
        last_name,
        time_zone,
        created_at: services.clock.now(),
        expires_at: None,
    };
    let new_tenant = tenants::new_personal_tenant(services, &name, None);
    Ok((new_user, new_tenant))
}

/// Stores a user and their tenant.
///
/// # Errors
/// `email_taken` if another user has the address.
pub(crate) async fn create_user(
    services: &Services,
    tx: &mut GlobalTx,
    new_user: NewUser,
    new_tenant: NewTenant,
) -> Result<(User, Tenant), Error> {
    if !queries::insert_user(tx, &new_user).await? {
        return Err(Error::api(
            ErrorCode::EmailTaken,
            "This email address is already registered.",
        ));
    }
    let user = User {
        id: new_user.id,
        email: new_user.email,
        first_name: new_user.first_name,
        last_name: new_user.last_name,
        email_verified: false,
        time_zone: new_user.time_zone,
    };
    let tenant = tenants::create_tenant(services, tx, new_tenant, user.id, &user.display_name()).await?;
    Ok((user, tenant))
}
