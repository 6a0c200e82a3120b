//! Connecting a mailbox with OAuth.

use leptos::prelude::*;

/// Starts the OAuth flow. The server responds with a page that redirects to the provider, so the form works without a script, too.
#[component]
pub fn ConnectForm(
    /// The provider in the path.
    provider: &'static str,
    /// The purpose of the flow; with `_preview` the first sync is a preview.
    purpose: &'static str,
    /// The label of the button.
    label: &'static str,
    /// The page to return to.
    page: String,
    /// Whether the button is less prominent.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let class = if quiet {
        "btn btn-quiet btn-sm"
    } else {
        "btn btn-line btn-sm"
    };
    view! {
        <form method="post" action=format!("/auth/{provider}") class="flex flex-wrap gap-2">
            <input type="hidden" name="next" value=page />
            <button type="submit" name="purpose" value=purpose class=class>
                {label}
            </button>
            {(!quiet)
                .then(|| {
                    view! {
                        <button
                            type="submit"
                            name="purpose"
                            value=format!("{purpose}_preview")
                            class="btn btn-quiet btn-sm"
                        >
                            "Preview first"
                        </button>
                    }
                })}
        </form>
    }
}
