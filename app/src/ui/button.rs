//! Buttons that submit a form.

use super::form::is_pending;
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

/// A button that submits its form. During submission, the label is `pending_label`. For forms that the browser submits itself, the
/// page script changes the label.
#[component]
pub fn SubmitButton(
    /// The label: verb and object.
    label: &'static str,
    /// The label during submission.
    pending_label: &'static str,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let kind = match kind {
        ButtonKind::Primary => "btn btn-primary",
        ButtonKind::Line => "btn btn-line",
        ButtonKind::Danger => "btn btn-error",
    };
    let pending = is_pending();
    view! {
        <button
            type="submit"
            class=format!("{kind} {class}")
            data-pending=pending_label
            aria-busy=move || if pending.get() { "true" } else { "false" }
        >
            <span class="loading loading-spinner loading-xs" hidden=move || !pending.get()></span>
            <span>{move || if pending.get() { pending_label } else { label }}</span>
        </button>
    }
}

/// A button that submits the form of a row. The label does not change during submission, because a page has many such buttons.
#[component]
pub fn RowButton(
    /// The verb.
    label: &'static str,
    /// The accessible name, which includes the row's name.
    #[prop(into)]
    aria_label: String,
    class: &'static str,
) -> impl IntoView {
    let pending = is_pending();
    view! {
        <button
            type="submit"
            class=format!("btn btn-sm {class}")
            aria-label=aria_label
            aria-busy=move || if pending.get() { "true" } else { "false" }
        >
            {label}
        </button>
    }
}
