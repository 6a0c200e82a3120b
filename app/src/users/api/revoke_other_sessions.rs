//! Ends all other sign-ins.

use crate::error::Fail;
use leptos::prelude::*;

/// Ends all but the one that asks.
#[server(prefix = "/_fn", endpoint = "users/revoke_other_sessions")]
pub async fn revoke_other_sessions(slug: String) -> Result<(), Fail> {
    use crate::ssr;
    use domain::routes::{Route, WorkspacePage};
    let about = "users/revoke_other_sessions";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Settings);
    let ended = service::users::revoke_other_sessions(&services, &caller).await;
    ssr::answer_form(about, &page, &[], ended)?;
    ssr::well(about, &page);
    Ok(())
}
