//! Ends a sign-in.

use crate::error::Fail;
use domain::SessionId;
use leptos::prelude::*;

/// Ends one of one's own.
#[server(prefix = "/_fn", endpoint = "users/revoke_session")]
pub async fn revoke_session(slug: String, session_id: SessionId) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{
        routes::{Route, WorkspacePage},
        users::RevokeSessionInput,
    };
    let about = "users/revoke_session";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Settings);
    let input = RevokeSessionInput { session_id };
    let ended = service::users::revoke_session(&services, &caller, input).await;
    ssr::answer_form(about, &page, &[], ended)?;
    ssr::well(about, &page);
    Ok(())
}
