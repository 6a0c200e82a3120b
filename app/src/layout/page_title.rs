//! Titles of pages: “Page · Workspace · JobHax”.

use super::use_workspace;
use leptos::prelude::*;
use leptos_meta::Title;

/// The title of a page outside a workspace.
#[component]
pub fn SiteTitle(
    /// Name of the page.
    page: &'static str,
) -> impl IntoView {
    view! { <Title text=escape(format!("{page} · JobHax")) /> }
}

/// The title of a page of the current workspace.
#[component]
pub fn PageTitle(
    /// Name of the page.
    page: &'static str,
) -> impl IntoView {
    let viewer = use_workspace().viewer;
    view! {
        // The title until the workspace is loaded; the last one counts.
        <SiteTitle page />
        <Suspense>
            {move || Suspend::new(async move {
                let workspace = viewer.await.map(|viewer| viewer.tenant.name).unwrap_or_default();
                let text = if workspace.is_empty() {
                    format!("{page} · JobHax")
                } else {
                    format!("{page} · {workspace} · JobHax")
                };
                view! { <Title text=escape(text) /> }
            })}
        </Suspense>
    }
}

/// Leptos does not escape titles on the server, and the name of a workspace is user input.
#[cfg(feature = "ssr")]
fn escape(text: String) -> String {
    html_escape::encode_text(&text).into_owned()
}

/// The browser sets the title as text.
#[cfg(not(feature = "ssr"))]
fn escape(text: String) -> String {
    text
}
