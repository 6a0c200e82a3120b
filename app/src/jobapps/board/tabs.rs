//! On a phone one column fills the screen; these tabs say which, and lead to the others.

use super::store::Store;
use crate::jobapps::StageGlyph;
use domain::jobapps::Status;
use leptos::{prelude::*, web_sys::HtmlElement};

/// One link for each stage. They are anchors, so they work without a script; the mark follows the scrolling.
#[component]
pub fn StageTabs(
    /// The stages in order.
    stages: Vec<Status>,
    /// The column in view.
    #[prop(into)]
    current: Signal<usize>,
) -> impl IntoView {
    let store = Store::get();
    let tab = move |(index, stage): (usize, Status)| {
        let id = stage.id;
        let open = move || {
            store.board.with(|board| {
                board
                    .columns
                    .iter()
                    .find(|c| c.status.id == id)
                    .map_or(0, |c| c.open_count)
            })
        };
        view! {
            <a
                href=format!("#stage-{id}")
                rel="external"
                aria-current=move || (current.get() == index).then_some("true")
            >
                <StageGlyph kind=stage.kind />
                {stage.value}
                <span class="num">{open}</span>
            </a>
        }
    };
    view! {
        <nav class="stage-tabs" aria-label="Stages">
            {stages.into_iter().enumerate().map(tab).collect_view()}
        </nav>
    }
}

/// Which of `count` columns of the same width a sideways scrolling element shows.
pub fn in_view(frame: &HtmlElement, count: usize) -> usize {
    let [left, all] = [frame.scroll_left(), frame.scroll_width()].map(|n| usize::try_from(n).unwrap_or(0));
    (left * count + all / 2).checked_div(all).unwrap_or(0)
}
