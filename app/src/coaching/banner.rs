//! The banner at the top of every page about a client.

use crate::{
    assets::{RenewScript, events_url},
    layout::use_workspace,
    ui::{Icon, IconSize, Lucide},
};
use domain::{
    coaching::{AccessScope, Client},
    routes::{ClientPage, Route, WorkspacePage},
};
use leptos::prelude::*;

/// The client's name, with links to the client's other pages.
#[component]
pub fn ClientBanner(
    client: Client,
    /// The current page; `None` if it is not one of the linked pages.
    current: Option<ClientPage>,
) -> impl IntoView {
    let workspace = use_workspace();
    let user = client.user.user_id;
    let name = client.user.label().to_owned();
    let note = match client.scope {
        AccessScope::Read => "You can't change anything.",
        AccessScope::Comment => "You can comment and assign tasks, but not change anything.",
    };
    let slug = workspace.slug.clone();
    let link = move |page: ClientPage, label: &'static str| {
        view! {
            <a
                class="view-tab"
                href=Route::Client(slug.clone(), user, page).to_string()
                aria-current=(current == Some(page)).then_some("page")
            >
                {label}
            </a>
        }
    };
    view! {
        <div class="client-banner" role="note" data-events=events_url(&workspace.slug)>
            <a
                class="btn btn-quiet btn-sm btn-square"
                href=workspace.page(WorkspacePage::Clients)
                aria-label="All clients"
                title="All clients"
            >
                <Icon of=Lucide::Users size=IconSize::Small />
            </a>
            <p>
                <b>{format!("You see {name}’s applications.")}</b>
                " "
                <span>{note}</span>
            </p>
            <nav aria-label=format!("Pages about {name}")>
                {link(ClientPage::Board, "Board")} {link(ClientPage::Applications, "Applications")}
                {link(ClientPage::Tasks, "Tasks")} {link(ClientPage::Metrics, "Metrics")}
            </nav>
        </div>
        <RenewScript />
    }
    .into_any()
}
