//! The page, as the server renders it.

use super::{SettingsIsland, load};
use crate::{
    assets::{Area, WorkspaceScripts},
    layout::{PageTitle, use_workspace},
    server::flash,
    ui::ErrorState,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The settings page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let slug = use_workspace().slug;
    // Without a script the URL opens the dialog.
    let delete = use_query_map().read_untracked().get("delete").is_some();
    let flash = flash::current();
    view! {
        <PageTitle page="Settings" />
        <header class="page-header">
            <h1>"Settings"</h1>
        </header>
        <div class="page-body" id="page-body" data-keep-scroll>
            {Suspend::new(async move {
                match load::settings(&slug).await {
                    Ok(settings) => view! { <SettingsIsland settings slug delete flash /> }.into_any(),
                    Err(error) => view! { <ErrorState error /> }.into_any(),
                }
            })}
        </div>
        <WorkspaceScripts area=Some(Area::Settings) charts=false />
    }
    .into_any()
}
