//! A signing secret that was just made.

use super::{ADD, CHANGE};
use crate::server::flash;
use leptos::prelude::*;

/// The secret of an endpoint that was just added, or whose secret was rotated. Shown once.
#[component]
pub fn NewSecret() -> impl IntoView {
    let of = |action: &'static str| {
        let secret = flash::succeeded(action).then(|| flash::form_value(action, "secret"));
        secret.filter(|secret| !secret.is_empty())
    };
    let (secret, text) = match (of(ADD), of(CHANGE)) {
        (Some(secret), _) => (
            secret,
            "The endpoint is ready. Copy its signing secret now: it is not shown again.",
        ),
        (None, Some(secret)) => (
            secret,
            "Copy the new signing secret now: it is not shown again. For 24 hours events are signed with both.",
        ),
        (None, None) => return ().into_any(),
    };
    view! {
        <div class="new-secret" role="status">
            <p class="form-success">{text}</p>
            <div class="field">
                <label for="new-secret">"Signing secret"</label>
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
                    "Copy secret"
                </button>
            </div>
        </div>
    }
    .into_any()
}
