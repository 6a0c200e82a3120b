//! Titles of pages: “Thing · Workspace · JobHax”.

use crate::workspace::use_place;
use leptos::prelude::*;
use leptos_meta::Title;

/// The title of a page outside a workspace.
#[component]
pub fn SiteTitle(
    /// What the page is.
    thing: &'static str,
) -> impl IntoView {
    view! { <Title text=plain(format!("{thing} · JobHax")) /> }
}

/// The title of a page of the present workspace.
#[component]
pub fn PageTitle(
    /// What the page is.
    thing: &'static str,
) -> impl IntoView {
    let viewer = use_place().viewer;
    view! {
        // Until it is known whose workspace this is; the last title counts.
        <SiteTitle thing />
        <Suspense>
            {move || Suspend::new(async move {
                let name = viewer.await.map(|viewer| viewer.tenant.name).unwrap_or_default();
                let text = if name.is_empty() {
                    format!("{thing} · JobHax")
                } else {
                    format!("{thing} · {name} · JobHax")
                };
                view! { <Title text=plain(text) /> }
            })}
        </Suspense>
    }
}

/// The server writes titles into its pages as they are, so what a person called a workspace must not look like markup
/// there. The browser takes a title as text.
#[cfg(feature = "ssr")]
fn plain(text: String) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(not(feature = "ssr"))]
fn plain(text: String) -> String {
    text
}
