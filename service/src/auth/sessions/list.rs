//! Listing the caller's sessions, and checking one.

use super::{
    SESSION_IDLE_TIMEOUT,
    queries::{self, Position},
};
use crate::{Error, Services, context::Caller, platform::cursor};
use domain::{
    auth::{Session, SessionList},
    pagination::{self, MAX_UNPAGED, OptionalPageInput},
};

/// The user's active sessions, the most recently used first. At most [`MAX_UNPAGED`] without `limit` and `cursor`, otherwise a page.
///
/// # Errors
/// `invalid` for an invalid limit or cursor.
pub async fn list_sessions(
    services: &Services,
    caller: &Caller,
    input: OptionalPageInput,
) -> Result<SessionList, Error> {
    let limit = pagination::optional_limit(input.limit, input.cursor.as_deref())?;
    let (user, now) = (caller.user.id, services.clock.now());
    let scope = format!("sessions of {user}");
    let cursor = input.cursor.as_deref();
    let after = cursor
        .map(|cursor| cursor::decode::<Position>(&services.keys, scope.as_bytes(), cursor))
        .transpose()?;
    let rows = limit.map_or(MAX_UNPAGED, |limit| i64::from(limit) + 1);
    let idle_since = now - SESSION_IDLE_TIMEOUT;
    let mut conn = services.db.global_conn().await?;
    let mut data = queries::list_sessions(&mut conn, user, now, idle_since, after, rows).await?;
    let found = i64::try_from(data.len()).unwrap_or(i64::MAX);
    let total = if limit.is_some() || found == MAX_UNPAGED {
        queries::count_sessions(&mut conn, user, now, idle_since).await?
    } else {
        found
    };
    let position = |last: &Session| -> Position { (last.last_seen_at, last.id.0) };
    let pagination =
        limit.map(|limit| cursor::paginate(&services.keys, scope.as_bytes(), &mut data, limit, position));
    for session in &mut data {
        session.current = session.id == caller.session;
    }
    Ok(SessionList {
        data,
        pagination,
        total,
    })
}

/// Whether the caller's web session is still active and may enter the tenant, and they are still a member of it with the same role.
pub async fn is_signed_in(services: &Services, caller: &Caller) -> Result<bool, Error> {
    let now = services.clock.now();
    let idle_since = now - SESSION_IDLE_TIMEOUT;
    let mut conn = services.db.global_conn().await?;
    queries::is_active_member(&mut conn, caller, now, idle_since).await
}
