//! Shows and hides a password while it is typed.

use super::{Icon, Lucide};
use leptos::{ev, html, prelude::*};

/// A button at the end of a password field that shows what is typed, and hides it again. It needs a script and is absent
/// without one. Focus and caret stay where they are. Passwords are hidden before a form is submitted, so that the browser
/// stores them as passwords and does not offer them in other fields.
#[component]
pub fn PasswordToggle(
    /// The input.
    input: NodeRef<html::Input>,
    /// The id of the input.
    id: String,
    /// The label of the field.
    label: &'static str,
    /// Whether the password is visible; the type of the input follows.
    visible: RwSignal<bool>,
) -> impl IntoView {
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| {
        hydrated.set(true);
        let on_submit = window_event_listener(ev::submit, move |_| visible.set(false));
        on_cleanup(move || on_submit.remove());
    });
    let toggle = move |_| {
        let selection = input.get_untracked().map(|input| {
            let (start, end) = (input.selection_start(), input.selection_end());
            (input, start.ok().flatten(), end.ok().flatten())
        });
        visible.update(|visible| *visible = !*visible);
        // Some browsers move the caret when the type changes.
        request_animation_frame(move || {
            if let Some((input, Some(start), Some(end))) = selection {
                let _ = input.set_selection_range(start, end);
            }
        });
    };
    view! {
        <Show when=move || hydrated.get()>
            <button
                class="password-toggle"
                type="button"
                aria-label=format!("Show {}", label.to_lowercase())
                aria-controls=id.clone()
                aria-pressed=move || if visible.get() { "true" } else { "false" }
                // Keeps the focus in the field.
                on:mousedown=|event| event.prevent_default()
                on:click=toggle
            >
                {move || {
                    if visible.get() {
                        view! { <Icon of=Lucide::EyeOff /> }
                    } else {
                        view! { <Icon of=Lucide::Eye /> }
                    }
                }}
            </button>
        </Show>
    }
    .into_any()
}
