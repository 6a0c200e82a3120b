//! Who calls. One statement each.

use super::queries;
use crate::{Error, Services, db::SystemReason, tenants::Caller};
use domain::{ErrorCode, SessionId, TenantId, UserId, jobapps::Cause, tenants::Tenant};

/// The caller behind an access token. Its session must still be there and its person still in the workspace.
///
/// # Errors
/// `unauthorized` in every other case.
pub async fn caller_of_token(services: &Services, token: &str) -> Result<Caller, Error> {
    let now = services.clock.now();
    let claims = services.tokens.verify(token, now)?;
    let mut conn = services.db.system_read(SystemReason::Identify).await?;
    let found = queries::find_caller_by_session(&mut conn, claims.sid, claims.sub, claims.tid, now).await?;
    let (user, tenant) = found.ok_or_else(|| {
        Error::api(
            ErrorCode::Unauthorized,
            "The access token does not hold any more. Log in again.",
        )
    })?;
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
    let (user, tenant) = queries::find_caller_by_slug(&mut conn, user, slug)
        .await?
        .ok_or_else(Error::not_found)?;
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
