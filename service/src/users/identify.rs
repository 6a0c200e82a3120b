//! Who calls. One statement at most.

use super::{
    callers::{Found, Known},
    queries,
};
use crate::{
    Error, Services,
    db::SystemReason,
    security::{self, Event},
    tenants::Caller,
};
use domain::{ErrorCode, SessionId, TenantId, UserId, jobapps::Cause, tenants::Tenant};

/// The caller behind an access token. Its session must still be there and its person still in the workspace; most of the
/// time that is known without asking the database.
///
/// # Errors
/// `unauthorized` in every other case.
pub async fn caller_of_token(services: &Services, token: &str) -> Result<Caller, Error> {
    let now = services.clock.now();
    let claims = services.tokens.verify(token, now)?;
    let known = match services.callers.find(claims.sid, claims.sub, claims.tid, now) {
        Found::Known(known) => *known,
        Found::Unknown(ticket) => {
            let mut conn = services.db.system_read(SystemReason::Identify).await?;
            let found = queries::find_caller_by_session(&mut conn, claims.sid, claims.sub, claims.tid, now);
            let known = found.await?.ok_or_else(|| {
                Error::api(
                    ErrorCode::Unauthorized,
                    "The access token does not hold any more. Log in again.",
                )
            })?;
            services.callers.keep(ticket, claims.sid, known.clone());
            known
        }
    };
    let Known { user, tenant, .. } = known;
    Ok(Caller {
        user,
        tenant,
        session: claims.sid,
        via: Cause::Api,
    })
}

/// The caller behind a page: the person of its session, in the workspace of its address.
///
/// # Errors
/// `not_found` when the person is not in such a workspace.
pub async fn caller_of_page(
    services: &Services,
    user: UserId,
    session: SessionId,
    slug: &str,
) -> Result<Caller, Error> {
    let mut conn = services.db.system_read(SystemReason::Identify).await?;
    let found = queries::find_caller_by_slug(&mut conn, user, slug).await?;
    let (user, tenant) = found.ok_or_else(|| {
        security::note(Event::TenantDenied, Some(user), None);
        Error::not_found()
    })?;
    Ok(Caller {
        user,
        tenant,
        session,
        via: Cause::User,
    })
}

/// The person that background work is done for. Whoever left the workspace meanwhile has no more work done.
///
/// # Errors
/// `not_found` when the person is not in the workspace any more.
pub async fn caller_of_job(services: &Services, user: UserId, tenant: TenantId) -> Result<Caller, Error> {
    let mut conn = services.db.system_read(SystemReason::Work).await?;
    let (user, tenant) = queries::find_caller_by_tenant(&mut conn, user, tenant)
        .await?
        .ok_or_else(Error::not_found)?;
    Ok(Caller {
        user,
        tenant,
        session: uuid::Uuid::nil().into(),
        via: Cause::Import,
    })
}

/// The workspaces of a person, the personal one first.
pub async fn workspaces(services: &Services, user: UserId) -> Result<Vec<Tenant>, Error> {
    let mut conn = services.db.system_read(SystemReason::Identify).await?;
    queries::tenants_of(&mut conn, user).await
}
