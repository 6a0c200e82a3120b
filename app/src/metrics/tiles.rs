//! The most important figures, above the charts.

use leptos::prelude::*;

/// A figure, what it counts, and a note about it.
pub type Tile = (String, &'static str, String);

/// The tiles in their order.
#[component]
pub fn Tiles(tiles: Vec<Tile>, #[prop(optional)] class: &'static str) -> impl IntoView {
    view! {
        <dl class=format!("surface stats {class}")>
            {tiles
                .into_iter()
                .map(|(value, label, note)| {
                    view! {
                        <div>
                            <dt>{label}</dt>
                            <dd class="stat-value">{value}</dd>
                            <dd class="text-xs text-ink-3">{note}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
    .into_any()
}
