//! The navigation of a workspace on phones.

use super::{
    sidebar::{PAGES, ReviewCount, STAFF_PAGES},
    use_workspace, user_menu,
    viewer::Viewer,
};
use crate::ui::{Icon, IconSize, Lucide};
use domain::routes::{Route, WorkspacePage};
use leptos::prelude::*;
use leptos_router::components::A;

/// The pages in the bar.
fn pages(is_for_coaching: bool) -> Vec<(WorkspacePage, Lucide, &'static str)> {
    if is_for_coaching {
        return STAFF_PAGES.to_vec();
    }
    let mut pages = PAGES.to_vec();
    pages.retain(|(page, ..)| !matches!(page, WorkspacePage::Applications | WorkspacePage::Import));
    pages
}

/// Links to the most important pages, and a button that opens the user menu with the other links.
#[component]
pub fn BottomNav() -> impl IntoView {
    let workspace = use_workspace();
    view! {
        <nav class="bottom-nav" aria-label="Main">
            {Suspend::new(async move {
                let (slug, is_for_coaching) = match workspace.navigation().await {
                    Ok(Viewer { tenant, .. }) => (tenant.slug.clone(), tenant.is_for_coaching()),
                    Err(_) => (workspace.slug, false),
                };
                pages(is_for_coaching)
                    .into_iter()
                    .map(|(page, icon, name)| {
                        view! {
                            <A href=Route::Workspace(slug.clone(), page).to_string()>
                                <Icon of=icon size=IconSize::Large />
                                {name}
                                {(page == WorkspacePage::Inbox).then(|| view! { <ReviewCount /> })}
                            </A>
                        }
                    })
                    .collect_view()
            })}
            <button type="button" popovertarget=user_menu::ID>
                <Icon of=Lucide::Ellipsis size=IconSize::Large />
                "More"
            </button>
        </nav>
    }
    .into_any()
}
