//! The logos of the providers, following their brand guidelines.

use crate::ui::{Icon, Lucide};
use domain::auth::Provider;
use leptos::prelude::*;

/// The provider's logo, or a key icon for an organization's own provider.
#[component]
pub fn ProviderIcon(of: Provider) -> impl IntoView {
    let paths: &[(&str, &str)] = match of {
        Provider::Google => &[
            (
                "#4285f4",
                "M14.5 8.2c0-.5 0-.9-.1-1.3H8v2.5h3.7a3.2 3.2 0 0 1-1.4 2v1.7h2.2c1.3-1.2 2-2.9 2-4.9Z",
            ),
            (
                "#34a853",
                "M8 14.8c1.9 0 3.4-.6 4.5-1.7l-2.2-1.7c-.6.4-1.4.7-2.3.7a4 4 0 0 1-3.8-2.8H2v1.8a6.8 6.8 0 0 0 6 3.7Z",
            ),
            (
                "#fbbc05",
                "M4.2 9.3a4 4 0 0 1 0-2.6V4.9H2a6.8 6.8 0 0 0 0 6.2l2.2-1.8Z",
            ),
            (
                "#ea4335",
                "M8 3.9c1 0 2 .4 2.7 1l2-1.9A6.8 6.8 0 0 0 2 4.9l2.2 1.8A4 4 0 0 1 8 3.9Z",
            ),
        ],
        Provider::Linkedin => &[
            (
                "#0a66c2",
                "M3 0h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3Z",
            ),
            (
                "#fff",
                "M3.4 6.3h1.9v6H3.4v-6Zm1-2.9a1.1 1.1 0 1 1 0 2.2 1.1 1.1 0 0 1 0-2.2Zm2 2.9h1.9v.8c.3-.5.9-1 1.9-1 2 0 2.4 1.3 2.4 3v3.2h-2V9.4c0-.7 0-1.6-1-1.6s-1.2.8-1.2 1.6v2.9h-2v-6Z",
            ),
        ],
        Provider::Github => &[(
            "currentColor",
            "M8 0C3.58 0 0 3.58 0 8c0 3.54 2.29 6.53 5.47 7.59.4.07.55-.17.55-.38 0-.19-.01-.82-.01-1.49-2.01.37-2.53-.49-2.69-.94-.09-.23-.48-.94-.82-1.13-.28-.15-.68-.52-.01-.53.63-.01 1.08.58 1.23.82.72 1.21 1.87.87 2.33.66.07-.52.28-.87.51-1.07-1.78-.2-3.64-.89-3.64-3.95 0-.87.31-1.59.82-2.15-.08-.2-.36-1.02.08-2.12 0 0 .67-.21 2.2.82a7.42 7.42 0 0 1 4 0c1.53-1.04 2.2-.82 2.2-.82.44 1.1.16 1.92.08 2.12.51.56.82 1.27.82 2.15 0 3.07-1.87 3.75-3.65 3.95.29.25.54.73.54 1.48 0 1.07-.01 1.93-.01 2.2 0 .21.15.46.55.38A8.01 8.01 0 0 0 16 8c0-4.42-3.58-8-8-8Z",
        )],
        Provider::Oidc => &[],
    };
    if paths.is_empty() {
        return view! { <Icon of=Lucide::KeyRound /> }.into_any();
    }
    view! {
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            {paths.iter().map(|(fill, d)| view! { <path fill=*fill d=*d></path> }).collect_view()}
        </svg>
    }
    .into_any()
}
