//! The search form above the list of clients, and its pagination links. Rendered by the server only.

use crate::ui::{Pages, count, query_string};
use domain::{GroupId, coaching::ListClientsInput, tenants::MAX_QUERY_LEN};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// Clients per page.
const PAGE_SIZE: u32 = 50;

/// The query parameters of the page.
#[derive(Clone, Default)]
pub struct ClientFilters {
    q: Option<String>,
    cursor: Option<String>,
}

impl ClientFilters {
    /// Parses the query parameters.
    pub fn of(query: &ParamsMap) -> Self {
        let value = |name: &str| query.get(name).filter(|value| !value.trim().is_empty());
        Self {
            q: value("q").map(|q| q.chars().take(MAX_QUERY_LEN).collect()),
            cursor: value("cursor"),
        }
    }

    /// The use-case input for this page of the list.
    pub fn input(&self) -> ListClientsInput {
        ListClientsInput {
            q: self.q.clone(),
            cursor: self.cursor.clone(),
            limit: Some(PAGE_SIZE),
        }
    }

    /// Whether there is a search.
    pub fn is_search(&self) -> bool {
        self.q.is_some()
    }

    /// Whether this is not the first page.
    pub fn is_further_page(&self) -> bool {
        self.cursor.is_some()
    }
}

/// The search for members who can be asked for access.
#[derive(Clone, Default)]
pub struct CandidateSearch {
    /// Substring of the name.
    pub name: Option<String>,
    /// The group whose members are listed.
    pub group: Option<GroupId>,
}

impl CandidateSearch {
    /// Parses the query parameters.
    pub fn of(query: &ParamsMap) -> Self {
        let name = query.get("ask").filter(|name| !name.trim().is_empty());
        Self {
            name: name.map(|name| name.chars().take(MAX_QUERY_LEN).collect()),
            group: query.get("ask_group").and_then(|id| id.parse().ok()),
        }
    }

    /// Whether the list is filtered.
    pub fn is_filtered(&self) -> bool {
        self.name.is_some() || self.group.is_some()
    }
}

/// The search form with the number of matching clients.
#[component]
pub fn ClientSearch(page: String, filters: ClientFilters, total: i64) -> impl IntoView {
    let clear = filters.is_search().then(|| {
        view! {
            <a class="btn btn-quiet btn-sm" href=page.clone()>
                "Clear search"
            </a>
        }
    });
    let clients = count(total, "client", "clients");
    let found = if filters.is_search() {
        format!("{clients} found")
    } else {
        clients
    };
    view! {
        <div class="client-search">
            <form class="filter-form" method="get" action=page role="search" aria-label="Search clients">
                <label class="sr-only" for="client-search">
                    "Name"
                </label>
                <input
                    class="input"
                    id="client-search"
                    type="search"
                    name="q"
                    placeholder="Name"
                    value=filters.q.unwrap_or_default()
                    maxlength=MAX_QUERY_LEN
                />
                <button class="btn btn-line btn-sm" type="submit">
                    "Search"
                </button>
                {clear}
            </form>
            <p class="text-ink-2" role="status">
                {found}
            </p>
        </div>
    }
    .into_any()
}

/// Links to the first and the next page.
#[component]
pub fn ClientPages(page: String, filters: ClientFilters, next_cursor: Option<String>) -> impl IntoView {
    let with_cursor = |cursor: Option<&str>| {
        let query = query_string(&[("q", filters.q.clone()), ("cursor", cursor.map(str::to_owned))]);
        format!("{page}?{query}")
    };
    let first = filters.cursor.is_some().then(|| with_cursor(None));
    let next = next_cursor.as_deref().map(|cursor| with_cursor(Some(cursor)));
    view! { <Pages first next label="Pages of clients" /> }.into_any()
}
