//! The board: applications by stage.

mod add;
mod card;
mod column;
mod first_run;
mod keys;
mod menu;
mod moves;
mod notice;
mod store;
mod tabs;

use crate::{
    jobapps::api::get_board::get_board,
    ui::{Icon, Lucide, PageTitle, Problem, Size, js},
    workspace::use_place,
};
use card::ASK;
use domain::jobapps::Board;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use store::Store;
use wasm_bindgen::closure::Closure;

/// `/w/{slug}/board`.
#[component]
pub fn BoardPage() -> impl IntoView {
    let slug = use_place().slug;
    let board = Resource::new_blocking(move || slug.get(), get_board);
    view! {
        <PageTitle thing="Board" />
        <Transition fallback=Waiting>
            {move || Suspend::new(async move {
                match board.await {
                    Ok(board) => view! { <Filled board slug=slug.get_untracked() /> }.into_any(),
                    Err(fail) => {
                        view! {
                            <header class="bar">
                                <h1>"Board"</h1>
                            </header>
                            <Problem fail />
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Waiting() -> impl IntoView {
    view! {
        <header class="bar">
            <h1>"Board"</h1>
        </header>
        <div class="board" aria-hidden="true">
            {(0..5)
                .map(|_| {
                    view! {
                        <div class="col gap-1.5 pt-9">
                            <div class="skeleton-box h-20"></div>
                            <div class="skeleton-box h-20"></div>
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
}

#[component]
fn Filled(board: Board, slug: String) -> impl IntoView {
    let store = Store::provide(board, slug);
    let query = use_query_map();
    // Without a script the address says what is open.
    if let Some(stage) = query.read_untracked().get("add") {
        store.add_to.set(stage);
        store.adding.set(true);
    }
    store.asked.set(
        query
            .read_untracked()
            .get("card")
            .and_then(|id| id.parse().ok())
            .and_then(|id| store.find(id)),
    );
    keys::listen(store);
    let_drag(store);
    let empty = Memo::new(move |_| store.board.with(Board::is_empty));
    let numbers = Memo::new(move |_| {
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
        <header class="bar">
            <h1>"Board"</h1>
            <Show when=move || !empty.get()>
                <span class="bar-say md-only">
                    {move || format!("{} open, {} closed", numbers.get().0, numbers.get().1)}
                </span>
            </Show>
            <span class="grow"></span>
            <button
                class="btn btn-quiet btn-sm btn-square with-script md-only"
                type="button"
                aria-label="Keys"
                title="Keys (?)"
                on:click=move |_| store.keys.set(true)
            >
                <Icon of=Lucide::Keyboard />
            </button>
            <button
                class=move || if empty.get() { "btn btn-line btn-sm" } else { "btn btn-primary btn-sm" }
                type="submit"
                form=ASK
                name="add"
                value=""
                on:click=move |event| {
                    event.prevent_default();
                    store.add_to.set(String::new());
                    store.adding.set(true);
                }
            >
                <Icon of=Lucide::Plus size=Size::Small />
                "Add application"
            </button>
        </header>
        <form id=ASK method="get"></form>
        <notice::Notice />
        <menu::Sheet />
        <Show when=move || empty.get() fallback=move || view! { <Columns store /> }>
            <first_run::FirstRun />
        </Show>
        <menu::CardMenu />
        <add::AddDialog />
        <keys::KeysDialog />
    }
    .into_any()
}

#[component]
fn Columns(store: Store) -> impl IntoView {
    let stages = store.board.with_untracked(|board| {
        board
            .columns
            .iter()
            .map(|column| column.status.clone())
            .collect::<Vec<_>>()
    });
    let count = stages.len();
    let current = RwSignal::new(0);
    let follow_now = move || {
        if let Some(frame) = store.frame.get_untracked() {
            current.maybe_update(|now| {
                let at = tabs::in_view(&frame, count);
                std::mem::replace(now, at) != at
            });
        }
    };
    // On a phone the first stage with cards comes into view by itself, at times before anybody listens to scrolling.
    Effect::new(move |_| follow_now());
    view! {
        <tabs::StageTabs stages=stages.clone() current />
        <div class="board" node_ref=store.frame on:scroll=move |_| follow_now()>
            {stages.into_iter().map(|status| view! { <column::Column status /> }).collect_view()}
        </div>
    }
    .into_any()
}

/// Lets cards be dragged as long as the columns are on the page.
fn let_drag(store: Store) {
    Effect::new(move |_| {
        let Some(frame) = store.frame.get() else { return };
        let drop = Closure::<dyn FnMut(String, String)>::new(move |card: String, stage: String| {
            if let (Ok(card), Ok(stage)) = (card.parse(), stage.parse()) {
                store.move_to(card, stage);
            }
        });
        let end = js::draggable(&frame, &drop);
        // The closure lives as long as the listeners that call it.
        let listening = StoredValue::new_local((end, drop));
        on_cleanup(move || {
            listening.try_with_value(|(end, _)| end.call());
        });
    });
}
