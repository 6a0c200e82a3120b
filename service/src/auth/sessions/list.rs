//! Listing the caller's sessions, and checking one.

use super::{SESSION_IDLE_TIMEOUT, queries};
use crate::{Error, Services, context::Caller, platform::cursor::OptionalPage};
use domain::{
    auth::SessionList,
    pagination::{MAX_UNPAGED, OptionalPageInput},
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
    let (user, now) = (caller.user.id, services.clock.now());
    let scope = format!("sessions of {user}");
    let page = OptionalPage::new(&services.keys, scope, input.limit, input.cursor.as_deref())?;
    let rows = page.rows().unwrap_or(MAX_UNPAGED);
    let idle_since = now - SESSION_IDLE_TIMEOUT;
    let mut conn = services.db.global_conn().await?;
    let mut data = queries::list_sessions(&mut conn, user, now, idle_since, page.after, rows).await?;
    let total = match page.total(&data) {
        Some(total) => total,
        None => queries::count_sessions(&mut conn, user, now, idle_since).await?,
    };
    let pagination = page.paginate(&mut data, |last| (last.last_seen_at, last.id.0));
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
