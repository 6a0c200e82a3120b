//! A field that filters a list of choices.

use leptos::{nonce::use_nonce, prelude::*};

const FILTER_SCRIPT: &str = include_str!("../../js/filter.js");

/// A field that hides entries that do not contain the entered text. Hidden entries remain selected. Not shown without JavaScript. At
/// most one per page.
#[component]
pub fn ChoiceFilter(
    /// The id of the list.
    list: &'static str,
    /// The label of the field.
    label: &'static str,
) -> impl IntoView {
    view! {
        <input class="input input-sm" type="search" aria-label=label placeholder=label data-filter=list hidden />
        <script type="module" nonce=use_nonce()>
            {FILTER_SCRIPT}
        </script>
    }
}
