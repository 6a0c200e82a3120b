//! A field that filters a list of choices.

use leptos::{nonce::use_nonce, prelude::*};

const FILTER_SCRIPT: &str = include_str!("../../js/filter.js");

/// Hides the entries that do not contain what is entered. They stay chosen. Without a script there is no field. At most one on a page.
#[component]
pub fn ChoiceFilter(
    /// The id of the list.
    list: &'static str,
    /// What can be entered.
    label: &'static str,
) -> impl IntoView {
    view! {
        <input class="input input-sm" type="search" aria-label=label placeholder=label data-filter=list hidden />
        <script type="module" nonce=use_nonce()>
            {FILTER_SCRIPT}
        </script>
    }
}
