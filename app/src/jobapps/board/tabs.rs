//! Tabs for the stages on phones, where one column fills the screen.

use super::store::BoardStore;
use crate::ui::StageIcon;
use domain::jobapps::Stage;
use leptos::{prelude::*, web_sys::HtmlElement};

/// A link to each column, which works without JavaScript. The current tab follows the scroll position, except on a read-only board,
/// which has no island.
#[component]
pub fn StageTabs(
    /// The stages in order.
    stages: Vec<Stage>,
    /// Index of the visible column.
    #[prop(into)]
    current: Signal<usize>,
) -> impl IntoView {
    let store = BoardStore::get();
    let tab = move |(index, stage): (usize, Stage)| {
        let id = stage.id;
        let open_count = move || {
            store.board.with(|board| {
                let column = board.columns.iter().find(|column| column.status.id == id);
                column.map_or(0, |column| column.open_count)
            })
        };
        view! {
            <a
                href=format!("#stage-{id}")
                aria-current=move || (!store.is_read_only && current.get() == index).then_some("true")
            >
                <StageIcon kind=stage.kind color=stage.color_kind() />
                {stage.value}
                <span class="num">{open_count}</span>
            </a>
        }
    };
    view! {
        <nav class="stage-tabs" aria-label="Stages">
            {stages.into_iter().enumerate().map(tab).collect_view()}
        </nav>
    }
}

/// Index of the visible column in a horizontally scrolling element with `count` columns of equal width.
pub fn visible_column(frame: &HtmlElement, count: usize) -> usize {
    let [left, width] = [frame.scroll_left(), frame.scroll_width()].map(|n| usize::try_from(n).unwrap_or(0));
    (left * count + width / 2).checked_div(width).unwrap_or(0)
}
