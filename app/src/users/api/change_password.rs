//! Changes the password.

use crate::error::Fail;
use leptos::prelude::*;

/// Changes it. This browser stays signed in, under a new session; everything else is signed out.
#[server(prefix = "/_fn", endpoint = "users/change_password")]
pub async fn change_password(
    slug: String,
    #[server(default)] current_password: String,
    new_password: String,
) -> Result<(), Fail> {
    use crate::ssr;
    use domain::{
        routes::{Route, WorkspacePage},
        users::ChangePasswordInput,
    };
    let about = "users/change_password";
    let (services, caller) = ssr::enter(&slug).await?;
    let page = Route::Workspace(slug, WorkspacePage::Settings);
    let input = ChangePasswordInput {
        current_password: Some(current_password).filter(|p| !p.is_empty()),
        new_password,
    };
    let changed = service::users::change_password(&services, &caller, input, &ssr::client()).await;
    ssr::answer_form(about, &page, &[], changed)?;
    ssr::begin_session(caller.user.id).await?;
    ssr::well(about, &page);
    Ok(())
}
