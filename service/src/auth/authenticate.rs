//! Finding the caller of a request or job, with one statement at most.

use super::{
    cache::{AuthContext, Lookup},
    queries,
};
use crate::{
    Error, Services,
    audit_log::{self, AuditEvent},
    context::Caller,
};
use domain::{ErrorCode, SessionId, TenantId, UserId, jobapps::EventSource};

/// The caller with this access token. The session must still exist and the user still be a member of the tenant; the
/// cache answers this for most requests without the database.
///
/// # Errors
/// `unauthorized` if the token is not valid or its session was revoked; `single_sign_on_required`.
pub async fn authenticate_token(services: &Services, token: &str) -> Result<Caller, Error> {
    let now = services.clock.now();
    let claims = services.tokens.verify(token, now)?;
    let context = match services.auth_cache.get(claims.sid, claims.sub, claims.tid, now) {
        Lookup::Hit(context) => *context,
        Lookup::Miss(generation) => {
            let mut conn = services.db.global_conn().await?;
            let context = queries::find_caller_by_session(&mut conn, claims.sid, claims.sub, claims.tid, now)
                .await?
                .ok_or_else(|| {
                    Error::api(
                        ErrorCode::Unauthorized,
                        "The access token has been revoked. Sign in again.",
                    )
                })?;
            services
                .auth_cache
                .insert(generation, claims.sid, context.clone());
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
    let found = queries::find_caller_by_slug(&mut conn, user, session, slug).await?;
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
    let mut conn = services.db.global_conn().await?;
    let (user, tenant) = queries::find_caller_by_tenant(&mut conn, user, tenant)
        .await?
        .ok_or_else(Error::not_found)?;
    Ok(Caller {
        user,
        tenant,
        session: uuid::Uuid::nil().into(),
        via: EventSource::Import,
        ip: None,
    })
}
