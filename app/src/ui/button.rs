//! Buttons that send a form.

use leptos::prelude::*;

/// How much weight a button has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubmitKind {
    /// The one filled button of a view.
    #[default]
    Primary,
    /// Outlined.
    Line,
    /// Destroys. Only inside the dialog that asks.
    Danger,
}

/// Sends the form it stands in. While that is on its way the label is the verb in progress and a second press is
/// ignored; the width stays, since both labels are laid out in one place.
#[component]
pub fn Submit(
    /// Verb and object.
    label: &'static str,
    /// The verb in progress.
    busy_label: &'static str,
    /// Whether it is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// How much weight.
    #[prop(optional)]
    kind: SubmitKind,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let kind = match kind {
        SubmitKind::Primary => "btn btn-primary",
        SubmitKind::Line => "btn btn-line",
        SubmitKind::Danger => "btn btn-error",
    };
    view! {
        <button
            type="submit"
            class=format!("{kind} {class}")
            aria-busy=move || if busy.get() { "true" } else { "false" }
            on:click=move |ev| {
                if busy.get_untracked() {
                    ev.prevent_default();
                }
            }
        >
            <span class="loading loading-spinner loading-xs" hidden=move || !busy.get()></span>
            {move || if busy.get() { busy_label } else { label }}
        </button>
    }
}
