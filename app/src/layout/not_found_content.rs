//! The content of workspace pages with status 404.

use super::use_workspace;
use domain::{
    routes::{Route, WorkspacePage},
    tenants::Tenant,
};
use leptos::prelude::*;

/// Explains whether the workspace itself or an object in it was not found, with links to other pages.
#[component]
pub fn NotFoundContent() -> impl IntoView {
    let workspace = use_workspace();
    view! {
        {Suspend::new(async move {
            if workspace.viewer.clone().await.is_ok() {
                view! {
                    <p>"It may have been deleted, or the address is wrong."</p>
                    <a class="btn btn-line btn-sm" href=workspace.page(WorkspacePage::Board)>
                        "Go to your board"
                    </a>
                }
                    .into_any()
            } else {
                let tenants = workspace.navigation().await.map(|viewer| viewer.tenants).unwrap_or_default();
                view! {
                    <p>"You may have lost access to this workspace, or its address has changed. Your workspaces:"</p>
                    <div class="button-row">{tenants.into_iter().map(link).collect_view()}</div>
                }
                    .into_any()
            }
        })}
    }
    .into_any()
}

fn link(tenant: Tenant) -> impl IntoView {
    let page = if tenant.is_for_coaching() {
        WorkspacePage::Clients
    } else {
        WorkspacePage::Board
    };
    view! {
        <a class="btn btn-line btn-sm" href=Route::Workspace(tenant.slug, page).to_string()>
            {tenant.name}
        </a>
    }
}
