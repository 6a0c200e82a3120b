//! Buttons for signing in with a provider.

use super::provider_icon::ProviderIcon;
use domain::auth::AvailableProvider;
use leptos::prelude::*;

/// A form that starts the OAuth flow. The server responds with a page that redirects to the provider, so the form also works
/// without JavaScript.
#[component]
pub fn ProviderForm(
    provider: AvailableProvider,
    /// The verb before the provider's name.
    verb: &'static str,
    /// `link` to link the provider to the signed-in user; empty to sign in.
    #[prop(optional)]
    purpose: &'static str,
    /// The page to go to afterwards.
    #[prop(into)]
    next: String,
) -> impl IntoView {
    let path = match provider.tenant_id {
        Some(tenant) => format!("/auth/organization-{tenant}"),
        None => format!("/auth/{}", provider.provider.as_str()),
    };
    view! {
        <form method="post" action=path>
            <input type="hidden" name="purpose" value=purpose />
            <input type="hidden" name="next" value=next />
            <button type="submit" class="btn btn-line">
                <ProviderIcon of=provider.provider />
                {format!("{verb} {}", provider.name)}
            </button>
        </form>
    }
    .into_any()
}

/// A button for each configured provider, followed by a divider. Empty if no provider is configured.
#[cfg(feature = "ssr")]
#[component]
pub fn ProviderButtons(
    /// The page to go to afterwards.
    #[prop(optional, into)]
    next: String,
) -> impl IntoView {
    let providers = crate::server::context::services()
        .map(|services| services.providers.available())
        .unwrap_or_default();
    if providers.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="provider-list">
            {providers
                .into_iter()
                .map(|provider| view! { <ProviderForm provider verb="Continue with" next=next.clone() /> })
                .collect_view()}
            <p class="text-xs text-ink-3">"Signing in does not give JobHax access to your email."</p>
        </div>
        <p class="auth-divider">"or with email"</p>
    }
    .into_any()
}
