//! Letting people see the password that they type.

use super::{Icon, Lucide};
use leptos::{ev, html, prelude::*};

/// A button at the end of a password field that shows what is typed, and hides it again. Not there without a script,
/// which it would need. Focus and caret stay where they are, and a form that is sent hides its passwords first, so that
/// the browser keeps them as passwords and not among the words that it offers elsewhere.
#[component]
pub fn Reveal(
    /// The field.
    input: NodeRef<html::Input>,
    /// Its id.
    id: String,
    /// What the field is called.
    label: &'static str,
    /// Whether it shows what is typed; the field's type follows.
    shown: RwSignal<bool>,
) -> impl IntoView {
    let ready = RwSignal::new(false);
    Effect::new(move |_| {
        ready.set(true);
        let sent = window_event_listener(ev::submit, move |_| shown.set(false));
        on_cleanup(move || sent.remove());
    });
    let turn = move |_| {
        let caret = input.get_untracked().map(|field| {
            let (start, end) = (field.selection_start(), field.selection_end());
            (field, start.ok().flatten(), end.ok().flatten())
        });
        shown.update(|shown| *shown = !*shown);
        // Another type puts the caret elsewhere in some browsers.
        request_animation_frame(move || {
            if let Some((field, Some(start), Some(end))) = caret {
                let _ = field.set_selection_range(start, end);
            }
        });
    };
    view! {
        <Show when=move || ready.get()>
            <button
                class="fld-reveal"
                type="button"
                aria-label=format!("Show {}", label.to_lowercase())
                aria-controls=id.clone()
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                // A press takes no focus from the field.
                on:mousedown=|event| event.prevent_default()
                on:click=turn
            >
                {move || {
                    if shown.get() {
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
