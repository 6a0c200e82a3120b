//! `/w/{slug}/board`: applications by stage.

mod add;
mod board_state;
mod card;
mod changes;
mod column;
mod first_run;
mod live;
mod menu;
mod shortcuts;
mod store;
mod tabs;

#[cfg(feature = "ssr")]
pub mod coaching_client;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod prefill;

use crate::{
    jobapps::copy_form::PersonalCounts,
    server::flash::{self, Flash},
    ui::{Icon, IconSize, Lucide, ToastStack, Toasts, js},
};
use card::OPEN_FORM;
use domain::{JobApplicationId, jobapps::Board};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
pub use page::BoardPage;
use store::BoardStore;
use wasm_bindgen::closure::Closure;
#[cfg(all(test, feature = "ssr"))]
pub use {live::REFRESH_URL, store::CARDS_URL};

/// The interactive board.
#[island]
pub fn BoardIsland(
    /// The stages without their open applications.
    board: Board,
    /// The open applications as JSON, by stage. Kept as text, because the browser parses them only for the first change.
    open_cards: String,
    slug: String,
    /// The filters, as in the URL.
    filters: String,
    /// Whether any filter is set.
    is_filtered: bool,
    /// The stage for which the URL opens the form for a new application; empty for the default.
    add: Option<String>,
    /// The application whose menu the URL opens.
    card: Option<JobApplicationId>,
    /// The message of the previous page.
    flash: Option<Flash>,
    /// The number of applications that an empty board of an organization offers to copy.
    personal: Option<PersonalCounts>,
    /// The content that the server renders below the header.
    children: Children,
) -> impl IntoView {
    flash::provide(flash);
    Toasts::provide();
    let store = BoardStore::provide(board, open_cards, slug, filters, is_filtered);
    if let Some(stage) = add {
        store.open_add_dialog(stage);
    }
    store.sheet.set(card.and_then(|id| store.find(id)));
    shortcuts::listen(store);
    live::listen(store);
    enable_dragging(store);
    let is_empty = Memo::new(move |_| !is_filtered && store.board.with(Board::is_empty));
    let totals = Memo::new(move |_| {
        store.board.with(|board| {
            let open: i64 = board.columns.iter().map(|column| column.open_count).sum();
            let closed = board
                .columns
                .iter()
                .flat_map(|column| &column.closed_counts)
                .map(|(_, n)| n)
                .sum::<i64>();
            (open, closed)
        })
    });
    view! {
        <header class="page-header">
            <h1>"Board"</h1>
            <Show when=move || !is_empty.get()>
                <span class="page-header-note md-only">
                    {move || format!("{} open, {} closed", totals.get().0, totals.get().1)}
                </span>
            </Show>
            <span class="grow"></span>
            <button
                class="btn btn-quiet btn-sm btn-square with-script md-only"
                type="button"
                aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts (?)"
                data-show-keys
            >
                <Icon of=Lucide::Keyboard />
            </button>
            <button
                id="add-application"
                class=move || if is_empty.get() { "btn btn-line btn-sm" } else { "btn btn-primary btn-sm" }
                type="submit"
                form=OPEN_FORM
                name="add"
                value=""
                on:click=move |event| {
                    event.prevent_default();
                    store.open_add_dialog(String::new());
                }
            >
                <Icon of=Lucide::Plus size=IconSize::Small />
                "Add application"
            </button>
        </header>
        {children()}
        <menu::MoveSheet />
        <Show when=move || is_empty.get() fallback=move || view! { <Columns store /> }>
            <first_run::FirstRun personal />
        </Show>
        <menu::CardMenu />
        <add::AddDialog />
        <ToastStack />
    }
    .into_any()
}

#[component]
fn Columns(store: BoardStore) -> impl IntoView {
    let stages = store.stages();
    let count = stages.len();
    let current = RwSignal::new(0);
    let update_current = move || {
        if let Some(frame) = store.frame.get_untracked() {
            current.maybe_update(|current| {
                let visible = tabs::visible_column(&frame, count);
                std::mem::replace(current, visible) != visible
            });
        }
    };
    // On phones the browser scrolls to the first stage with cards, possibly before the scroll listener is added.
    Effect::new(move |_| update_current());
    view! {
        <tabs::StageTabs stages=stages.clone() current />
        <div
            class="board"
            id="board"
            data-columns=count
            data-keep-scroll
            node_ref=store.frame
            on:scroll=move |_| update_current()
            on:click=move |event| card::handle_click(store, &event)
        >
            {stages.into_iter().map(|stage| view! { <column::Column stage /> }).collect_view()}
        </div>
    }
    .into_any()
}

/// Makes cards draggable while the columns are on the page.
fn enable_dragging(store: BoardStore) {
    Effect::new(move |_| {
        let Some(frame) = store.frame.get() else { return };
        let on_drop = Closure::<dyn FnMut(String, String)>::new(move |card: String, stage: String| {
            if let (Ok(card), Ok(stage)) = (card.parse(), stage.parse()) {
                store.move_to(card, stage);
            }
        });
        let remove = js::enable_dragging(&frame, &on_drop);
        // The closure must live as long as the listeners that call it.
        let listeners = StoredValue::new_local((remove, on_drop));
        on_cleanup(move || {
            listeners.try_with_value(|(remove, _)| remove.call());
        });
    });
}
