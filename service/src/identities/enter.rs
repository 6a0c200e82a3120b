//! Whose account here a provider's account opens. The provider's id of it decides, never the e-mail.

use super::{
    asserted::{Asserted, Granted},
    queries::{self, NewIdentity},
};
use crate::{
    Error, Services,
    db::{SystemReason, SystemTx},
    jobs,
    limits::Client,
    mail,
    security::{self, Event},
    users::{self, Revoked, queries::NewUser},
    vault,
};
use domain::{
    ApiError, ErrorCode, FieldCode, IdentityId, UserId,
    tenants::Tenant,
    users::{EmailAddress, TokenSet, User},
};
use uuid::Uuid;

/// How the person goes on.
enum Way<'a> {
    /// The page's session takes them up.
    Page(&'a Client),
    /// A program gets tokens.
    Program(&'a Client),
}

impl Way<'_> {
    fn client(&self) -> &Client {
        let (Self::Page(client) | Self::Program(client)) = self;
        client
    }
}

/// Who entered.
struct Entered {
    user: UserId,
    tokens: Option<TokenSet>,
    /// Whether an account was made.
    new: bool,
}

/// Finds or makes the account, for a page.
///
/// # Errors
/// `account_exists` when somebody has the e-mail here; `invalid` when the provider has not verified it.
pub(super) async fn on_page(
    services: &Services,
    asserted: Asserted,
    client: &Client,
) -> Result<UserId, Error> {
    Ok(enter(services, asserted, Way::Page(client)).await?.user)
}

/// Finds or makes the account, for a program: its tokens, and whether the account is new.
///
/// # Errors
/// As [`on_page`].
pub(super) async fn by_program(
    services: &Services,
    asserted: Asserted,
    client: &Client,
) -> Result<(TokenSet, bool), Error> {
    let entered = enter(services, asserted, Way::Program(client)).await?;
    let tokens = entered
        .tokens
        .ok_or_else(|| Error::Internal("a program that got no tokens".into()))?;
    Ok((tokens, entered.new))
}

/// Lets the person in, and says so as of every other sign-in: in the log, and by mail where it is from something new.
async fn enter(services: &Services, asserted: Asserted, way: Way<'_>) -> Result<Entered, Error> {
    let entered = find_or_make(services, asserted, &way).await?;
    let event = if entered.new {
        Event::Registered
    } else {
        Event::SignedIn
    };
    security::note(event, Some(entered.user), Some(way.client()));
    jobs::wake();
    Ok(entered)
}

async fn find_or_make(services: &Services, asserted: Asserted, way: &Way<'_>) -> Result<Entered, Error> {
    // Two first visits at once: the second finds what the first made.
    for _ in 0..2 {
        if let Some(entered) = known(services, &asserted, way).await? {
            return Ok(entered);
        }
        let email = proper_email(&asserted)?;
        if let Some(entered) = reclaim(services, &asserted, email, way).await? {
            return Ok(entered);
        }
        if let Some(entered) = make(services, &asserted, email, way).await? {
            return Ok(entered);
        }
    }
    Err(account_exists())
}

/// The account that the identity belongs to.
async fn known(services: &Services, asserted: &Asserted, way: &Way<'_>) -> Result<Option<Entered>, Error> {
    let mut tx = services.db.system(SystemReason::Identity).await?;
    let now = services.clock.now();
    let email = asserted.email.as_ref().map(EmailAddress::as_str);
    let Some((identity, user)) =
        queries::use_identity(&mut tx, &asserted.provider, &asserted.subject, email, now).await?
    else {
        return Ok(None);
    };
    keep_tokens(services, &mut tx, identity, asserted.tokens.as_ref()).await?;
    let tenant = users::queries::first_tenant(&mut tx, user.id)
        .await?
        .ok_or_else(Error::not_found)?;
    let id = user.id;
    users::seen(services, &mut tx, &user, way.client().agent()).await?;
    let tokens = open(services, &mut tx, user, tenant, way).await?;
    tx.commit().await?;
    Ok(Some(Entered {
        user: id,
        tokens,
        new: false,
    }))
}

/// The address, when the provider knows that it is the person's.
fn proper_email(asserted: &Asserted) -> Result<&EmailAddress, Error> {
    match &asserted.email {
        Some(email) if asserted.email_verified => Ok(email),
        _ => {
            let detail = "The provider has not verified an e-mail of this account. Verify it there first, or register with e-mail and password.";
            let mut error = ApiError::field("token", FieldCode::NotAllowed, detail);
            detail.clone_into(&mut error.detail);
            Err(error.into())
        }
    }
}

/// An account with this e-mail that nobody ever confirmed may have been made by anybody. Whoever can prove the address
/// gets it; the password, the sessions and the links of whoever made it end.
async fn reclaim(
    services: &Services,
    asserted: &Asserted,
    email: &EmailAddress,
    way: &Way<'_>,
) -> Result<Option<Entered>, Error> {
    let held = {
        let mut conn = services.db.system_read(SystemReason::Identity).await?;
        queries::find_by_email(&mut conn, &email.key()).await?
    };
    let Some((held, verified)) = held else {
        return Ok(None);
    };
    if verified {
        return Err(account_exists());
    }
    for tenant in users::workspaces(services, held).await? {
        mail::disconnect_all(services, tenant.id, held).await?;
    }
    let mut tx = services.db.system(SystemReason::Identity).await?;
    let Some(found) = queries::lock_by_email(&mut tx, &email.key()).await? else {
        return Ok(None);
    };
    if found.email_verified || found.id != held {
        return Err(account_exists());
    }
    let id = found.id;
    let now = services.clock.now();
    queries::take_credentials(&mut tx, id, now).await?;
    users::first_seen(services, &mut tx, id, way.client().agent()).await?;
    tracing::warn!(user.id = %id, "an unconfirmed account was claimed by whoever proved its address");
    let user = User {
        email_verified: true,
        ..found
    };
    if !insert_identity(services, &mut tx, id, asserted).await? {
        return Ok(None);
    }
    let tenant = users::queries::first_tenant(&mut tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    let tokens = open(services, &mut tx, user, tenant, way).await?;
    tx.commit().await?;
    services.callers.revoke([Revoked::User(id)]);
    Ok(Some(Entered {
        user: id,
        tokens,
        new: false,
    }))
}

/// A new account. Nothing when another made it meanwhile.
async fn make(
    services: &Services,
    asserted: &Asserted,
    email: &EmailAddress,
    way: &Way<'_>,
) -> Result<Option<Entered>, Error> {
    let now = services.clock.now();
    let called = asserted
        .given_name
        .clone()
        .unwrap_or_else(|| email.local_part().to_owned());
    let new = NewUser {
        id: services.id(),
        email: email.as_str().to_owned(),
        email_key: email.key(),
        password_hash: None,
        first_name: asserted.given_name.clone(),
        last_name: asserted.family_name.clone(),
        time_zone: "UTC".into(),
        created_at: now,
        expires_at: None,
    };
    let tenant = users::personal_tenant(services, &called, None);
    let mut tx = services.db.system(SystemReason::Register).await?;
    let (user, tenant) = match users::insert(services, &mut tx, new, tenant).await {
        Err(Error::Api(error)) if error.code == ErrorCode::EmailTaken => return Ok(None),
        made => made?,
    };
    queries::verify_email(&mut tx, user.id, now).await?;
    let user = User {
        email_verified: true,
        ..user
    };
    if !insert_identity(services, &mut tx, user.id, asserted).await? {
        return Ok(None);
    }
    let (id, tenant_id) = (user.id, tenant.id);
    users::first_seen(services, &mut tx, id, way.client().agent()).await?;
    let tokens = open(services, &mut tx, user, tenant, way).await?;
    users::furnish(services, tx, tenant_id, id).await?;
    Ok(Some(Entered {
        user: id,
        tokens,
        new: true,
    }))
}

async fn open(
    services: &Services,
    tx: &mut SystemTx,
    user: User,
    tenant: Tenant,
    way: &Way<'_>,
) -> Result<Option<TokenSet>, Error> {
    match way {
        Way::Page(_) => Ok(None),
        Way::Program(client) => users::open_session(services, tx, user, tenant, client)
            .await
            .map(Some),
    }
}

/// Whether it was added; not when the provider's account is linked already.
pub(super) async fn insert_identity(
    services: &Services,
    tx: &mut SystemTx,
    user: UserId,
    asserted: &Asserted,
) -> Result<bool, Error> {
    let id: IdentityId = services.id();
    let new = NewIdentity {
        id,
        user,
        provider: &asserted.provider,
        subject: &asserted.subject,
        email: asserted.email.as_ref().map(EmailAddress::as_str),
    };
    if !queries::insert_identity(tx, &new, services.clock.now()).await? {
        return Ok(false);
    }
    keep_tokens(services, tx, id, asserted.tokens.as_ref()).await?;
    Ok(true)
}

/// Seals and keeps what the provider lets us do.
pub(super) async fn keep_tokens(
    services: &Services,
    tx: &mut SystemTx,
    identity: IdentityId,
    granted: Option<&Granted>,
) -> Result<(), Error> {
    let Some(granted) = granted else { return Ok(()) };
    let seal = |column, secret| {
        vault::seal(
            &services.keys,
            services.rng.as_ref(),
            place(column, identity),
            secret,
        )
    };
    let access = seal(ACCESS, &granted.access)?;
    let refresh = granted.refresh.as_ref().map(|r| seal(REFRESH, r)).transpose()?;
    queries::keep_tokens(tx, identity, &access, refresh.as_deref(), granted.expires_at).await
}

pub(super) const ACCESS: &str = "identities.access_token";
pub(super) const REFRESH: &str = "identities.refresh_token";

/// Where a token of an identity is sealed for.
pub(super) fn place(column: &'static str, identity: IdentityId) -> vault::Place {
    vault::Place {
        column,
        tenant: Uuid::nil(),
        row: identity.0,
    }
}

fn account_exists() -> Error {
    Error::api(
        ErrorCode::AccountExists,
        "There is an account with this e-mail already. Sign in to it as before, then add this provider in its settings.",
    )
}
