//! The ways through a workspace: the rail at the side, the dock at the foot of a phone.

use super::{use_place, you};
use crate::{
    jobapps::initials,
    ui::{Icon, Lucide, Size},
    users::Logo,
};
use domain::{
    routes::WorkspacePage,
    tenants::{Tenant, TenantKind},
};
use leptos::prelude::*;
use leptos_router::components::A;

const PAGES: [(WorkspacePage, Lucide, &str); 3] = [
    (WorkspacePage::Board, Lucide::SquareKanban, "Board"),
    (WorkspacePage::Import, Lucide::Upload, "Import"),
    (WorkspacePage::Metrics, Lucide::ChartColumn, "Metrics"),
];

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    let place = use_place();
    view! {
        <nav class="rail" aria-label="Main">
            <Suspense fallback=|| view! { <span class="ws"><Logo edge=24 /></span> }>
                {move || Suspend::new(async move {
                    place.viewer.await.ok().map(|viewer| {
                        view! { <Workspaces tenant=viewer.tenant tenants=viewer.tenants /> }
                    })
                })}
            </Suspense>
            {PAGES
                .into_iter()
                .map(|(page, icon, name)| {
                    view! {
                        <A href=move || place.page(page) attr:class="nav" attr:title=name>
                            <Icon of=icon />
                            <span>{name}</span>
                        </A>
                    }
                })
                .collect_view()}
            <div class="grow"></div>
            <A href=move || place.page(WorkspacePage::Settings) attr:class="nav" attr:title="Settings">
                <Icon of=Lucide::Settings2 />
                <span>"Settings"</span>
            </A>
            <Suspense>
                {move || Suspend::new(async move {
                    place.viewer.await.ok().map(|viewer| {
                        let name = viewer.user.display_name();
                        view! {
                            <button class="nav nav-you" type="button" popovertarget=you::ID title=name.clone()>
                                <span class="person" aria-hidden="true">
                                    {initials(&name)}
                                </span>
                                <span>{name.clone()}</span>
                            </button>
                        }
                    })
                })}
            </Suspense>
        </nav>
    }
    .into_any()
}

fn kind_name(kind: TenantKind) -> &'static str {
    match kind {
        TenantKind::Personal => "Personal workspace",
        TenantKind::Organization => "Organisation",
    }
}

/// The name of the workspace; where the person has several, the way to the others.
#[component]
fn Workspaces(tenant: Tenant, tenants: Vec<Tenant>) -> impl IntoView {
    let others: Vec<Tenant> = tenants
        .into_iter()
        .filter(|other| other.id != tenant.id)
        .collect();
    let name = view! {
        <Logo edge=24 />
        <span>
            <b title=tenant.name.clone()>{tenant.name.clone()}</b>
            <small>{kind_name(tenant.kind)}</small>
        </span>
    };
    if others.is_empty() {
        return view! { <div class="ws ws-only">{name}</div> }.into_any();
    }
    view! {
        <button class="ws" type="button" popovertarget="workspaces">
            {name}
            <Icon of=Lucide::ChevronsUpDown size=Size::Small class="text-ink-3" />
        </button>
        <div class="menu" id="workspaces" popover="auto" role="dialog" aria-label="Workspaces">
            <p class="menu-label">"Go to"</p>
            {others
                .into_iter()
                .map(|other| {
                    let board = domain::routes::Route::Workspace(other.slug, WorkspacePage::Board);
                    view! {
                        // Another document: nothing of one workspace stays in memory in the other.
                        <a class="menu-row" rel="external" href=board.to_string()>
                            <span>{other.name}</span>
                        </a>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

/// The dock.
#[component]
pub fn Dock() -> impl IntoView {
    let place = use_place();
    view! {
        <nav class="dock" aria-label="Main">
            {PAGES
                .into_iter()
                .map(|(page, icon, name)| {
                    view! {
                        <A href=move || place.page(page)>
                            <Icon of=icon size=Size::Large />
                            {name}
                        </A>
                    }
                })
                .collect_view()}
            <button type="button" popovertarget=you::ID>
                <Icon of=Lucide::Ellipsis size=Size::Large />
                "More"
            </button>
        </nav>
    }
    .into_any()
}
