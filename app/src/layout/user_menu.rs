//! The menu of the signed-in user.

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
    let settings = workspace.page(WorkspacePage::Settings);
    let import = workspace.page(WorkspacePage::Import);
    let applications = workspace.page(WorkspacePage::Applications);
    let coach = workspace.viewer.clone();
    let inbox = workspace.page(WorkspacePage::Inbox);
    let staff_pages = STAFF_PAGES.map(|(page, icon, name)| (workspace.page(page), icon, name));
    view! {
        <div class="menu menu-up" id=ID popover="auto" role="dialog" aria-label="Account">
            {Suspend::new(async move {
                workspace.viewer.await.ok().map(|viewer| {
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
            // The bottom navigation of phones has no room for these.
            <a class="menu-row phone-only" href=applications>
                <Icon of=Lucide::Rows />
                <span>"Applications"</span>
            </a>
            <a class="menu-row phone-only" href=import>
                <Icon of=Lucide::Upload />
                <span>"Import"</span>
            </a>
            {Suspend::new(async move {
                let viewer = coach.await.ok().filter(Viewer::may_have_clients);
                viewer.map(|viewer| {
                    let is_for_coaching = viewer.tenant.is_for_coaching();
                    let inbox = is_for_coaching.then_some((inbox, Lucide::Inbox, "Inbox"));
                    // The bottom navigation of coaches has the first one.
                    let staff_pages = staff_pages.into_iter().skip(usize::from(is_for_coaching));
                    inbox
                        .into_iter()
                        .chain(staff_pages)
                        .map(|(href, icon, name)| {
                            view! {
                                <a class="menu-row phone-only" href=href>
                                    <Icon of=icon />
                                    <span>{name}</span>
                                </a>
                            }
                        })
                        .collect_view()
                })
            })}
            <a class="menu-row" href=settings>
                <Icon of=Lucide::Settings2 />
                <span>"Settings"</span>
            </a>
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
