//! Titles of pages: “Page · Workspace · JobHax”.

use super::use_workspace;
use leptos::prelude::*;
use leptos_meta::Title;

/// The title of a page outside a workspace.
#[component]
pub fn SiteTitle(page: &'static str) -> impl IntoView {
    view! { <Title text=format!("{page} · JobHax") /> }
}

/// The title of a page of the current workspace.
#[component]
pub fn PageTitle(#[prop(into)] page: String) -> impl IntoView {
    // Leptos does not escape titles, and names of applications and workspaces are user input.
    let page = html_escape::encode_text(&page).into_owned();
    let viewer = use_workspace().viewer;
    Suspend::new(async move {
        let text = match viewer.await {
            Ok(viewer) => format!(
                "{page} · {} · JobHax",
                html_escape::encode_text(&viewer.tenant.name)
            ),
            Err(_) => format!("{page} · JobHax"),
        };
        view! { <Title text /> }
    })
}
