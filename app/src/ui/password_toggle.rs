//! A button that shows or hides the entered password.

use super::{Icon, Lucide};
use leptos::prelude::*;

/// A button at the end of a password field that shows or hides the password. It is hidden until the page script shows it and
/// handles its clicks.
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
