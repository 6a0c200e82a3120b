//! Keyboard shortcuts of the board. Single keys work only outside of form fields, and every shortcut has a button.

use super::{card::open_menu, store::BoardStore};
use crate::ui::js;
use domain::JobApplicationId;
use leptos::{ev, prelude::*, web_sys};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Handles key presses while the board is on the page.
pub fn listen(store: BoardStore) {
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| handle_key(store, &event));
        on_cleanup(move || listener.remove());
    });
}

/// Focuses an element, if it can be focused.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Fails only for an element that cannot be focused.
        let _ = element.focus();
    }
}

fn handle_key(store: BoardStore, event: &KeyboardEvent) {
    if event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.default_prevented()
        || is_focus_in_control()
    {
        return;
    }
    let handled = match event.key().as_str() {
        "c" | "C" => {
            store.open_add_dialog(String::new());
            true
        }
        "z" | "Z" => store.toasts.undo() || say_nothing_to_undo(store),
        "j" | "J" | "ArrowDown" => focus_in_column(1),
        "k" | "K" | "ArrowUp" => focus_in_column(-1),
        "l" | "L" | "ArrowRight" => focus_in_row(1),
        "h" | "H" | "ArrowLeft" => focus_in_row(-1),
        "m" | "M" | "o" | "O" => open_focused_menu(store),
        "Escape" => store.close_sheet(),
        _ => false,
    };
    if handled {
        event.prevent_default();
    }
}

/// Reports that there is nothing to undo. If the message of the previous page has an undo button, does nothing, because
/// `workspace.js` then presses it.
fn say_nothing_to_undo(store: BoardStore) -> bool {
    let flash = document().query_selector("#flash-toast form");
    let is_nothing = flash.is_ok_and(|form| form.is_none());
    if is_nothing {
        store.toasts.show("Nothing to undo.", None);
    }
    is_nothing
}

/// Whether the focus is in a form field, menu or dialog, which handles keys itself.
fn is_focus_in_control() -> bool {
    let Some(active) = document().active_element() else {
        return false;
    };
    let controls = "input, textarea, select, [contenteditable], dialog[open], [popover]:popover-open";
    active.closest(controls).is_ok_and(|found| found.is_some())
}

fn focused_card() -> Option<Element> {
    document().active_element()?.closest("[data-card]").ok().flatten()
}

fn cards_of(column: &Element) -> Vec<Element> {
    let Ok(found) = column.query_selector_all("[data-card]") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|n| found.item(n)?.dyn_into().ok())
        .collect()
}

fn columns() -> Vec<Element> {
    let Ok(found) = document().query_selector_all("[data-stage]") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|n| found.item(n)?.dyn_into().ok())
        .collect()
}

/// Focuses the next or previous card of the column, or the first card of the board if no card has the focus.
fn focus_in_column(by: isize) -> bool {
    let Some(card) = focused_card() else {
        let first = columns()
            .iter()
            .find_map(|column| cards_of(column).into_iter().next());
        return first.is_some_and(|first| focus_card(&first));
    };
    let Some(column) = card.closest("[data-stage]").ok().flatten() else {
        return false;
    };
    let cards = cards_of(&column);
    let index = cards
        .iter()
        .position(|other| *other == card)
        .and_then(|index| index.checked_add_signed(by));
    index.and_then(|index| cards.get(index)).is_some_and(focus_card)
}

/// Focuses the card at the same height in the next or previous column that has cards.
fn focus_in_row(by: isize) -> bool {
    let Some(card) = focused_card() else { return false };
    let columns = columns();
    let Some(column) = card.closest("[data-stage]").ok().flatten() else {
        return false;
    };
    let row = cards_of(&column)
        .iter()
        .position(|other| *other == card)
        .unwrap_or(0);
    let mut index = columns.iter().position(|other| *other == column);
    loop {
        index = index.and_then(|index| index.checked_add_signed(by));
        let Some(next) = index.and_then(|index| columns.get(index)) else {
            return true;
        };
        let cards = cards_of(next);
        if let Some(last) = cards.last() {
            return focus_card(cards.get(row).unwrap_or(last));
        }
    }
}

fn focus_card(card: &Element) -> bool {
    js::focus_card(card);
    true
}

/// Opens the menu of the focused card.
fn open_focused_menu(store: BoardStore) -> bool {
    let Some(card) = focused_card() else { return false };
    let id: Option<JobApplicationId> = card.get_attribute("data-card").and_then(|id| id.parse().ok());
    if let Some(id) = id {
        open_menu(store, id, &card);
    }
    id.is_some()
}
