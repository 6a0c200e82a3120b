//! Erases the account.

use crate::error::Fail;
use leptos::prelude::*;

/// Erases it and goes to the front page.
#[server(prefix = "/_fn", endpoint = "users/delete_account")]
pub async fn delete_account(slug: String, #[server(default)] password: String) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{
        routes::{Route, WorkspacePage},
        users::ProofInput,
    };
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Settings);
    let password = Some(password).filter(|p| !p.is_empty());
    let gone = service::users::delete_user(&services, &caller, ProofInput { password }, &ssr::client()).await;
    ssr::answer_form("users/delete_account", &page, &[], gone)?;
    ssr::end_session().await?;
    ssr::redirect(&Route::Landing);
    Ok(())
}
