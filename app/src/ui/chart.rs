//! A chart with everything that belongs to it.

use super::{Icon, Lucide, Size, js};
use leptos::{html, prelude::*};

/// A figure: title, a sentence with the finding, the drawing, and its numbers as a table that the server renders. The
/// drawing needs a script and takes no room without one; `plain` then stands in its place.
#[component]
pub fn Chart(
    /// What it shows.
    title: &'static str,
    /// The finding.
    #[prop(into)]
    say: String,
    /// The option that ECharts draws, as JSON.
    #[prop(into)]
    option: String,
    /// A legend, or what else stands above the drawing.
    #[prop(optional, into)]
    legend: ViewFn,
    /// What stands in for the drawing without a script.
    #[prop(optional, into)]
    plain: ViewFn,
    /// The table.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    let option = StoredValue::new(option);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        option.with_value(|option| js::mount(&element, option));
        let drawn = StoredValue::new_local(element);
        on_cleanup(move || {
            drawn.try_with_value(|element| js::dispose(element));
        });
    });
    view! {
        <figure class="surface fig">
            <h2>{title}</h2>
            <figcaption class="say">{say.clone()}</figcaption>
            {legend.run()}
            <div class="with-script">
                <div class="chart" node_ref=node role="img" aria-label=format!("{title}. {say}")></div>
                <p class="chart-lost">"The drawing could not be loaded. The numbers are below."</p>
            </div>
            <div class="without-script">{plain.run()}</div>
            <details>
                <summary>
                    <Icon of=Lucide::ChevronRight size=Size::Small class="chev" />
                    "Numbers"
                </summary>
                <div class="table-wrap">{children()}</div>
            </details>
        </figure>
    }
    .into_any()
}
