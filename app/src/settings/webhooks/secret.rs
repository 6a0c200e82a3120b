//! A signing secret that was just created.

use super::{ADD, CHANGE};
use crate::{server::flash, settings::new_secret::NewSecret};
use leptos::prelude::*;

/// The secret of an endpoint that was just added, or whose secret was rotated. Shown once.
#[component]
pub fn NewSigningSecret() -> impl IntoView {
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
    view! { <NewSecret text=text.to_owned() label="Signing secret" copy_label="Copy secret" secret /> }
        .into_any()
}
