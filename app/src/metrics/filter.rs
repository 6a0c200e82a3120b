//! The filter: links to common ranges, and a plain form for any range and source.

use crate::ui::MAX_DATE;
use chrono::{Datelike as _, Days, NaiveDate};
use domain::metrics::MetricsQuery;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// Parses the query parameters. Also returns whether they are valid.
pub fn parse_query(map: &ParamsMap) -> (MetricsQuery, bool) {
    let text = |name: &str| map.get(name).filter(|value| !value.trim().is_empty());
    let date = |name: &str| text(name).map(|value| value.parse::<NaiveDate>());
    let (from, to) = (date("from"), date("to"));
    let is_valid = from.as_ref().is_none_or(Result::is_ok) && to.as_ref().is_none_or(Result::is_ok);
    let query = MetricsQuery {
        from: from.and_then(Result::ok),
        to: to.and_then(Result::ok),
        source: text("source"),
        owner_id: None,
    };
    (query, is_valid)
}

/// The parameters of a link to the page with this filter.
pub fn link(query: &MetricsQuery) -> String {
    let mut parameters = form_urlencoded::Serializer::new(String::new());
    let values = [
        ("from", query.from.map(|date| date.to_string())),
        ("to", query.to.map(|date| date.to_string())),
        ("source", query.source.clone()),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            parameters.append_pair(name, &value);
        }
    }
    format!("?{}", parameters.finish())
}

/// Links to common ranges, which keep the source.
#[component]
pub fn Ranges(query: MetricsQuery, today: NaiveDate) -> impl IntoView {
    let since = |days: u64| Some(today - Days::new(days));
    let ranges = [
        ("All", None),
        ("30 days", since(29)),
        ("90 days", since(89)),
        ("This year", today.with_ordinal0(0)),
    ];
    view! {
        <nav class="range-tabs" aria-label="Range">
            {ranges
                .into_iter()
                .map(|(name, from)| {
                    let other = MetricsQuery { from, to: None, ..query.clone() };
                    let is_current = other == query;
                    view! {
                        <a class="view-tab" href=link(&other) aria-current=is_current.then_some("page")>
                            {name}
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
    .into_any()
}

/// The form for a range and a source.
#[component]
pub fn FilterForm(
    query: MetricsQuery,
    sources: Vec<String>,
    /// Why the filter is rejected.
    #[prop(optional)]
    error: Option<String>,
) -> impl IntoView {
    let date = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let unlisted = query.source.clone().filter(|source| !sources.contains(source));
    let current = query.source.clone();
    view! {
        <form class="filter-form metrics-filter" method="get" role="search" aria-label="Filter metrics">
            <label class="filter-field">
                <span>"From"</span>
                <input class="input input-sm" type="date" max=MAX_DATE name="from" value=date(query.from) />
            </label>
            <label class="filter-field">
                <span>"To"</span>
                <input class="input input-sm" type="date" max=MAX_DATE name="to" value=date(query.to) />
            </label>
            <label class="filter-field">
                <span class="sr-only">"Source"</span>
                <select class="select select-sm" name="source" data-submit>
                    <option value="">"All sources"</option>
                    {sources
                        .into_iter()
                        .chain(unlisted)
                        .map(|source| {
                            let selected = current.as_ref() == Some(&source);
                            view! {
                                <option value=source.clone() selected=selected>
                                    {source.clone()}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <button class="btn btn-line btn-sm" type="submit">
                "Apply"
            </button>
            {error.map(|error| view! { <p class="field-error" role="alert">{error}</p> })}
        </form>
    }
    .into_any()
}
