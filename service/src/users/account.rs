//! Making a person and their personal workspace.

use super::{
    own, password,
    queries::{self, NewTenant, NewUser},
    tokens::open_session,
};
use crate::{
    Error, Services,
    db::{SystemReason, SystemTx},
    jobs,
    letters::{self, Kind, To},
    limits::{self, Client},
    rng,
    security::{self, Event},
    tenants::Grant,
    text::nfc,
};
use chrono::{DateTime, Utc};
use domain::{
    ErrorCode, FieldCode, FieldErrors, StageId, TenantId, UserId,
    jobapps::StageKind,
    tenants::{Role, Tenant, TenantKind},
    users::{RegisterInput, Registration, TokenSet, User},
};

/// Registers over REST: the person is signed in at once.
///
/// # Errors
/// `invalid` names every wrong field; `email_taken` when somebody has the address;
/// `rate_limited`.
pub async fn register(services: &Services, input: RegisterInput, client: &Client) -> Result<TokenSet, Error> {
    let (new, tenant) = prepare(services, input, client).await?;
    let mut tx = services.db.system(SystemReason::Register).await?;
    let (user, tenant) = insert(services, &mut tx, new, tenant).await?;
    welcome(services, &mut tx, &user, client.agent()).await?;
    let tokens = open_session(services, &mut tx, user, tenant, client).await?;
    furnish(services, tx, tokens.tenant.id, tokens.user.id).await?;
    security::note(Event::Registered, Some(tokens.user.id), Some(client));
    jobs::wake();
    Ok(tokens)
}

/// Registers on a page: the page's session takes the person up.
///
/// # Errors
/// As [`register`].
pub async fn register_page(
    services: &Services,
    input: RegisterInput,
    client: &Client,
) -> Result<(User, Tenant), Error> {
    let (new, tenant) = prepare(services, input, client).await?;
    let mut tx = services.db.system(SystemReason::Register).await?;
    let (user, tenant) = insert(services, &mut tx, new, tenant).await?;
    welcome(services, &mut tx, &user, client.agent()).await?;
    furnish(services, tx, tenant.id, user.id).await?;
    security::note(Event::Registered, Some(user.id), Some(client));
    jobs::wake();
    Ok((user, tenant))
}

/// Asks by mail whether the address is the person's, and remembers from what they came.
async fn welcome(
    services: &Services,
    tx: &mut SystemTx,
    user: &User,
    agent: Option<&str>,
) -> Result<(), Error> {
    own::first_seen(services, tx, user.id, agent).await?;
    letters::enqueue(
        services,
        tx,
        Kind::ConfirmEmail,
        To::Person(user.id, &user.email),
        None,
    )
    .await
}

async fn prepare(
    services: &Services,
    input: RegisterInput,
    client: &Client,
) -> Result<(NewUser, NewTenant), Error> {
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
        .is_some_and(|z| z.parse::<chrono_tz::Tz>().is_err())
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
        let judged = password::judge_apart(&services.hasher, &r.password, &r.email, names).await?;
        errors.take("password", judged);
    }
    errors.finish()?;
    let Registration {
        email,
        password,
        first_name,
        last_name,
        time_zone,
    } = registration
        .ok_or_else(|| Error::Internal("a registration without errors and without values".into()))?;
    limits::register(services, client).await?;
    let password_hash = services.hasher.hash(password).await?;
    let called = first_name
        .clone()
        .unwrap_or_else(|| email.local_part().to_owned());
    let user = NewUser {
        id: services.id(),
        email: email.as_str().to_owned(),
        email_key: email.key(),
        password_hash: Some(password_hash),
        first_name,
        last_name,
        time_zone,
        created_at: services.clock.now(),
        expires_at: None,
    };
    let tenant = personal_tenant(services, &called, None);
    Ok((user, tenant))
}

/// A workspace for one person, named after what the person is called.
pub(crate) fn personal_tenant(
    services: &Services,
    called: &str,
    expires_at: Option<DateTime<Utc>>,
) -> NewTenant {
    let mut random = [0; 5];
    services.rng.fill(&mut random);
    // Letters and digits that are not taken for one another.
    let suffix: String = random
        .iter()
        .map(|b| char::from(b"23456789abcdefghjkmnpqrstuvwxyz"[usize::from(b % 31)]))
        .collect();
    let word: String = crate::text::fold(called)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(20)
        .collect();
    let word = if word.is_empty() { "my".to_owned() } else { word };
    let short: String = called.chars().take(60).collect();
    NewTenant {
        id: services.id(),
        slug: format!("{word}-{suffix}"),
        name: format!("{short}’s search"),
        kind: TenantKind::Personal,
        created_at: services.clock.now(),
        expires_at,
    }
}

pub(crate) async fn insert(
    services: &Services,
    tx: &mut SystemTx,
    new: NewUser,
    new_tenant: NewTenant,
) -> Result<(User, Tenant), Error> {
    let user = User {
        id: new.id,
        email: new.email.clone(),
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
        email_verified: false,
        time_zone: new.time_zone.clone(),
    };
    if !queries::insert_user(tx, &new).await? {
        return Err(Error::api(
            ErrorCode::EmailTaken,
            "Somebody registered with this e-mail already. Sign in instead.",
        ));
    }
    queries::insert_tenant(tx, &new_tenant).await?;
    queries::insert_membership(
        tx,
        new_tenant.id,
        user.id,
        Role::Owner,
        &user.display_name(),
        services.clock.now(),
    )
    .await?;
    let tenant = Tenant {
        id: new_tenant.id,
        slug: new_tenant.slug,
        name: new_tenant.name,
        kind: new_tenant.kind,
        role: Role::Owner,
    };
    Ok((user, tenant))
}

/// Gives the new workspace its stages and makes all of it last.
pub(crate) async fn furnish(
    services: &Services,
    tx: SystemTx,
    tenant: TenantId,
    user: UserId,
) -> Result<(), Error> {
    let mut tx = tx.enter(Grant::of_founder(tenant, user)).await?;
    let now = services.clock.now();
    let ids: Vec<StageId> = StageKind::ALL
        .iter()
        .map(|_| rng::uuid(now, services.rng.as_ref()).into())
        .collect();
    crate::jobapps::queries::insert_first_stages(&mut tx, &ids, now).await?;
    tx.commit().await
}
