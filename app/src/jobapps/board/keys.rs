//! The keyboard on the board. Single keys work only outside fields, and nothing has a key that has no button.

use super::{card::open_menu, store::Store};
use crate::ui::{Dialog, js};
use domain::JobApplicationId;
use leptos::{ev, prelude::*, web_sys};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Listens while the board is on the page.
pub fn listen(store: Store) {
    Effect::new(move |_| {
        let listening = window_event_listener(ev::keydown, move |event| pressed(store, &event));
        on_cleanup(move || listening.remove());
    });
}

/// Puts the focus on an element, where it takes it.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An element that cannot be focused leaves it where it is.
        let _ = element.focus();
    }
}

fn pressed(store: Store, event: &KeyboardEvent) {
    if event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.default_prevented()
        || busy_elsewhere()
    {
        return;
    }
    // The menu was asked for and is about to show: the next key is meant for it.
    if store.menu.get_untracked().is_some() {
        in_menu(store, event);
        return;
    }
    let handled = match event.key().as_str() {
        "c" | "C" => {
            store.add_to.set(String::new());
            store.adding.set(true);
            true
        }
        "?" => {
            store.keys.set(true);
            true
        }
        "z" | "Z" => {
            store.undo();
            true
        }
        "j" | "J" | "ArrowDown" => step(1),
        "k" | "K" | "ArrowUp" => step(-1),
        "l" | "L" | "ArrowRight" => aside(1),
        "h" | "H" | "ArrowLeft" => aside(-1),
        "m" | "M" | "o" | "O" | "Enter" => menu(store, event),
        _ => false,
    };
    if handled {
        event.prevent_default();
    }
}

/// Whether keys belong to a field, a menu or a dialog at the moment.
fn busy_elsewhere() -> bool {
    let Some(active) = document().active_element() else {
        return false;
    };
    let inside = "input, textarea, select, [contenteditable], dialog[open], [popover]:popover-open";
    active.closest(inside).is_ok_and(|found| found.is_some())
}

fn here() -> Option<Element> {
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

/// Down or up in the column; the first press finds the first card. Arrows move only from a card, so that they still
/// scroll elsewhere.
fn step(by: isize) -> bool {
    let Some(card) = here() else {
        let first = columns()
            .iter()
            .find_map(|column| cards_of(column).into_iter().next());
        return first.is_some_and(|first| land(&first));
    };
    let Some(column) = card.closest("[data-stage]").ok().flatten() else {
        return false;
    };
    let cards = cards_of(&column);
    let at = cards
        .iter()
        .position(|other| *other == card)
        .and_then(|at| at.checked_add_signed(by));
    at.and_then(|at| cards.get(at)).is_some_and(land)
}

/// To the next column that has cards, at the same height where there is one.
fn aside(by: isize) -> bool {
    let Some(card) = here() else { return false };
    let all = columns();
    let Some(column) = card.closest("[data-stage]").ok().flatten() else {
        return false;
    };
    let row = cards_of(&column)
        .iter()
        .position(|other| *other == card)
        .unwrap_or(0);
    let mut at = all.iter().position(|other| *other == column);
    loop {
        at = at.and_then(|at| at.checked_add_signed(by));
        let Some(next) = at.and_then(|at| all.get(at)) else {
            return true;
        };
        let cards = cards_of(next);
        if let Some(last) = cards.last() {
            return land(cards.get(row).unwrap_or(last));
        }
    }
}

fn land(card: &Element) -> bool {
    js::land(card);
    true
}

/// Opens the menu of the card with the focus. Enter on a button stays the button's.
fn menu(store: Store, event: &KeyboardEvent) -> bool {
    let Some(card) = here() else { return false };
    let own = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target == card);
    if event.key() == "Enter" && !own {
        return false;
    }
    let id: Option<JobApplicationId> = card.get_attribute("data-card").and_then(|id| id.parse().ok());
    if let Some(id) = id {
        open_menu(store, id, &card);
    }
    id.is_some()
}

/// Keys inside the menu: arrows, Home, End, and the key that stands on each row.
pub fn in_menu(store: Store, event: &KeyboardEvent) {
    let Some(menu) = store.popover.get_untracked() else {
        return;
    };
    let Ok(found) = menu.query_selector_all("button:not([aria-disabled])") else {
        return;
    };
    let rows: Vec<HtmlElement> = (0..found.length())
        .filter_map(|n| found.item(n)?.dyn_into().ok())
        .collect();
    let active = document().active_element();
    let at = rows
        .iter()
        .position(|row| active.as_ref().is_some_and(|active| active == row.as_ref()));
    let last = rows.len().saturating_sub(1);
    let key = event.key().to_lowercase();
    let to = match key.as_str() {
        "arrowdown" => Some(at.map_or(0, |at| if at == last { 0 } else { at + 1 })),
        "arrowup" => Some(at.map_or(last, |at| at.checked_sub(1).unwrap_or(last))),
        "home" => Some(0),
        "end" => Some(last),
        _ => None,
    };
    if let Some(row) = to.and_then(|to| rows.get(to)) {
        event.prevent_default();
        focus(row);
    } else if let Some(row) = rows
        .iter()
        .find(|row| row.get_attribute("data-key").as_deref() == Some(key.as_str()))
    {
        event.prevent_default();
        row.click();
    }
}

/// The list of all keys.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let store = Store::get();
    let keys: [(&str, &[&str]); 9] = [
        ("Add an application", &["C"]),
        ("Next card, card before", &["J", "K"]),
        ("Column to the left, to the right", &["H", "L"]),
        ("Move or close the card", &["M"]),
        ("then to a stage", &["1", "–", "5"]),
        (
            "then rejected, withdrawn, never answered, accepted",
            &["R", "W", "G", "A"],
        ),
        ("then open again", &["U"]),
        ("Undo the last change", &["Z"]),
        ("This list", &["?"]),
    ];
    let row = |(does, keys): (&'static str, &'static [&'static str])| {
        view! {
            <div>
                <dt>{does}</dt>
                <dd>
                    {keys
                        .iter()
                        .map(|key| {
                            if *key == "–" { view! { "–" }.into_any() } else { view! { <kbd class="kbd">{*key}</kbd> }.into_any() }
                        })
                        .collect_view()}
                </dd>
            </div>
        }
    };
    view! {
        <Dialog id="keys" title="Keys" open=store.keys away="">
            <div class="dialog-body">
                <dl class="keys-list">{keys.into_iter().map(row).collect_view()}</dl>
            </div>
        </Dialog>
    }
    .into_any()
}
