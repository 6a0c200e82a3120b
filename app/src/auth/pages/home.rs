//! `/home`: redirects to the user's workspace.

use crate::{
    error::AppError,
    layout::SiteTitle,
    server::{
        context::{require_user, services},
        respond::respond,
    },
    ui::ErrorState,
};
use domain::{
    ApiError, ErrorCode,
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Redirects to the board of the user's first workspace, or to the sign-in page.
#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <SiteTitle page="Your board" />
        {Suspend::new(async move {
            match load_home().await {
                Ok(slug) => {
                    let board = Route::Workspace(slug, WorkspacePage::Board);
                    view! { <Redirect path=board.to_string() /> }.into_any()
                }
                Err(error) if error.0.code == ErrorCode::Unauthorized => {
                    view! { <Redirect path=Route::SignIn(None).to_string() /> }.into_any()
                }
                Err(error) => view! { <ErrorState error /> }.into_any(),
            }
        })}
    }
    .into_any()
}

/// The slug of the user's first workspace: the personal one, if there is one.
async fn load_home() -> Result<String, AppError> {
    let user = require_user().await?;
    let tenants = respond(service::tenants::list_tenants(&*services()?, user).await)?;
    let first = tenants.into_iter().next();
    first
        .map(|tenant| tenant.slug)
        .ok_or_else(|| ApiError::not_found().into())
}
