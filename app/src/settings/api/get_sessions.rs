//! Lists the user's sessions.

use crate::{error::AppError, settings::SessionEntry};
use leptos::prelude::*;

/// The user's active sessions, the most recently used first.
#[server(prefix = "/_fn", endpoint = "settings/get_sessions")]
pub async fn get_sessions(slug: String) -> Result<Vec<SessionEntry>, AppError> {
    let (services, caller) = crate::server::context::require_workspace(&slug).await?;
    crate::settings::load::sessions(&services, &caller).await
}
