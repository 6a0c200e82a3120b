use super::{
    api::sign_out::SignOut,
    sidebar::{STAFF_PAGES, workspace_rows},
    use_workspace,
    viewer::Viewer,
};
use crate::{
    theme::ThemeSwitch,
    ui::{Icon, Lucide},
};
use domain::routes::{Route, WorkspacePage};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// Id of the menu, for the buttons that open it.
pub const ID: &str = "user-menu";

/// Settings, theme, sign out. A popover, so it needs no script.
#[component]
pub fn UserMenu() -> impl IntoView {
    let workspace = use_workspace();
    let own_pages = [
        (WorkspacePage::Applications, Lucide::Rows, "Applications"),
        (WorkspacePage::Import, Lucide::Upload, "Import"),
    ];
    let pages_workspace = workspace.clone();
    view! {
        <div class="menu menu-up" id=ID popover="auto" role="dialog" aria-label="Account">
            {Suspend::new(async move {
                workspace.navigation().await.ok().map(|viewer| {
                    view! {
                        <div class="menu-header">
                            <span>
                                <b data-user-name>{viewer.user.display_name()}</b>
                                <small>{viewer.user.email}</small>
                            </span>
                        </div>
                        <hr />
                        // Phones have no sidebar with the workspace switcher.
                        <p class="menu-label phone-only">"Workspaces"</p>
                        {workspace_rows(viewer.tenant.id, viewer.tenants, "menu-row phone-only")}
                        <a class="menu-row phone-only" href=Route::NewOrganization.to_string()>
                            <Icon of=Lucide::Plus />
                            <span>"New organization"</span>
                        </a>
                        <hr class="phone-only" />
                    }
                })
            })}
            // The bottom navigation of phones has no room for these pages. For coaches, it contains all pages.
            {Suspend::new(async move {
                let viewer = pages_workspace.navigation().await.ok();
                let slug = viewer.as_ref().map_or(pages_workspace.slug, |viewer| viewer.tenant.slug.clone());
                let url = move |page| Route::Workspace(slug.clone(), page).to_string();
                let is_for_coaching = viewer.as_ref().is_some_and(|viewer| viewer.tenant.is_for_coaching());
                let has_clients = viewer.as_ref().is_some_and(Viewer::may_have_clients);
                let staff_pages = STAFF_PAGES.into_iter().filter(|_| has_clients);
                let links = own_pages
                    .into_iter()
                    .chain(staff_pages)
                    .filter(|_| !is_for_coaching)
                    .map(|(page, icon, name)| {
                        view! {
                            <a class="menu-row phone-only" href=url(page)>
                                <Icon of=icon />
                                <span>{name}</span>
                            </a>
                        }
                    })
                    .collect_view();
                view! {
                    {links}
                    <a class="menu-row" href=url(WorkspacePage::Settings)>
                        <Icon of=Lucide::Settings2 />
                        <span>"Settings"</span>
                    </a>
                }
            })}
            <hr />
            <p class="menu-label">"Theme"</p>
            <div class="menu-section">
                <ThemeSwitch />
            </div>
            <hr />
            <form method="post" action=SignOut::url()>
                <button class="menu-row" type="submit">
                    <Icon of=Lucide::LogOut />
                    <span>"Sign out"</span>
                </button>
            </form>
        </div>
    }
    .into_any()
}
