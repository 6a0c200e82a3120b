//! What is signed in.

use crate::{error::Fail, users::SignedIn};
use leptos::prelude::*;

/// The person's sign-ins that still hold, the last heard of first.
#[server(prefix = "/_fn", endpoint = "users/get_sessions")]
pub async fn get_sessions(slug: String) -> Result<Vec<SignedIn>, Fail> {
    use crate::ssr;
    let (services, caller) = ssr::enter(&slug).await?;
    let sessions = ssr::answer(service::users::get_sessions(&services, &caller).await)?;
    let now = services.clock.now();
    let how_long = |session: domain::users::Session| SignedIn {
        since: (now - session.created_at).num_seconds(),
        silent: (now - session.last_seen_at).num_seconds(),
        session,
    };
    Ok(sessions.into_iter().map(how_long).collect())
}
