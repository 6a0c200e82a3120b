//! A list on the application page that is updated when data changes elsewhere.

use leptos::prelude::*;

#[component]
pub fn FactsSection(
    /// The id of the heading. The section has the same id with the prefix `live-`.
    id: &'static str,
    title: &'static str,
    /// The form that adds a row.
    add: Option<AnyView>,
    rows: Vec<AnyView>,
    /// The text shown if there are no rows.
    #[prop(into)]
    empty: String,
) -> impl IntoView {
    let content = if rows.is_empty() {
        view! { <p class="text-ink-3">{empty}</p> }.into_any()
    } else {
        view! { <ul class="agenda">{rows}</ul> }.into_any()
    };
    view! {
        <section class="facts-section" id=format!("live-{id}") aria-labelledby=id data-live>
            <h2 id=id>{title}</h2>
            {add}
            {content}
        </section>
    }
    .into_any()
}
