//! A secret that was just created. It is shown once.

use leptos::prelude::*;

/// The secret with a button that copies it.
#[component]
pub fn NewSecret(
    /// Explains the secret, and that it is not shown again.
    text: String,
    label: &'static str,
    copy_label: &'static str,
    secret: String,
) -> impl IntoView {
    view! {
        <div class="new-secret" role="status">
            <p class="form-success">{text}</p>
            <div class="field">
                <label for="new-secret">{label}</label>
                <input
                    class="input"
                    id="new-secret"
                    type="text"
                    readonly
                    autocomplete="off"
                    spellcheck="false"
                    value=secret
                />
            </div>
            <div>
                <button type="button" class="btn btn-line" data-copy="new-secret" hidden>
                    {copy_label}
                </button>
            </div>
        </div>
    }
    .into_any()
}
