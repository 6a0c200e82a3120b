//! Live updates: changes made in other tabs, on other devices, or by email.

use super::store::BoardStore;
use crate::ui::{fetch, js};
use domain::{
    jobapps::{Board, Stage},
    routes::{Route, WorkspacePage},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::closure::Closure;

/// The URL of the server function that loads the board again.
pub const REFRESH_URL: &str = "/_fn/jobapps/refresh_board";
/// How often to check whether the user has finished an action that an update would interrupt.
const BUSY_INTERVAL: Duration = Duration::from_millis(300);
/// Maximum number of open cards of a stage that was not expanded.
const CARDS_PER_COLUMN: usize = 100;

/// Whether an update is being loaded, and whether another one must follow because the board has changed again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refresh {
    Idle,
    Running,
    Outdated,
}

/// Updates the board while it is on the page.
pub fn listen(store: BoardStore) {
    let state = StoredValue::new(Refresh::Idle);
    Effect::new(move |_| {
        let slug = store.slug.get_value();
        // Relative to the page: `/w/{slug}/events`.
        let board = Route::Workspace(slug, WorkspacePage::Board).to_string();
        let url = board.replace("/board", "/events");
        let on_change = Closure::<dyn FnMut()>::new(move || request(store, state));
        let stop = js::watch_changes(&url, &on_change);
        // The closure must live as long as the listeners that call it.
        let listeners = StoredValue::new_local((stop, on_change));
        on_cleanup(move || {
            listeners.try_with_value(|(stop, _)| stop.call());
        });
    });
}

/// Loads the board now, or once more after the current attempt.
fn request(store: BoardStore, state: StoredValue<Refresh>) {
    let previous = state.try_update_value(|state| {
        let next = match *state {
            Refresh::Idle => Refresh::Running,
            Refresh::Running | Refresh::Outdated => Refresh::Outdated,
        };
        std::mem::replace(state, next)
    });
    if previous == Some(Refresh::Idle) {
        attempt(store, state);
    }
}

/// Waits until no change is in progress, then loads and shows the board.
fn attempt(store: BoardStore, state: StoredValue<Refresh>) {
    if is_busy(store) {
        set_timeout(move || attempt(store, state), BUSY_INTERVAL);
        return;
    }
    spawn_local(async move {
        let (Some(slug), Some(filters)) = (store.slug.try_get_value(), store.filters.try_get_value()) else {
            return;
        };
        let edits = store.edits.get_value();
        let shown = shown_cards(store);
        let fields = [("slug", slug.as_str()), ("query", &filters), ("shown", &shown)];
        let loaded: Result<Board, _> = fetch::call(REFRESH_URL, &fields).await;
        let is_outdated = store.edits.try_get_value() != Some(edits) || is_busy(store);
        match loaded {
            Ok(_) if is_outdated => state.set_value(Refresh::Outdated),
            Ok(board) => show(store, board),
            // The next event, or the next attempt without events, tries again.
            Err(_) => {}
        }
        let previous = state.try_update_value(|state| std::mem::replace(state, Refresh::Idle));
        if previous == Some(Refresh::Outdated) {
            request(store, state);
        }
    });
}

/// Whether the user is doing something that an update would interrupt.
fn is_busy(store: BoardStore) -> bool {
    store.has_unsaved() || js::is_dragging() || store.menu.get_untracked().is_some()
}

/// The stages that show more cards than the default, as `id:number` pairs for the server function.
fn shown_cards(store: BoardStore) -> String {
    store.load_cards();
    store.board.with_untracked(|board| {
        let expanded = board
            .columns
            .iter()
            .filter(|column| column.open.len() > CARDS_PER_COLUMN);
        let shown = expanded.map(|column| format!("{}:{}", column.status.id, column.open.len()));
        shown.collect::<Vec<_>>().join(",")
    })
}

fn show(store: BoardStore, new: Board) {
    let stages =
        |board: &Board| -> Vec<Stage> { board.columns.iter().map(|column| column.status.clone()).collect() };
    let (is_same, has_other_stages) = store
        .board
        .with_untracked(|board| (*board == new, stages(board) != stages(&new)));
    if is_same {
        return;
    }
    if has_other_stages {
        // Columns are rendered once, so changed stages need a reload, except while the user is filling in the form.
        if store.add_open.get_untracked() {
            store
                .toasts
                .show_error("The stages were changed. Reload the page to see them.".to_owned());
        } else {
            let _ = window().location().reload();
        }
        return;
    }
    let animate = store
        .frame
        .get_untracked()
        .map(|frame| js::record_card_positions(&frame, true));
    store.update_keeping_focus(None, move |board| *board = new);
    request_animation_frame(move || {
        if let Some(animate) = animate {
            animate.call();
        }
    });
}
