//! Pagination links.

use domain::routes::percent_encode;
use leptos::prelude::*;

/// Links to the first page, unless it is the current one, and to the next page. Empty if there is only one page.
#[component]
pub fn Pages(
    /// URL of the first page.
    first: Option<String>,
    /// URL of the next page.
    next: Option<String>,
    /// The accessible name, for pages with several lists.
    #[prop(default = "Pages")]
    label: &'static str,
) -> impl IntoView {
    let has_any = first.is_some() || next.is_some();
    let first = first.map(|href| {
        view! {
            <a class="btn btn-line btn-sm" href=href>
                "First page"
            </a>
        }
    });
    let next = next.map(|href| {
        view! {
            <a class="btn btn-line btn-sm" rel="next" href=href>
                "Next page"
            </a>
        }
    });
    has_any
        .then(|| {
            view! {
                <nav class="pages" aria-label=label>
                    {first}
                    {next}
                </nav>
            }
        })
        .into_any()
}

/// A query with the parameters that have a value.
pub fn query_string(values: &[(&str, Option<String>)]) -> String {
    let pairs = values
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", percent_encode(value.as_deref()?))));
    pairs.collect::<Vec<_>>().join("&")
}
