//! The frame around the pages of a workspace.

use super::{
    Viewer, api::get_viewer::get_viewer, bottom_nav::BottomNav, sidebar::Sidebar, user_menu::UserMenu,
};
use crate::{
    error::AppError,
    status::set_page_status,
    ui::{ToastStack, Toasts},
};
use domain::routes::{Route, WorkspacePage};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_params_map};

/// The workspace of the current page.
#[derive(Clone, Copy)]
pub struct WorkspaceContext {
    /// The slug in the URL.
    pub slug: Memo<String>,
    /// The user who views it.
    pub viewer: Resource<Result<Viewer, AppError>>,
}

impl WorkspaceContext {
    /// The URL of a page of this workspace.
    pub fn page(self, page: WorkspacePage) -> String {
        Route::Workspace(self.slug.get(), page).to_string()
    }
}

/// The workspace of the current page. Only inside [`Workspace`].
pub fn use_workspace() -> WorkspaceContext {
    expect_context()
}

/// Loads the viewer. Without one the whole page has the status of the error, whatever the page itself shows.
async fn load_viewer(slug: String) -> Result<Viewer, AppError> {
    get_viewer(slug)
        .await
        .inspect_err(|error| set_page_status(error.0.code))
}

/// Sidebar, page, and bottom navigation on phones.
#[component]
pub fn Workspace() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let viewer = Resource::new_blocking(move || slug.get(), load_viewer);
    provide_context(WorkspaceContext { slug, viewer });
    Toasts::provide();
    view! {
        <div class="app-shell">
            <Sidebar />
            <main class="app-main" id="main" tabindex="-1">
                <Outlet />
            </main>
            <BottomNav />
            <UserMenu />
            <ToastStack />
        </div>
    }
    .into_any()
}
