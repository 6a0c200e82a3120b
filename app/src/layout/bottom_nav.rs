//! The navigation of a workspace on phones.

use super::{
    sidebar::{CLIENTS, PAGES, ReviewCount},
    use_workspace, user_menu,
};
use crate::ui::{Icon, IconSize, Lucide};
use domain::routes::WorkspacePage;
use leptos::prelude::*;
use leptos_router::components::A;

/// The pages in the bar. Coaches get no email here, so that they have their clients in place of the inbox.
fn pages(is_for_coaching: bool) -> Vec<(WorkspacePage, Lucide, &'static str)> {
    let mut pages = PAGES.to_vec();
    pages.retain(|(page, ..)| !matches!(page, WorkspacePage::Applications | WorkspacePage::Import));
    if is_for_coaching {
        pages.retain(|(page, ..)| *page != WorkspacePage::Inbox);
        pages.insert(1, CLIENTS);
    }
    pages
}

/// Links to the pages, and the button of the user menu, which has links to the others.
#[component]
pub fn BottomNav() -> impl IntoView {
    let workspace = use_workspace();
    let viewer = workspace.viewer.clone();
    view! {
        <nav class="bottom-nav" aria-label="Main">
            {Suspend::new(async move {
                let is_for_coaching = viewer.await.is_ok_and(|viewer| viewer.tenant.is_for_coaching());
                pages(is_for_coaching)
                    .into_iter()
                    .map(|(page, icon, name)| {
                        view! {
                            <A href=workspace.page(page)>
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
