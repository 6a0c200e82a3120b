//! The navigation of a workspace on wide screens.

use super::{use_workspace, user_menu};
use crate::ui::{Icon, IconSize, Logo, Lucide, initials};
use domain::{
    TenantId,
    routes::{Route, WorkspacePage},
    tenants::{Tenant, TenantKind},
};
use leptos::prelude::*;
use leptos_router::components::A;

/// The pages in the navigation, with icon and label.
pub const PAGES: [(WorkspacePage, Lucide, &str); 6] = [
    (WorkspacePage::Today, Lucide::Calendar, "Today"),
    (WorkspacePage::Board, Lucide::SquareKanban, "Board"),
    (WorkspacePage::Applications, Lucide::Rows, "Applications"),
    (WorkspacePage::Inbox, Lucide::Inbox, "Inbox"),
    (WorkspacePage::Import, Lucide::Upload, "Import"),
    (WorkspacePage::Metrics, Lucide::ChartColumn, "Metrics"),
];

/// The pages about other members, for users who may have clients. Coaches see only these pages.
pub const STAFF_PAGES: [(WorkspacePage, Lucide, &str); 3] = [
    (WorkspacePage::Clients, Lucide::Users, "Clients"),
    (WorkspacePage::Groups, Lucide::Columns, "Groups"),
    (WorkspacePage::Cohort, Lucide::ChartColumn, "Cohort"),
];

/// Workspace switcher, links to the pages, and the button of the user menu.
#[component]
pub fn Sidebar() -> impl IntoView {
    let workspace = use_workspace();
    let [switcher, pages, user] = std::array::from_fn(|_| workspace.clone());
    view! {
        <nav class="sidebar" aria-label="Main">
            {Suspend::new(async move {
                match switcher.navigation().await {
                    Ok(viewer) => {
                        view! { <WorkspaceSwitcher tenant=viewer.tenant tenants=viewer.tenants /> }.into_any()
                    }
                    Err(_) => view! { <span class="workspace-switcher"><Logo size=24 /></span> }.into_any(),
                }
            })}
            // Shown by the workspace script.
            <button class="nav-item nav-search" type="button" title="Search (Ctrl K)" data-open-palette hidden>
                <Icon of=Lucide::Search />
                <span>"Search"</span>
                <small class="key-hint" aria-hidden="true">
                    "Ctrl K"
                </small>
            </button>
            {Suspend::new(async move {
                let (slug, has_own, has_clients) = match pages.navigation().await {
                    Ok(viewer) => {
                        let (has_own, has_clients) = (!viewer.tenant.is_for_coaching(), viewer.may_have_clients());
                        (viewer.tenant.slug, has_own, has_clients)
                    }
                    Err(_) => (pages.slug, true, false),
                };
                let url = move |page| Route::Workspace(slug.clone(), page).to_string();
                let own = PAGES.into_iter().filter(|_| has_own);
                let links = own
                    .chain(STAFF_PAGES.into_iter().filter(|_| has_clients))
                    .map(|(page, icon, name)| {
                        view! {
                            <A href=url(page) attr:class="nav-item" attr:title=name>
                                <Icon of=icon />
                                <span>{name}</span>
                                {(page == WorkspacePage::Inbox).then(|| view! { <ReviewCount /> })}
                            </A>
                        }
                    })
                    .collect_view();
                view! {
                    {links}
                    <div class="grow"></div>
                    <A href=url(WorkspacePage::Settings) attr:class="nav-item" attr:title="Settings">
                        <Icon of=Lucide::Settings2 />
                        <span>"Settings"</span>
                    </A>
                }
            })}
            {Suspend::new(async move {
                user.navigation().await.ok().map(|viewer| {
                    let name = viewer.user.display_name();
                    view! {
                        <button class="nav-item nav-user" type="button" popovertarget=user_menu::ID title=name.clone()>
                            <span class="user-avatar" aria-hidden="true" data-user-initials>
                                {initials(&name)}
                            </span>
                            <span data-user-name>{name.clone()}</span>
                        </button>
                    }
                })
            })}
        </nav>
    }
    .into_any()
}

/// The number of emails that wait for a decision. Empty if there are no such emails.
#[component]
pub fn ReviewCount() -> impl IntoView {
    let workspace = use_workspace();
    Suspend::new(async move {
        let viewer = workspace.navigation().await;
        let count = viewer.ok().map_or(0, |viewer| viewer.review_count);
        let text = if count < 100 {
            count.to_string()
        } else {
            "99+".to_owned()
        };
        (count > 0).then(|| {
            view! {
                <span class="nav-count num" title="To review">
                    <span aria-hidden="true">{text.clone()}</span>
                    <span class="sr-only">{format!(", {text} to review")}</span>
                </span>
            }
        })
    })
}

fn kind_label(kind: TenantKind) -> &'static str {
    match kind {
        TenantKind::Personal => "Personal workspace",
        TenantKind::Organization => "Organization",
    }
}

/// The name of the workspace, with a menu of the other workspaces and "New organization".
#[component]
fn WorkspaceSwitcher(tenant: Tenant, tenants: Vec<Tenant>) -> impl IntoView {
    view! {
        // The command palette reads the kind of the workspace and the role of the user from these attributes.
        <button
            class="workspace-switcher"
            type="button"
            popovertarget="workspaces"
            title=tenant.name.clone()
            data-kind=tenant.kind.as_str()
            data-role=tenant.role.as_str()
        >
            <Logo size=24 />
            <span>
                <b>{tenant.name.clone()}</b>
                <small>{kind_label(tenant.kind)}</small>
            </span>
            <Icon of=Lucide::ChevronsUpDown size=IconSize::Small class="text-ink-3" />
        </button>
        <div class="menu" id="workspaces" popover="auto" role="dialog" aria-label="Workspaces">
            <p class="menu-label">"Workspaces"</p>
            {workspace_rows(tenant.id, tenants, "menu-row")}
            <hr />
            <a class="menu-row" href=Route::NewOrganization.to_string()>
                <Icon of=Lucide::Plus />
                <span>"New organization"</span>
            </a>
        </div>
    }
    .into_any()
}

/// Links to all workspaces; the current one is marked. A link opens the clients page if the user has only clients in the workspace
/// and no applications, otherwise the board.
pub fn workspace_rows(current: TenantId, tenants: Vec<Tenant>, class: &'static str) -> impl IntoView {
    tenants
        .into_iter()
        .map(|tenant| {
            let is_current = tenant.id == current;
            let page = if tenant.is_for_coaching() {
                WorkspacePage::Clients
            } else {
                WorkspacePage::Board
            };
            let page = Route::Workspace(tenant.slug, page);
            view! {
                <a class=class href=page.to_string() aria-current=is_current.then_some("true")>
                    <span>{tenant.name}</span>
                    {is_current.then(|| view! { <Icon of=Lucide::Check size=IconSize::Small class="ml-auto" /> })}
                </a>
            }
        })
        .collect_view()
}
