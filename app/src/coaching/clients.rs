//! `/w/{slug}/clients`: the members who have granted the user access.

use super::{
    client_filters::{CandidateSearch, ClientFilters, ClientPages, ClientSearch},
    requests::{AccessRequests, RequestsData, load as load_requests},
};
use crate::{
    assets::{RenewScript, WorkspaceScripts, events_url},
    error::AppError,
    jobapps::{application_parts::error_page, labels::days},
    layout::{PageTitle, WorkspaceContext, use_workspace},
    server::respond::respond,
    settings::last_moment,
};
use chrono::{DateTime, Utc};
use domain::{
    coaching::{Client, ClientList},
    routes::{ClientPage, Route, WorkspacePage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use service::platform::time_zone::local_time;

#[component]
pub fn ClientsPage() -> impl IntoView {
    let workspace = use_workspace();
    let query = use_query_map().get_untracked();
    let filters = ClientFilters::of(&query);
    let candidate_search = CandidateSearch::of(&query);
    view! {
        <PageTitle page="Clients" />
        <header class="page-header">
            <h1>"Clients"</h1>
        </header>
        {Suspend::new(async move {
            match load(&workspace, &filters, candidate_search).await {
                Ok((clients, time_zone, requests)) => {
                    let slug = workspace.slug;
                    let is_first = clients.total == 0 && !filters.is_search();
                    let list = client_list(&slug, filters, clients, time_zone);
                    let events = events_url(&slug);
                    // `RenewScript` updates the list, so that clients who revoke access disappear while the page is open.
                    view! {
                        <div class="contents" id="client-list" data-live data-events=events>
                            {list}
                        </div>
                        <AccessRequests slug data=requests is_first />
                        <RenewScript />
                    }
                        .into_any()
                }
                Err(error) => view! { <div class="page-body">{error_page(error)}</div> }.into_any(),
            }
        })}
        <WorkspaceScripts area=None charts=false />
    }
    .into_any()
}

/// The list with search and pagination, or an empty state with the next step.
fn client_list(slug: &str, filters: ClientFilters, clients: ClientList, time_zone: String) -> AnyView {
    if clients.total == 0 && !filters.is_search() {
        return view! { <EmptyClients /> }.into_any();
    }
    let page = Route::Workspace(slug.to_owned(), WorkspacePage::Clients).to_string();
    let next_cursor = clients.pagination.and_then(|pagination| pagination.next_cursor);
    let table = if clients.data.is_empty() {
        let text = if filters.is_further_page() {
            "There are no further clients. Go back to the first page."
        } else {
            "No one matches. Search for a part of the name."
        };
        view! { <p class="client-note">{text}</p> }.into_any()
    } else {
        view! { <ClientTable slug=slug.to_owned() clients=clients.data time_zone /> }.into_any()
    };
    view! {
        <ClientSearch page=page.clone() filters=filters.clone() total=clients.total />
        {table}
        <ClientPages page filters next_cursor />
    }
    .into_any()
}

async fn load(
    workspace: &WorkspaceContext,
    filters: &ClientFilters,
    candidate_search: CandidateSearch,
) -> Result<(ClientList, String, RequestsData), AppError> {
    let (services, caller) = workspace.require_caller().await?;
    let clients = respond(service::coaching::list_clients(&services, &caller, filters.input()).await)?;
    let requests = load_requests(workspace, candidate_search).await?;
    Ok((clients, caller.user.time_zone, requests))
}

#[component]
fn EmptyClients() -> impl IntoView {
    view! {
        <section class="empty-state">
            <h2>"No clients yet"</h2>
            <p>
                "Members appear here when they give you access to their applications. Ask them here; they can also do that in their settings, under Sharing."
            </p>
        </section>
    }
    .into_any()
}

#[component]
fn ClientTable(slug: String, clients: Vec<Client>, time_zone: String) -> impl IntoView {
    let rows = clients
        .into_iter()
        .map(|client| row(&slug, client, &time_zone))
        .collect_view();
    view! {
        <div class="table-frame" id="clients" data-keep-scroll tabindex="0" role="region" aria-label="Clients">
            <table class="application-table client-table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Open applications"</th>
                        <th scope="col">"Next interview"</th>
                        <th scope="col">"Last activity"</th>
                        <th scope="col">"Access"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(slug: &str, client: Client, time_zone: &str) -> impl IntoView + use<> {
    let href = Route::Client(slug.to_owned(), client.user.user_id, ClientPage::Board).to_string();
    let time = |at: DateTime<Utc>, format: &str| local_time(at, time_zone).format(format).to_string();
    let interview = client
        .next_interview_at
        .map_or_else(|| "–".to_owned(), |at| time(at, "%-d %b %Y, %H:%M"));
    let activity = match client.quiet_days {
        None => "Nothing yet".to_owned(),
        Some(0) => "Today".to_owned(),
        Some(n) => format!("Quiet for {}", days(n)),
    };
    let activity_at = client.last_activity_at.map(|at| time(at, "%-d %b %Y"));
    let until = client.expires_at.map_or_else(
        || "Until revoked".to_owned(),
        |at| format!("Until {}", last_moment(at, time_zone)),
    );
    view! {
        <tr>
            <th class="title-cell" scope="row">
                <a href=href>{client.user.label().to_owned()}</a>
            </th>
            <td class="num" data-label="Open applications">{client.open_applications}</td>
            <td data-label="Next interview">{interview}</td>
            <td data-label="Last activity">
                <span title=activity_at>{activity}</span>
            </td>
            <td data-label="Access">{until}</td>
        </tr>
    }
}
