//! The list of keyboard shortcuts, and whether this browser has turned them on.

use leptos::prelude::*;

const COOKIE: &str = "shortcuts";
const OFF: &str = "off";

/// Whether single-key shortcuts are enabled in the browser that made the request.
pub fn are_enabled() -> bool {
    crate::server::cookies::get(COOKIE).is_none_or(|value| value != OFF)
}

/// The value of `data-shortcuts` on the root element, which scripts read; `None` if shortcuts are enabled.
pub fn attribute() -> Option<&'static str> {
    (!are_enabled()).then_some(OFF)
}

/// Stores in a cookie whether single-key shortcuts are enabled, for a year.
pub fn store(are_enabled: bool) {
    use cookie::time::Duration;
    let max_age = if are_enabled {
        Duration::ZERO
    } else {
        Duration::days(365)
    };
    crate::server::cookies::set(COOKIE, OFF, max_age);
}

type Shortcut = (&'static str, &'static [&'static str]);

/// The shortcuts by page.
const SHORTCUTS: [(&str, &[Shortcut]); 5] = [
    (
        "Everywhere",
        &[
            ("Search, go to a page", &["Ctrl", "K"]),
            ("The same with one key", &["/"]),
            ("Today", &["G", "T"]),
            ("Board", &["G", "B"]),
            ("Applications", &["G", "A"]),
            ("Inbox", &["G", "I"]),
            ("Metrics", &["G", "M"]),
            ("Settings", &["G", "S"]),
            ("Undo the last change", &["Z"]),
            ("Next / previous row of a menu", &["↓", "↑"]),
            ("Show this list", &["?"]),
        ],
    ),
    (
        "Board",
        &[
            ("Add an application", &["C"]),
            ("Open the card", &["Enter"]),
            ("Next / previous card", &["J", "K"]),
            ("Previous / next column", &["H", "L"]),
            ("Open the card menu", &["M"]),
            ("In the menu: move to a stage", &["1", "–", "9"]),
            (
                "In the menu: rejected, withdrawn, no response, accepted, job cancelled",
                &["R", "W", "G", "A", "C"],
            ),
            ("In the menu: reopen", &["U"]),
        ],
    ),
    (
        "Board and applications",
        &[
            ("Select", &["X"]),
            ("Select it and the next", &["Shift", "J"]),
            ("Change the selected ones", &["B"]),
            ("Clear the selection", &["Esc"]),
        ],
    ),
    (
        "Application",
        &[
            ("Next / previous application", &["J", "K"]),
            ("Write a note", &["N"]),
            ("Save what you write, also on Today", &["Ctrl", "Enter"]),
            ("Edit title and company", &["E"]),
            ("Move to a stage", &["M"]),
            ("Set the outcome", &["O"]),
            ("Close a form, or back to the list", &["Esc"]),
        ],
    ),
    (
        "Inbox",
        &[
            ("Next / previous email", &["J", "K"]),
            ("Choose an answer", &["1", "–", "9"]),
            ("Accept", &["Enter"]),
            ("Not about a job", &["X"]),
            ("Why", &["E"]),
            ("Undo the last decision", &["Z"]),
        ],
    ),
];

/// All shortcuts, by page.
#[component]
pub fn ShortcutList() -> impl IntoView {
    let lists = SHORTCUTS.into_iter().map(|(page, shortcuts)| {
        view! {
            <h3 class="shortcut-page">{page}</h3>
            <dl class="shortcut-list">
                {shortcuts.iter().map(|shortcut| shortcut_row(*shortcut)).collect_view()}
            </dl>
        }
    });
    // The workspace script shows this list as a popover.
    view! {
        <div id="keys" class="confirm keys">
            {lists.collect_view()}
        </div>
    }
    .into_any()
}

fn shortcut_row((action, keys): Shortcut) -> AnyView {
    view! {
        <div>
            <dt>{action}</dt>
            <dd>
                {keys
                    .iter()
                    .map(|key| match *key {
                        "–" => view! { "–" }.into_any(),
                        key => view! { <kbd class="kbd">{key}</kbd> }.into_any(),
                    })
                    .collect_view()}
            </dd>
        </div>
    }
    .into_any()
}
