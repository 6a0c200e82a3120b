//! The frame around the pages of a workspace: rail, content, dock on phones.

mod rail;
mod you;

use crate::{
    error::Fail,
    ui::{ToastStack, Toasts},
    users::{Viewer, api::get_viewer::get_viewer},
};
use domain::routes::{Route, WorkspacePage};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_params_map};

/// Where we are.
#[derive(Clone, Copy)]
pub struct Place {
    /// The workspace of the address.
    pub slug: Memo<String>,
    /// Who looks at it.
    pub viewer: Resource<Result<Viewer, Fail>>,
}

impl Place {
    /// The address of a page of this workspace.
    pub fn page(self, page: WorkspacePage) -> String {
        Route::Workspace(self.slug.get(), page).to_string()
    }
}

/// Where we are. Only below [`Workspace`].
pub fn use_place() -> Place {
    expect_context()
}

/// The frame.
#[component]
pub fn Workspace() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let viewer = Resource::new_blocking(move || slug.get(), get_viewer);
    provide_context(Place { slug, viewer });
    Toasts::provide();
    view! {
        <div class="shell">
            <rail::Rail />
            <main class="main" id="main" tabindex="-1">
                <Outlet />
            </main>
            <rail::Dock />
            <you::YouMenu />
            <ToastStack />
        </div>
    }
    .into_any()
}
