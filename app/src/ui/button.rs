//! Buttons that submit a form.

use leptos::prelude::*;

/// How prominent a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Filled; at most one per view.
    #[default]
    Primary,
    /// Outlined.
    Line,
    /// For destructive actions, only inside the dialog that asks for confirmation.
    Danger,
}

/// Submits its form. While the request is pending the label shows the verb in progress and further clicks are ignored.
#[component]
pub fn SubmitButton(
    /// Verb and object.
    label: &'static str,
    /// The verb in progress.
    pending_label: &'static str,
    /// Whether the request is pending.
    #[prop(into)]
    pending: Signal<bool>,
    /// How prominent it is.
    #[prop(optional)]
    kind: ButtonKind,
    /// Additional classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let kind = match kind {
        ButtonKind::Primary => "btn btn-primary",
        ButtonKind::Line => "btn btn-line",
        ButtonKind::Danger => "btn btn-error",
    };
    view! {
        <button
            type="submit"
            class=format!("{kind} {class}")
            aria-busy=move || if pending.get() { "true" } else { "false" }
            on:click=move |event| {
                if pending.get_untracked() {
                    event.prevent_default();
                }
            }
        >
            <span class="loading loading-spinner loading-xs" hidden=move || !pending.get()></span>
            {move || if pending.get() { pending_label } else { label }}
        </button>
    }
}
