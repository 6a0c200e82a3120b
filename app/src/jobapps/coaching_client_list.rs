//! The filters above the board and the table of a client.

use super::filters::ListQuery;
use crate::ui::count;
use leptos::prelude::*;

/// Filters by state and text, and the number of matching applications.
#[component]
pub fn ClientListTools(
    /// Filters, order and columns of the URL.
    query: ListQuery,
    /// The number of matching applications.
    #[prop(name = "count")]
    n: i64,
) -> impl IntoView {
    let search = query.input.q.clone().unwrap_or_default();
    let filter = |open: Option<bool>, name: &'static str| {
        let mut other = query.at_cursor(None);
        other.input.open = open;
        let is_current = query.input.open == open;
        view! {
            <a class="view-tab" href=format!("?{}", other.query()) aria-current=is_current.then_some("page")>
                {name}
            </a>
        }
    };
    view! {
        <div class="list-tools">
            <div class="filter-line client-filters">
                <nav class="range-tabs" aria-label="Applications">
                    {filter(None, "All")} {filter(Some(true), "Open")} {filter(Some(false), "Closed")}
                </nav>
                <form class="filter-form" method="get" role="search" aria-label="Search applications">
                    {query.input.open.map(|open| view! { <input type="hidden" name="open" value=open.to_string() /> })}
                    <label class="filter-field">
                        <span class="sr-only">"Title or company"</span>
                        <input
                            class="input input-sm"
                            type="search"
                            name="q"
                            maxlength="200"
                            placeholder="Title or company"
                            value=search
                        />
                    </label>
                    <button class="btn btn-line btn-sm" type="submit">
                        "Search"
                    </button>
                </form>
                <span class="page-header-note">{count(n, "application", "applications")}</span>
            </div>
        </div>
    }
    .into_any()
}
