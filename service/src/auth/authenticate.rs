//! Finds the caller of a request or job with at most one statement.

use super::{
    cache::{AuthContext, Credential, KeyContext, Lookup},
    queries,
};
use crate::{
    Error, Services,
    audit_log::{self, AuditEvent},
    background::Job,
    context::{Caller, ClientInfo},
    platform::rng,
    rate_limit,
};
use domain::{
    ErrorCode, SessionId, TenantId, UserId,
    jobapps::EventSource,
    keys::{KEY_PREFIX, is_well_formed_key},
};

/// The caller of an API request, and the API key if it authenticated the request.
#[derive(Clone, Debug)]
pub struct AuthenticatedCaller {
    /// The user in the tenant. With a key, its id replaces the session.
    pub caller: Caller,
    /// The API key.
    pub key: Option<KeyContext>,
}

/// The caller with this access token or API key.
///
/// # Errors
/// `unauthorized` if it is not valid, has expired or was revoked; `rate_limited` after too many unknown API keys.
pub async fn authenticate_bearer(
    services: &Services,
    bearer: &str,
    client: &ClientInfo,
) -> Result<AuthenticatedCaller, Error> {
    if bearer.starts_with(KEY_PREFIX) {
        return authenticate_key(services, bearer, client).await;
    }
    let caller = authenticate_token(services, bearer).await?;
    Ok(AuthenticatedCaller { caller, key: None })
}

/// The caller with this API key. The user must still be a member of the tenant. A key is looked up by its hash, so the time of a
/// rejection reveals nothing about existing keys.
async fn authenticate_key(
    services: &Services,
    secret: &str,
    client: &ClientInfo,
) -> Result<AuthenticatedCaller, Error> {
    let invalid = || {
        let detail = "The API key is not valid: it is mistyped, was revoked or has expired.";
        Error::api(ErrorCode::Unauthorized, detail)
    };
    if !is_well_formed_key(secret) {
        return Err(invalid());
    }
    let now = services.clock.now();
    let hash = rng::sha256(secret.as_bytes());
    let credential = Credential::Key(hash.clone());
    let context = match services.auth_cache.get(&credential, None, now) {
        Lookup::Hit(context) => *context,
        Lookup::Miss(generation) => {
            rate_limit::check_unknown_key(services, client)?;
            let found = {
                let mut conn = services.db.global_conn().await?;
                queries::callers::find_by_key(&mut conn, &hash, now).await?
            };
            let Some(context) = found else {
                rate_limit::count_unknown_key(services, client).await?;
                return Err(invalid());
            };
            services
                .auth_cache
                .insert(generation, credential, context.clone());
            context
        }
    };
    let AuthContext {
        user, tenant, key, ..
    } = context;
    let key = key.ok_or_else(invalid)?;
    let caller = Caller {
        user,
        tenant,
        session: key.id.0.into(),
        via: EventSource::Api,
        ip: None,
    };
    Ok(AuthenticatedCaller {
        caller,
        key: Some(key),
    })
}

/// The caller with this access token. The session must still exist and the user still be a member of the tenant; the
/// cache answers this for most requests without the database.
///
/// # Errors
/// `unauthorized` if the token is not valid or its session was revoked; `single_sign_on_required`.
pub async fn authenticate_token(services: &Services, token: &str) -> Result<Caller, Error> {
    let now = services.clock.now();
    let claims = services.tokens.verify(token, now)?;
    let credential = Credential::Session(claims.sid, claims.tid);
    let context = match services.auth_cache.get(&credential, Some(claims.sub), now) {
        Lookup::Hit(context) => *context,
        Lookup::Miss(generation) => {
            let mut conn = services.db.global_conn().await?;
            let context =
                queries::callers::find_by_session(&mut conn, claims.sid, claims.sub, claims.tid, now)
                    .await?
                    .ok_or_else(|| {
                        Error::api(
                            ErrorCode::Unauthorized,
                            "The access token has been revoked. Sign in again.",
                        )
                    })?;
            services
                .auth_cache
                .insert(generation, credential, context.clone());
            context
        }
    };
    let AuthContext { user, tenant, .. } = context;
    Ok(Caller {
        user,
        tenant,
        session: claims.sid,
        via: EventSource::Api,
        ip: None,
    })
}

/// The caller of a page: the user of the web session, in the tenant whose slug is in the URL.
///
/// # Errors
/// `not_found` if the user is not a member of such a tenant; `single_sign_on_required`.
pub async fn authenticate_session(
    services: &Services,
    user: UserId,
    session: SessionId,
    slug: &str,
) -> Result<Caller, Error> {
    let mut conn = services.db.global_conn().await?;
    let found = queries::callers::find_by_slug(&mut conn, user, session, slug).await?;
    let (user, tenant) = found.ok_or_else(|| {
        audit_log::record(AuditEvent::TenantDenied, Some(user), None);
        Error::not_found()
    })?;
    Ok(Caller {
        user,
        tenant,
        session,
        via: EventSource::User,
        ip: None,
    })
}

/// The caller that a background job works for.
///
/// # Errors
/// `not_found` if the user is no longer a member of the tenant.
pub async fn caller_for_job(services: &Services, user: UserId, tenant: TenantId) -> Result<Caller, Error> {
    match find_active_caller(services, user, tenant).await? {
        ActiveCaller::Active(caller) | ActiveCaller::Locked(caller) => Ok(caller),
        ActiveCaller::Missing => Err(Error::not_found()),
    }
}

/// The user of work that continues after a request.
pub(crate) enum ActiveCaller {
    Active(Caller),
    /// The account is locked: work for it pauses, and continues when the account is unlocked.
    Locked(Caller),
    /// The user was deleted or has left the workspace.
    Missing,
}

/// The caller for work that must not run while the account is locked.
pub(crate) async fn find_active_caller(
    services: &Services,
    user: UserId,
    tenant: TenantId,
) -> Result<ActiveCaller, Error> {
    let mut conn = services.db.global_conn().await?;
    let Some((user, tenant, is_locked)) = queries::callers::find_by_tenant(&mut conn, user, tenant).await?
    else {
        return Ok(ActiveCaller::Missing);
    };
    let caller = Caller {
        user,
        tenant,
        session: uuid::Uuid::nil().into(),
        via: EventSource::Import,
        ip: None,
    };
    Ok(if is_locked {
        ActiveCaller::Locked(caller)
    } else {
        ActiveCaller::Active(caller)
    })
}

/// As [`find_active_caller`], for the user of a job.
pub(crate) async fn find_active_job_caller(services: &Services, job: Job) -> Result<ActiveCaller, Error> {
    let (Some(user), Some(tenant)) = (job.user, job.tenant) else {
        return Ok(ActiveCaller::Missing);
    };
    find_active_caller(services, user, tenant).await
}

/// The caller that a job works for; `None` if they were deleted or left the workspace.
pub(crate) async fn find_job_caller(services: &Services, job: Job) -> Result<Option<Caller>, Error> {
    let (Some(user), Some(tenant)) = (job.user, job.tenant) else {
        return Ok(None);
    };
    match caller_for_job(services, user, tenant).await {
        Ok(caller) => Ok(Some(caller)),
        Err(Error::Api(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
