//! The frame around the pages of a workspace.

use super::{
    bottom_nav::BottomNav,
    flash_toast::FlashToast,
    not_found_content::NotFoundContent,
    sidebar::Sidebar,
    user_menu::UserMenu,
    viewer::{Viewer, load_viewer},
};
use crate::{
    assets::AccessScript,
    error::AppError,
    server::context::{require_any_workspace, require_workspace},
    status::set_page_error,
    ui,
};
use domain::{
    ErrorCode,
    routes::{Route, WorkspacePage},
    tenants::TenantKind,
};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_params_map};
use service::{Services, context::Caller};
use std::sync::{Arc, OnceLock};

/// The workspace of the current page.
#[derive(Clone)]
pub struct WorkspaceContext {
    /// The slug in the URL.
    pub slug: String,
    /// The user who views the workspace.
    pub viewer: ArcResource<Result<Viewer, AppError>>,
    caller: Arc<OnceLock<(Arc<Services>, Caller)>>,
    /// The user as a member of their first workspace, if they have no access to this one.
    elsewhere: Arc<OnceLock<Viewer>>,
}

impl WorkspaceContext {
    /// The URL of a page of this workspace.
    pub fn page(&self, page: WorkspacePage) -> String {
        Route::Workspace(self.slug.clone(), page).to_string()
    }

    /// The user as a member of the workspace whose navigation is shown: this one, or the user's first workspace if they have no access
    /// to this one.
    pub async fn navigation(&self) -> Result<Viewer, AppError> {
        let viewer = self.viewer.clone().await;
        viewer.or_else(|error| self.elsewhere.get().cloned().ok_or(error))
    }

    /// The signed-in user as a member of the workspace. Authenticated, and counted against the rate limits, once per page.
    ///
    /// Pages call this before they load anything. While the frame waits for the viewer, Leptos does not poll the page, so a
    /// connection or a lock that the page already held would be held until the request times out.
    pub async fn require_caller(&self) -> Result<(Arc<Services>, Caller), AppError> {
        self.viewer.clone().await?;
        self.caller.get().cloned().ok_or_else(AppError::internal)
    }
}

/// The workspace of the current page. Must be called inside [`Workspace`].
pub fn use_workspace() -> WorkspaceContext {
    expect_context()
}

/// Sidebar, page, and bottom navigation on phones.
#[component]
pub fn Workspace() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let caller = Arc::new(OnceLock::new());
    let elsewhere = Arc::new(OnceLock::new());
    let viewer = ArcResource::new_blocking(
        {
            let slug = slug.clone();
            move || slug.clone()
        },
        // If the viewer could not be loaded, the response has the status of the error, whatever the page itself shows.
        {
            let (caller, elsewhere) = (Arc::clone(&caller), Arc::clone(&elsewhere));
            move |slug| {
                let (caller, elsewhere) = (Arc::clone(&caller), Arc::clone(&elsewhere));
                async move {
                    let viewer = load(&slug, &caller).await;
                    if let Err(error) = &viewer {
                        set_page_error(&error.0);
                        load_elsewhere(error, &elsewhere).await;
                    }
                    viewer
                }
            }
        },
    );
    provide_context(WorkspaceContext {
        slug: slug.clone(),
        viewer: viewer.clone(),
        caller,
        elsewhere,
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
            <div class="toast-stack" id="no-undo" hidden>
                <div class="toast" role="status">
                    <span>"Nothing to undo."</span>
                </div>
            </div>
            <ReloadNotice id="incomplete" text="A part of this page couldn't be loaded. Reload the page to see it." />
            {Suspend::new(async move {
                viewer
                    .await
                    .is_ok_and(|viewer| viewer.tenant.kind == TenantKind::Organization)
                    .then(|| {
                        view! {
                            <ReloadNotice
                                id="ended"
                                text="Your access to this workspace has changed. Copy what you have typed, then reload."
                            />
                            <AccessScript />
                        }
                    })
            })}
        </div>
    }
    .into_any()
}

async fn load(slug: &str, caller: &OnceLock<(Arc<Services>, Caller)>) -> Result<Viewer, AppError> {
    let request = require_workspace(slug).await?;
    let (services, caller) = caller.get_or_init(|| request);
    load_viewer(services, caller).await
}

/// Loads another workspace of the user for the navigation if the user has lost access to this one.
async fn load_elsewhere(error: &AppError, elsewhere: &OnceLock<Viewer>) {
    if error.0.code != ErrorCode::NotFound {
        return;
    }
    if let Ok((services, caller)) = require_any_workspace().await
        && let Ok(viewer) = load_viewer(&services, &caller).await
    {
        let _ = elsewhere.set(viewer);
    }
}

/// A hidden notice. The page script shows it if a part of the page could not be loaded, or if the user has lost access.
#[component]
fn ReloadNotice(id: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <div class="toast-stack" id=id hidden>
            <div class="toast" role="status">
                <span>{text}</span>
                <button type="button">"Reload"</button>
            </div>
        </div>
    }
}
