//! Lists the user's sessions.

use crate::{error::AppError, settings::SessionEntry};
use leptos::prelude::*;

/// The user's active sessions, the most recently used first.
#[server(prefix = "/_fn", endpoint = "settings/get_sessions")]
pub async fn get_sessions(slug: String) -> Result<Vec<SessionEntry>, AppError> {
    use crate::server::{context::require_workspace, respond::respond};
    let (services, caller) = require_workspace(&slug).await?;
    let sessions = respond(service::auth::list_sessions(&services, &caller).await)?;
    let now = services.clock.now();
    Ok(sessions
        .into_iter()
        .map(|session| SessionEntry {
            signed_in_ago: (now - session.created_at).num_seconds(),
            last_seen_ago: (now - session.last_seen_at).num_seconds(),
            session,
        })
        .collect())
}
