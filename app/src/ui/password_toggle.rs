//! Shows and hides a password while it is typed.

use super::{Icon, Lucide};
use leptos::prelude::*;

/// A button at the end of a password field that shows what is typed, and hides it again. The script of the page reveals it
/// and makes it work.
#[component]
pub fn PasswordToggle(
    /// The id of the input.
    id: String,
    /// The label of the field.
    label: &'static str,
) -> impl IntoView {
    view! {
        <button
            class="password-toggle"
            type="button"
            hidden
            aria-label=format!("Show {}", label.to_lowercase())
            aria-controls=id
            aria-pressed="false"
        >
            <Icon of=Lucide::Eye />
            <Icon of=Lucide::EyeOff />
        </button>
    }
}
