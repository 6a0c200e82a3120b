//! `/home` and `/w/{slug}`: redirect to the user's start page.

use crate::{
    error::AppError,
    layout::{SiteTitle, WorkspaceContext, use_workspace},
    server::{
        context::{require_session, services},
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
use service::{auth::authenticate_session, jobapps, tenants};

/// Redirects to the first page of one of the user's workspaces, or to the sign-in page.
#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <SiteTitle page="Your board" />
        {Suspend::new(async move {
            match load_home().await {
                Ok(page) => view! { <Redirect path=page.to_string() /> }.into_any(),
                Err(error) if error.0.code == ErrorCode::Unauthorized => {
                    view! { <Redirect path=Route::SignIn(None).to_string() /> }.into_any()
                }
                Err(error) => view! { <ErrorState error /> }.into_any(),
            }
        })}
    }
    .into_any()
}

/// The start page of the user's first workspace: the personal one if it exists. Users who have no applications there and may have
/// clients in an organization start in that organization.
async fn load_home() -> Result<Route, AppError> {
    let services = services()?;
    let (user, session) = require_session().await?;
    let tenants = respond(tenants::list_tenants(&services, user).await)?;
    let first = tenants.first().ok_or_else(ApiError::not_found)?;
    let staffed = tenants.iter().find(|tenant| tenant.may_have_clients());
    // An organization can require its own sign-in, so the session may not be valid for every workspace.
    let enter = async |slug: &str| authenticate_session(&services, user, session, slug).await;
    if let Some(organization) = staffed {
        let begins_there = if first.id == organization.id {
            true
        } else {
            let is_first_used = match enter(&first.slug).await {
                Ok(caller) => respond(jobapps::has_applications(&services, &caller).await)?,
                Err(_) => false,
            };
            !is_first_used && enter(&organization.slug).await.is_ok()
        };
        if begins_there {
            return respond(jobapps::start_page(&services, user, organization).await);
        }
    }
    Ok(Route::Workspace(first.slug.clone(), WorkspacePage::Board))
}

/// Redirects to the user's start page in the workspace.
#[component]
pub fn WorkspaceIndexPage() -> impl IntoView {
    let workspace = use_workspace();
    view! {
        {Suspend::new(async move {
            match load_start(&workspace).await {
                Ok(page) => view! { <Redirect path=page.to_string() /> }.into_any(),
                Err(error) => view! { <ErrorState error /> }.into_any(),
            }
        })}
    }
    .into_any()
}

async fn load_start(workspace: &WorkspaceContext) -> Result<Route, AppError> {
    let (services, caller) = workspace.require_caller().await?;
    respond(jobapps::start_page(&services, caller.user.id, &caller.tenant).await)
}
