//! The page, as the server renders it.

use super::{
    Section, SettingsIsland,
    calendar::CalendarSection,
    load::{self, WorkspaceData},
    silence::SilenceSection,
    stages::StagesSection,
};
use crate::{
    assets::{Area, WorkspaceScripts},
    error::AppError,
    layout::{PageTitle, use_workspace},
    server::flash,
    ui::ErrorState,
};
use domain::{
    calendar::CalendarFeed,
    routes::{Route, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What holds for the whole workspace. Not a part of the island.
#[component]
fn WorkspaceSettings(
    slug: String,
    feed: Result<(CalendarFeed, bool), AppError>,
    data: Result<WorkspaceData, AppError>,
) -> impl IntoView {
    let deleted = slug.clone();
    let calendar = match feed {
        Ok((feed, can_change)) => {
            view! { <CalendarSection slug=slug.clone() url=feed.url can_change /> }.into_any()
        }
        Err(error) => view! { <ErrorState error /> }.into_any(),
    };
    let content = match data {
        Ok(data) => {
            let can_change = data.can_change;
            view! {
                <StagesSection slug=slug.clone() stages=data.stages can_change />
                <SilenceSection slug thresholds=data.thresholds can_change />
            }
            .into_any()
        }
        Err(error) => view! { <ErrorState error /> }.into_any(),
    };
    view! {
        <div class="settings settings-workspace">
            <h2>"Workspace"</h2>
            {calendar} {content} <DeletedSection slug=deleted />
        </div>
    }
    .into_any()
}

/// Leads to the deleted applications.
#[component]
fn DeletedSection(slug: String) -> impl IntoView {
    let href = Route::Workspace(slug, WorkspacePage::DeletedApplications).to_string();
    view! {
        <Section
            id="deleted"
            title="Deleted applications"
            description="You can restore what you delete for 30 days."
        >
            <p>
                <a class="btn btn-line" href=href>
                    "See deleted applications"
                </a>
            </p>
        </Section>
    }
    .into_any()
}

/// The settings page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let workspace = use_workspace();
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
                match load::settings(&workspace).await {
                    Ok(settings) => {
                        let feed = load::calendar_feed(&workspace).await;
                        let data = load::workspace(&workspace).await;
                        view! {
                            <SettingsIsland settings slug=workspace.slug.clone() delete flash />
                            <WorkspaceSettings slug=workspace.slug feed data />
                        }
                            .into_any()
                    }
                    Err(error) => view! { <ErrorState error /> }.into_any(),
                }
            })}
        </div>
        <WorkspaceScripts area=Some(Area::Settings) charts=false />
    }
    .into_any()
}
