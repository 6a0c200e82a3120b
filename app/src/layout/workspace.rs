//! The frame around the pages of a workspace.

use super::{
    bottom_nav::BottomNav,
    flash_toast::FlashToast,
    not_found_content::NotFoundContent,
    sidebar::Sidebar,
    user_menu::UserMenu,
    viewer::{Viewer, load_viewer},
};
use crate::{error::AppError, server::context::require_workspace, status::set_page_error, ui};
use domain::routes::{Route, WorkspacePage};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_params_map};
use service::{Services, context::Caller};
use std::sync::{Arc, OnceLock};

/// The workspace of the current page.
#[derive(Clone)]
pub struct WorkspaceContext {
    /// The slug in the URL.
    pub slug: String,
    /// The user who views it.
    pub viewer: ArcResource<Result<Viewer, AppError>>,
    caller: Arc<OnceLock<(Arc<Services>, Caller)>>,
}

impl WorkspaceContext {
    /// The URL of a page of this workspace.
    pub fn page(&self, page: WorkspacePage) -> String {
        Route::Workspace(self.slug.clone(), page).to_string()
    }

    /// The signed-in user as a member of the workspace, authenticated and counted once for the whole page.
    ///
    /// Pages call this before they load anything. While the frame waits for the viewer, Leptos does not poll the page, so a
    /// connection or a lock that the page already held would be held until the request times out.
    pub async fn require_caller(&self) -> Result<(Arc<Services>, Caller), AppError> {
        self.viewer.clone().await?;
        self.caller.get().cloned().ok_or_else(AppError::internal)
    }
}

/// The workspace of the current page. Only inside [`Workspace`].
pub fn use_workspace() -> WorkspaceContext {
    expect_context()
}

/// Sidebar, page, and bottom navigation on phones.
#[component]
pub fn Workspace() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let caller = Arc::new(OnceLock::new());
    let viewer = ArcResource::new_blocking(
        {
            let slug = slug.clone();
            move || slug.clone()
        },
        // Without a viewer the whole page has the status of the error, whatever the page itself shows.
        {
            let caller = Arc::clone(&caller);
            move |slug| {
                let caller = Arc::clone(&caller);
                async move {
                    load(&slug, &caller)
                        .await
                        .inspect_err(|error| set_page_error(&error.0))
                }
            }
        },
    );
    provide_context(WorkspaceContext {
        slug: slug.clone(),
        viewer,
        caller,
    });
    provide_context(ui::NotFoundContent((|| view! { <NotFoundContent /> }).into()));
    view! {
        <div class="app-shell">
            <Sidebar />
            <main class="app-main" id="main" tabindex="-1">
                <Outlet />
            </main>
            <BottomNav />
            <UserMenu />
            <FlashToast slug />
            <IncompleteNotice />
        </div>
    }
    .into_any()
}

async fn load(slug: &str, caller: &OnceLock<(Arc<Services>, Caller)>) -> Result<Viewer, AppError> {
    let request = require_workspace(slug).await?;
    let (services, caller) = caller.get_or_init(|| request);
    load_viewer(services, caller).await
}

/// Shown by the script of the page if a part of it could not be loaded.
#[component]
fn IncompleteNotice() -> impl IntoView {
    view! {
        <div class="toast-stack" id="incomplete" hidden>
            <div class="toast" role="status">
                <span>"A part of this page couldn't be loaded. Reload for the full experience."</span>
                <button type="button">"Reload"</button>
            </div>
        </div>
    }
}
