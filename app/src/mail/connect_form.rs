//! Connecting a mailbox with OAuth.

use super::connection::Connection;
use domain::routes::{Route, WorkspacePage};
use leptos::prelude::*;

/// Starts the OAuth flow, which returns to the import page. The server responds with a page that redirects to the provider, so the
/// form also works without JavaScript. Empty for IMAP.
#[component]
pub fn ConnectForm(
    connection: Connection,
    slug: StoredValue<String>,
    /// The label of the button.
    #[prop(into)]
    label: String,
    /// The label for screen readers, if the page has several such buttons.
    #[prop(optional, into)]
    aria_label: Option<String>,
    /// Whether the button is less prominent and offers no preview.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let class = if quiet {
        "btn btn-quiet btn-sm"
    } else {
        "btn btn-line btn-sm"
    };
    let purpose = connection.as_str();
    // With `_preview`, the first sync is a preview.
    let preview = (!quiet).then(|| {
        view! {
            <button type="submit" name="purpose" value=format!("{purpose}_preview") class="btn btn-quiet btn-sm">
                "Preview first"
            </button>
        }
    });
    connection.oauth_provider().map(|provider| {
        let page = Route::Workspace(slug.get_value(), WorkspacePage::Import).to_string();
        view! {
            <form method="post" action=format!("/auth/{provider}") class="flex flex-wrap gap-2">
                <input type="hidden" name="next" value=page />
                <button type="submit" name="purpose" value=purpose class=class aria-label=aria_label>
                    {label}
                </button>
                {preview}
            </form>
        }
        .into_any()
    })
}
